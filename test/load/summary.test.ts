import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percentile, summarize } from "./summary.ts";

describe("a summary", () => {
  it("is exact: of the samples 1..1000 the 99.9th percentile is 999", () => {
    const samples = Array.from({ length: 1000 }, (_, index) => 1000 - index);
    expect(summarize(samples, 2000)).toEqual({
      count: 1000,
      ratePerSec: 500,
      p50Ms: 500,
      p99Ms: 990,
      p999Ms: 999,
      maxMs: 1000,
    });
  });

  it("names a sample that the asked share does not exceed, and no smaller one would do", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (samples, share) => {
          const sorted = Float64Array.from(samples).sort();
          const value = percentile(sorted, share);
          const atMost = (limit: number) => sorted.filter((each) => each <= limit).length;
          expect(atMost(value)).toBeGreaterThanOrEqual(sorted.length * share);
          const smaller = sorted.filter((each) => each < value).at(-1);
          if (smaller !== undefined) expect(atMost(smaller)).toBeLessThan(sorted.length * share);
        },
      ),
    );
  });

  it("of nothing is nothing", () => {
    expect(summarize([], 1000)).toBeUndefined();
  });
});
