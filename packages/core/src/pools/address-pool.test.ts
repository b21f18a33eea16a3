import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCidr } from "../net/cidr.ts";
import { formatIpv4, parseIpv4 } from "../net/ipv4.ts";
import { AddressPool } from "./address-pool.ts";

const quarantineMs = 30_000;
const poolOf = (cidr: string, ms = quarantineMs) =>
  new AddressPool({ cidr: parseCidr(cidr), quarantineMs: ms });
const text = (ip: number | undefined) => (ip === undefined ? undefined : formatIpv4(ip));

/** What a pool must do: one map from address to state, and scans. */
class NaiveSubnet {
  readonly base: number;
  readonly size: number;
  readonly states = new Map<number, "held" | "prefix" | number>();

  constructor(base: number, size: number) {
    this.base = base;
    this.size = size;
  }

  stateOf(ip: number, nowMs: number): string {
    const offset = ip - this.base;
    if (offset < 0 || offset >= this.size) return "outside";
    if (offset < 4 || offset === this.size - 1) return "reserved";
    const state = this.states.get(ip) ?? -1;
    if (typeof state === "string") return state;
    return state > nowMs ? "quarantined" : "free";
  }

  free(nowMs: number): number[] {
    const all = Array.from({ length: this.size }, (_, offset) => this.base + offset);
    return all.filter((ip) => this.stateOf(ip, nowMs) === "free");
  }

  freePrefixes(nowMs: number): number[] {
    const free = new Set(this.free(nowMs));
    const firsts = Array.from({ length: this.size / 16 }, (_, block) => this.base + block * 16);
    return firsts.filter((first) => this.block(first).every((ip) => free.has(ip)));
  }

  block(first: number): number[] {
    return Array.from({ length: 16 }, (_, offset) => first + offset);
  }

  set(ips: readonly number[], state: "held" | "prefix" | number): void {
    for (const ip of ips) this.states.set(ip, state);
  }
}

const offset = fc.integer({ min: -1, max: 64 });
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("takeLowest" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("takePrefix" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("takeAddress" as const), offset }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("takePrefixAt" as const), offset }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("release" as const), offset }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("releasePrefix" as const),
      offset: fc.constantFrom(0, 16, 32, 48, 8),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reclaim" as const), offset }) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(40_000) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Applies one operation to both and compares what they answer. */
function applyToBoth(pool: AddressPool, twin: NaiveSubnet, op: Operation, nowMs: number): void {
  const ip = twin.base + ("offset" in op ? op.offset : 0);
  const state = twin.stateOf(ip, nowMs);
  const isFirst = (ip - twin.base) % 16 === 0;
  if (op.kind === "takeLowest") {
    const [lowest] = twin.free(nowMs);
    expect(pool.takeLowest(nowMs)).toBe(lowest);
    if (lowest !== undefined) twin.set([lowest], "held");
  } else if (op.kind === "takePrefix") {
    const [lowest] = twin.freePrefixes(nowMs);
    expect(pool.takePrefix(nowMs)).toBe(lowest);
    if (lowest !== undefined) twin.set(twin.block(lowest), "prefix");
  } else if (op.kind === "takeAddress") {
    expect(pool.takeAddress(ip, nowMs)).toBe(state === "free" ? "taken" : state);
    if (state === "free") twin.set([ip], "held");
  } else if (op.kind === "takePrefixAt") {
    const isFree = twin.freePrefixes(nowMs).includes(ip);
    const refusal = isFirst ? "occupied" : "unaligned";
    const outcome = state === "outside" ? "outside" : refusal;
    expect(pool.takePrefixAt(ip, nowMs)).toBe(isFree ? "taken" : outcome);
    if (isFree) twin.set(twin.block(ip), "prefix");
  } else if (op.kind === "release") {
    expect(pool.release(ip, nowMs)).toBe(state === "held");
    if (state === "held") twin.set([ip], nowMs + quarantineMs);
  } else if (op.kind === "releasePrefix") {
    const isHeld = isFirst && state === "prefix";
    expect(pool.releasePrefix(ip, nowMs)).toBe(isHeld);
    if (isHeld) twin.set(twin.block(ip), nowMs + quarantineMs);
  } else if (op.kind === "reclaim") {
    expect(pool.reclaim(ip, nowMs)).toBe(state === "quarantined");
    if (state === "quarantined") twin.set([ip], "held");
  }
}

