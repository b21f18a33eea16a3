import { assert } from "../errors/assert.ts";

/** Slots of the largest pool: a /16, the largest IPv4 subnet. Two words on top, scanned in turn. */
const maxSize = 65_536;

/**
 * A set of small numbers that finds its lowest member in a few loads, however full it is.
 *
 * Three levels of bits: one a number, one for every 32 of those that are not all zero, one for
 * every 32 of those again.
 */
export class LowestBitmap {
  readonly size: number;
  readonly #bits: Int32Array;
  readonly #words: Int32Array;
  readonly #top: Int32Array;
  #count = 0;

  constructor(size: number) {
    assert(Number.isInteger(size) && size >= 1 && size <= maxSize, `size ${size} of a bitmap`);
    this.size = size;
    this.#bits = new Int32Array((size + 31) >>> 5);
    this.#words = new Int32Array((size + 1023) >>> 10);
    this.#top = new Int32Array((size + 32_767) >>> 15);
  }

  /** Number of members. */
  get count(): number {
    return this.#count;
  }

  /** The number must be in 0..size-1, here and below. */
  has(number: number): boolean {
    return (this.#bits[number >>> 5] & (1 << (number & 31))) !== 0;
  }

  /** Must not be a member yet. */
  add(number: number): void {
    this.#bits[number >>> 5] |= 1 << (number & 31);
    this.#words[number >>> 10] |= 1 << ((number >>> 5) & 31);
    this.#top[number >>> 15] |= 1 << ((number >>> 10) & 31);
    this.#count++;
  }

  /** Must be a member. */
  remove(number: number): void {
    this.#count--;
    const bits = this.#bits[number >>> 5] & ~(1 << (number & 31));
    this.#bits[number >>> 5] = bits;
    if (bits !== 0) return;
    const words = this.#words[number >>> 10] & ~(1 << ((number >>> 5) & 31));
    this.#words[number >>> 10] = words;
    if (words !== 0) return;
    this.#top[number >>> 15] &= ~(1 << ((number >>> 10) & 31));
  }

  /** Removes the lowest member and returns it; -1 when there is none. */
  takeLowest(): number {
    const top = this.#top;
    let i = 0;
    while (i < top.length && top[i] === 0) i++;
    if (i === top.length) return -1;
    const group = (i << 5) | lowestBit(top[i]);
    const words = this.#words[group];
    const word = (group << 5) | lowestBit(words);
    const bits = this.#bits[word];
    // A word without its lowest bit is the word and its predecessor.
    this.#bits[word] = bits & (bits - 1);
    this.#count--;
    if ((bits & (bits - 1)) === 0) {
      this.#words[group] = words & (words - 1);
      if ((words & (words - 1)) === 0) top[i] &= top[i] - 1;
    }
    return (word << 5) | lowestBit(bits);
  }

  /** The lowest multiple of 16 whose 16 numbers are all members, or -1. O(size / 32). */
  lowestSixteen(): number {
    const bits = this.#bits;
    for (let i = 0; i < bits.length; i++) {
      if ((bits[i] & 0xffff) === 0xffff) return i << 5;
      if (bits[i] >>> 16 === 0xffff) return (i << 5) | 16;
    }
    return -1;
  }

  /** True when all 16 numbers from this multiple of 16 on are members. */
  hasSixteen(first: number): boolean {
    return ((this.#bits[first >>> 5] >>> (first & 16)) & 0xffff) === 0xffff;
  }

  /** How many multiples of 16 {@link hasSixteen} holds for. O(size / 32). */
  countSixteens(): number {
    let count = 0;
    for (const bits of this.#bits) {
      if ((bits & 0xffff) === 0xffff) count++;
      if (bits >>> 16 === 0xffff) count++;
    }
    return count;
  }
}

/** Index of the lowest bit set; the word must not be zero. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
