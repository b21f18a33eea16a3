/** Numbers pairs of numbers, from 0 in the order they appear. */
export class CellPairs {
  /** Pair i is words 2 * i and 2 * i + 1; there is room behind the last. */
  words = new Int32Array(1024);
  count = 0;
  // Number of a pair + 1; 0 is a free slot. Never more than half full.
  #slots = new Int32Array(1024);

  /** The number of a pair. */
  of(one: number, two: number): number {
    const { words } = this;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(one, two) & mask;
    for (;;) {
      const found = slots[slot] - 1;
      if (found < 0) return this.#add(one, two, slot);
      if (words[2 * found] === one && words[2 * found + 1] === two) return found;
      slot = (slot + 1) & mask;
    }
  }

  /** The number of a pair, or -1. */
  find(one: number, two: number): number {
    const { words } = this;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hashOf(one, two) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] - 1;
      if (found < 0 || (words[2 * found] === one && words[2 * found + 1] === two)) return found;
    }
  }

  #add(one: number, two: number, slot: number): number {
    const made = this.count++;
    if (this.count * 2 > this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[2 * made] = one;
    this.words[2 * made + 1] = two;
    this.#slots[slot] = made + 1;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return made;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.count; pair++) {
      let slot = hashOf(this.words[2 * pair], this.words[2 * pair + 1]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = pair + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(one: number, two: number): number {
  const hash = Math.imul(Math.imul(one, 0x85ebca6b) ^ two, 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}
