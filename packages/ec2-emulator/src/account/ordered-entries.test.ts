import fc from "fast-check";
import { expect, it } from "vitest";
import { OrderedEntries } from "./ordered-entries.ts";

// Blocks of places that come and go at once, so that runs are cut and become empty.
const block = fc.record({
  start: fc.nat(3000),
  count: fc.integer({ min: 1, max: 1500 }),
  step: fc.integer({ min: 1, max: 3 }),
  isDeletion: fc.boolean(),
});

it("entries read on from any place in order, whatever came and went", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 8 }), fc.nat(7000), (blocks, after) => {
      const entries = new OrderedEntries<number>();
      const model = new Set<number>();
      for (const { start, count, step, isDeletion } of blocks) {
        for (let i = 0; i < count; i++) {
          const sequence = 1 + start + i * step;
          if (isDeletion) entries.delete(sequence);
          else entries.add({ row: sequence, sequence });
          if (isDeletion) model.delete(sequence);
          else model.add(sequence);
        }
      }
      const sorted = [...model].sort((a, b) => a - b);
      expect(entries.size).toBe(model.size);
      expect([...entries.after(0)]).toEqual(sorted);
      expect([...entries.after(after)]).toEqual(sorted.filter((one) => one > after));
    }),
    { numRuns: 30 },
  );
});
