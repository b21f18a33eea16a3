import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Throttle } from "./throttle.ts";

function takes(throttle: Throttle, action: string, nowMs: number): boolean {
  try {
    const call = { action, mutates: true, isWhole: false, instanceCount: 0 };
    throttle.take(call, nowMs, "111122223333");
    return true;
  } catch {
    return false;
  }
}

describe("a bucket", () => {
  it("never lets more through than it held and what came back since", () => {
    const gaps = fc.array(fc.nat(2000), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, (list) => {
        const throttle = new Throttle(true);
        throttle.override("X", { capacity: 7, refillPerSec: 3 });
        let [nowMs, taken] = [0, 0];
        for (const gap of list) {
          nowMs += gap;
          if (takes(throttle, "X", nowMs)) taken++;
          expect(taken).toBeLessThanOrEqual(7 + (nowMs / 1000) * 3 + 1e-6);
        }
      }),
    );
  });

  it("is full again after its time, and is no other action's", () => {
    const throttle = new Throttle(true);
    const burst = (action: string, nowMs: number) => {
      let count = 0;
      while (takes(throttle, action, nowMs)) count++;
      return count;
    };
    expect(burst("AssociateTrunkInterface", 0)).toBe(50);
    expect(burst("DisassociateTrunkInterface", 0)).toBe(50);
    expect(burst("AssociateTrunkInterface", 10_000)).toBe(50);
    expect(burst("AssociateTrunkInterface", 0)).toBe(0);
  });
});
