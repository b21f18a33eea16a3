/** Thrown when words of a fixed size are full: everything is compiled anew then. */
export class NoRoom extends Error {}

/** Words that grow at their end, or fill up a fixed place; nothing moves that has an offset. */
export class Grower {
  words: Int32Array | Uint16Array;
  length = 0;
  readonly #isFixed: boolean;

  /** @param words a place of fixed size, of which `used` words are taken. */
  constructor(capacity = 1024, words?: Int32Array | Uint16Array, used = 0) {
    this.words = words ?? new Int32Array(capacity);
    this.#isFixed = words !== undefined;
    this.length = used;
  }

  /** Adds `count` words of this value; returns the offset of the first. */
  add(count: number, value: number): number {
    const offset = this.length;
    if (offset + count > this.words.length) this.#grow(offset + count);
    this.length += count;
    if (value !== 0 || this.#isFixed) this.words.fill(value, offset, this.length);
    return offset;
  }

  /** The words in use, as a view; of growing words only. */
  used(): Int32Array {
    if (this.words instanceof Uint16Array) throw new NoRoom("fixed words are a column already");
    return this.words.subarray(0, this.length);
  }

  #grow(wanted: number): void {
    if (this.#isFixed) throw new NoRoom(`${wanted} words in a place of ${this.words.length}`);
    const grown = new Int32Array(Math.max(wanted, this.words.length * 2));
    grown.set(this.words.subarray(0, this.length));
    this.words = grown;
  }
}
