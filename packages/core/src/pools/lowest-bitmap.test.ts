import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LowestBitmap } from "./lowest-bitmap.ts";

// The ends of words on each of the three levels, where a wrong shift would show.
const edges = [0, 15, 16, 31, 32, 1023, 1024, 32_767, 32_768, 65_534, 65_535];
const number = fc.oneof(fc.constantFrom(...edges), fc.nat(65_535));

describe("a bitmap", () => {
  it("has the members and gives the lowest member of a Set", () => {
    const step = fc.oneof(number, fc.constant("takeLowest" as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const bitmap = new LowestBitmap(65_536);
        const twin = new Set<number>();
        for (const n of steps) {
          if (n === "takeLowest") {
            const lowest = twin.size === 0 ? -1 : Math.min(...twin);
            expect(bitmap.takeLowest()).toBe(lowest);
            twin.delete(lowest);
            continue;
          }
          expect(bitmap.has(n)).toBe(twin.has(n));
          if (twin.delete(n)) bitmap.remove(n);
          else {
            bitmap.add(n);
            twin.add(n);
          }
          expect(bitmap.count).toBe(twin.size);
        }
      }),
    );
  });

  it("finds whole sixteens as a scan does", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(127), { maxLength: 40 }), (missing) => {
        const bitmap = new LowestBitmap(128);
        for (let n = 0; n < 128; n++) if (!missing.includes(n)) bitmap.add(n);
        const whole = [0, 16, 32, 48, 64, 80, 96, 112].filter(
          (first) => !missing.some((n) => n >= first && n < first + 16),
        );
        expect(bitmap.lowestSixteen()).toBe(whole[0] ?? -1);
        expect(bitmap.countSixteens()).toBe(whole.length);
        for (let first = 0; first < 128; first += 16) {
          expect(bitmap.hasSixteen(first)).toBe(whole.includes(first));
        }
      }),
    );
  });

  it("is never larger than the largest subnet", () => {
    expect(() => new LowestBitmap(65_537)).toThrow(/invariant broken: size 65537/);
  });
});
