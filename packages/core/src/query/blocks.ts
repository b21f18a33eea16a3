import { type Address, formatAddress } from "../net/address.ts";
import {
  baseAddress,
  type Cidr,
  cidrContainsCidr,
  cidrOf,
  formatCidr,
  tryParseCidr,
  upperHalf,
} from "../net/cidr.ts";
import type { World } from "../world/world.ts";
import { requireWithin } from "./limits.ts";

// Blocks nest or lie apart, so that the closest one that holds an address tells all that do. Two
// addresses with the same closest block are the same to every rule, list and route of the world.

/** All blocks of addresses that something in a world tells apart. */
export interface Blocks {
  readonly cidrs: readonly Cidr[];
  /** Text of the closest block that holds an address; the family alone when there is none. */
  readonly closest: (address: Address) => string;
}

/** Collects the blocks of a world, and more that the caller names; sorted, each once. */
export function blocksOf(world: World, more: readonly string[] = []): Blocks {
  const texts = new Set([
    ...world.groups.flatMap(({ rules }) =>
      rules.flatMap(({ peer }) => (peer.kind === "cidr" ? [peer.cidr] : [])),
    ),
    ...world.prefixLists.flatMap(({ cidrs }) => cidrs),
    ...world.vpcs.flatMap(({ cidrs }) => cidrs),
    ...policyCidrs(world),
    ...aclCidrs(world),
    ...(world.routeTables ?? []).flatMap(({ routes }) => routes.map((one) => one.destination)),
    ...more,
  ]);
  const byText = new Map<string, Cidr>();
  for (const text of texts) {
    const cidr = tryParseCidr(text);
    if (cidr !== undefined) byText.set(formatCidr(cidr), cidr);
  }
  requireWithin("blocks", byText.size);
  const cidrs = [...byText.keys()].sort().map((text) => byText.get(text) as Cidr);
  return { cidrs, closest: closestIn(byText) };
}

// Which subnet an address is in matters to network ACLs alone.
function aclCidrs({ networkAcls, subnets }: World): readonly string[] {
  if (networkAcls === undefined) return [];
  const ofEntries = networkAcls.flatMap(({ entries }) => entries.map(({ cidr }) => cidr));
  return [...ofEntries, ...subnets.flatMap(({ cidrs }) => cidrs)];
}

// Wherever a policy has text that is a CIDR, it may tell addresses apart.
function policyCidrs(world: World): readonly string[] {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === "string") texts.push(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit(world.networkPolicies);
  visit(world.clusterNetworkPolicies);
  visit(world.adminNetworkPolicies);
  visit(world.baselineAdminNetworkPolicies);
  return texts;
}

function closestIn(byText: ReadonlyMap<string, Cidr>): (address: Address) => string {
  const lengths = { 4: new Set<number>(), 6: new Set<number>() };
  for (const { family, prefixLength } of byText.values()) lengths[family].add(prefixLength);
  const down = (family: 4 | 6) => [...lengths[family]].sort((a, b) => b - a);
  const sorted = { 4: down(4), 6: down(6) };
  return (address) => {
    for (const length of sorted[address.family]) {
      const text = formatCidr(cidrOf(address, length));
      if (byText.has(text)) return text;
    }
    return `IPv${address.family}`;
  };
}

/** A block with what holds for all of it. */
export interface Part<T> {
  readonly cidr: Cidr;
  readonly value: T;
}

/**
 * Splits a block into the fewest parts that have one value each.
 *
 * @param inner blocks that may change the value; nothing else does.
 * @param valueAt value of an address; compared by identity.
 */
export function partsOf<T>(
  whole: Cidr,
  inner: readonly Cidr[],
  valueAt: (address: Address) => T,
): readonly Part<T>[] {
  const inside = inner.filter((cidr) => {
    return cidr.prefixLength > whole.prefixLength && cidrContainsCidr(whole, cidr);
  });
  if (inside.length === 0) return [{ cidr: whole, value: valueAt(baseAddress(whole)) }];
  const [low, high] = halvesOf(whole).map((half) => partsOf(half, inside, valueAt));
  const isUniform = low.length === 1 && high.length === 1 && low[0].value === high[0].value;
  return isUniform ? [{ cidr: whole, value: low[0].value }] : [...low, ...high];
}

/** All addresses of a family. */
export function everyAddress(family: 4 | 6): Cidr {
  return cidrOf(family === 4 ? { family, ip: 0 } : { family, ip: [0, 0, 0, 0] }, 0);
}

function halvesOf(cidr: Cidr): readonly [Cidr, Cidr] {
  const length = cidr.prefixLength + 1;
  return [cidrOf(baseAddress(cidr), length), cidrOf(upperHalf(cidr), length)];
}

/** An address as an endpoint of a flow. */
export function addressEndpoint(address: Address) {
  return { kind: "address", address: formatAddress(address) } as const;
}
