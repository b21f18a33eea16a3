import { TrunklineError } from "@trunkline/core";

/** Calls that may wait at once; more are refused instead of piling up. */
const WAITER_COUNT_MAX = 20_000;

interface Waiter<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: TrunklineError) => void;
}

/** Those who wait for an answer that somebody else brings about, by what they wait for. */
export class Waiters<Answer> {
  readonly #byKey = new Map<string, Set<Waiter<Answer>>>();
  #count = 0;

  /** Resolves with the next answer for the key. Rejects CANCELLED when the caller gives up. */
  wait(key: string, signal: AbortSignal): Promise<Answer> {
    if (this.#count >= WAITER_COUNT_MAX) {
      const text = `${this.#count} calls wait already`;
      return Promise.reject(new TrunklineError("NOT_READY", text));
    }
    if (signal.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener("abort", giveUp);
        this.#remove(key, waiter);
      };
      const giveUp = () => {
        leave();
        reject(cancelled());
      };
      const waiter: Waiter<Answer> = {
        resolve: (answer) => {
          leave();
          resolve(answer);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#add(key, waiter);
    });
  }

  /** Answers all who wait for the key. */
  answer(key: string, answer: Answer): void {
    for (const waiter of [...(this.#byKey.get(key) ?? [])]) waiter.resolve(answer);
  }

  /** Refuses all who wait for the key. */
  refuse(key: string, error: TrunklineError): void {
    for (const waiter of [...(this.#byKey.get(key) ?? [])]) waiter.reject(error);
  }

  /** Refuses everybody. */
  refuseAll(error: TrunklineError): void {
    for (const key of [...this.#byKey.keys()]) this.refuse(key, error);
  }

  #add(key: string, waiter: Waiter<Answer>): void {
    const waiting = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, waiting.add(waiter));
    this.#count += 1;
  }

  #remove(key: string, waiter: Waiter<Answer>): void {
    const waiting = this.#byKey.get(key);
    if (!waiting?.delete(waiter)) return;
    this.#count -= 1;
    if (waiting.size === 0) this.#byKey.delete(key);
  }
}

function cancelled(): TrunklineError {
  return new TrunklineError("CANCELLED", "the caller gave up");
}
