/** A map that begins anew when it is full, so that it cannot grow without end. */
export interface BoundedMap<Key, Value> {
  readonly get: (key: Key) => Value | undefined;
  readonly set: (key: Key, value: Value) => Value;
}

/** Entries of one map; with strings of some hundred bytes that is some hundred megabytes. */
const ENTRIES_MAX = 1 << 19;

/** An empty map. `set` returns the value. */
export function boundedMap<Key, Value>(entriesMax = ENTRIES_MAX): BoundedMap<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      if (entries.size >= entriesMax) entries.clear();
      entries.set(key, value);
      return value;
    },
  };
}
