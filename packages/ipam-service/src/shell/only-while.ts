import { TrunklineError } from "@trunkline/core";

/**
 * Waits for work that goes on whatever becomes of this caller: it is shared with others, or must
 * reach its end once begun. Rejects CANCELLED when the signal aborts first.
 */
export function onlyWhile<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new TrunklineError("CANCELLED", "the caller gave up"));
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
