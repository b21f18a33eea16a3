import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growing32 } from "./grower.ts";
import type { Image } from "./image.ts";
import { LEAF } from "./layout.ts";
import { leafOf } from "./leaf-of.ts";
import { SealedTrie4 } from "./sealed-trie4.ts";
import type { TrieSplit } from "./trie-split.ts";
import { Trie4 } from "./trie4.ts";

const splits: readonly TrieSplit[] = [
  { root: 16, middle: 8, last: 8 },
  { root: 19, middle: 6, last: 7 },
];

interface Block {
  readonly base: number;
  readonly length: number;
}

const block = fc.record({ ip: fc.integer(), length: fc.nat(32) }).map(({ ip, length }): Block => {
  return { base: length === 0 ? 0 : ip & (-1 << (32 - length)), length };
});
const blocks = fc.array(block, { maxLength: 12 });

const inside = (ip: number, { base, length }: Block) =>
  length === 0 || (ip ^ base) >>> (32 - length) === 0;

// First and last of each block, and their neighbours.
const edgesOf = ({ base, length }: Block) => {
  const last = (base + 2 ** (32 - length) - 1) | 0;
  return [base, last, (base - 1) | 0, (last + 1) | 0];
};

describe("a sealed trie", () => {
  it.each(splits)(
    "leads to the leaf of the longest prefix, before and after changes, root $root",
    (split) => {
      fc.assert(
        fc.property(blocks, blocks, (painted, changed) => {
          const outerFirst = painted.toSorted((a, b) => a.length - b.length);
          const trie = sealedTrie(split, outerFirst);
          for (const { base, length } of changed) trie.change(base, length, (leaf) => leaf + 64);
          for (const ip of [...painted, ...changed].flatMap(edgesOf)) {
            const node = outerFirst.findLastIndex((one) => inside(ip, one)) + 1;
            const changes = changed.filter((one) => inside(ip, one)).length;
            expect(leafIn(trie, split, ip)).toBe((LEAF | node) + 64 * changes);
          }
        }),
        { numRuns: 40 },
      );
    },
  );
});

// Prefix 0 everywhere, then the blocks from 1 on.
function sealedTrie(split: TrieSplit, outerFirst: readonly Block[]): SealedTrie4 {
  const cells = growing32(1 << 21);
  const trie = Trie4.empty(cells.words, split);
  const all = [{ base: 0, length: 0 }, ...outerFirst];
  trie.paintNodes({
    bases4: Int32Array.from(all, ({ base }) => base),
    lengths4: Int32Array.from(all, ({ length }) => length),
  });
  SealedTrie4.seal(trie, split);
  return new SealedTrie4(trie.cells, split);
}

function leafIn({ cells }: SealedTrie4, { root, last }: TrieSplit, ip: number): number {
  const image = { trie4: cells.words, rootShift: 32 - root, lastShift: last };
  // The other columns are not read for IPv4.
  return leafOf(image as Image, { family: 4, ip });
}
