import { setTimeout as wait } from "node:timers/promises";

/** Time between two looks. */
const LOOK_EVERY_MS = 25;

/**
 * Waits until `look` neither throws nor returns false, at most `limitMs`; then fails with the last
 * reason.
 */
export async function eventually<Seen>(
  look: () => Seen | Promise<Seen>,
  limitMs = 10_000,
): Promise<Seen> {
  const startMs = performance.now();
  for (;;) {
    try {
      const seen = await look();
      if (seen !== false) return seen;
      if (performance.now() - startMs > limitMs) throw new Error(`not so within ${limitMs} ms`);
    } catch (error) {
      if (performance.now() - startMs > limitMs) throw error;
    }
    await wait(LOOK_EVERY_MS);
  }
}
