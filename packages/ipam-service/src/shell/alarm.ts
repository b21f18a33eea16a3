import type { Clock } from "@trunkline/core";

/** Shortest time between two rounds: due nodes that come in bursts share one. */
const ROUND_MS_MIN = 10;

/** Longest sleep, so that a wall clock that is set does not hold anything up for long. */
const SLEEP_MS_MAX = 5_000;

/** Wakes nodes when they are due. One sleep at a time, however many nodes. */
export class Alarm {
  readonly #clock: Clock;
  readonly #dueMs = new Map<string, number>();
  #wakeUp = new AbortController();
  #sleepsUntilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets when the node is due, milliseconds since 1970; undefined for never. */
  set(nodeName: string, dueMs: number | undefined): void {
    if (dueMs === undefined) {
      this.#dueMs.delete(nodeName);
      return;
    }
    this.#dueMs.set(nodeName, dueMs);
    if (dueMs < this.#sleepsUntilMs) this.#wakeUp.abort();
  }

  /** Calls `onDue` for each node that is due, until the signal ends it. Never rejects. */
  async run(signal: AbortSignal, onDue: (nodeName: string) => void): Promise<void> {
    while (!signal.aborted) {
      await this.#pause(ROUND_MS_MIN, signal);
      const nowMs = this.#clock.nowMs();
      this.#sleepsUntilMs = nowMs + SLEEP_MS_MAX;
      for (const dueMs of this.#dueMs.values()) {
        this.#sleepsUntilMs = Math.min(this.#sleepsUntilMs, dueMs);
      }
      this.#wakeUp = new AbortController();
      await this.#pause(
        this.#sleepsUntilMs - nowMs,
        AbortSignal.any([signal, this.#wakeUp.signal]),
      );
      this.#sleepsUntilMs = 0;
      for (const nodeName of this.#takeDue()) onDue(nodeName);
    }
  }

  async #pause(durationMs: number, signal: AbortSignal): Promise<void> {
    // A sleep rejects only when it is cut short, which is what the signals are for.
    if (durationMs > 0) await this.#clock.sleep(durationMs, signal).catch(() => undefined);
  }

  #takeDue(): readonly string[] {
    const nowMs = this.#clock.nowMs();
    const due = [...this.#dueMs].flatMap(([name, dueMs]) => (dueMs <= nowMs ? [name] : []));
    for (const name of due) this.#dueMs.delete(name);
    return due;
  }
}
