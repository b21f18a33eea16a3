import type { GroupSets } from "./group-sets.ts";
import { baseOfKey4, key4, lengthOfKey4, type PrefixNodes } from "./prefix-nodes.ts";
import { MAX_BLOCK_BITS } from "./sealed-trie4.ts";

/** Bits of an IPv4 address that the levels of the trie look at; 32 together. */
export interface TrieSplit {
  readonly root: number;
  readonly middle: number;
  readonly last: number;
}

/** A way to split, with the cells that it takes. */
export interface SizedSplit extends TrieSplit {
  readonly cellCount: number;
}

// A root of more bits leaves the level-two cache to nobody else.
const roots = [16, 17, 18, 19];
const ends = [24, 25];

/** A cell of the root is read as often as this many of all others: it drives them out of caches. */
const rootWeight = 5;

/**
 * The split that takes the fewest cells, those of the root counted {@link rootWeight} times.
 *
 * A few prefixes fit best under a small root. Many, scattered over all addresses, each open blocks
 * of their own, which are smaller under a large one: at 100,000 rules 10 MB in place of 19.
 */
export function cheapestSplit(nodes: PrefixNodes, sets: GroupSets): SizedSplit {
  const headCounts = countHeads(sortedKeys(nodes, sets));
  const blockCells = (head: number, width: number) => headCounts[head] * 2 ** width;
  const splits = roots.flatMap((root) =>
    ends.flatMap((end) => {
      const [middle, last] = [end - root, 32 - end];
      if (middle > MAX_BLOCK_BITS) return [];
      const cellCount = 2 ** root + blockCells(root, middle) + blockCells(end, last);
      return [{ root, middle, last, cellCount }];
    }),
  );
  return splits.reduce((best, split) => (costOf(split) < costOf(best) ? split : best));
}

function costOf({ root, cellCount }: SizedSplit): number {
  return cellCount + (rootWeight - 1) * 2 ** root;
}

// All prefixes and held addresses, sorted.
function sortedKeys({ keys4 }: PrefixNodes, { ips4, prefixes }: GroupSets): Float64Array {
  const held = prefixes.flatMap(({ cidr }) => {
    return cidr.family === 4 ? [key4(cidr.base, cidr.prefixLength)] : [];
  });
  const keys = new Float64Array(keys4.length + ips4.length + held.length);
  keys.set(keys4);
  keys.set(held, keys4.length);
  for (let at = 0, to = keys4.length + held.length; at < ips4.length; at++, to++) {
    keys[to] = key4(ips4[at], 32);
  }
  return keys.sort();
}

// By number of bits: how many different first bits longer prefixes have. Each such head opens a
// block.
//
// Sorted prefixes with one head follow each other, those no longer than it before the rest. So the
// heads that are new with a prefix are shorter than it; and either longer than what it has in
// common with the one before, or at least as long as that one.
function countHeads(keys: Float64Array): Int32Array {
  const counts = new Int32Array(34);
  let lastBase = 0;
  let lastLength = 0;
  for (let at = 0; at < keys.length; at++) {
    const base = baseOfKey4(keys[at]);
    const length = lengthOfKey4(keys[at]);
    const first = Math.min(Math.clz32(base ^ lastBase) + 1, lastLength);
    if (first < length) {
      counts[first]++;
      counts[length]--;
    }
    lastBase = base;
    lastLength = length;
  }
  for (let bits = 0; bits < 32; bits++) counts[bits + 1] += counts[bits];
  return counts;
}
