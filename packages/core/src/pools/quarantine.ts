/** Entries of a new ring; it doubles when it is full. A power of two, for the mask. */
const firstCapacity = 64;

/**
 * Slots that wait for their time, first in first out.
 *
 * A ring of entries and one bit a slot. Only as much memory is in use as slots wait, so that a
 * short quarantine of a large pool stays in the processor's first cache.
 */
export class Quarantine {
  readonly #waiting: Int32Array;
  #slots = new Int32Array(firstCapacity);
  #readyMs = new Float64Array(firstCapacity);
  #mask = firstCapacity - 1;
  /** Position of the first entry, 0..mask. */
  #head = 0;
  #count = 0;

  constructor(size: number) {
    this.#waiting = new Int32Array((size + 31) >>> 5);
  }

  /** Number of slots that wait. */
  get count(): number {
    return this.#count;
  }

  /** When the first slot may leave, milliseconds since 1970; undefined when none waits. */
  get nextReadyMs(): number | undefined {
    return this.#count === 0 ? undefined : this.#readyMs[this.#head];
  }

  has(slot: number): boolean {
    return (this.#waiting[slot >>> 5] & (1 << (slot & 31))) !== 0;
  }

  /**
   * Puts a slot last; it must not wait already.
   *
   * When the clock was set back, a slot waits as long as the one before it: nobody leaves early
   * and the order stays the order of time.
   */
  push(slot: number, readyMs: number): void {
    if (this.#count > this.#mask) this.#grow();
    const tail = (this.#head + this.#count) & this.#mask;
    const last = this.#readyMs[(tail - 1) & this.#mask];
    this.#slots[tail] = slot;
    this.#readyMs[tail] = this.#count > 0 && last > readyMs ? last : readyMs;
    this.#waiting[slot >>> 5] |= 1 << (slot & 31);
    this.#count++;
  }

  /** Takes out the first slot if its time has come, else returns -1. */
  popReady(nowMs: number): number {
    if (this.#count === 0 || this.#readyMs[this.#head] > nowMs) return -1;
    const slot = this.#slots[this.#head];
    this.#head = (this.#head + 1) & this.#mask;
    this.#count--;
    this.#waiting[slot >>> 5] &= ~(1 << (slot & 31));
    return slot;
  }

  /** Takes out a slot before its time; it must wait. O(count): it is rare, and so has no index. */
  remove(slot: number): void {
    let index = 0;
    while (this.#slots[this.#position(index)] !== slot) index++;
    for (; index > 0; index--) {
      const to = this.#position(index);
      const from = this.#position(index - 1);
      this.#slots[to] = this.#slots[from];
      this.#readyMs[to] = this.#readyMs[from];
    }
    this.#head = this.#position(1);
    this.#count--;
    this.#waiting[slot >>> 5] &= ~(1 << (slot & 31));
  }

  /** Slots with their times, in order. */
  *entries(): Generator<readonly [slot: number, readyMs: number]> {
    for (let index = 0; index < this.#count; index++) {
      const position = this.#position(index);
      yield [this.#slots[position], this.#readyMs[position]];
    }
  }

  #position(index: number): number {
    return (this.#head + index) & this.#mask;
  }

  #grow(): void {
    const entries = [...this.entries()];
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(this.#mask + 1);
    this.#readyMs = new Float64Array(this.#mask + 1);
    this.#head = 0;
    for (const [index, [slot, readyMs]] of entries.entries()) {
      this.#slots[index] = slot;
      this.#readyMs[index] = readyMs;
    }
  }
}
