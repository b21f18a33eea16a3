import { TrunklineError } from "../errors/trunkline-error.ts";
import { Grower } from "./grower.ts";
import { MAX_UNITS_PER_LIST } from "./layout.ts";
import type { ImageSource, RuleTables } from "./rule-tables.ts";

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
  { interfaces }: ImageSource,
  tables: RuleTables,
  offsets: Int32Array,
): InterfaceColumns {
  const lists = new UnitLists();
  const column = new Int32Array(2 * interfaces.length);
  const certain = new Uint8Array(2 * interfaces.length);
  for (const [at, { groupIds }] of interfaces.entries()) {
    for (const isEgress of [0, 1]) {
      const units = groupIds.map((id) => 2 * (tables.groupNumbers.get(id) ?? 0) + isEgress);
      column[2 * at + isEgress] = lists.cellOf(units.map((unit) => offsets[unit]));
      const isCertain = units.every((unit) => tables.units[unit]?.isCertain ?? false);
      certain[2 * at + isEgress] = isCertain ? 1 : 0;
    }
  }
  return { interfaces: column, unitLists: lists.words.used(), certain };
}

/** Lists of units, written once each. */
export class UnitLists {
  readonly words: Grower;
  readonly #byKey = new Map<string, number>();

  /** @param words lists that exist, to be added to where they lie. */
  constructor(words?: Grower) {
    this.words = words ?? new Grower();
    // The first word is 0, an empty list, for interfaces that do not exist.
    if (words === undefined) this.words.add(1, 0);
  }

  /** What stands for an interface with these units: where its only one begins, or ~(its list). */ cellOf(
    offsets: readonly number[],
  ): number {
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
