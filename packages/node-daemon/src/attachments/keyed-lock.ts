/** Runs work about one key one after another, work about different keys at once. */
export interface KeyedLock {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** Makes a lock that keeps nothing for keys that nobody works on. */
export function keyedLock(): KeyedLock {
  const tails = new Map<string, Promise<void>>();
  return {
    run: async (key, work) => {
      const before = tails.get(key);
      const result = before === undefined ? work() : before.then(work);
      // Whoever waits next waits for the end, whatever it is; the caller gets the error.
      const tail = result.then(
        () => undefined,
        () => undefined,
      );
      tails.set(key, tail);
      try {
        return await result;
      } finally {
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}
