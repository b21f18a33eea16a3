import { assert } from "../errors/assert.ts";
import { LowestBitmap } from "./lowest-bitmap.ts";
import { Quarantine } from "./quarantine.ts";

/** Where one slot of a pool is. */
export type SlotState = "free" | "held" | "quarantined";

/** How many slots of a pool are in each state. */
export interface SlotCounts {
  readonly freeCount: number;
  readonly heldCount: number;
  readonly quarantinedCount: number;
}

/**
 * Slots 0..size-1, each free, held or in quarantine; the lowest free one is given first.
 *
 * A released slot is free again `quarantineMs` later; 0 frees it at once. Slots that have waited
 * long enough are freed by the next call that is told the time. Every call is O(1), apart from
 * those that say otherwise. Arguments must be in range: the pools around this one check them.
 */
export class SlotPool {
  readonly size: number;
  readonly quarantineMs: number;
  readonly #free: LowestBitmap;
  readonly #quarantine: Quarantine;

  constructor(size: number, quarantineMs: number) {
    assert(quarantineMs >= 0 && quarantineMs < Infinity, `quarantine of ${quarantineMs} ms`);
    this.size = size;
    this.quarantineMs = quarantineMs;
    this.#free = new LowestBitmap(size);
    this.#quarantine = new Quarantine(size);
    for (let slot = 0; slot < size; slot++) this.#free.add(slot);
  }

  /** When the next slot leaves quarantine, milliseconds since 1970; undefined when none waits. */
  get nextReadyMs(): number | undefined {
    return this.#quarantine.nextReadyMs;
  }

  counts(nowMs: number): SlotCounts {
    this.#settle(nowMs);
    const freeCount = this.#free.count;
    const quarantinedCount = this.#quarantine.count;
    return { freeCount, heldCount: this.size - freeCount - quarantinedCount, quarantinedCount };
  }

  stateOf(slot: number, nowMs: number): SlotState {
    this.#settle(nowMs);
    if (this.#free.has(slot)) return "free";
    return this.#quarantine.has(slot) ? "quarantined" : "held";
  }

  /** Takes the lowest free slot; -1 when none is free. */
  takeLowest(nowMs: number): number {
    this.#settle(nowMs);
    return this.#free.takeLowest();
  }

  /** Takes this slot if it is free; returns the state in which it was. */
  take(slot: number, nowMs: number): SlotState {
    const state = this.stateOf(slot, nowMs);
    if (state === "free") this.#free.remove(slot);
    return state;
  }

  /** Takes the lowest 16 free slots that begin at a multiple of 16; -1 when there are none. */
  takeLowestSixteen(nowMs: number): number {
    this.#settle(nowMs);
    const first = this.#free.lowestSixteen();
    if (first >= 0) this.#takeSixteen(first);
    return first;
  }

  /** Takes the 16 slots from this multiple of 16 on, if all are free. */
  takeSixteen(first: number, nowMs: number): boolean {
    this.#settle(nowMs);
    if (!this.#free.hasSixteen(first)) return false;
    this.#takeSixteen(first);
    return true;
  }

  /** How many aligned blocks of 16 are wholly free. O(size / 32). */
  freeSixteens(nowMs: number): number {
    this.#settle(nowMs);
    return this.#free.countSixteens();
  }

  /** Gives a held slot back; false, and no effect, when it is not held. */
  release(slot: number, nowMs: number): boolean {
    assert(Number.isFinite(nowMs), "the time of a release is a number");
    if (this.#free.has(slot) || this.#quarantine.has(slot)) return false;
    if (this.quarantineMs === 0) this.#free.add(slot);
    else this.#quarantine.push(slot, nowMs + this.quarantineMs);
    return true;
  }

  /** Takes a slot out of quarantine before its time; false when it is not there. */
  reclaim(slot: number, nowMs: number): boolean {
    this.#settle(nowMs);
    if (!this.#quarantine.has(slot)) return false;
    this.#quarantine.remove(slot);
    return true;
  }

  /** Puts a free slot into quarantine until `readyMs`; false when it is not free. */
  restoreQuarantined(slot: number, readyMs: number): boolean {
    if (!this.#free.has(slot) || !Number.isFinite(readyMs)) return false;
    this.#free.remove(slot);
    this.#quarantine.push(slot, readyMs);
    return true;
  }

  /** Slots in quarantine with the time they leave it, the earliest first. */
  quarantined(): IterableIterator<readonly [slot: number, readyMs: number]> {
    return this.#quarantine.entries();
  }

  /** Held slots, the lowest first. O(size). */
  *held(): Generator<number> {
    for (let slot = 0; slot < this.size; slot++) {
      if (!this.#free.has(slot) && !this.#quarantine.has(slot)) yield slot;
    }
  }

  #takeSixteen(first: number): void {
    for (let slot = first; slot < first + 16; slot++) this.#free.remove(slot);
  }

  #settle(nowMs: number): void {
    let slot = this.#quarantine.popReady(nowMs);
    while (slot >= 0) {
      this.#free.add(slot);
      slot = this.#quarantine.popReady(nowMs);
    }
  }
}
