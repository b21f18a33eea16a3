import { matchesValidSelector } from "../labels/selector.ts";
import type { LabelSelector, Labels } from "../world/cluster.ts";
import { addTo } from "./numbering.ts";

const none: readonly number[] = [];

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
  /** What selectors of more than one value hold for. */
  readonly #memo = new Map<string, readonly number[]>();

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
    const { matchLabels = {}, matchExpressions = [] } = selector;
    const keys = Object.keys(matchLabels);
    if (matchExpressions.length === 0) {
      if (keys.length === 0) return this.#all;
      const [key] = keys;
      if (keys.length === 1) return this.#byKey.get(key)?.get(matchLabels[key]) ?? none;
    }
    return this.#remember(selector, () =>
      this.#candidates(selector).filter((at) => matchesValidSelector(selector, this.#sets[at])),
    );
  }

  #remember(selector: LabelSelector, make: () => readonly number[]): readonly number[] {
    const key = selectorText(selector);
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#memo.set(key, made);
    return made;
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

// With lengths, so that no text of one can be taken for another.
function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key.length}:${matchLabels[key].length}:${key}${matchLabels[key]}`)
    .join("");
  return matchExpressions.length === 0 ? labels : `${labels} ${JSON.stringify(matchExpressions)}`;
}
