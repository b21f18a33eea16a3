/**
 * Throws a plain `Error` when an invariant does not hold; active in production.
 *
 * A plain error, not a `TrunklineError`: a broken invariant is a bug of ours and must show as one.
 */
export function assert(condition: unknown, text: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${text}`);
}
