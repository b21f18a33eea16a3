/** Several values a key, each key's values in the order of insertion. */
export type MultiMap<K, V> = ReadonlyMap<K, readonly V[]>;

/** Files every value under each of its keys. */
export function groupByKeys<K, V>(
  values: Iterable<V>,
  keysOf: (value: V) => readonly K[],
): MultiMap<K, V> {
  const map = new Map<K, V[]>();
  for (const value of values) {
    for (const key of keysOf(value)) {
      const entry = map.get(key);
      if (entry === undefined) map.set(key, [value]);
      else entry.push(value);
    }
  }
  return map;
}
