import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AxisWriter } from "./axis-writer.ts";
import { growing16, growing32 } from "./grower.ts";

const shift = 5;
const xCount = 200;

function emptyWriter(): AxisWriter {
  const [dir, pages] = [growing32(), growing16()];
  dir.add(1 + (xCount >> shift), 0);
  pages.add(1 << shift, 0);
  return new AxisWriter(dir, pages, shift);
}

// Few values, and many runs that end where a page does.
const arbitraryRuns = fc.array(
  fc.record({
    length: fc.oneof(fc.nat(90), fc.constantFrom(16, 32, 48, 80)),
    value: fc.oneof(fc.nat(4), fc.nat(3000)),
  }),
  { maxLength: 12 },
);
type Runs = readonly { readonly length: number; readonly value: number }[];

/** Writes runs one after the other; returns what each x should be. */
function write(runs: Runs, fill: (from: number, to: number, value: number) => void): Int32Array {
  const expected = new Int32Array(xCount);
  let from = 0;
  for (const { length, value } of runs) {
    const to = Math.min(xCount, from + length);
    if (value > 0) fill(from, to, value);
    expected.fill(value, from, to);
    from = to;
  }
  return expected;
}

describe("cells and pages of an axis", () => {
  it("hold every run that was filled, and 0 elsewhere", () => {
    fc.assert(
      fc.property(arbitraryRuns, (runs) => {
        const writer = emptyWriter();
        const expected = write(runs, (...run) => writer.fill(0, ...run));
        expect(expected.map((_, x) => writer.valueAt(0, x))).toEqual(expected);
      }),
    );
  });

  it("hold every run that was joined", () => {
    fc.assert(
      fc.property(arbitraryRuns, (runs) => {
        const writer = emptyWriter();
        const expected = write(runs, (...run) => writer.join(...run));
        writer.flush(0);
        expect(expected.map((_, x) => writer.valueAt(0, x))).toEqual(expected);
      }),
    );
  });

  it("take one page for a value of many whole cells and part of another", () => {
    const writer = emptyWriter();
    writer.fill(0, 0, 170, 7);
    expect(writer.pages.length).toBe(2 << shift);
  });

  it("take no page where joined runs of one value meet", () => {
    const writer = emptyWriter();
    for (let from = 0; from < 160; from += 10) writer.join(from, from + 10, 7);
    writer.flush(0);
    expect(writer.pages.length).toBe(2 << shift);
  });
});
