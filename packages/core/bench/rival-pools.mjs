/** The usual first version: a Set of what is held, a Map of what waits, a scan for the rest. */
export class SetPool {
  #size;
  #quarantineMs;
  #held;
  #readyMs = new Map();

  constructor(size, quarantineMs, held) {
    this.#held = new Set(held);
    this.#size = size;
    this.#quarantineMs = quarantineMs;
  }

  takeLowest(nowMs) {
    for (let slot = 0; slot < this.#size; slot++) {
      if (this.#held.has(slot) || this.#readyMs.get(slot) > nowMs) continue;
      this.#readyMs.delete(slot);
      this.#held.add(slot);
      return slot;
    }
    return undefined;
  }

  release(slot, nowMs) {
    this.#held.delete(slot);
    this.#readyMs.set(slot, nowMs + this.#quarantineMs);
  }
}

/**
 * The usual second version: an array of what is free, and a list of what waits that is filtered at
 * every take. It gives the last freed slot first, so it does less than a lowest-first pool.
 */
export class FreeListPool {
  #quarantineMs;
  #free;
  #waiting = [];

  constructor(size, quarantineMs, held) {
    this.#quarantineMs = quarantineMs;
    this.#free = Array.from({ length: size - held.length }, (_, index) => size - 1 - index);
  }

  takeLowest(nowMs) {
    this.#waiting = this.#waiting.filter((entry) => {
      if (entry.readyMs > nowMs) return true;
      this.#free.push(entry.slot);
      return false;
    });
    return this.#free.pop();
  }

  release(slot, nowMs) {
    this.#waiting.push({ slot, readyMs: nowMs + this.#quarantineMs });
  }
}

/** No pool at all: what the measuring loop costs by itself. */
export class NoPool {
  #slot = 0;

  takeLowest() {
    return this.#slot;
  }

  release(slot) {
    this.#slot = slot;
  }
}
