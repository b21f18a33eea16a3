import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellPairs } from "./cell-pairs.ts";
import { IntLists } from "./int-lists.ts";

const word = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);

describe("pairs of numbers", () => {
  it("are numbered in the order they appear, as a map of texts numbers them", () => {
    const pairs = fc.array(fc.tuple(word, word), { maxLength: 3000, size: "max" });
    fc.assert(
      fc.property(pairs, (all) => {
        const numbers = new CellPairs();
        const known = new Map<string, number>();
        for (const [one, two] of all) {
          const text = `${one} ${two}`;
          expect(numbers.find(one, two)).toBe(known.get(text) ?? -1);
          if (!known.has(text)) known.set(text, known.size);
          expect(numbers.of(one, two)).toBe(known.get(text));
        }
        expect(numbers.count).toBe(known.size);
      }),
      { numRuns: 20 },
    );
  });
});

describe("lists of numbers", () => {
  it("have one number each, and are told from it", () => {
    const lists = fc.array(fc.array(fc.nat(5), { maxLength: 6 }), { maxLength: 50 });
    fc.assert(
      fc.property(lists, (all) => {
        const known = new IntLists();
        const numbers = all.map((items) => known.of(items));
        for (const [at, items] of all.entries()) {
          expect(known.itemsOf(numbers[at])).toEqual(items);
          const twin = all.findIndex((other) => String(other) === String(items));
          expect(numbers[twin]).toBe(numbers[at]);
        }
      }),
    );
  });
});
