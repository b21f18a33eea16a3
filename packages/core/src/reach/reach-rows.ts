import { hasSeveralRealms } from "./class-cells.ts";
import { FAMILY_ORDERS } from "./placement.ts";
import type { ReachImage } from "./reach-image.ts";
import { CLASS, CLASS_WORDS } from "./reach-layout.ts";
import { ColumnView, RowView, TableViews } from "./table-views.ts";
import { Tuples } from "./tuples.ts";

/** Compiled reachability, one source at a time. */
export interface ReachRows {
  /**
   * Writes what a class may ask of every class on other nodes: by class, the questions that are
   * allowed for certain, a bit each.
   *
   * @param out at least `classCount` words.
   */
  readonly fill: (source: number, out: Int32Array) => void;
}

/**
 * Binds the rows of an image. A row costs a few nanoseconds a class, where single look-ups cost
 * ten times that: half of what they find is the same for the whole row.
 */
export function bindReachRows(image: ReachImage): ReachRows {
  const { classes, classCount, familyTable } = image;
  const families = fieldOf(classes, CLASS.families);
  const realms = fieldOf(classes, CLASS.realm);
  const groups = bindGroups(groupViews(image), classes);
  const policies = bindPolicies(policyViews(image), classes);
  const rows = [0, 1].map((v6) => bindGroupRows(groups, { families, familyTable, v6 }));
  const hasForeign = hasSeveralRealms(image);
  const second = new Int32Array(classCount);
  return {
    fill: (source, out) => {
      for (let v6 = 0; v6 < 2; v6++) {
        const said = rows[v6](source);
        if (said === undefined) {
          if (v6 === 0) out.fill(0, 0, classCount);
          continue;
        }
        const to = v6 === 0 ? out : second;
        to.set(said);
        policies.mask(source, v6, to);
        if (v6 === 1) for (let one = 0; one < classCount; one++) out[one] |= second[one];
      }
      if (hasForeign) clearForeign(realms, source, out);
    },
  };
}

/** The group table of an image. */
export function groupViews(image: ReachImage): TableViews {
  const { classes, groupSlots, groupPages, groupDefaults, groupYes } = image;
  const table = { slots: groupSlots, pages: groupPages, defaults: groupDefaults, words: groupYes };
  return new TableViews(table, columnCount(classes, CLASS.groupColumn4, CLASS.groupColumn6));
}

/** The table of network policies of an image. */
export function policyViews(image: ReachImage): TableViews {
  const { classes, policySlots: slots, policyPages, policyDefaults, policyYes } = image;
  const table = { slots, pages: policyPages, defaults: policyDefaults, words: policyYes };
  return new TableViews(table, columnCount(classes, CLASS.policyColumn4, CLASS.ownNodeColumn6));
}

function columnCount(classes: Int32Array, first: number, last: number): number {
  let largest = 0;
  for (let at = 0; at < classes.length; at += CLASS_WORDS) {
    for (let word = first; word <= last; word++) largest = Math.max(largest, classes[at + word]);
  }
  return largest + 1;
}

/** One word of all records. */
function fieldOf(classes: Int32Array, word: number): Int32Array {
  return Int32Array.from({ length: classes.length / CLASS_WORDS }, (_, at) => {
    return classes[at * CLASS_WORDS + word];
  });
}

/** What groups say about a source, ready to be read by destination. */
interface GroupRow {
  /** By column: what the source's own row says. */
  readonly egress: Int32Array;
  /** By position of a row: what it says of the source. */
  readonly ingress: Int32Array;
}

function bindGroups(table: TableViews, classes: Int32Array) {
  const own = fieldOf(classes, CLASS.groupEgress);
  const { rows, distinct } = positionsOf(fieldOf(classes, CLASS.groupIngress));
  const columns = columnsOf(classes, CLASS.groupColumn4);
  const row = new RowView(table);
  const sights = columns.map(() => new ColumnView(table, distinct));
  const show = (source: number, v6: number): GroupRow => ({
    egress: row.show(own[source]),
    ingress: sights[v6].show(columns[v6][source]),
  });
  return { show, own, columns, rows };
}

