import type { GroupSets } from "./group-sets.ts";
import { key4, lengthOfKey4, type PrefixNodes } from "./prefix-nodes.ts";
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
  const keys = keysOf(nodes, sets);
  const headCounts = new Map([...roots, ...ends].map((bits) => [bits, countHeads(keys, bits)]));
  const blockCells = (head: number, width: number) => (headCounts.get(head) ?? 0) * 2 ** width;
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
function keysOf({ bases4, lengths4 }: PrefixNodes, { ips4, prefixes }: GroupSets): Float64Array {
  const keys = new Float64Array(bases4.length + ips4.length + prefixes.length);
  let count = 0;
  for (let at = 0; at < bases4.length; at++) keys[count++] = key4(bases4[at], lengths4[at]);
  for (let at = 0; at < ips4.length; at++) keys[count++] = key4(ips4[at], 32);
  for (const { cidr } of prefixes) {
    if (cidr.family === 4) keys[count++] = key4(cidr.base, cidr.prefixLength);
  }
  return keys.subarray(0, count).sort();
}

// How many different first bits longer prefixes have: each such head opens a block.
function countHeads(keys: Float64Array, bits: number): number {
  const scale = 2 ** (bits - 38);
  let count = 0;
  let last = -1;
  for (let at = 0; at < keys.length; at++) {
    if (lengthOfKey4(keys[at]) <= bits) continue;
    const head = Math.floor(keys[at] * scale);
    if (head !== last) count++;
    last = head;
  }
  return count;
}
