import { formatIpv4, parseCidr, parseIpv4 } from "@trunkline/core";
import { AddressPool, type AddressState } from "@trunkline/core/pools";
import type { Eni } from "./interface-rows.ts";
import type { Subnet } from "./network-rows.ts";
import type { Table } from "./table.ts";

/** Addresses of one delegated IPv4 prefix, a /28. */
export const PREFIX_SIZE = 16;

// EC2 may give an address out again right after its release, so no address waits and the time
// that the pool is told does not matter.
const ANY_TIME = 0;
const NO_QUARANTINE = 0;

/**
 * The IPv4 addresses of every subnet, kept in step with the rows of subnets and interfaces, undo
 * and load included. Asking for addresses holds none; putting the interface does.
 */
export class SubnetPools {
  readonly #pools = new Map<string, AddressPool>();
  /** Subnets that give out nothing, as a fault. */
  readonly exhausted = new Set<string>();

  constructor(subnets: Table<Subnet>, enis: Table<Eni>) {
    subnets.onReplace = (before, after) => {
      if (before !== undefined && after === undefined) this.#pools.delete(before.id);
      if (before === undefined && after !== undefined) this.#open(after);
    };
    enis.onReplace = (before, after) => {
      if (before !== undefined) this.#release(before, after);
      if (after !== undefined) this.#hold(after, before);
    };
  }

  /** What DescribeSubnets shows: free addresses, prefixes counted as 16. */
  freeCount(subnetId: string): number {
    if (this.exhausted.has(subnetId)) return 0;
    return this.#of(subnetId).counts(ANY_TIME).freeCount;
  }

  /** State of an address of a subnet. */
  stateOf(subnetId: string, address: string): AddressState {
    return this.#of(subnetId).stateOf(parseIpv4(address), ANY_TIME);
  }

  /** True when the whole /28 is free. */
  isPrefixFree(subnetId: string, prefix: string): boolean {
    const ip = firstOf(prefix);
    const pool = this.#of(subnetId);
    const isFree = pool.takePrefixAt(ip, ANY_TIME) === "taken";
    if (isFree) pool.releasePrefix(ip, ANY_TIME);
    return isFree;
  }

  /** Free addresses besides `taken`, or undefined when there are fewer. */
  pick(subnetId: string, count: number, taken: readonly string[] = []): string[] | undefined {
    if (count === 0) return [];
    if (this.exhausted.has(subnetId)) return undefined;
    const pool = this.#of(subnetId);
    return withHeld(pool, taken, () => {
      const picked: number[] = [];
      while (picked.length < count) {
        const ip = pool.takeLowest(ANY_TIME);
        if (ip === undefined) break;
        picked.push(ip);
      }
      for (const ip of picked) pool.release(ip, ANY_TIME);
      return picked.length === count ? picked.map(formatIpv4) : undefined;
    });
  }

  /** Free /28 prefixes that hold none of `taken`, or undefined when there are fewer. */
  pickPrefixes(
    subnetId: string,
    count: number,
    taken: readonly string[] = [],
  ): string[] | undefined {
    if (count === 0) return [];
    if (this.exhausted.has(subnetId)) return undefined;
    const pool = this.#of(subnetId);
    return withHeld(pool, taken, () => {
      const picked: number[] = [];
      while (picked.length < count) {
        const ip = pool.takePrefix(ANY_TIME);
        if (ip === undefined) break;
        picked.push(ip);
      }
      for (const ip of picked) pool.releasePrefix(ip, ANY_TIME);
      return picked.length === count ? picked.map((ip) => `${formatIpv4(ip)}/28`) : undefined;
    });
  }

  #of(subnetId: string): AddressPool {
    const pool = this.#pools.get(subnetId);
    if (pool === undefined) throw new Error(`invariant broken: no pool for ${subnetId}`);
    return pool;
  }

  #open(subnet: Subnet): void {
    const cidr = parseCidr(subnet.cidr);
    this.#pools.set(subnet.id, new AddressPool({ cidr, quarantineMs: NO_QUARANTINE }));
  }

  // Releases what is in `before` and no longer in `after`; an unchanged address is not touched.
  #release(before: Eni, after: Eni | undefined): void {
    const pool = this.#pools.get(before.subnetId);
    if (pool === undefined) return;
    if (before.addresses !== after?.addresses) {
      const kept = new Set(after?.addresses.map((a) => a.address));
      for (const { address } of before.addresses) {
        if (!kept.has(address)) pool.release(parseIpv4(address), ANY_TIME);
      }
    }
    for (const prefix of before.ipv4Prefixes) {
      if (!after?.ipv4Prefixes.includes(prefix)) pool.releasePrefix(firstOf(prefix), ANY_TIME);
    }
  }

  #hold(after: Eni, before: Eni | undefined): void {
    const pool = this.#pools.get(after.subnetId);
    if (pool === undefined) return;
    if (after.addresses !== before?.addresses) {
      const known = new Set(before?.addresses.map((a) => a.address));
      for (const { address } of after.addresses) {
        if (!known.has(address)) pool.takeAddress(parseIpv4(address), ANY_TIME);
      }
    }
    for (const prefix of after.ipv4Prefixes) {
      if (!before?.ipv4Prefixes.includes(prefix)) pool.takePrefixAt(firstOf(prefix), ANY_TIME);
    }
  }
}

/** Runs `pick` while the given free addresses are held, so that it does not pick them. */
function withHeld<T>(pool: AddressPool, addresses: readonly string[], pick: () => T): T {
  const held = addresses.map(parseIpv4).filter((ip) => pool.takeAddress(ip, ANY_TIME) === "taken");
  const result = pick();
  for (const ip of held) pool.release(ip, ANY_TIME);
  return result;
}

function firstOf(prefix: string): number {
  return parseIpv4(prefix.slice(0, prefix.indexOf("/")));
}