// Most pods have no policy that stops anything in a direction: those are passed over.
function bindPolicies(table: TableViews, classes: Int32Array) {
  const own = fieldOf(classes, CLASS.policyEgress);
  const ingress = fieldOf(classes, CLASS.policyIngress);
  const closed = Int32Array.from(ingress.keys()).filter((one) => !table.isOpen(ingress[one]));
  const { rows, distinct } = positionsOf(closed.map((one) => ingress[one]));
  const columns = columnsOf(classes, CLASS.policyColumn4);
  const row = new RowView(table);
  const sights = columns.map(() => new ColumnView(table, distinct));
  return {
    /** Takes away from the words of all classes what policies stop. */
    mask: (source: number, v6: number, out: Int32Array) => {
      if (!table.isOpen(own[source])) narrow(out, row.show(own[source]), columns[v6]);
      if (closed.length === 0) return;
      const taken = sights[v6].show(columns[v6][source]);
      for (let at = 0; at < closed.length; at++) out[closed[at]] &= taken[rows[at]];
    },
  };
}

function narrow(out: Int32Array, words: Int32Array, at: Int32Array): void {
  for (let one = 0; one < at.length; one++) out[one] &= words[at[one]];
}

/** By class: its columns, of either family. */
function columnsOf(classes: Int32Array, column4: number): readonly Int32Array[] {
  return [fieldOf(classes, column4), fieldOf(classes, column4 + 1)];
}

/** Rows by position in the list of those that are there, and that list. */
function positionsOf(rows: Int32Array) {
  const known = new Map<number, number>();
  const positions = rows.map((row) => {
    const position = known.get(row) ?? known.size;
    known.set(row, position);
    return position;
  });
  return { rows: positions, distinct: Int32Array.from(known.keys()) };
}

/** Most words that are kept of what groups say: 16 MiB. */
const keptWordsMax = 2 ** 22;

interface FamilyOptions {
  /** By class: the order of its families. */
  readonly families: Int32Array;
  readonly familyTable: Int32Array;
  readonly v6: number;
}

/**
 * Binds: by source, what families and groups say to every class; undefined when nothing is asked
 * over the family. Sources are of few kinds, and those of one kind share the words.
 */
function bindGroupRows(
  groups: ReturnType<typeof bindGroups>,
  { families, familyTable, v6 }: FamilyOptions,
): (source: number) => Int32Array | undefined {
  const targets = kindsOf([families, groups.columns[v6], groups.rows]);
  const sources = kindsOf([families, groups.columns[v6], groups.own]);
  const count = families.length;
  let kept: (Int32Array | undefined)[] = [];
  let keptCount = 0;
  return (source) => {
    const asked = familyWords(familyTable, families[source], v6);
    if (asked.every((word) => word === 0)) return undefined;
    const kind = sources.of[source];
    const known = kept[kind];
    if (known !== undefined) return known;
    if ((keptCount + 1) * count > keptWordsMax) [kept, keptCount] = [[], 0];
    const said = kindWords(targets, asked, groups.show(source, v6));
    const words = targets.of.map((one) => said[one]);
    kept[kind] = words;
    keptCount++;
    return words;
  };
}

/** Questions that a source asks over one family, by the destination's order of families. */
function familyWords(familyTable: Int32Array, order: number, v6: number): Int32Array {
  return Int32Array.from({ length: FAMILY_ORDERS }, (_, other) => {
    return familyTable[2 * (order * FAMILY_ORDERS + other) + v6];
  });
}

/** Classes that some words of theirs cannot tell apart: far fewer than classes. */
interface ClassKinds {
  /** By class: its kind. */
  readonly of: Int32Array;
  /** The words of each kind, side by side. */
  readonly words: Int32Array;
}

/** Words of a kind: families, column, and row or the position of one. */
const KIND_WORDS = 3;

function kindsOf(fields: readonly Int32Array[]): ClassKinds {
  const kinds = new Tuples(KIND_WORDS);
  const draft = new Int32Array(KIND_WORDS);
  const of = fields[0].map((_, at) => {
    for (let word = 0; word < KIND_WORDS; word++) draft[word] = fields[word][at];
    return kinds.intern(draft, 0);
  });
  return { of, words: kinds.used() };
}

/** What families and groups say to each kind. */
function kindWords(
  { words }: ClassKinds,
  asked: Int32Array,
  { egress, ingress }: GroupRow,
): Int32Array {
  const said = new Int32Array(words.length / KIND_WORDS);
  for (let kind = 0, at = 0; kind < said.length; kind++, at += KIND_WORDS) {
    said[kind] = asked[words[at]] & egress[words[at + 1]] & ingress[words[at + 2]];
  }
  return said;
}

// Packets that cross realms are the evaluator's matter.
function clearForeign(realms: Int32Array, source: number, out: Int32Array): void {
  const own = realms[source];
  for (let to = 0; to < realms.length; to++) {
    const other = realms[to];
    if (own < -1 || other < -1 || (own >= 0 && other >= 0 && other !== own)) out[to] = 0;
  }
}
