import type { Grower } from "./grower.ts";

/** Rows of bits of one unit: which ports a peer may use. Equal rows are filed once. */
export class UnitRows {
  /** Where rows are filed; begins with a row of zeros as wide as the widest. */
  readonly #bits: Grower;
  #width = 1;
  #words = new Int32Array(1024);
  #count = 0;
  /** Where a row is filed, by the hash of what it says; -1 is free. */
  #slots = new Int32Array(256);
  #mask = 255;

  constructor(bits: Grower) {
    this.#bits = bits;
  }

  /** Forgets all rows; at most `countLimit` of `bitCount` bits come next. */
  begin(bitCount: number, countLimit: number): void {
    this.#width = (bitCount + 31) >> 5;
    this.#count = 0;
    const slotCount = 1 << (33 - Math.clz32(countLimit));
    if (this.#slots.length < slotCount) this.#slots = new Int32Array(slotCount);
    this.#slots.fill(-1, 0, slotCount);
    this.#mask = slotCount - 1;
  }

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** Adds a row of zeros; returns its number. */
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

  /** Where the content of a row is filed. */
  fileOf(row: number): number {
    const start = row * this.#width;
    let slot = this.#hashAt(start) & this.#mask;
    // Ends: there are more slots than rows.
    while (this.#slots[slot] >= 0) {
      if (this.#isFiledAt(this.#slots[slot], start)) return this.#slots[slot];
      slot = (slot + 1) & this.#mask;
    }
    const filed = this.#bits.add(this.#width, 0);
    const { words: bits } = this.#bits;
    for (let word = 0; word < this.#width; word++) bits[filed + word] = this.#words[start + word];
    this.#slots[slot] = filed;
    return filed;
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

  #isFiledAt(filed: number, start: number): boolean {
    const { words: bits } = this.#bits;
    const words = this.#words;
    const width = this.#width;
    for (let word = 0; word < width; word++) {
      if (bits[filed + word] !== words[start + word]) return false;
    }
    return true;
  }
}
