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
  /** IPv4 prefixes in the order of their numbers, as keys and in parts. */
  readonly keys4: Float64Array;
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
  const { bases4, lengths4 } = partsOf(keys);
  const numbers = numbersOf4(names, bases4, lengths4);
  const order6 = Array.from(names.blocks6, (_, block) => block);
  order6.sort((a, b) => compare6(names.blocks6[a], names.blocks6[b]));
  for (const [at, block] of order6.entries()) numbers[names.ids6[block]] = first6 + at;
  const blocks6 = order6.map((block) => names.blocks6[block]);
  const tree = new Nesting(count);
  addBlocks4(tree, bases4, lengths4);
  addBlocks6(tree, blocks6, first6);
  const { ends, parents } = tree;
  return { count, keys4: keys, bases4, lengths4, first6, blocks6, ends, parents, numbers };
}

function partsOf(keys: Float64Array) {
  const bases4 = new Int32Array(keys.length);
  const lengths4 = new Int32Array(keys.length);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at];
    bases4[at] = baseOfKey4(key);
    lengths4[at] = lengthOfKey4(key);
  }
  return { bases4, lengths4 };
}

// By id; those of IPv6 are left open.
function numbersOf4(
  { size, blocks4, ids4: { words: ids } }: PrefixNames,
  bases: Int32Array,
  lengths: Int32Array,
): Int32Array {
  const numbers = new Int32Array(size);
  for (let number = 0; number < bases.length; number++) {
    numbers[ids[blocks4.find(bases[number], lengths[number])]] = number;
  }
  return numbers;
}

/** The key of an IPv4 prefix: keys sort by base, then length. */
export function key4(base: number, length: number): number {
  return (base >>> 0) * 64 + length;
}

/** The key behind all prefixes inside that of a key. */
export function endKey4(key: number): number {
  const length = lengthOfKey4(key);
  // A shift by 32 would be a shift by 0.
  return key - length + (length === 32 ? 64 : 128 * ((1 << (31 - length)) >>> 0));
}

/** The prefix length of a key. */
export function lengthOfKey4(key: number): number {
  // Faster than a remainder of numbers beyond 2^32.
  return key - 64 * Math.floor(key / 64);
}

/** The base of a key. */
export function baseOfKey4(key: number): number {
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
  keys.set(nodes.keys4);
  addEndKeys4(endKeys, nodes.keys4);
  for (let number = nodes.keys4.length; number < nodes.count; number++) {
    keys[number] = firstKey6 + number;
    endKeys[number] = firstKey6 + nodes.ends[number];
  }
  for (let number = 0; number < nodes.count; number++) froms[number] = number;
  tos.set(nodes.ends);
  return { keys, endKeys, froms, tos };
}

function addEndKeys4(endKeys: Float64Array, keys: Float64Array): void {
  for (let at = 0; at < keys.length; at++) endKeys[at] = endKey4(keys[at]);
}

/** Finds which block is next around which while blocks come in preorder. */
class Nesting {
  readonly ends: Int32Array;
  readonly parents: Int32Array;
  // Nested prefixes differ in length, of which there are 129.
  readonly #open = new Int32Array(256);
  readonly #lasts = new Int32Array(256);
  #depth = 0;

  constructor(count: number) {
    this.ends = new Int32Array(count);
    this.parents = new Int32Array(count).fill(-1);
  }

  /** Adds the next block, which lies from one place to another. */
  add(number: number, first: number, last: number): void {
    while (this.#depth > 0 && this.#lasts[this.#depth - 1] < first) this.#close(number);
    if (this.#depth > 0) this.parents[number] = this.#open[this.#depth - 1];
    this.#open[this.#depth] = number;
    this.#lasts[this.#depth++] = last;
  }

  closeAll(end: number): void {
    while (this.#depth > 0) this.#close(end);
  }

  #close(end: number): void {
    this.ends[this.#open[--this.#depth]] = end;
  }
}

// Places are addresses, moved so that the first is the least int32.
function addBlocks4(tree: Nesting, bases: Int32Array, lengths: Int32Array): void {
  for (let at = 0; at < bases.length; at++) {
    // A shift by 32 would be a shift by 0.
    const last = lengths[at] === 32 ? bases[at] : bases[at] | (-1 >>> lengths[at]);
    tree.add(at, bases[at] ^ (1 << 31), last ^ (1 << 31));
  }
  tree.closeAll(bases.length);
}

// Where IPv6 blocks end is looked up among their own places, which are their numbers.
function addBlocks6(tree: Nesting, blocks: readonly Cidr6[], first6: number): void {
  for (let at = 0; at < blocks.length; at++) {
    tree.add(first6 + at, first6 + at, first6 + endOfRun(blocks, at) - 1);
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
