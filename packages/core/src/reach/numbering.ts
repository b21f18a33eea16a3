import { CellPairs } from "./cell-pairs.ts";

/** Numbers things by their keys, from 0 in the order they appear. */
export class Numbering<Key, Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<Key, number>();

  get count(): number {
    return this.values.length;
  }

  /** The number of a key; its value is made when the key is new. */
  of(key: Key, make: () => Value): number {
    return this.#numbers.get(key) ?? this.add(key, make());
  }

  /** The number of a key that is not known yet. */
  add(key: Key, value: Value): number {
    const made = this.values.push(value) - 1;
    this.#numbers.set(key, made);
    return made;
  }

  /** The number of a key that is known, or undefined. */
  find(key: Key): number | undefined {
    return this.#numbers.get(key);
  }
}

/** Numbers things by pairs of numbers, from 0 in the order they appear. */
export class PairNumbering<Value> {
  readonly values: Value[] = [];
  readonly #pairs = new CellPairs();

  get count(): number {
    return this.values.length;
  }

  /** The number of a pair; its value is made when the pair is new. */
  of(one: number, two: number, make: () => Value): number {
    const number = this.#pairs.of(one, two);
    if (number === this.values.length) this.values.push(make());
    return number;
  }

  /** The number of a pair that is known, or -1. */
  find(one: number, two: number): number {
    return this.#pairs.find(one, two);
  }
}

/** Adds to the list of a key. */
export function addTo<Key>(lists: Map<Key, number[]>, key: Key, value: number): void {
  const own = lists.get(key);
  if (own === undefined) lists.set(key, [value]);
  else own.push(value);
}
