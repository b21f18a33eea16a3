import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AxisWriter } from "./axis-writer.ts";
import { growing32 } from "./grower.ts";

const shift = 5;
const xCount = 200;

function emptyWriter(): AxisWriter {
  const [dir, pages] = [growing32(), growing32()];
  dir.add(1 + (xCount >> shift), 0);
  pages.add(1 << shift, 0);
  return new AxisWriter(dir, pages, shift);
}

describe("cells and pages of an axis", () => {
  it("hold every run that was filled, and 0 elsewhere", () => {
    // Few values, and many runs that end where a page does.
    const length = fc.oneof(fc.nat(90), fc.constantFrom(16, 32, 48, 80));
    const run = fc.record({ length, value: fc.oneof(fc.nat(4), fc.nat(3000)) });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 12 }), (runs) => {
        const writer = emptyWriter();
        const expected = new Int32Array(xCount);
        let from = 0;
        for (const { length, value } of runs) {
          const to = Math.min(xCount, from + length);
          if (value > 0) writer.fill(0, from, to, value);
          expected.fill(value, from, to);
          from = to;
        }
        const held = Int32Array.from(expected, (_, x) => writer.valueAt(0, x));
        expect(held).toEqual(expected);
      }),
    );
  });

  it("take one page for a value of many whole cells and part of another", () => {
    const writer = emptyWriter();
    writer.fill(0, 0, 170, 7);
    expect(writer.pages.length).toBe(2 << shift);
  });
});
