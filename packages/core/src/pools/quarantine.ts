const absent = -1;

/**
 * Slots that wait for their time, first in first out.
 *
 * A doubly linked ring through typed arrays, so that a slot can also be taken out of the middle
 * without a search. Entry `size` is the ends of the ring and stands for no slot.
 */
export class Quarantine {
  readonly #size: number;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #readyMs: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
    this.#next = new Int32Array(size + 1).fill(absent);
    this.#previous = new Int32Array(size + 1).fill(absent);
    this.#readyMs = new Float64Array(size);
    this.#next[size] = size;
    this.#previous[size] = size;
  }

  /** Number of slots that wait. */
  get count(): number {
    return this.#count;
  }

  /** When the first slot may leave, milliseconds since 1970; undefined when none waits. */
  get nextReadyMs(): number | undefined {
    const first = this.#next[this.#size];
    return first === this.#size ? undefined : this.#readyMs[first];
  }

  has(slot: number): boolean {
    return this.#next[slot] !== absent;
  }

  /**
   * Puts a slot last; it must not wait already.
   *
   * When the clock was set back, a slot waits as long as the one before it: nobody leaves early
   * and the order stays the order of time.
   */
  push(slot: number, readyMs: number): void {
    const last = this.#previous[this.#size];
    const isFirst = last === this.#size;
    this.#readyMs[slot] = isFirst ? readyMs : Math.max(readyMs, this.#readyMs[last]);
    this.#next[last] = slot;
    this.#previous[slot] = last;
    this.#next[slot] = this.#size;
    this.#previous[this.#size] = slot;
    this.#count++;
  }

  /** Takes out a slot that waits, before its time. */
  remove(slot: number): void {
    const next = this.#next[slot];
    const previous = this.#previous[slot];
    this.#next[previous] = next;
    this.#previous[next] = previous;
    this.#next[slot] = absent;
    this.#count--;
  }

  /** Takes out the first slot if its time has come, else returns -1. */
  popReady(nowMs: number): number {
    const first = this.#next[this.#size];
    if (first === this.#size || this.#readyMs[first] > nowMs) return -1;
    this.remove(first);
    return first;
  }

  /** Slots with their times, in order. */
  *entries(): Generator<readonly [slot: number, readyMs: number]> {
    for (let slot = this.#next[this.#size]; slot !== this.#size; slot = this.#next[slot]) {
      yield [slot, this.#readyMs[slot]];
    }
  }
}
