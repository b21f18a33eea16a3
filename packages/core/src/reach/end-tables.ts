import { CellPairs } from "./cell-pairs.ts";
import { hasSeveralRealms } from "./class-cells.ts";
import { NEAR, PLACE_COUNT } from "./placement.ts";
import { CLASS, CLASS_WORDS, END, endWords, type ReachTables } from "./reach-layout.ts";
import { RowCells } from "./row-cells.ts";
import { Tuples } from "./tuples.ts";

/** What decides at either end of each pair of classes, over one family. */
export interface EndTables {
  /** By class, `stride` words each: where its rows begin, and its column, as END has them. */
  readonly classEnds: Int32Array;
  readonly stride: number;
  /** By row of a source and column of a destination: the number of an end. */
  readonly egress: Int32Array;
  /** By row of a destination and column of a source. */
  readonly ingress: Int32Array;
  /** Ends: a cell of groups and one of policies, each -1 where none is asked. */
  readonly ends: CellPairs;
}

/** Number of the end where no verdict is made: no pod, or packets that cross realms. */
export const NO_END = 0;
/** Stands in both words of that end. */
const nowhere = -2;

/** Words of a row or column: how the class sits, then its two rows or columns. */
const SIDE = { place: 0, realm: 1, group: 2, policy: 3 } as const;
const sideWords = 4;

/**
 * Asks the tables a row at a time, and each pair of row and column once: classes that share rows
 * or columns share the answers.
 *
 * @param relations 1 for pods of different nodes alone, 2 for those of one node as well.
 */
export function endTables(image: ReachTables, v6: 0 | 1, relations: number): EndTables {
  const stride = endWords(relations - 1);
  const classEnds = new Int32Array(image.classCount * stride);
  const ends = new CellPairs();
  ends.of(nowhere, nowhere);
  const parts = Array.from({ length: relations }, (_, near) => sidesOf(image, v6, near));
  const sizes = parts.map(({ egress, columns }) => egress.count * columns.count);
  const sizesBack = parts.map(({ ingress, columns }) => ingress.count * columns.count);
  const egress = new Int32Array(sum(sizes));
  const ingress = new Int32Array(sum(sizesBack));
  let [egressAt, ingressAt] = [0, 0];
  for (const [near, sides] of parts.entries()) {
    writeClassEnds({ classEnds, stride }, sides, { near, egressAt, ingressAt });
    const writer = new EndWriter(image, near, sides.columns, ends);
    writer.write(sides.egress, true, egress.subarray(egressAt));
    writer.write(sides.ingress, false, ingress.subarray(ingressAt));
    egressAt += sizes[near];
    ingressAt += sizesBack[near];
  }
  return { classEnds, stride, egress, ingress, ends };
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((all, one) => all + one, 0);
}

/** Rows and columns of classes in one relation, each once, and those of each class. */
interface Sides {
  readonly egress: Tuples;
  readonly ingress: Tuples;
  readonly columns: Tuples;
  /** By class: egress row, ingress row, column. */
  readonly ofClass: Int32Array;
}

// Row and column 0 are those of class 0, which is no pod.
function sidesOf(image: ReachTables, v6: 0 | 1, near: number): Sides {
  const { classes, classCount } = image;
  const sides = {
    egress: new Tuples(sideWords),
    ingress: new Tuples(sideWords),
    columns: new Tuples(sideWords),
    ofClass: new Int32Array(classCount * 3),
  };
  const draft = new Int32Array(sideWords).fill(-1);
  sides.egress.intern(draft, 0);
  sides.ingress.intern(draft, 0);
  sides.columns.intern(draft, 0);
  const realmsCount = hasSeveralRealms(image);
  const fill = (tuples: Tuples, at: number, group: number, policy: number) => {
    draft[SIDE.place] = classes[at + CLASS.place];
    draft[SIDE.realm] = realmsCount ? classes[at + CLASS.realm] : -1;
    draft[SIDE.group] = classes[at + group];
    draft[SIDE.policy] = classes[at + policy];
    return tuples.intern(draft, 0);
  };
  for (let one = 1; one < classCount; one++) {
    const at = one * CLASS_WORDS;
    const policyColumn = CLASS.policyColumn4 + 2 * near + v6;
    sides.ofClass[3 * one] = fill(sides.egress, at, CLASS.groupEgress, CLASS.policyEgress);
    sides.ofClass[3 * one + 1] = fill(sides.ingress, at, CLASS.groupIngress, CLASS.policyIngress);
    sides.ofClass[3 * one + 2] = fill(sides.columns, at, CLASS.groupColumn4 + v6, policyColumn);
  }
  return sides;
}

interface Offsets {
  readonly near: number;
  readonly egressAt: number;
  readonly ingressAt: number;
}

function writeClassEnds(
  { classEnds, stride }: Pick<EndTables, "classEnds" | "stride">,
  sides: Sides,
  { near, ...first }: Offsets,
): void {
  const { ofClass, columns } = sides;
  for (let one = 0; 3 * one < ofClass.length; one++) {
    const to = one * stride + near * END.near;
    classEnds[to + END.egress] = first.egressAt + ofClass[3 * one] * columns.count;
    classEnds[to + END.ingress] = first.ingressAt + ofClass[3 * one + 1] * columns.count;
    classEnds[to + END.column] = ofClass[3 * one + 2];
  }
}

