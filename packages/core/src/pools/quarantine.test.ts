import fc from "fast-check";
import { expect, it } from "vitest";
import { Quarantine } from "./quarantine.ts";

const size = 300; // more than four times the first capacity, so that the ring grows while turned
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ push: fc.nat(size - 1), waitMs: fc.integer({ min: -3, max: 5 }) }),
  },
  { weight: 3, arbitrary: fc.record({ popAfterMs: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.nat(size - 1) }) },
);

it("a quarantine is a queue whose times never go down, at any length", () => {
  const steps = fc.array(step, { minLength: 200, maxLength: 600, size: "max" });
  fc.assert(
    fc.property(steps, (all) => {
      const quarantine = new Quarantine(size);
      let twin: { slot: number; readyMs: number }[] = [];
      let nowMs = 0;
      // Compared once at the end: an expectation for each step would cost more than all steps.
      const seen: unknown[] = [];
      const wanted: unknown[] = [];
      for (const one of all) {
        if ("push" in one && !quarantine.has(one.push)) {
          nowMs += one.waitMs;
          quarantine.push(one.push, nowMs);
          twin.push({ slot: one.push, readyMs: Math.max(nowMs, twin.at(-1)?.readyMs ?? nowMs) });
        }
        if ("popAfterMs" in one) {
          const time = nowMs + one.popAfterMs - 500;
          const first = twin[0] !== undefined && twin[0].readyMs <= time ? twin.shift() : undefined;
          seen.push(quarantine.popReady(time));
          wanted.push(first?.slot ?? -1);
        }
        if ("remove" in one && quarantine.has(one.remove)) {
          quarantine.remove(one.remove);
          twin = twin.filter(({ slot }) => slot !== one.remove);
        }
        seen.push(quarantine.count, quarantine.nextReadyMs);
        wanted.push(twin.length, twin[0]?.readyMs);
      }
      expect(seen).toEqual(wanted);
      expect([...quarantine.entries()]).toEqual(twin.map((e) => [e.slot, e.readyMs]));
      const slots = Array.from({ length: size }, (_, slot) => slot);
      expect(slots.filter((slot) => quarantine.has(slot))).toEqual(
        twin.map(({ slot }) => slot).sort((a, b) => a - b),
      );
    }),
    { numRuns: 30 },
  );
});
