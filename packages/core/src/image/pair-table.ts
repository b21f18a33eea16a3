import { growing32 } from "./grower.ts";

/** Steps of one look-up before the table is rebuilt, so that no input makes look-ups slow. */
const maxSteps = 128;
/** Slots for each pair at which a table that still takes many steps is left as it is. */
const maxSlotsPerPair = 256;

/** Pairs of int32 values, numbered from 0 in the order in which they come. */
export class PairTable {
  readonly #firsts = growing32();
  readonly #seconds = growing32();
  /** Number of a pair plus one; 0 is free. At least twice as many as pairs. */
  #slots = new Int32Array(2048);
  #seed = 0;

  /** How many pairs there are. */
  get size(): number {
    return this.#firsts.length;
  }

  /** First values, by number. */
  get firsts(): Int32Array {
    return this.#firsts.used();
  }

  /** Second values, by number. */
  get seconds(): Int32Array {
    return this.#seconds.used();
  }

  /** The number of a pair, -1 when it is not there. */
  find(first: number, second: number): number {
    return this.#slots[this.#slotOf(first, second)] - 1;
  }

  /** The number of a pair, the next one when it is new. */
  numberOf(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    if (this.#slots[slot] > 0) return this.#slots[slot] - 1;
    const number = this.#firsts.add(1, first);
    this.#seconds.add(1, second);
    this.#slots[slot] = number + 1;
    if (2 * (number + 1) > this.#slots.length) this.#rebuild(2 * this.#slots.length);
    return number;
  }

  // The slot of a pair, or a free one.
  #slotOf(first: number, second: number): number {
    const firsts = this.#firsts.words;
    const seconds = this.#seconds.words;
    const mask = this.#slots.length - 1;
    let slot = mix(first, second, this.#seed) & mask;
    // Ends: at most half of the slots are taken.
    for (let steps = 0; ; steps++) {
      const number = this.#slots[slot] - 1;
      if (number < 0 || (firsts[number] === first && seconds[number] === second)) break;
      slot = (slot + 1) & mask;
      if (steps === maxSteps && this.#slots.length < maxSlotsPerPair * this.size) {
        this.#rebuild(2 * this.#slots.length);
        return this.#slotOf(first, second);
      }
    }
    return slot;
  }

  #rebuild(slotCount: number): void {
    this.#slots = new Int32Array(slotCount);
    this.#seed++;
    for (let number = 0; number < this.size; number++) {
      const slot = this.#slotOf(this.#firsts.words[number], this.#seconds.words[number]);
      this.#slots[slot] = number + 1;
    }
  }
}

function mix(first: number, second: number, seed: number): number {
  let hash = Math.imul(first ^ Math.imul(seed, 0x27d4eb2f), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ second, 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}