/** Writes rows of ends, of one relation. */
class EndWriter {
  readonly #image: ReachTables;
  readonly #near: number;
  readonly #columns: Tuples;
  readonly #groups: RowCells;
  readonly #policies: RowCells;
  readonly #known: RowPairs;

  constructor(image: ReachTables, near: number, columns: Tuples, ends: CellPairs) {
    this.#image = image;
    this.#near = near;
    this.#columns = columns;
    const { groupSlots, groupPages, groupDefaults } = image;
    const groups = { slots: groupSlots, pages: groupPages, defaults: groupDefaults };
    const { policySlots: slots, policyPages: pages, policyDefaults: defaults } = image;
    this.#groups = new RowCells(groups, countOf(columns, SIDE.group));
    this.#policies = new RowCells({ slots, pages, defaults }, countOf(columns, SIDE.policy));
    this.#known = new RowPairs(ends, image.groupYes.length, image.policyYes.length);
  }

  write(rows: Tuples, isEgress: boolean, out: Int32Array): void {
    const known = this.#known;
    const { words, count } = this.#columns;
    out.fill(NO_END, 0, count);
    for (let row = 1; row < rows.count; row++) {
      const from = row * sideWords;
      const place = rows.words[from + SIDE.place];
      const realm = rows.words[from + SIDE.realm];
      const group = this.#groups.show(rows.words[from + SIDE.group]);
      const policy = this.#policies.show(rows.words[from + SIDE.policy]);
      const to = row * count;
      known.begin();
      out[to] = NO_END;
      for (let column = 1, at = sideWords; column < count; column++, at += sideWords) {
        const asked = this.#askedOf(place, words[at + SIDE.place], isEgress);
        if (asked !== NEAR.unasked && isForeign(realm, words[at + SIDE.realm])) {
          out[to + column] = NO_END;
          continue;
        }
        const isAsked = asked === NEAR.asApart || (asked === NEAR.ingressOnly && !isEgress);
        const cell = isAsked ? group[words[at + SIDE.group]] : -1;
        out[to + column] = known.of(cell, policy[words[at + SIDE.policy]]);
      }
    }
  }

  #askedOf(row: number, column: number, isEgress: boolean): number {
    if (this.#near === 0) return NEAR.asApart;
    const { nearTable } = this.#image;
    return nearTable[isEgress ? row * PLACE_COUNT + column : column * PLACE_COUNT + row];
  }
}

/** Cells of a row that are told apart without hashing. */
const nearCells = 64;

/** Numbers pairs of cells, of which a row has few: those of one row are found without hashing. */
class RowPairs {
  readonly #pairs: CellPairs;
  /** By cell, of groups from 1: its number within the row, while the turn is that of the row. */
  readonly #groups: Int32Array;
  readonly #policies: Int32Array;
  readonly #groupTurns: Int32Array;
  readonly #policyTurns: Int32Array;
  /** By numbers within the row: the number of the pair + 1, or 0. */
  readonly #found = new Int32Array(nearCells * nearCells);
  #groupCount = 0;
  #policyCount = 0;
  #turn = 0;

  constructor(pairs: CellPairs, groupCells: number, policyCells: number) {
    this.#pairs = pairs;
    this.#groups = new Int32Array(groupCells + 1);
    this.#groupTurns = new Int32Array(groupCells + 1);
    this.#policies = new Int32Array(policyCells);
    this.#policyTurns = new Int32Array(policyCells);
  }

  /** Begins a row. */
  begin(): void {
    this.#turn++;
    this.#found.fill(0, 0, Math.min(this.#groupCount, nearCells) * nearCells);
    this.#groupCount = 0;
    this.#policyCount = 0;
  }

  /** The number of a pair; the cell of groups may be -1. */
  of(group: number, policy: number): number {
    if (this.#groupTurns[group + 1] !== this.#turn) this.#meetGroup(group + 1);
    if (this.#policyTurns[policy] !== this.#turn) this.#meetPolicy(policy);
    const one = this.#groups[group + 1];
    const two = this.#policies[policy];
    if (one >= nearCells || two >= nearCells) return this.#pairs.of(group, policy);
    const at = one * nearCells + two;
    const known = this.#found[at];
    if (known > 0) return known - 1;
    const made = this.#pairs.of(group, policy);
    this.#found[at] = made + 1;
    return made;
  }

  #meetGroup(at: number): void {
    this.#groupTurns[at] = this.#turn;
    this.#groups[at] = this.#groupCount++;
  }

  #meetPolicy(at: number): void {
    this.#policyTurns[at] = this.#turn;
    this.#policies[at] = this.#policyCount++;
  }
}

function isForeign(one: number, two: number): boolean {
  return (one !== two && one >= 0 && two >= 0) || one < -1 || two < -1;
}

function countOf({ words, count }: Tuples, word: number): number {
  let most = 0;
  for (let at = word; at < count * sideWords; at += sideWords) most = Math.max(most, words[at]);
  return most + 1;
}
