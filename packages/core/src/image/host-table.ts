import { TrunklineError } from "../errors/trunkline-error.ts";
import type { Ipv6 } from "../net/ipv6.ts";
import { HOST_WORDS } from "./layout.ts";

/** One address with its leaf. */
export interface Host6 {
  readonly address: Ipv6;
  readonly leaf: number;
}

/** Single addresses, each in the one slot where it can be. */
export interface HostTable {
  /** Slots of HOST_WORDS: address, leaf, padding; a leaf of 0 is an empty slot. */
  readonly hosts6: Int32Array;
  /** By the low bits of a hash: what to mix into it. */
  readonly seeds6: Int32Array;
  /** How far a hash is shifted to be a slot. */
  readonly hostShift: number;
  /** Hosts that found no slot. */
  readonly rest: readonly Host6[];
}

/** Largest table, slots. */
const maxSlots = 1 << 24;
/** Hosts of one seed, on average. */
const hostsPerSeed = 4;
/** Seeds to try; one in a hundred fits four hosts into a table three quarters full. */
const maxSeeds = 1 << 12;

/**
 * Places hosts by "hash and displace": hosts whose hashes end alike share a seed, found by trial,
 * that sends each of them to a slot of its own. One look at one slot then finds a host, or tells
 * that there is none. Throws QUOTA for more hosts than the largest table holds.
 */
export function hostTable(hosts: readonly Host6[]): HostTable {
  const slotCount = powerOfTwo(Math.max(8, (hosts.length * 4) / 3));
  if (slotCount > maxSlots) {
    throw new TrunklineError("QUOTA", `${hosts.length} IPv6 hosts do not fit in a table`);
  }
  const seeds6 = new Int32Array(powerOfTwo(Math.max(1, hosts.length / hostsPerSeed)));
  const hosts6 = new Int32Array(slotCount * HOST_WORDS);
  const hostShift = Math.clz32(slotCount - 1);
  const rest: Host6[] = [];
  for (const { seed, own } of bucketsOf(hosts, seeds6.length - 1)) {
    const hashes = own.map(({ address }) => hostHash(address));
    const found = seedFor(hashes, { hosts6, hostShift });
    if (found === undefined) {
      rest.push(...own);
      continue;
    }
    seeds6[seed] = found;
    for (const [at, { address, leaf }] of own.entries()) {
      hosts6.set([...address, leaf], hostSlot(hashes[at], found, hostShift) * HOST_WORDS);
    }
  }
  return { hosts6, seeds6, hostShift, rest };
}

/** The hash of an address; the kernels do the same. */
export function hostHash([a, b, c, d]: Ipv6): number {
  const hash = a ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f);
  return hash ^ (hash >>> 15);
}

/** The slot of a hash. */
export function hostSlot(hash: number, seed: number, hostShift: number): number {
  return Math.imul(hash ^ seed, 0x2c1b3c6d) >>> hostShift;
}

interface Bucket {
  readonly seed: number;
  readonly own: readonly Host6[];
}

// Hosts that share a seed; the most first, because they need the most empty slots.
function bucketsOf(hosts: readonly Host6[], mask: number): readonly Bucket[] {
  const buckets = new Map<number, Host6[]>();
  for (const host of hosts) {
    const seed = hostHash(host.address) & mask;
    const own = buckets.get(seed);
    if (own === undefined) buckets.set(seed, [host]);
    else own.push(host);
  }
  const all = [...buckets].map(([seed, own]) => ({ seed, own }));
  return all.sort((a, b) => b.own.length - a.own.length || a.seed - b.seed);
}

function seedFor(
  hashes: readonly number[],
  { hosts6, hostShift }: Pick<HostTable, "hosts6" | "hostShift">,
): number | undefined {
  const isFree = (slot: number) => hosts6[slot * HOST_WORDS + 4] === 0;
  for (let turn = 0; turn < maxSeeds; turn++) {
    const seed = Math.imul(turn, 0x9e3779b1);
    const slots = hashes.map((hash) => hostSlot(hash, seed, hostShift));
    if (slots.every(isFree) && new Set(slots).size === slots.length) return seed;
  }
  return undefined;
}

function powerOfTwo(count: number): number {
  return count <= 1 ? 1 : 1 << (32 - Math.clz32(Math.ceil(count) - 1));
}
