/** A map that is made when it is first asked: who never asks does not pay for it. */
class LazyMap<K, V> implements ReadonlyMap<K, V> {
  readonly #make: () => ReadonlyMap<K, V>;
  #made: ReadonlyMap<K, V> | undefined;

  constructor(make: () => ReadonlyMap<K, V>) {
    this.#make = make;
  }

  get size(): number {
    return this.#all().size;
  }

  get(key: K): V | undefined {
    return this.#all().get(key);
  }

  has(key: K): boolean {
    return this.#all().has(key);
  }

  forEach(call: (value: V, key: K, map: ReadonlyMap<K, V>) => void, thisArg?: unknown): void {
    this.#all().forEach(call, thisArg);
  }

  entries(): MapIterator<[K, V]> {
    return this.#all().entries();
  }

  keys(): MapIterator<K> {
    return this.#all().keys();
  }

  values(): MapIterator<V> {
    return this.#all().values();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#all()[Symbol.iterator]();
  }

  #all(): ReadonlyMap<K, V> {
    this.#made ??= this.#make();
    return this.#made;
  }
}

/** The map that `make` returns, made when it is first asked; `make` must not throw. */
export function lazyMap<K, V>(make: () => ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  return new LazyMap(make);
}
