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
  const groups = bindLayer(groupViews(image), { classes, ...GROUP_FIELDS });
  const policies = bindLayer(policyViews(image), { classes, ...POLICY_FIELDS });
  const kinds = [0, 1].map((v6) => groupKinds(families, groups.columns[v6], groups.rows));
  const hasForeign = hasSeveralRealms(image);
  return {
    fill: (source, out) => {
      let kept = 0;
      for (let v6 = 0; v6 < 2; v6++) {
        const asked = familyWords(familyTable, families[source], v6);
        if (v6 === 1 && asked.every((word) => word === 0)) continue;
        const group = kindWords(kinds[v6], asked, groups.show(source, v6));
        const row = policies.show(source, v6);
        addRow({ group, kindOf: kinds[v6].of, ...row }, { out, kept, count: classCount });
        kept = -1;
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

const GROUP_FIELDS = {
  egress: CLASS.groupEgress,
  ingress: CLASS.groupIngress,
  column4: CLASS.groupColumn4,
} as const;
const POLICY_FIELDS = {
  egress: CLASS.policyEgress,
  ingress: CLASS.policyIngress,
  column4: CLASS.policyColumn4,
} as const;

interface LayerFields {
  readonly classes: Int32Array;
  readonly egress: number;
  readonly ingress: number;
  readonly column4: number;
}

/** What one layer says about a source, ready to be read by destination. */
interface LayerRow {
  /** By column: what the source's own row says. */
  readonly egress: Int32Array;
  /** By row: what it says of the source. */
  readonly ingress: Int32Array;
  /** By class: its column, and its row. */
  readonly columns: Int32Array;
  readonly rows: Int32Array;
}

function bindLayer(table: TableViews, { classes, egress, ingress, column4 }: LayerFields) {
  const own = fieldOf(classes, egress);
  const rows = fieldOf(classes, ingress);
  const columns = [fieldOf(classes, column4), fieldOf(classes, column4 + 1)];
  const row = new RowView(table);
  const sights = [new ColumnView(table), new ColumnView(table)];
  const show = (source: number, v6: number): LayerRow => ({
    egress: row.show(own[source]),
    ingress: sights[v6].show(columns[v6][source]),
    columns: columns[v6],
    rows,
  });
  return { show, columns, rows };
}

/** Questions that a source asks over one family, by the destination's order of families. */
function familyWords(familyTable: Int32Array, order: number, v6: number): Int32Array {
  return Int32Array.from({ length: FAMILY_ORDERS }, (_, other) => {
    return familyTable[2 * (order * FAMILY_ORDERS + other) + v6];
  });
}

/** Destinations that families and groups cannot tell apart: far fewer than classes. */
interface GroupKinds {
  /** By class: its kind. */
  readonly of: Int32Array;
  /** Families, column and row of each kind, side by side. */
  readonly words: Int32Array;
}

function groupKinds(families: Int32Array, columns: Int32Array, rows: Int32Array): GroupKinds {
  const kinds = new Tuples(KIND_WORDS);
  const of = families.map((order, at) => {
    return kinds.intern(Int32Array.of(order, columns[at], rows[at]), 0);
  });
  return { of, words: kinds.used() };
}

const KIND_WORDS = 3;

/** What families and groups say to each kind. */
function kindWords(
  { words }: GroupKinds,
  asked: Int32Array,
  { egress, ingress }: LayerRow,
): Int32Array {
  const said = new Int32Array(words.length / KIND_WORDS);
  for (let kind = 0, at = 0; kind < said.length; kind++, at += KIND_WORDS) {
    said[kind] = asked[words[at]] & egress[words[at + 1]] & ingress[words[at + 2]];
  }
  return said;
}

interface RowParts extends LayerRow {
  /** By kind: what families and groups say. */
  readonly group: Int32Array;
  readonly kindOf: Int32Array;
}

interface Target {
  readonly out: Int32Array;
  /** -1 to add to what is there, 0 to write over it. */
  readonly kept: number;
  readonly count: number;
}

function addRow(parts: RowParts, { out, kept, count }: Target): void {
  const { group, kindOf, egress, ingress, columns, rows } = parts;
  for (let to = 0; to < count; to++) {
    const word = group[kindOf[to]] & egress[columns[to]] & ingress[rows[to]];
    out[to] = (out[to] & kept) | word;
  }
}

// Packets that cross realms are the evaluator's matter.
function clearForeign(realms: Int32Array, source: number, out: Int32Array): void {
  const own = realms[source];
  for (let to = 0; to < realms.length; to++) {
    const other = realms[to];
    if (own < -1 || other < -1 || (own >= 0 && other >= 0 && other !== own)) out[to] = 0;
  }
}
