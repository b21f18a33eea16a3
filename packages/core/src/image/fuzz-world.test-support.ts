import type { Random } from "../clock.ts";
import { type Address, formatAddress, tryParseAddress } from "../net/address.ts";
import { cidrOf, formatCidr, tryParseCidr } from "../net/cidr.ts";
import type {
  NetworkInterface,
  PrefixList,
  RulePeer,
  SecurityGroup,
  SecurityGroupRule,
} from "../world/cloud.ts";
import { networkInterface } from "../world/fixture-f.test-support.ts";

// Worlds made of traps: addresses from a few bytes that meet at every boundary, ranges at both
// ends, groups that nobody has, lists that nobody wrote, and text that is no CIDR.

/** The part of a world that an image is made of. */
export interface FuzzWorld {
  readonly groups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly interfaces: readonly NetworkInterface[];
}

/** One question to a world. */
export interface Probe {
  readonly eni: number;
  readonly isEgress: boolean;
  readonly address: Address;
  readonly protocol: number;
  readonly port: number;
}

const bytes = [0, 1, 2, 10, 127, 128, 254, 255];
const ports = [0, 1, 22, 63, 64, 79, 80, 81, 443, 8080, 32_767, 32_768, 65_534, 65_535];
const lengths4 = [0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 32];
const lengths6 = [0, 1, 16, 32, 47, 48, 56, 63, 64, 64, 65, 80, 96, 120, 127, 128, 128];
const protocols = [6, 6, 6, 17, 17, 1, 58, 47, 50, 132, 0, 255];

/** Picks one. */
function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)];
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}

function word(random: Random): number {
  return times(4, () => pick(bytes, random)).reduce((value, byte) => (value << 8) | byte, 0);
}

/** An address near others. */
function fuzzAddress(random: Random): Address {
  if (random() < 0.6) return { family: 4, ip: (10 << 24) | (word(random) & 0x00ff_ff8f) };
  if (random() < 0.3) return { family: 4, ip: word(random) };
  const high = pick([0x2001_0db8, 0x2001_0db8, 0xfd00_0ec2 | 0, 0, -1], random);
  const subnet = pick([0, 1, 0x0001_0000, 0xff, -1], random);
  const low = pick([0, 1, word(random), -1], random);
  return { family: 6, ip: [high, subnet, low, pick([0, 1, 2, 3, word(random), -1], random)] };
}

function fuzzCidr(random: Random): string {
  if (random() < 0.02) return pick(["10.0.0.0", "300.0.0.0/8", "::/129", ""], random);
  const address = fuzzAddress(random);
  const length = pick(address.family === 4 ? lengths4 : lengths6, random);
  // With host bits at times, as people write them.
  if (random() < 0.2) return `${formatAddress(address)}/${length}`;
  return formatCidr(cidrOf(address, length));
}

function fuzzRange(protocol: number, random: Random): { fromPort: number; toPort: number } {
  if (random() < 0.2) return { fromPort: -1, toPort: -1 };
  if (protocol === 1 || protocol === 58) {
    return {
      fromPort: pick([-1, 0, 3, 8, 255, 256], random),
      toPort: pick([-1, 0, 4, 255], random),
    };
  }
  const fromPort = pick([...ports, -1], random);
  const toPort = random() < 0.5 ? fromPort : pick([...ports, -1, 70_000], random);
  return { fromPort, toPort };
}

function fuzzPeer(groupIds: readonly string[], random: Random): RulePeer {
  const chance = random();
  if (chance < 0.4) return { kind: "group", groupId: pick([...groupIds, "sg-stale"], random) };
  if (chance < 0.55) {
    return { kind: "prefixList", prefixListId: pick(["pl-1", "pl-2", "pl-0", "pl-gone"], random) };
  }
  return { kind: "cidr", cidr: fuzzCidr(random) };
}

/** A rule. */
export function fuzzRule(
  ruleId: string,
  groupIds: readonly string[],
  random: Random,
): SecurityGroupRule {
  const protocol = random() < 0.15 ? -1 : pick(protocols, random);
  return {
    ruleId,
    isEgress: random() < 0.5,
    protocol,
    ...fuzzRange(protocol, random),
    peer: fuzzPeer(groupIds, random),
  };
}

function fuzzPrefixes(at: number, random: Random): readonly string[] {
  if (random() < 0.7) return [];
  // Distinct blocks, as EC2 gives them.
  return [`10.255.${at}.${16 * below(16, random)}/28`, `2001:db8:0:1:${at}::/80`];
}

/** How much of all there is in a world; what is left out is left to chance, and little. */
export interface FuzzSize {
  readonly groups?: number;
  readonly interfaces?: number;
}

