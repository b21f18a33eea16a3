/** First wait after a failed call. */
const BASE_MS = 500;

/** Longest wait between two attempts; attempts never end. */
const MAX_MS = 60_000;

/**
 * Wait before the next attempt, milliseconds: doubles from 0.5 s to 60 s, spread by ±20 % so that
 * entries that failed together do not come back together. The spread derives from the entry's id,
 * which keeps deciders free of chance.
 */
export function backoffMs(failedCount: number, id: string): number {
  const plain = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(failedCount - 1, 20));
  return Math.round(plain * (0.8 + 0.4 * spread(`${id}:${failedCount}`)));
}

// FNV-1a over the text, as a number in [0, 1).
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) / 4294967296;
}
