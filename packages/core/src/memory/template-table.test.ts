import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { templateTable } from "./template-table.ts";

const entriesMax = 3000;
const part = fc.oneof(fc.nat(20), fc.nat((1 << 17) - 1));
const keys = fc.array(fc.tuple(part, part, part), { minLength: 1, maxLength: 2500 });

describe("a table of templates", () => {
  it("has what was set, and nothing else", () => {
    const likeMap = fc.property(keys, keys, (known, others) => {
      const table = templateTable<string>(entriesMax);
      const map = new Map<string, string>();
      for (const [a, b, c] of known) {
        const text = `${a} ${b} ${c}`;
        if (table.get(a, b, c) === undefined) expect(table.set([a, b, c], text)).toBe(text);
        map.set(text, text);
      }
      for (const [a, b, c] of [...known, ...others]) {
        expect(table.get(a, b, c)).toBe(map.get(`${a} ${b} ${c}`));
      }
    });
    fc.assert(likeMap, { seed: 31, numRuns: 30 });
  });

  it("begins anew when it is full", () => {
    const table = templateTable<string>(2);
    for (const key of [1, 2, 3]) table.set([key, key, key], `${key}`);
    expect([1, 2, 3].map((key) => table.get(key, key, key))).toEqual([undefined, undefined, "3"]);
  });
});
