import fc from "fast-check";
import { expect, it } from "vitest";
import { PairTable } from "./pair-table.ts";

const word = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer());

it("numbers pairs in their order, like a map", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word), { maxLength: 4000, size: "max" }), (pairs) => {
      const table = new PairTable();
      const map = new Map<string, number>();
      const answers = pairs.map(([first, second]) => {
        return [table.find(first, second), table.numberOf(first, second)];
      });
      const expected = pairs.map((pair) => {
        const key = pair.join(" ");
        const known = map.get(key) ?? -1;
        if (known < 0) map.set(key, map.size);
        return [known, map.get(key)];
      });
      expect(answers).toEqual(expected);
      expect(Array.from(table.firsts, (one, at) => `${one} ${table.seconds[at]}`)).toEqual([
        ...map.keys(),
      ]);
    }),
    { numRuns: 20, seed: 32 },
  );
}, 60_000);

it("takes few steps for pairs that one hash sends to one place", () => {
  const table = new PairTable();
  const colliding: [number, number][] = [];
  // One slot of the first 2,048, whose hash has no seed yet.
  for (let first = 0; first < 800_000; first++) {
    let hash = Math.imul(first, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ 7, 0xc2b2ae35);
    if (((hash ^ (hash >>> 13)) & 2047) === 5) colliding.push([first, 7]);
  }
  for (const [at, [first, second]] of colliding.entries()) {
    expect(table.numberOf(first, second)).toBe(at);
  }
  for (const [at, [first, second]] of colliding.entries()) {
    expect(table.find(first, second)).toBe(at);
  }
  expect(colliding.length).toBeGreaterThan(150);
}, 60_000);