/** A world from a seed's chance. */
export function fuzzWorld(random: Random, size: FuzzSize = {}): FuzzWorld {
  const groupIds = times(size.groups ?? 2 + below(6, random), (at) => `sg-${at}`);
  const groups = groupIds.map((groupId) => ({
    groupId,
    name: groupId,
    vpcId: "vpc-f",
    rules: times(below(random() < 0.1 ? 120 : 12, random), (at) => {
      return fuzzRule(`sgr-${groupId}-${at}`, groupIds, random);
    }),
  }));
  const taken = new Set<string>();
  const freeAddresses = (count: number) =>
    times(count, () => formatAddress(fuzzAddress(random))).filter((text) => {
      const isFree = !taken.has(text);
      taken.add(text);
      return isFree;
    });
  const share = Math.min(0.35, 3 / groupIds.length);
  const interfaces = times(size.interfaces ?? 1 + below(12, random), (at) => {
    const chosen = groupIds.filter(() => random() < share);
    const lost = random() < 0.05 ? ["sg-lost"] : [];
    return networkInterface(`eni-${at}`, "", [], {
      groupIds: [...chosen, ...lost],
      addresses: [...freeAddresses(1 + below(4, random)), ...(random() < 0.02 ? ["nowhere"] : [])],
      prefixes: fuzzPrefixes(at, random),
    });
  });
  const list = (prefixListId: string, cidrs: readonly string[]): PrefixList => {
    return { prefixListId, name: prefixListId, maxEntries: 60, cidrs };
  };
  const prefixLists = [
    list("pl-0", []),
    ...["pl-1", "pl-2"].map((id) =>
      list(
        id,
        times(below(20, random), () => fuzzCidr(random)),
      ),
    ),
  ];
  return { groups, prefixLists, interfaces };
}

/** A question, half of them made after a rule: its protocol, and both sides of its boundaries. */
export function fuzzProbe(world: FuzzWorld, random: Random): Probe {
  const eni = below(world.interfaces.length, random);
  const own = world.groups.filter(({ groupId }) =>
    world.interfaces[eni].groupIds.includes(groupId),
  );
  const rules = own.flatMap((group) => group.rules);
  const rule = rules.length > 0 && random() < 0.5 ? pick(rules, random) : undefined;
  const isEgress = rule !== undefined && random() < 0.8 ? rule.isEgress : random() < 0.5;
  const address =
    rule !== undefined && random() < 0.7
      ? nearPeer(rule.peer, world, random)
      : fuzzPeerAddress(world, random);
  if (rule !== undefined && rule.protocol >= 0) {
    return { eni, isEgress, address, protocol: rule.protocol, port: nearRange(rule, random) };
  }
  return { eni, isEgress, address, ...fuzzTraffic(random) };
}

function fuzzTraffic(random: Random) {
  const protocol = random() < 0.1 ? below(256, random) : pick(protocols, random);
  const isIcmp = protocol === 1 || protocol === 58;
  const icmp = (pick([0, 3, 8, 255, 128], random) << 8) | pick([0, 1, 4, 255], random);
  const port = random() < 0.1 ? below(65_536, random) : pick(ports, random);
  return { protocol, port: isIcmp ? icmp : port };
}

function nearRange({ protocol, fromPort, toPort }: SecurityGroupRule, random: Random): number {
  const byte = (value: number) => Math.max(0, value) & 255;
  if (protocol === 1 || protocol === 58) {
    return (byte(fromPort) << 8) | pick([byte(toPort), 0, 1, 254, 255], random);
  }
  return pick([fromPort - 1, fromPort, toPort, toPort + 1], random) & 0xffff;
}

function nearPeer(peer: RulePeer, world: FuzzWorld, random: Random): Address {
  switch (peer.kind) {
    case "group": {
      const holders = world.interfaces.filter(({ groupIds }) => groupIds.includes(peer.groupId));
      const held = holders.flatMap(({ addresses }) => addresses.flatMap(parsed));
      return held.length > 0 ? pick(held, random) : fuzzAddress(random);
    }
    case "cidr":
      return nearBlock(peer.cidr, random);
    case "prefixList": {
      const list = world.prefixLists.find((one) => one.prefixListId === peer.prefixListId);
      if (list === undefined || list.cidrs.length === 0) return fuzzAddress(random);
      return nearBlock(pick(list.cidrs, random), random);
    }
  }
}

// The first or last address of a block, or the one before or after.
function nearBlock(text: string, random: Random): Address {
  const cidr = tryParseCidr(text);
  if (cidr === undefined) return fuzzAddress(random);
  const bits = cidr.family === 4 ? 32 : 128;
  const size = 1n << BigInt(bits - cidr.prefixLength);
  const words: readonly number[] = cidr.family === 4 ? [cidr.base] : cidr.base;
  const base = words.reduce<bigint>((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  const value = BigInt.asUintN(bits, base + pick([-1n, 0n, size - 1n, size], random));
  const wordAt = (shift: bigint) => Number((value >> shift) & 0xffff_ffffn) | 0;
  if (cidr.family === 4) return { family: 4, ip: wordAt(0n) };
  return { family: 6, ip: [wordAt(96n), wordAt(64n), wordAt(32n), wordAt(0n)] };
}

function parsed(text: string): readonly Address[] {
  const address = tryParseAddress(text);
  return address === undefined ? [] : [address];
}

function fuzzPeerAddress(world: FuzzWorld, random: Random): Address {
  const chance = random();
  if (chance < 0.6) return fuzzAddress(random);
  if (chance < 0.7) {
    const at = below(world.interfaces.length, random);
    const low = below(256, random);
    return random() < 0.5
      ? { family: 4, ip: (10 << 24) | (255 << 16) | (at << 8) | low | 0 }
      : { family: 6, ip: [0x2001_0db8, 1, at << 16, low] };
  }
  const held = pick(world.interfaces, random).addresses.flatMap(parsed);
  return held.length > 0 ? pick(held, random) : fuzzAddress(random);
}
