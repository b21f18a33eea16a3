import type { PairTable } from "./pair-table.ts";
import type { Tuples } from "./tuples.ts";

/** Columns of the table of groups. */
export function groupColumns(table: PairTable, questionCount: number) {
  const { yes, maybe, rules } = splitCells(table.cells, questionCount);
  return {
    groupSlots: table.slots,
    groupPages: table.pages.used(),
    groupDefaults: Int32Array.from(table.defaults),
    groupYes: yes,
    groupMaybe: maybe,
    groupRules: rules,
  };
}

/** Columns of the table of network policies, which may be none. */
export function policyColumns(table: PairTable | undefined, questionCount: number) {
  const { yes, maybe, rules } = splitCells(table?.cells, questionCount);
  return {
    policySlots: table?.slots ?? new Int32Array(2),
    policyPages: table?.pages.used() ?? new Int32Array(0),
    policyDefaults: Int32Array.from(table?.defaults ?? [0]),
    policyYes: yes,
    policyMaybe: maybe,
    policyRules: rules,
  };
}

// Without a table there is one cell, which allows everything.
function splitCells(cells: Tuples | undefined, questionCount: number) {
  const count = cells?.count ?? 1;
  const yes = new Int32Array(count).fill(-1);
  const maybe = new Int32Array(count).fill(-1);
  const rules = new Int32Array(count * questionCount).fill(-1);
  if (cells === undefined) return { yes, maybe, rules };
  for (let cell = 0; cell < count; cell++) {
    const at = cell * cells.width;
    yes[cell] = cells.words[at];
    maybe[cell] = cells.words[at + 1];
    rules.set(cells.words.subarray(at + 2, at + cells.width), cell * questionCount);
  }
  return { yes, maybe, rules };
}
