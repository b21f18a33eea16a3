import { TrunklineError } from "../errors/trunkline-error.ts";
import { NODE_MASK, ROW_SHIFT } from "./layout.ts";
import type { Cidr6, PrefixNames } from "./prefix-names.ts";

/**
 * Every prefix that some rule names, numbered in preorder, a family after the other: a prefix comes
 * before those inside it, so that it and they are a run of numbers. IPv6 ones begin at a page of
 * their own.
 */
export interface PrefixNodes {
  /** Number after the last. */
  readonly count: number;
  /** IPv4 prefixes in the order of their numbers. */
  readonly bases4: Int32Array;
  readonly lengths4: Int32Array;
  /** First number of IPv6, a multiple of the page size. */
  readonly first6: number;
  /** IPv6 prefixes in the order of their numbers. */
  readonly blocks6: readonly Cidr6[];
  /** By number: the end of the run of a prefix and those inside it. */
  readonly ends: Int32Array;
  /** By number: the next prefix around, -1 for the whole families and between them. */
  readonly parents: Int32Array;
  /** By the id that `PrefixNames` gave: the number. */
  readonly numbers: Int32Array;
}

/** Where prefixes lie, by number: a prefix is inside another from its key to before its end key. */
export interface NodePlaces {
  readonly keys: Float64Array;
  readonly endKeys: Float64Array;
  /** First ordered number of a prefix and those inside it, and the number after the last. */
  readonly froms: Int32Array;
  readonly tos: Int32Array;
}

// Keys of IPv6 prefixes: behind those of IPv4, which end at 2^38.
const firstKey6 = 2 ** 40;

/** Numbers all prefixes, leaving some numbers free. Throws QUOTA when an image cannot number them. */
export function numberPrefixes(names: PrefixNames, spare: number): PrefixNodes {
  const keys = sortedKeys4(names);
  const first6 = (((keys.length - 1) >> ROW_SHIFT) + 1) << ROW_SHIFT;
  const count = first6 + names.blocks6.length;
  if (count + spare > NODE_MASK) {
    throw new TrunklineError("QUOTA", `${count} prefixes in rules, ${NODE_MASK} can be compiled`);
  }
  const numbers = new Int32Array(names.size);
  const bases4 = new Int32Array(keys.length);
  const lengths4 = new Int32Array(keys.length);
  for (let number = 0; number < keys.length; number++) {
    bases4[number] = baseOfKey4(keys[number]);
    lengths4[number] = lengthOfKey4(keys[number]);
    const block = names.blocks4.find(bases4[number], lengths4[number]);
    numbers[names.ids4.words[block]] = number;
  }
  const order6 = Array.from(names.blocks6, (_, block) => block);
  order6.sort((a, b) => compare6(names.blocks6[a], names.blocks6[b]));
  for (const [at, block] of order6.entries()) numbers[names.ids6[block]] = first6 + at;
  const blocks6 = order6.map((block) => names.blocks6[block]);
  const tree = new Nesting(count);
  for (let at = 0; at < keys.length; at++) tree.add(at, keys[at], endKey4(keys[at]));
  tree.closeAll(keys.length);
  addBlocks6(tree, blocks6, first6);
  const { ends, parents } = tree;
  return { count, bases4, lengths4, first6, blocks6, ends, parents, numbers };
}

/** The key of an IPv4 prefix: keys sort by base, then length. */
export function key4(base: number, length: number): number {
  return (base >>> 0) * 64 + length;
}

/** The key behind all prefixes inside that of a key. */
export function endKey4(key: number): number {
  const length = lengthOfKey4(key);
  return key - length + 2 ** (38 - length);
}

/** The prefix length of a key. */
export function lengthOfKey4(key: number): number {
  // Faster than a remainder of numbers beyond 2^32.
  return key - 64 * Math.floor(key / 64);
}

function baseOfKey4(key: number): number {
  return Math.floor(key / 64) | 0;
}

function sortedKeys4({ blocks4: { size, firsts, seconds } }: PrefixNames): Float64Array {
  const keys = new Float64Array(size);
  for (let at = 0; at < size; at++) keys[at] = key4(firsts[at], seconds[at]);
  return keys.sort();
}

/** Where prefixes lie, with room for `spare` later ones. */
export function nodePlaces(nodes: PrefixNodes, spare: number): NodePlaces {
  const keys = new Float64Array(nodes.count + spare);
  const endKeys = new Float64Array(nodes.count + spare);
  const froms = new Int32Array(nodes.count + spare);
  const tos = new Int32Array(nodes.count + spare);
  for (let number = 0; number < nodes.count; number++) {
    const is4 = number < nodes.bases4.length;
    keys[number] = is4 ? key4(nodes.bases4[number], nodes.lengths4[number]) : firstKey6 + number;
    endKeys[number] = is4 ? endKey4(keys[number]) : firstKey6 + nodes.ends[number];
    froms[number] = number;
    tos[number] = nodes.ends[number];
  }
  return { keys, endKeys, froms, tos };
}

/** Finds which block is next around which while blocks come in preorder. */
class Nesting {
  readonly ends: Int32Array;
  readonly parents: Int32Array;
  // Nested prefixes differ in length, of which there are 129.
  readonly #open = new Int32Array(256);
  readonly #endKeys = new Float64Array(256);
  #depth = 0;

  constructor(count: number) {
    this.ends = new Int32Array(count);
    this.parents = new Int32Array(count).fill(-1);
  }

  /** Adds the next block, which lies from one key to before another. */
  add(number: number, key: number, endKey: number): void {
    while (this.#depth > 0 && this.#endKeys[this.#depth - 1] <= key) this.#close(number);
    if (this.#depth > 0) this.parents[number] = this.#open[this.#depth - 1];
    this.#open[this.#depth] = number;
    this.#endKeys[this.#depth++] = endKey;
  }

  closeAll(end: number): void {
    while (this.#depth > 0) this.#close(end);
  }

  #close(end: number): void {
    this.ends[this.#open[--this.#depth]] = end;
  }
}

// Where IPv6 blocks end is looked up among their own places: each key is the number.
function addBlocks6(tree: Nesting, blocks: readonly Cidr6[], first6: number): void {
  for (let at = 0; at < blocks.length; at++) {
    tree.add(first6 + at, first6 + at, first6 + endOfRun(blocks, at));
  }
  tree.closeAll(first6 + blocks.length);
}

// The first block after `at` that is not inside it; those inside follow it in a run.
function endOfRun(blocks: readonly Cidr6[], at: number): number {
  let low = at + 1;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isInside(blocks[at], blocks[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare6(a: Cidr6, b: Cidr6): number {
  for (let word = 0; word < 4; word++) {
    if (a.base[word] !== b.base[word]) return (a.base[word] >>> 0) - (b.base[word] >>> 0);
  }
  return a.prefixLength - b.prefixLength;
}

function isInside(outer: Cidr6, inner: Cidr6): boolean {
  for (let word = 0; word < 4; word++) {
    const bits = outer.prefixLength - 32 * word;
    if (!sharesBits(outer.base[word] ^ inner.base[word], bits)) return false;
  }
  return true;
}

function sharesBits(difference: number, bits: number): boolean {
  if (bits <= 0) return true;
  return bits >= 32 ? difference === 0 : difference >>> (32 - bits) === 0;
}
