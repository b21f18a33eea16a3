/** Words that grow at their end; nothing moves once it has an offset. */
export class Grower {
  words: Int32Array;
  length = 0;

  constructor(capacity = 1024) {
    this.words = new Int32Array(capacity);
  }

  /** Adds `count` words of this value; returns the offset of the first. */
  add(count: number, value: number): number {
    const offset = this.length;
    this.length += count;
    if (this.length > this.words.length) {
      const grown = new Int32Array(Math.max(this.length, this.words.length * 2));
      grown.set(this.words.subarray(0, offset));
      this.words = grown;
    }
    if (value !== 0) this.words.fill(value, offset, this.length);
    return offset;
  }

  /** The words in use, as a view. */
  used(): Int32Array {
    return this.words.subarray(0, this.length);
  }
}
