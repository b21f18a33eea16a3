import { TrunklineError } from "../errors/trunkline-error.ts";
import type { Grower } from "./grower.ts";
import { PLACE_BITS } from "./layout.ts";

/** Distinct rows of one unit: entries of pages are 16 bits. */
const maxRows = 1 << 16;
/** Words of rows at first guess: every other rule names a peer of its own; 4 MB at most. */
const maxGuess = 1 << 20;
const placeMask = (1 << PLACE_BITS) - 1;

/**
 * Rows of bits of one unit: which ports a peer may use. Equal rows have one number; number 0 is the
 * row without bits, so that small numbers mean the same to many units, which then share pages.
 */
export class UnitRows {
  /** Where rows are written to. */
  readonly #bits: Grower;
  #width = 1;
  #words = new Int32Array(1024);
  #count = 0;
  /** By number: a row of this content. */
  #rowOfNumber = new Int32Array(256);
  #numberCount = 0;
  /** Numbers by the hash of what a row says; -1 is free. */
  #slots = new Int32Array(256);
  #mask = 255;

  constructor(bits: Grower) {
    this.#bits = bits;
  }

  /** Forgets all rows; at most `countLimit` of `bitCount` bits come next. */
  begin(bitCount: number, countLimit: number): void {
    this.#width = (bitCount + 31) >> 5;
    this.#count = 0;
    this.#numberCount = 0;
    const slotCount = 1 << (33 - Math.clz32(countLimit + 1));
    if (this.#slots.length < slotCount) {
      this.#slots = new Int32Array(slotCount);
      this.#rowOfNumber = new Int32Array(slotCount);
    }
    const guess = Math.min(maxGuess, (countLimit >> 1) * this.#width);
    if (this.#words.length < guess) this.#words = new Int32Array(guess);
    this.#slots.fill(-1, 0, slotCount);
    this.#mask = slotCount - 1;
    this.numberOf(this.add());
  }

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** Adds a row of zeros. */
  add(): number {
    const end = (this.#count + 1) * this.#width;
    if (end > this.#words.length) {
      const grown = new Int32Array(2 * end);
      grown.set(this.#words);
      this.#words = grown;
    }
    for (let at = end - this.#width; at < end; at++) this.#words[at] = 0;
    return this.#count++;
  }

  /** Sets the bits of a row from one to before another. */
  setBits(row: number, from: number, to: number): void {
    if (from >= to) return;
    const words = this.#words;
    const first = row * this.#width + (from >> 5);
    const last = row * this.#width + ((to - 1) >> 5);
    const head = -1 << (from & 31);
    const tail = -1 >>> (31 - ((to - 1) & 31));
    if (first === last) {
      words[first] |= head & tail;
      return;
    }
    words[first] |= head;
    for (let at = first + 1; at < last; at++) words[at] = -1;
    words[last] |= tail;
  }

  /** Sets the bits of a row that another has. */
  addRow(row: number, other: number): void {
    const words = this.#words;
    const width = this.#width;
    const from = other * width;
    const to = row * width;
    for (let word = 0; word < width; word++) words[to + word] |= words[from + word];
  }

  /** The number of what a row says; the row may not change any more. */
  numberOf(row: number): number {
    const start = row * this.#width;
    let slot = this.#hashAt(start) & this.#mask;
    // Ends: there are more slots than rows.
    while (this.#slots[slot] >= 0) {
      const number = this.#slots[slot];
      if (this.#isSame(this.#rowOfNumber[number] * this.#width, start)) return number;
      slot = (slot + 1) & this.#mask;
    }
    if (this.#numberCount === maxRows) {
      const text = `a group's rules in one direction tell more than ${maxRows} kinds of peers apart`;
      throw new TrunklineError("QUOTA", text);
    }
    this.#slots[slot] = this.#numberCount;
    this.#rowOfNumber[this.#numberCount] = row;
    return this.#numberCount++;
  }

  /** Writes all different rows, word by word of all of them; returns their place. */
  write(): number {
    const width = this.#width;
    const shift = 32 - Math.clz32(this.#numberCount - 1);
    // Places are multiples of what their low bits can say.
    const at = this.#bits.add(((width << shift) + placeMask) & ~placeMask, 0);
    this.#writeRows(at, shift);
    return at | shift;
  }

  // A loop alone, with nothing behind it: see `RuleReader`.
  #writeRows(at: number, shift: number): void {
    const { words: bits } = this.#bits;
    const words = this.#words;
    const width = this.#width;
    for (let number = 0; number < this.#numberCount; number++) {
      const start = this.#rowOfNumber[number] * width;
      for (let word = 0; word < width; word++) {
        bits[at + (word << shift) + number] = words[start + word];
      }
    }
  }

  #hashAt(start: number): number {
    const words = this.#words;
    const end = start + this.#width;
    let hash = 0;
    for (let at = start; at < end; at++) {
      hash = Math.imul(hash ^ words[at], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #isSame(one: number, other: number): boolean {
    const words = this.#words;
    const width = this.#width;
    for (let word = 0; word < width; word++) {
      if (words[one + word] !== words[other + word]) return false;
    }
    return true;
  }
}
