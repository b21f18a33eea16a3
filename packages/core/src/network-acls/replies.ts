import type { Traffic } from "../groups/rule-match.ts";
import { ICMP, ICMPV6, type PortRange } from "../net/protocol.ts";

/** Ports that Linux gives to outgoing connections. Source: Linux, ip_local_port_range. */
export const LINUX_EPHEMERAL_PORTS: PortRange = { fromPort: 32_768, toPort: 60_999 };

/**
 * Ports of outgoing connections of a translator, a load balancer or anybody not known better.
 *
 * Source: VPC user guide, "Custom network ACLs", ephemeral ports; iptables, --random-fully.
 */
export const ANY_EPHEMERAL_PORTS: PortRange = { fromPort: 1024, toPort: 65_535 };

// Answers to echo and timestamp. Source: IANA, ICMP and ICMPv6 parameters.
const icmpAnswers: ReadonlyMap<number, number> = new Map([
  [8, 0],
  [13, 14],
]);
const icmpv6Answers: ReadonlyMap<number, number> = new Map([[128, 129]]);

/** What comes back of a first packet; undefined where nothing does: ICMP that asks for no answer. */
export function replyTraffic(traffic: Traffic): Traffic | undefined {
  const { protocol, icmpType } = traffic;
  if (protocol !== ICMP && protocol !== ICMPV6) return traffic;
  const { icmpType: _type, icmpCode: _code, ...rest } = traffic;
  if (icmpType === undefined) return rest;
  const answer = answersOf(protocol).get(icmpType);
  return answer === undefined ? undefined : { ...rest, icmpType: answer, icmpCode: 0 };
}

/** Types of ICMP or ICMPv6 that something answers. */
export function icmpRequestTypes(protocol: number): readonly number[] {
  return [...answersOf(protocol).keys()];
}

function answersOf(protocol: number): ReadonlyMap<number, number> {
  return protocol === ICMP ? icmpAnswers : icmpv6Answers;
}
