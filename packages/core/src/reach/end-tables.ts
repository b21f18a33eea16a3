import { CellPairs } from "./cell-pairs.ts";
import { hasSeveralRealms } from "./class-cells.ts";
import { NEAR, PLACE_COUNT } from "./placement.ts";
import { CLASS, CLASS_WORDS, END, endWords, type ReachTables } from "./reach-layout.ts";
import { RowCells } from "./row-cells.ts";
import { RowPairs } from "./row-pairs.ts";
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
/** Whether the groups of an end are asked. */
const [isUnasked, isAsked] = [0, 1];

/** Words of a row or column: how the class sits, its two rows or columns, and whose it is. */
const SIDE = { place: 0, realm: 1, group: 2, policy: 3, owner: 4 } as const;
const sideWords = 5;

/** Which tables are wanted. */
export interface EndOptions {
  /** 1 for pods of different nodes alone, 2 for those of one node as well. */
  readonly relations: number;
  /** True gives every class rows of its own. */
  readonly isApart: boolean;
}

/**
 * Asks the tables a row at a time, and each pair of row and column once: classes that share rows
 * or columns share the answers.
 */
export function endTables(image: ReachTables, v6: 0 | 1, options: EndOptions): EndTables {
  const { relations, isApart } = options;
  const stride = endWords(relations - 1);
  const classEnds = new Int32Array(image.classCount * stride);
  const ends = new CellPairs();
  ends.of(nowhere, nowhere);
  const parts = Array.from({ length: relations }, (_, near) =>
    sidesOf(image, { v6, near, isApart }),
  );
  const sizes = parts.map(({ egress, columns }) => egress.count * columns.count);
  const sizesBack = parts.map(({ ingress, columns }) => ingress.count * columns.count);
  const egress = new Int32Array(sum(sizes));
  const ingress = new Int32Array(sum(sizesBack));
  let [egressAt, ingressAt] = [0, 0];
  for (const [near, sides] of parts.entries()) {
    writeClassEnds({ classEnds, stride }, sides, { near, egressAt, ingressAt });
    const writer = new EndWriter(image, near, sides.columns, ends);
    for (let row = 1; row < sides.egress.count; row++) {
      const at = egressAt + row * sides.columns.count;
      writer.write(sideAt(sides.egress, row), true, egress.subarray(at));
    }
    for (let row = 1; row < sides.ingress.count; row++) {
      const at = ingressAt + row * sides.columns.count;
      writer.write(sideAt(sides.ingress, row), false, ingress.subarray(at));
    }
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

interface Relation {
  readonly v6: 0 | 1;
  readonly near: number;
  readonly isApart: boolean;
}

// Row and column 0 are those of class 0, which is no pod.
function sidesOf(image: ReachTables, { v6, near, isApart }: Relation): Sides {
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
  const hasRealms = hasSeveralRealms(image);
  const policyColumn = CLASS.policyColumn4 + 2 * near + v6;
  for (let one = 1; one < classCount; one++) {
    const at = one * CLASS_WORDS;
    draft[SIDE.place] = classes[at + CLASS.place];
    draft[SIDE.realm] = hasRealms ? classes[at + CLASS.realm] : -1;
    const fill = (tuples: Tuples, group: number, policy: number) => {
      draft[SIDE.group] = classes[at + group];
      draft[SIDE.policy] = classes[at + policy];
      return tuples.intern(draft, 0);
    };
    draft[SIDE.owner] = 0;
    sides.ofClass[3 * one + 2] = fill(sides.columns, CLASS.groupColumn4 + v6, policyColumn);
    draft[SIDE.owner] = isApart ? one : 0;
    sides.ofClass[3 * one] = fill(sides.egress, CLASS.groupEgress, CLASS.policyEgress);
    sides.ofClass[3 * one + 1] = fill(sides.ingress, CLASS.groupIngress, CLASS.policyIngress);
  }
  return sides;
}

/** The columns of a relation, as `endTables` numbers them. */
export function endColumns(image: ReachTables, v6: 0 | 1, near: number): Tuples {
  return sidesOf(image, { v6, near, isApart: false }).columns;
}

/** How a row sits, and what its rows of the tables are. */
export interface EndSide {
  readonly place: number;
  readonly realm: number;
  readonly group: number;
  readonly policy: number;
}

function sideAt({ words }: Tuples, row: number): EndSide {
  const at = row * sideWords;
  return {
    place: words[at + SIDE.place],
    realm: words[at + SIDE.realm],
    group: words[at + SIDE.group],
    policy: words[at + SIDE.policy],
  };
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
export class EndWriter {
  readonly #image: ReachTables;
  readonly #near: number;
  readonly #columns: Tuples;
  readonly #ends: CellPairs;
  readonly #groups: RowCells;
  readonly #policies: RowCells;
  readonly #known: RowPairs;

  constructor(image: ReachTables, near: number, columns: Tuples, ends: CellPairs) {
    this.#image = image;
    this.#near = near;
    this.#columns = columns;
    this.#ends = ends;
    const { groupSlots, groupPages, groupDefaults } = image;
    const groups = { slots: groupSlots, pages: groupPages, defaults: groupDefaults };
    const { policySlots: slots, policyPages: pages, policyDefaults: defaults } = image;
    this.#groups = new RowCells(groups, countOf(columns, SIDE.group));
    this.#policies = new RowCells({ slots, pages, defaults }, countOf(columns, SIDE.policy));
    this.#known = new RowPairs(ends, image.groupYes.length, image.policyYes.length);
  }

  /** Columns of a row. */
  get columnCount(): number {
    return this.#columns.count;
  }

  /** Shows rows as they are now, where they have been edited. */
  forget(): void {
    this.#groups.forget();
    this.#policies.forget();
  }

  /** Writes the ends of a row by column. */
  write(side: EndSide, isEgress: boolean, out: Int32Array): void {
    const known = this.#known;
    const { count } = this.#columns;
    const group = this.#groups.show(side.group);
    const policy = this.#policies.show(side.policy);
    const { words } = this.#columns;
    known.begin();
    out[0] = NO_END;
    for (let column = 1, at = sideWords; column < count; column++, at += sideWords) {
      const asked = this.#askedOf(side, at, isEgress);
      if (asked === nowhere) out[column] = NO_END;
      else {
        const cell = asked === isAsked ? group[words[at + SIDE.group]] : -1;
        out[column] = known.of(cell, policy[words[at + SIDE.policy]]);
      }
    }
  }

  /** Writes those ends of a row that are others now; returns their columns. */
  rewrite(side: EndSide, isEgress: boolean, out: Uint16Array): readonly number[] {
    const { words, count } = this.#columns;
    const ends = this.#ends;
    const group = this.#groups.show(side.group);
    const policy = this.#policies.show(side.policy);
    const changed: number[] = [];
    // Columns side by side are often of one end.
    let last = NO_END;
    for (let column = 1, at = sideWords; column < count; column++, at += sideWords) {
      const asked = this.#askedOf(side, at, isEgress);
      // Who is foreign stays so.
      if (asked === nowhere) continue;
      const cell = asked === isAsked ? group[words[at + SIDE.group]] : -1;
      const own = policy[words[at + SIDE.policy]];
      const old = 2 * out[column];
      if (ends.words[old] === cell && ends.words[old + 1] === own) continue;
      const isLast = ends.words[2 * last] === cell && ends.words[2 * last + 1] === own;
      if (!isLast) last = ends.of(cell, own);
      out[column] = last;
      changed.push(column);
    }
    return changed;
  }

  // Are the groups of this end asked about a column? `nowhere` where packets cross realms.
  #askedOf({ place, realm }: EndSide, column: number, isEgress: boolean): number {
    const { words } = this.#columns;
    const other = words[column + SIDE.place];
    const asked = this.#near === 0 ? NEAR.asApart : this.#nearOf(place, other, isEgress);
    if (asked === NEAR.unasked) return isUnasked;
    if (isForeign(realm, words[column + SIDE.realm])) return nowhere;
    return asked === NEAR.asApart || !isEgress ? isAsked : isUnasked;
  }

  #nearOf(row: number, column: number, isEgress: boolean): number {
    const { nearTable } = this.#image;
    return nearTable[isEgress ? row * PLACE_COUNT + column : column * PLACE_COUNT + row];
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
