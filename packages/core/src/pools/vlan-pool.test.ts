import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VlanPool } from "./vlan-pool.ts";

const limit = 40;
const quarantineMs = 30_000;

/** What a pool must do, in plain sets and scans. */
class NaivePool {
  readonly held = new Set<number>();
  readonly readyMs = new Map<number, number>();

  stateOf(vlanId: number, nowMs: number): string {
    if (vlanId < 1 || vlanId > limit) return "outside";
    if (this.held.has(vlanId)) return "held";
    return (this.readyMs.get(vlanId) ?? nowMs) > nowMs ? "quarantined" : "free";
  }

  take(vlanId: number | undefined, nowMs: number): string {
    if (vlanId === undefined) return "none";
    const state = this.stateOf(vlanId, nowMs);
    if (state === "free") this.held.add(vlanId);
    return state === "free" ? "taken" : state;
  }

  lowestFree(nowMs: number): number | undefined {
    for (let id = 1; id <= limit; id++) if (this.stateOf(id, nowMs) === "free") return id;
    return undefined;
  }

  release(vlanId: number, nowMs: number): boolean {
    if (!this.held.delete(vlanId)) return false;
    this.readyMs.set(vlanId, nowMs + quarantineMs);
    return true;
  }

  reclaim(vlanId: number, nowMs: number): boolean {
    if (this.stateOf(vlanId, nowMs) !== "quarantined") return false;
    this.held.add(vlanId);
    return true;
  }
}

/** States of all ids and both neighbours as one text: one comparison is much cheaper than 42. */
function everyState(pool: Pick<NaivePool, "stateOf">, nowMs: number): string {
  const ids = Array.from({ length: limit + 2 }, (_, vlanId) => vlanId);
  return ids.map((vlanId) => pool.stateOf(vlanId, nowMs)).join(" ");
}

const id = fc.integer({ min: 0, max: limit + 1 });
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "takeLowest" } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("take" as const), id }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("release" as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reclaim" as const), id }) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(40_000) }) },
);

describe("a pool of VLAN ids", () => {
  it("does what plain sets and scans do, across restarts", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 150, size: "max" }), (operations) => {
        let pool = new VlanPool({ limit, quarantineMs });
        const twin = new NaivePool();
        let nowMs = 1_700_000_000_000;
        for (const op of operations) {
          if (op.kind === "wait") nowMs += op.ms;
          if (op.kind === "restart") pool = VlanPool.restore(structuredClone(pool.save()));
          if (op.kind === "takeLowest") {
            const lowest = twin.lowestFree(nowMs);
            expect(pool.takeLowest(nowMs)).toBe(lowest);
            twin.take(lowest, nowMs);
          }
          if (op.kind === "take") {
            expect(pool.take(op.id, nowMs)).toBe(twin.take(op.id, nowMs));
          }
          if (op.kind === "release") {
            expect(pool.release(op.id, nowMs)).toBe(twin.release(op.id, nowMs));
          }
          if (op.kind === "reclaim") {
            expect(pool.reclaim(op.id, nowMs)).toBe(twin.reclaim(op.id, nowMs));
          }
          expect(everyState(pool, nowMs)).toBe(everyState(twin, nowMs));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("lets nobody out of quarantine early when the clock is set back", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 2, maxLength: limit }), (timesMs) => {
        const pool = new VlanPool({ limit, quarantineMs });
        timesMs.forEach(() => void pool.takeLowest(0));
        timesMs.forEach((nowMs, index) => void pool.release(index + 1, nowMs));
        for (let nowMs = 0; nowMs <= 130_000; nowMs += 10_000) {
          timesMs.forEach((releasedMs, index) => {
            if (nowMs >= releasedMs + quarantineMs) return;
            expect(pool.stateOf(index + 1, nowMs)).toBe("quarantined");
          });
        }
        expect(pool.counts(140_000).freeCount).toBe(limit);
      }),
    );
  });

  it("gives 1, 2, 3, keeps 2 out for its quarantine, then gives it before 4", () => {
    const pool = new VlanPool({ limit: 120, quarantineMs: 60_000 });
    expect([pool.takeLowest(0), pool.takeLowest(0), pool.takeLowest(0)]).toEqual([1, 2, 3]);
    expect(pool.release(2, 1000)).toBe(true);
    expect(pool.release(2, 1000)).toBe(false);
    expect(pool.nextReadyMs).toBe(61_000);
    expect(pool.counts(60_999)).toEqual({ freeCount: 117, heldCount: 2, quarantinedCount: 1 });
    expect(pool.take(2, 60_999)).toBe("quarantined");
    expect(pool.takeLowest(61_000)).toBe(2);
  });

  it("gives an id back to its holder during its quarantine, and not after", () => {
    const pool = new VlanPool({ limit: 120, quarantineMs: 60_000 });
    for (const vlanId of [1, 2]) {
      pool.take(vlanId, 0);
      pool.release(vlanId, 0);
    }
    expect(pool.reclaim(1, 59_999)).toBe(true);
    expect(pool.reclaim(2, 60_000)).toBe(false);
    expect(pool.counts(60_000)).toEqual({ freeCount: 119, heldCount: 1, quarantinedCount: 0 });
  });

  it("without a quarantine gives a released id again at once", () => {
    const pool = new VlanPool({ limit: 2, quarantineMs: 0 });
    expect([pool.takeLowest(0), pool.takeLowest(0), pool.takeLowest(0)]).toEqual([1, 2, undefined]);
    pool.release(1, 0);
    expect(pool.takeLowest(0)).toBe(1);
  });

  it("is not restored from contradictions, all of which are named", () => {
    const state = {
      limit: 5,
      quarantineMs: 0,
      held: [1, 1, 6, 1.5],
      quarantined: [
        { vlanId: 1, readyMs: 5 },
        { vlanId: 2, readyMs: Number.NaN },
      ],
    };
    const text =
      /held\[1\].*held\[2\].*held\[3\]: VLAN id 1.5 is outside.*ned\[0\]: VLAN id 1 .*ned\[1\]/s;
    expect(() => VlanPool.restore(state)).toThrow(text);
  });

  it("is not made with a limit or a quarantine out of range", () => {
    expect(() => new VlanPool({ limit: 4095, quarantineMs: -1 })).toThrow(
      /limit: 4095 is not 1\.\.4094\n {2}quarantineMs: -1 is not a duration/,
    );
  });
});