function compare(pool: AddressPool, twin: NaiveSubnet, nowMs: number): void {
  const ips = Array.from({ length: twin.size + 2 }, (_, index) => twin.base - 1 + index);
  const states = (one: Pick<NaiveSubnet, "stateOf">) =>
    ips.map((ip) => one.stateOf(ip, nowMs)).join(" ");
  expect(states(pool)).toBe(states(twin));
  const counts = pool.counts(nowMs);
  expect(counts.freeCount).toBe(twin.free(nowMs).length);
  expect(counts.freePrefixCount).toBe(twin.freePrefixes(nowMs).length);
  expect(counts.freeCount + counts.heldCount + counts.quarantinedCount + 5).toBe(twin.size);
  expect(counts.fragmentedCount).toBe(counts.freeCount - 16 * counts.freePrefixCount);
}

describe("a pool of addresses", () => {
  it.each(["10.0.2.64/26", "192.168.255.192/26"])(
    "of %s does what a plain map and scans do, across restarts",
    (cidr) => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 80, size: "max" }), (operations) => {
          let pool = poolOf(cidr);
          const twin = new NaiveSubnet(parseIpv4(cidr.split("/")[0]), 64);
          let nowMs = 1_700_000_000_000;
          for (const op of operations) {
            if (op.kind === "wait") nowMs += op.ms;
            if (op.kind === "restart") pool = AddressPool.restore(structuredClone(pool.save()));
            applyToBoth(pool, twin, op, nowMs);
            compare(pool, twin, nowMs);
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  it("leaves out the first four addresses and the last", () => {
    const pool = poolOf("10.0.2.0/28");
    const given = Array.from({ length: 12 }, () => text(pool.takeLowest(0)));
    expect(given.slice(0, 2)).toEqual(["10.0.2.4", "10.0.2.5"]);
    expect(given.slice(10)).toEqual(["10.0.2.14", undefined]);
    expect(pool.takeAddress(parseIpv4("10.0.2.1"), 0)).toBe("reserved");
    expect(pool.takeAddress(parseIpv4("10.0.3.4"), 0)).toBe("outside");
  });

  it("knows how much of its free space is lost for prefixes", () => {
    const pool = poolOf("10.0.2.0/26", 0);
    // One address in each of the two middle blocks is enough to spoil both.
    pool.takeAddress(parseIpv4("10.0.2.20"), 0);
    pool.takeAddress(parseIpv4("10.0.2.40"), 0);
    expect(pool.takePrefix(0)).toBeUndefined();
    expect(pool.counts(0)).toMatchObject({
      freeCount: 57,
      freePrefixCount: 0,
      fragmentedCount: 57,
      reservedCount: 5,
    });
    pool.release(parseIpv4("10.0.2.20"), 0);
    expect(text(pool.takePrefix(0))).toBe("10.0.2.16");
  });

  it("of a /16 fills to the last address and empties again", () => {
    const pool = poolOf("172.31.0.0/16");
    for (let offset = 4; offset < 65_535; offset++) {
      if (pool.takeLowest(0) !== (parseIpv4("172.31.0.0") | offset)) expect.fail(`${offset}`);
    }
    expect(pool.takeLowest(0)).toBeUndefined();
    pool.release(parseIpv4("172.31.128.7"), 0);
    expect(pool.takeLowest(quarantineMs - 1)).toBeUndefined();
    expect(text(pool.takeLowest(quarantineMs))).toBe("172.31.128.7");
  });

  it("is made for subnets only", () => {
    for (const cidr of ["10.0.0.0/15", "10.0.0.0/29", "2001:db8::/64"]) {
      expect(() => poolOf(cidr)).toThrow(`${cidr} is not an IPv4 block of /16 to /28`);
    }
    expect(() => poolOf("10.0.0.0/24", Number.NaN)).toThrow(/quarantineMs: NaN/);
  });

  it("is not restored from contradictions, all of which are named", () => {
    const state = {
      cidr: "10.0.2.0/26",
      quarantineMs: 0,
      held: ["10.0.2.4", "10.0.2.4", "10.0.2.1", "x"],
      prefixes: ["10.0.2.16", "10.0.2.17", "10.0.2.0"],
      quarantined: [{ address: "10.0.2.18", readyMs: 5 }],
    };
    const found =
      /held\[1\].*held\[2\].*held\[3\]: x is no.*es\[1\].*unaligned.*es\[2\].*occupied.*ned\[0\]/s;
    expect(() => AddressPool.restore(state)).toThrow(found);
  });
});
