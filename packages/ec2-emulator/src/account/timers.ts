/** A moment at which a row changes by itself. */
export interface Timer {
  readonly atMs: number;
  readonly table: string;
  readonly id: string;
}

/** Timers in order of time: a binary heap. A timer whose row moved on is skipped by the reader. */
export class Timers {
  readonly #heap: Timer[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest time, or undefined when nothing waits. */
  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  add(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent].atMs <= timer.atMs) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = timer;
  }

  /** Takes the earliest timer that is due, or undefined. */
  takeDue(nowMs: number): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(timer: Timer): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1].atMs < heap[child].atMs) child++;
      if (heap[child].atMs >= timer.atMs) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = timer;
  }
}
