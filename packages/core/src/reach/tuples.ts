/**
 * Hash-consed tuples of words: equal tuples get one number, from 0 in the order they appear.
 */
export class Tuples {
  readonly width: number;
  /** Tuple i begins at word i * width; there is room behind the last. */
  words: Int32Array;
  count = 0;
  // Number of a tuple + 1; 0 is a free slot. Never more than half full.
  #slots = new Int32Array(512);

  constructor(width: number) {
    this.width = width;
    this.words = new Int32Array(width * 64);
  }

  /** The words in use, as a view. */
  used(): Int32Array {
    return this.words.subarray(0, this.count * this.width);
  }

  /** The number of the tuple that begins at an offset of `from`. */
  intern(from: Int32Array, offset: number): number {
    const { width } = this;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(from, offset, width) & mask;
    for (;;) {
      const found = slots[slot] - 1;
      if (found < 0) break;
      if (this.#isAt(found, from, offset)) return found;
      slot = (slot + 1) & mask;
    }
    return this.#add(from, offset, slot);
  }

  #isAt(one: number, from: Int32Array, offset: number): boolean {
    const { words, width } = this;
    const at = one * width;
    for (let i = 0; i < width; i++) if (words[at + i] !== from[offset + i]) return false;
    return true;
  }

  #add(from: Int32Array, offset: number, slot: number): number {
    const { width } = this;
    const made = this.count++;
    if (this.count * width > this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    for (let i = 0; i < width; i++) this.words[made * width + i] = from[offset + i];
    this.#slots[slot] = made + 1;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return made;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let one = 0; one < this.count; one++) {
      let slot = hashOf(this.words, one * this.width, this.width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = one + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(words: Int32Array, offset: number, width: number): number {
  let hash = 0;
  for (let i = 0; i < width; i++) {
    hash = Math.imul(hash ^ words[offset + i], 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
