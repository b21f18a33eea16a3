/** Numbers things by their keys, from 0 in the order they appear. */
export class Numbering<Key, Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<Key, number>();

  get count(): number {
    return this.values.length;
  }

  /** The number of a key; its value is made when the key is new. */
  of(key: Key, make: () => Value): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = this.values.push(make()) - 1;
    this.#numbers.set(key, made);
    return made;
  }

  /** The number of a key that is known, or undefined. */
  find(key: Key): number | undefined {
    return this.#numbers.get(key);
  }
}

/** Adds to the list of a key. */
export function addTo<Key>(lists: Map<Key, number[]>, key: Key, value: number): void {
  const own = lists.get(key);
  if (own === undefined) lists.set(key, [value]);
  else own.push(value);
}
