import type { Clock } from "@trunkline/core";
import { describe, expect, it } from "vitest";
import { Alarm } from "./alarm.ts";

/** A clock that is moved by hand; sleepers wake when their time has come. */
class HandClock implements Clock {
  #timeMs = 0;
  readonly #sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  nowMs(): number {
    return this.#timeMs;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { untilMs: this.#timeMs + durationMs, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(new Error("cut short"));
      });
    });
  }

  async move(durationMs: number): Promise<void> {
    for (let step = 0; step < durationMs; step += 10) {
      this.#timeMs += 10;
      for (const sleeper of this.#sleepers) {
        if (sleeper.untilMs > this.#timeMs) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
  }
}

describe("the alarm", () => {
  it("wakes each node when it is due, also when an earlier one comes while it sleeps", async () => {
    const clock = new HandClock();
    const alarm = new Alarm(clock);
    const ending = new AbortController();
    const woken: string[] = [];
    const running = alarm.run(ending.signal, (name) => woken.push(`${name}@${clock.nowMs()}`));
    alarm.set("late", 30_000);
    alarm.set("never", 20_000);
    await clock.move(1_000);
    alarm.set("soon", 1_500);
    alarm.set("never", undefined);
    await clock.move(30_000);
    ending.abort();
    await running;
    expect(woken.map((text) => text.split("@")[0])).toEqual(["soon", "late"]);
    const [soonMs, lateMs] = woken.map((text) => Number(text.split("@")[1]));
    expect(soonMs).toBeGreaterThanOrEqual(1_500);
    expect(soonMs).toBeLessThan(1_600);
    expect(lateMs).toBeLessThan(30_100);
  });
});
