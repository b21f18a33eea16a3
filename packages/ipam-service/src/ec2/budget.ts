import { type Clock, TrunklineError } from "@trunkline/core";

/** Who goes first when an action's budget is short: a pod that starts, a release, the rest. */
export type Priority = "start" | "release" | "housekeeping";

const PRIORITIES: readonly Priority[] = ["start", "release", "housekeeping"];

/** Size of a token bucket. */
export interface BudgetSize {
  readonly capacity: number;
  readonly refillPerSec: number;
}

/** Longest a call waits for its turn; one that would wait longer is refused at once. */
const WAIT_MS_MAX = 20_000;

/** Slowest we go after EC2 has refused for rate, as a part of the documented rate. */
const RATE_FACTOR_MIN = 1 / 8;

/** Time after which a slowed rate has doubled again. */
const RECOVERY_MS = 5_000;

interface Waiter {
  readonly grant: () => void;
}

/**
 * The requests that may be sent for one EC2 action: a token bucket of the documented size. Others
 * of the account draw from the same bucket of EC2, so a refusal empties ours and halves its rate,
 * which then recovers; it never falls below an eighth, so a busy account slows us but does not
 * silence us.
 */
export class Budget {
  readonly #action: string;
  readonly #size: BudgetSize;
  readonly #clock: Clock;
  readonly #queues: Readonly<Record<Priority, Waiter[]>> = {
    start: [],
    release: [],
    housekeeping: [],
  };
  #tokens: number;
  #rateFactor = 1;
  #timeMs: number;
  #isPumping = false;

  constructor(action: string, size: BudgetSize, clock: Clock) {
    this.#action = action;
    this.#size = size;
    this.#clock = clock;
    this.#tokens = size.capacity;
    this.#timeMs = clock.nowMs();
  }

  /** Resolves when a request may be sent. Throws THROTTLED if its turn is more than 20 s away. */
  take(priority: Priority): Promise<void> {
    this.#refill();
    const aheadCount = this.#countAhead(priority);
    if (aheadCount === 0 && this.#tokens >= 1) {
      this.#tokens -= 1;
      return Promise.resolve();
    }
    const waitMs = (aheadCount + 1 - this.#tokens) / this.#ratePerMs();
    if (waitMs > WAIT_MS_MAX) return Promise.reject(this.#refusal(waitMs));
    return new Promise((resolve) => {
      this.#queues[priority].push({ grant: resolve });
      if (!this.#isPumping) void this.#pump();
    });
  }

  /** EC2 refused a request for its rate. */
  slowDown(): void {
    this.#refill();
    this.#tokens = 0;
    this.#rateFactor = Math.max(RATE_FACTOR_MIN, this.#rateFactor / 2);
  }

  // Never rejects: the clock's sleep does so on abortion only, and nothing aborts it.
  async #pump(): Promise<void> {
    this.#isPumping = true;
    for (;;) {
      const queue = PRIORITIES.map((priority) => this.#queues[priority]).find((q) => q.length > 0);
      if (!queue) break;
      this.#refill();
      if (this.#tokens >= 1) {
        this.#tokens -= 1;
        queue.shift()?.grant();
        continue;
      }
      await this.#clock.sleep(Math.max(1, Math.ceil((1 - this.#tokens) / this.#ratePerMs())));
    }
    this.#isPumping = false;
  }

  #refill(): void {
    const nowMs = this.#clock.nowMs();
    // A clock that was set back adds nothing.
    const elapsedMs = Math.max(0, nowMs - this.#timeMs);
    this.#timeMs = nowMs;
    this.#tokens = Math.min(this.#size.capacity, this.#tokens + elapsedMs * this.#ratePerMs());
    this.#rateFactor = Math.min(1, this.#rateFactor * 2 ** (elapsedMs / RECOVERY_MS));
  }

  #ratePerMs(): number {
    return (this.#size.refillPerSec * this.#rateFactor) / 1000;
  }

  #countAhead(priority: Priority): number {
    const reach = PRIORITIES.slice(0, PRIORITIES.indexOf(priority) + 1);
    return reach.reduce((sum, each) => sum + this.#queues[each].length, 0);
  }

  #refusal(waitMs: number): TrunklineError {
    const { capacity, refillPerSec } = this.#size;
    const text =
      `the budget of ${this.#action} (${capacity}, ${refillPerSec} a second) is used up ` +
      `for the next ${Math.ceil(waitMs / 1000)} s`;
    const facts = { action: this.#action, retryAfterMs: String(WAIT_MS_MAX / 4) };
    return new TrunklineError("THROTTLED", text, { facts });
  }
}
