import { type FieldProblem, invalid } from "../errors/trunkline-error.ts";
import { type SlotCounts, SlotPool, type SlotState } from "./slot-pool.ts";

/** Highest VLAN id. Source: IEEE 802.1Q, 4095 is reserved. */
const maxVlanId = 4094;

/** How a pool of VLAN ids is made. */
export interface VlanPoolOptions {
  /** Ids are 1..limit; 1..4094. */
  readonly limit: number;
  /** How long a released id stays out of use; 0 frees it at once. */
  readonly quarantineMs: number;
}

/** Everything in a pool of VLAN ids, as plain data. */
export interface VlanPoolState extends VlanPoolOptions {
  /** Ids in use, ascending. */
  readonly held: readonly number[];
  /** Ids in quarantine and when they leave it, milliseconds since 1970, the earliest first. */
  readonly quarantined: readonly { readonly vlanId: number; readonly readyMs: number }[];
}

/**
 * The VLAN ids of one trunk: never held twice, the lowest free one first, a released one only
 * after its quarantine.
 *
 * Time is an argument, milliseconds since 1970; when it goes back, ids wait longer, never shorter.
 * Taking and releasing cost the same however full the pool is.
 */
export class VlanPool {
  readonly limit: number;
  readonly #slots: SlotPool;

  /** Throws INVALID_ARGUMENT with every option that is out of range. */
  constructor(options: VlanPoolOptions) {
    const problems = optionProblems(options);
    if (problems.length > 0) throw invalid("a pool of VLAN ids cannot be made", problems);
    this.limit = options.limit;
    this.#slots = new SlotPool(options.limit, options.quarantineMs);
  }

  /** The pool that `state` was saved from. Throws INVALID_ARGUMENT with every contradiction. */
  static restore(state: VlanPoolState): VlanPool {
    const pool = new VlanPool(state);
    const problems: FieldProblem[] = [];
    for (const [index, vlanId] of state.held.entries()) {
      const outcome = pool.take(vlanId, -Infinity);
      if (outcome !== "taken") problems.push(contradiction(`held[${index}]`, vlanId, outcome));
    }
    const waiting = state.quarantined.map((entry, index) => ({ ...entry, index }));
    for (const { vlanId, readyMs, index } of waiting.sort((a, b) => a.readyMs - b.readyMs)) {
      const isRestored =
        pool.#contains(vlanId) && pool.#slots.restoreQuarantined(vlanId - 1, readyMs);
      if (!isRestored) {
        problems.push(
          contradiction(`quarantined[${index}]`, vlanId, "outside, named before, or has no time"),
        );
      }
    }
    if (problems.length > 0) throw invalid("a pool of VLAN ids cannot be restored", problems);
    return pool;
  }

  /** When the next id leaves quarantine, milliseconds since 1970; undefined when none waits. */
  get nextReadyMs(): number | undefined {
    return this.#slots.nextReadyMs;
  }

  /** How many ids are free, held and in quarantine; together they are `limit`. */
  counts(nowMs: number): SlotCounts {
    return this.#slots.counts(nowMs);
  }

  /** State of an id, or "outside" when it is not 1..limit. */
  stateOf(vlanId: number, nowMs: number): SlotState | "outside" {
    return this.#contains(vlanId) ? this.#slots.stateOf(vlanId - 1, nowMs) : "outside";
  }

  /** Takes the lowest free id; undefined when none is free. */
  takeLowest(nowMs: number): number | undefined {
    const slot = this.#slots.takeLowest(nowMs);
    return slot < 0 ? undefined : slot + 1;
  }

  /** Takes this id if it is free, else says why not. */
  take(vlanId: number, nowMs: number): "taken" | "held" | "quarantined" | "outside" {
    if (!this.#contains(vlanId)) return "outside";
    const state = this.#slots.take(vlanId - 1, nowMs);
    return state === "free" ? "taken" : state;
  }

  /** Puts a held id in quarantine from `nowMs` on; false, and no effect, when it is not held. */
  release(vlanId: number, nowMs: number): boolean {
    return this.#contains(vlanId) && this.#slots.release(vlanId - 1, nowMs);
  }

  /** Gives an id in quarantine back to the one who held it; false when it is not there. */
  reclaim(vlanId: number, nowMs: number): boolean {
    return this.#contains(vlanId) && this.#slots.reclaim(vlanId - 1, nowMs);
  }

  /** Everything in the pool, as plain data; {@link VlanPool.restore} is the way back. O(limit). */
  save(): VlanPoolState {
    return {
      limit: this.limit,
      quarantineMs: this.#slots.quarantineMs,
      held: [...this.#slots.held()].map((slot) => slot + 1),
      quarantined: [...this.#slots.quarantined()].map(([slot, readyMs]) => ({
        vlanId: slot + 1,
        readyMs,
      })),
    };
  }

  #contains(vlanId: number): boolean {
    return Number.isInteger(vlanId) && vlanId >= 1 && vlanId <= this.limit;
  }
}

function optionProblems({ limit, quarantineMs }: VlanPoolOptions): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!Number.isInteger(limit) || limit < 1 || limit > maxVlanId) {
    problems.push({ field: "limit", description: `${limit} is not 1..${maxVlanId}` });
  }
  if (!(quarantineMs >= 0 && quarantineMs < Infinity)) {
    problems.push({ field: "quarantineMs", description: `${quarantineMs} is not a duration` });
  }
  return problems;
}

function contradiction(field: string, vlanId: number, outcome: string): FieldProblem {
  return { field, description: `VLAN id ${vlanId} is ${outcome}` };
}
