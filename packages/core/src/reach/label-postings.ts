import { matchesValidSelector } from "../labels/selector.ts";
import type { LabelSelector, Labels } from "../world/cluster.ts";
import { addTo } from "./numbering.ts";

/**
 * Finds the sets of labels that a selector holds for.
 *
 * Sets are listed by each key and value they have, so that a selector that asks for a value looks
 * at those alone that have it. A row of bits for each set, as `LabelIndex` keeps them, would not do
 * here: tens of thousands of selectors, each of one namespace, hold for a handful of sets each.
 */
export class LabelPostings {
  readonly #sets: readonly Labels[];
  readonly #all: readonly number[];
  readonly #byKey = new Map<string, Map<string, number[]>>();

  constructor(sets: readonly Labels[]) {
    this.#sets = sets;
    this.#all = sets.map((_, at) => at);
    for (const [at, labels] of sets.entries()) {
      for (const key of Object.keys(labels)) {
        const values = this.#byKey.get(key) ?? new Map<string, number[]>();
        this.#byKey.set(key, values);
        addTo(values, labels[key], at);
      }
    }
  }

  /** Numbers of the sets that a valid selector holds for, ascending. */
  matching(selector: LabelSelector): readonly number[] {
    const some = this.#candidates(selector);
    return some.filter((at) => matchesValidSelector(selector, this.#sets[at]));
  }

  // The shortest list that must hold them all.
  #candidates({ matchLabels = {}, matchExpressions = [] }: LabelSelector): readonly number[] {
    let best = this.#all;
    const consider = (values: readonly (readonly number[])[]): void => {
      const length = values.reduce((sum, list) => sum + list.length, 0);
      if (length < best.length) best = values.length === 1 ? values[0] : merged(values);
    };
    for (const [key, value] of Object.entries(matchLabels)) {
      consider([this.#byKey.get(key)?.get(value) ?? []]);
    }
    for (const { key, operator, values = [] } of matchExpressions) {
      const own = this.#byKey.get(key);
      if (operator === "In") consider([...new Set(values)].map((value) => own?.get(value) ?? []));
      if (operator === "Exists") consider([...(own?.values() ?? [])]);
    }
    return best;
  }
}

// A set has one value a key, so that no list of a key shares a set with another.
function merged(lists: readonly (readonly number[])[]): readonly number[] {
  return lists.flat().sort((a, b) => a - b);
}
