import type { Clock } from "@trunkline/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget } from "./budget.ts";

/** A clock that stands still until somebody sleeps, and then jumps. */
function jumpingClock(): Clock & { timeMs: number } {
  return {
    timeMs: 0,
    nowMs() {
      return this.timeMs;
    },
    async sleep(durationMs) {
      await Promise.resolve();
      this.timeMs += durationMs;
    },
  };
}

describe("a budget", () => {
  it("lets its capacity through at once and then its rate", async () => {
    const clock = jumpingClock();
    const budget = new Budget("CreateNetworkInterface", { capacity: 10, refillPerSec: 5 }, clock);
    await Promise.all(Array.from({ length: 10 }, () => budget.take("start")));
    expect(clock.timeMs).toBe(0);
    await Promise.all(Array.from({ length: 10 }, () => budget.take("start")));
    expect(clock.timeMs).toBeGreaterThanOrEqual(2_000);
    expect(clock.timeMs).toBeLessThan(2_100);
  });

  it("never sends more than its size allows in any stretch of time", async () => {
    const gaps = fc.array(fc.nat({ max: 3_000 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(gaps, async (waits) => {
        const clock = jumpingClock();
        const budget = new Budget("A", { capacity: 5, refillPerSec: 2 }, clock);
        const sentMs: number[] = [];
        for (const waitMs of waits) {
          clock.timeMs += waitMs;
          await budget.take("start");
          sentMs.push(clock.timeMs);
        }
        for (const [from, startMs] of sentMs.entries()) {
          for (const [to, endMs] of sentMs.entries()) {
            const count = to - from + 1;
            const allowed = 5 + ((endMs - startMs) * 2) / 1000;
            if (to >= from) expect(count).toBeLessThanOrEqual(allowed + 1e-6);
          }
        }
      }),
    );
  });

  it("serves pods that start before releases, and those before the rest", async () => {
    const clock = jumpingClock();
    const budget = new Budget("A", { capacity: 1, refillPerSec: 1 }, clock);
    await budget.take("start");
    const order: string[] = [];
    const waiting = (["housekeeping", "release", "start", "release", "start"] as const).map(
      async (priority) => {
        await budget.take(priority);
        order.push(priority);
      },
    );
    await Promise.all(waiting);
    expect(order).toEqual(["start", "start", "release", "release", "housekeeping"]);
  });

  it("refuses at once what would wait too long", async () => {
    const clock = jumpingClock();
    clock.sleep = () => new Promise(() => {});
    const budget = new Budget("A", { capacity: 1, refillPerSec: 1 }, clock);
    await budget.take("start");
    const waiting = Array.from({ length: 20 }, () => budget.take("start"));
    await expect(budget.take("start")).rejects.toMatchObject({ code: "THROTTLED" });
    expect(waiting).toHaveLength(20);
  });

  it("slows down when EC2 refuses, and recovers", async () => {
    const clock = jumpingClock();
    const budget = new Budget("A", { capacity: 10, refillPerSec: 10 }, clock);
    budget.slowDown();
    await budget.take("start");
    expect(clock.timeMs).toBeGreaterThan(150);
    clock.timeMs += 60_000;
    const beforeMs = clock.timeMs;
    await Promise.all(Array.from({ length: 10 }, () => budget.take("start")));
    expect(clock.timeMs).toBe(beforeMs);
  });
});
