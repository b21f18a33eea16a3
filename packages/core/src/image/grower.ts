/** Thrown when words of a fixed size are full: everything is compiled anew then. */
export class NoRoom extends Error {}

type Words = Int32Array | Uint16Array | Uint8Array;

/** Words that grow at their end, or fill up a fixed place; nothing moves that has an offset. */
export class Grower<W extends Words = Int32Array> {
  words: W;
  length: number;
  /** False when the room behind the words may hold what was there before. */
  #isBlank: boolean;
  /** Undefined for a fixed place. */
  readonly #make: ((length: number) => W) | undefined;

  private constructor(words: W, length: number, make: ((length: number) => W) | undefined) {
    this.words = words;
    this.length = length;
    this.#isBlank = make !== undefined;
    this.#make = make;
  }

  /** No words yet, with room for `capacity`; `make` gives larger room, zeroed. */
  static growing<W extends Words>(make: (length: number) => W, capacity: number): Grower<W> {
    return new Grower(make(capacity), 0, make);
  }

  /** A place of fixed size, of which `used` words are taken. */
  static within<W extends Words>(words: W, used: number): Grower<W> {
    return new Grower(words, used, undefined);
  }

  /** Adds `count` words of this value; returns the offset of the first. */
  add(count: number, value: number): number {
    const offset = this.take(count);
    if (value !== 0 || !this.#isBlank) fillRun(this.words, value, offset, this.length);
    return offset;
  }

  /** Makes room for `count` words that the caller writes; returns the offset of the first. */
  take(count: number): number {
    const offset = this.length;
    const end = offset + count;
    if (end > this.words.length) this.#grow(end);
    this.length = end;
    return offset;
  }

  /** Forgets all words, and keeps the room. */
  clear(): void {
    this.length = 0;
    this.#isBlank = false;
  }

  /** The words in use, as a view. */
  used(): W {
    // A view of the same type as the words, which TypeScript cannot tell.
    return this.words.subarray(0, this.length) as W;
  }

  #grow(wanted: number): void {
    if (this.#make === undefined) {
      throw new NoRoom(`${wanted} words in a place of ${this.words.length}`);
    }
    const grown = this.#make(Math.max(wanted, this.words.length * 2));
    grown.set(this.used());
    this.words = grown;
  }
}

/** Int32 words that grow. */
export function growing32(capacity = 1024): Grower {
  return Grower.growing((length) => new Int32Array(length), capacity);
}

/** Uint16 words that grow. */
export function growing16(capacity = 1024): Grower<Uint16Array> {
  return Grower.growing((length) => new Uint16Array(length), capacity);
}

/** Bytes that grow. */
export function growing8(capacity = 1024): Grower<Uint8Array> {
  return Grower.growing((length) => new Uint8Array(length), capacity);
}

/** Like `words.fill`, whose call costs more than a short run does. */
export function fillRun(words: Words, value: number, from: number, to: number): void {
  if (to - from > 64) words.fill(value, from, to);
  else for (let at = from; at < to; at++) words[at] = value;
}
