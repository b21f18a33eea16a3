import { setImmediate } from "node:timers/promises";
import type { AbortSignalLike, Clock } from "@trunkline/core";
import type { Cloud } from "@trunkline/core/inputs";
import type { Log } from "@trunkline/process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ON_DEMAND_MS, watchCloud } from "./watch-cloud.ts";

/** Time that passes when a test says so. */
class ManualClock implements Clock {
  #nowMs = 1_000_000;
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(durationMs: number, signal?: AbortSignalLike): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { atMs: this.#nowMs + durationMs, wake: resolve };
      this.#sleepers.push(sleeper);
      const cut = () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason);
      };
      if (signal?.aborted) cut();
      else signal?.addEventListener("abort", cut, { once: true });
    });
  }

  /** Lets time pass, waking whoever sleeps on the way, in order. */
  async pass(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      await setImmediate();
      const next = this.#sleepers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    this.#nowMs = endMs;
    await setImmediate();
  }
}

const cloud: Cloud = {
  vpcs: [],
  subnets: [],
  routeTables: [],
  groups: [],
  prefixLists: [],
  interfaces: [],
  instances: [],
};

/** A watch over readings that take `readingMs` and fail when told to. */
function start(readingMs: () => number) {
  const clock = new ManualClock();
  const startsMs: number[] = [];
  const logged: string[] = [];
  const state = {
    failure: undefined as string | undefined,
    refused: [] as string[],
    isBroken: false,
  };
  const note = (_fields: object, message: string) => void logged.push(message);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const watch = watchCloud({
    read: async (abort) => {
      startsMs.push(clock.nowMs());
      await clock.sleep(readingMs(), abort);
      if (state.failure !== undefined) throw new Error(state.failure);
      return { cloud, refused: state.refused };
    },
    onCloud: () => {
      if (state.isBroken) throw new Error("bug");
    },
    intervalMs: 10_000,
    clock,
    random: () => 0.5,
    log,
  });
  return { clock, startsMs, logged, state, watch };
}

const gaps = (times: readonly number[]) =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe("a watched cloud", () => {
  it("is read at once and then after every interval", async () => {
    const { clock, startsMs, watch } = start(() => 500);
    await clock.pass(30_000);
    expect(gaps(startsMs)).toEqual([10_500, 10_500]);
    await watch.close();
  });

  it("is read for whoever asks, after the asking and not more often than is allowed", async () => {
    const steps = fc.array(fc.record({ passMs: fc.nat(2500), asks: fc.nat(3) }), { maxLength: 12 });
    const readings = fc.array(fc.nat(1500), { minLength: 1, maxLength: 4 });
    const run = async (plan: { passMs: number; asks: number }[], readingsMs: number[]) => {
      let turn = 0;
      const { clock, startsMs, watch } = start(() => readingsMs[turn++ % readingsMs.length] ?? 0);
      const answers: { readonly askedMs: number; answeredMs?: number }[] = [];
      for (const { passMs, asks } of plan) {
        for (let ask = 0; ask < asks; ask += 1) {
          const answer: { askedMs: number; answeredMs?: number } = { askedMs: clock.nowMs() };
          answers.push(answer);
          void watch.refresh().then(() => {
            answer.answeredMs = clock.nowMs();
          });
        }
        await clock.pass(passMs);
      }
      await clock.pass(10_000);
      for (const gap of gaps(startsMs)) expect(gap).toBeGreaterThanOrEqual(ON_DEMAND_MS);
      for (const { askedMs, answeredMs } of answers) {
        expect(answeredMs).toBeDefined();
        const isServed = startsMs.some((at) => at >= askedMs && at <= (answeredMs ?? 0));
        expect(isServed).toBe(true);
      }
      await watch.close();
    };
    await fc.assert(fc.asyncProperty(steps, readings, run), { numRuns: 60 });
  });

  it("that cannot be read is tried again with growing waits, and complained of once", async () => {
    const { clock, startsMs, logged, state, watch } = start(() => 0);
    state.failure = "away";
    await clock.pass(100);
    expect(watch.status()).toEqual({ readAtMs: undefined, failure: "away" });
    await clock.pass(120_000);
    const waits = gaps(startsMs);
    expect(waits.slice(0, 4)).toEqual([1_000, 1_500, 3_000, 6_000]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(logged).toEqual(["EC2 cannot be read; trying again"]);
    state.failure = undefined;
    await clock.pass(30_000);
    expect(watch.status().failure).toBeUndefined();
    expect(logged.at(-1)).toBe("EC2 is read again");
    await watch.close();
  });

  it("warns once of what EC2 refuses", async () => {
    const { clock, logged, state, watch } = start(() => 0);
    state.refused = ["DescribeRouteTables"];
    await clock.pass(60_000);
    expect(logged).toEqual(["EC2 refuses some reads"]);
    await watch.close();
  });

  it("goes on when nothing can be made of what it read", async () => {
    const { clock, startsMs, logged, state, watch } = start(() => 0);
    state.isBroken = true;
    await clock.pass(15_000);
    expect(startsMs).toHaveLength(2);
    expect(logged[0]).toBe("EC2's answers make no world");
    expect(watch.status().failure).toBeUndefined();
    await watch.close();
  });

  it("that ends leaves nobody waiting", async () => {
    const { clock, watch } = start(() => 60_000);
    const asked = Promise.all([watch.refresh(), watch.settled()]);
    await clock.pass(10);
    await watch.close();
    await asked;
    await watch.refresh();
  });
});
