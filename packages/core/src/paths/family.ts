import { ICMP, ICMPV6 } from "../net/protocol.ts";
import type { End } from "./end.ts";

type Family = 4 | 6;

/**
 * The address family that a flow uses: the first one of the destination that the source has as
 * well; for ICMP and ICMPv6 rather their own. Undefined when they share none. An end whose
 * addresses are not known has both.
 */
export function familyOf(source: End, destination: End, protocol: number): Family | undefined {
  const fitting = bothFamilies(protocol);
  const wanted = familiesOf(destination) ?? fitting;
  const offered = familiesOf(source);
  // ICMP of the other family comes last: nobody sends it if there is a choice.
  const inOrder = [...wanted.filter((one) => fitting.includes(one)), ...wanted];
  return inOrder.find((family) => offered === undefined || offered.includes(family));
}

function familiesOf(end: End): readonly Family[] | undefined {
  if (end.kind === "ended") return undefined;
  if (end.asked !== undefined) return [end.asked.family];
  if (end.kind === "address" || end.own.addresses.length === 0) return undefined;
  return [...new Set(end.own.addresses.map(({ family }) => family))];
}

// IPv4 where nothing speaks for IPv6.
function bothFamilies(protocol: number): readonly Family[] {
  if (protocol === ICMPV6) return [6];
  return protocol === ICMP ? [4] : [4, 6];
}
