import type { SeenPeer } from "../groups/peer-match.ts";
import type { Traffic } from "../groups/rule-match.ts";
import { baseAddress, type Cidr } from "../net/cidr.ts";
import type { Memory } from "./memory.ts";

/** Number of a set of groups, by content; undefined when there is no number left. */
export function setNumber(groupIds: readonly string[], memory: Memory): number | undefined {
  const known = memory.setNumbers.get(groupIds);
  if (known !== undefined) return known;
  const number = memory.numbers.ofText(`groups ${groupIds.join(" ")}`);
  if (number !== undefined) memory.setNumbers.set(groupIds, number);
  return number;
}

/**
 * Number of what rules see of a far end: its groups, and the closest block of the world that holds
 * its address. Undefined for an end that is not at one address.
 */
export function peerNumber({ membership, within }: SeenPeer, memory: Memory): number | undefined {
  const groups =
    membership.kind === "known"
      ? setNumber(membership.groupIds, memory)
      : memory.numbers.ofText(membership.kind);
  const block = withinNumber(within, memory);
  if (groups === undefined || block === undefined) return undefined;
  return memory.numbers.ofPair(groups, block);
}

/** Number of the closest block that holds an address; undefined for anything but one address. */
export function withinNumber(within: readonly Cidr[], memory: Memory): number | undefined {
  if (within.length !== 1) return undefined;
  const [place] = within;
  if (place.prefixLength !== (place.family === 4 ? 32 : 128)) return undefined;
  const key = place.family === 4 ? place.base : place.base.join(" ");
  const known = memory.blockNumbers.get(key);
  if (known !== undefined) return known;
  const number = memory.numbers.ofText(memory.blocks.closest(baseAddress(place)));
  return number === undefined ? undefined : memory.blockNumbers.set(key, number);
}

/** Number of a kind of traffic. One flow asks for it several times in a row. */
export function trafficNumber(traffic: Traffic, memory: Memory): number | undefined {
  const { last } = memory;
  if (last.traffic !== traffic) {
    last.number = findNumber(traffic, memory);
    last.traffic = traffic;
  }
  return last.number;
}

function findNumber(traffic: Traffic, memory: Memory): number | undefined {
  const { family, protocol, port, icmpType = 256, icmpCode = 256 } = traffic;
  const icmp = memory.numbers.ofPair(icmpType, icmpCode);
  const layer4 = memory.numbers.ofPair(protocol * 2 + (family === 6 ? 1 : 0), port);
  if (icmp === undefined || layer4 === undefined) return undefined;
  return memory.numbers.ofPair(icmp, layer4);
}
