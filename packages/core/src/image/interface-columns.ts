import { TrunklineError } from "../errors/trunkline-error.ts";
import { type Grower, growing32 } from "./grower.ts";
import { MAX_UNITS_PER_LIST } from "./layout.ts";
import type { RuleTables } from "./rule-tables.ts";

/** The columns that lead from an interface and a direction to its units. */
export interface InterfaceColumns {
  readonly interfaces: Int32Array;
  readonly unitLists: Int32Array;
  readonly certain: Uint8Array;
}

/**
 * Writes the columns; equal lists are written once. Throws QUOTA for an interface with more groups
 * than a list may have.
 *
 * @param offsets where each unit begins, 0 for those without rules.
 */
export function interfaceColumns(
  { lists: { ofInterface, lists }, units }: RuleTables,
  offsets: Int32Array,
): InterfaceColumns {
  const writer = new UnitLists(growing32());
  // The first word is 0, an empty list, for interfaces that do not exist.
  writer.words.add(1, 0);
  const cells = new Int32Array(2 * lists.length);
  const certain = new Uint8Array(2 * lists.length);
  for (const [at, groups] of lists.entries()) {
    for (const way of [0, 1]) {
      cells[2 * at + way] = writer.cellOf(groups.map((group) => offsets[2 * group + way]));
      const isCertain = groups.every((group) => units[2 * group + way]?.isCertain ?? false);
      certain[2 * at + way] = isCertain ? 1 : 0;
    }
  }
  const interfaces = new Int32Array(2 * ofInterface.length);
  const certainOf = new Uint8Array(2 * ofInterface.length);
  for (let at = 0; at < interfaces.length; at++) {
    const from = 2 * ofInterface[at >> 1] + (at & 1);
    interfaces[at] = cells[from];
    certainOf[at] = certain[from];
  }
  return { interfaces, unitLists: writer.words.used(), certain: certainOf };
}

/** Lists of units, written once each. */
export class UnitLists {
  readonly words: Grower;
  readonly #byKey = new Map<string, number>();

  /** @param words where lists are added. */
  constructor(words: Grower) {
    this.words = words;
  }

  /** What stands for an interface with these units: where its only one begins, or ~(its list). */
  cellOf(offsets: readonly number[]): number {
    if (offsets.length === 1) return offsets[0];
    const units = [...new Set(offsets)].filter((offset) => offset > 0).sort((a, b) => a - b);
    if (units.length > MAX_UNITS_PER_LIST) {
      throw new TrunklineError(
        "QUOTA",
        `an interface has ${units.length} groups with rules, ${MAX_UNITS_PER_LIST} can be compiled`,
      );
    }
    if (units.length < 2) return units[0] ?? 0;
    const key = units.join(",");
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const list = this.words.add(1 + units.length, 0);
    this.words.words.set([units.length, ...units], list);
    this.#byKey.set(key, ~list);
    return ~list;
  }
}
