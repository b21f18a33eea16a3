import { ALL_PROTOCOLS, ICMP, ICMPV6, TCP, UDP } from "../net/protocol.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import { everyMatch, type Match } from "./match.ts";
import { peerMatches, type References, type SeenPeer } from "./peer-match.ts";

/** The first packet of a connection, as far as protocols and ports go. */
export interface Traffic {
  readonly family: 4 | 6;
  /** Protocol number, 0..255. */
  readonly protocol: number;
  /** Destination port of tcp and udp. The source port is never looked at. */
  readonly port: number;
  /** ICMP type and code; absent when they were not asked for. */
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

/** The traffic that a rule is about: ports or ICMP type and code, as in `SecurityGroupRule`. */
export type TrafficRange = Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort">;

/**
 * Says whether one rule lets one first packet through; the rule's direction is the caller's matter.
 *
 * Source: EC2 user guide, "Security group rules"; EC2 API reference, IpPermission.
 */
export function ruleMatches(
  rule: SecurityGroupRule,
  traffic: Traffic,
  peer: SeenPeer,
  references: References,
): Match {
  const byTraffic = trafficMatches(rule, traffic);
  // A rule for other traffic is out, whatever is known of the peer.
  return byTraffic === "no"
    ? "no"
    : everyMatch([byTraffic, peerMatches(rule.peer, peer, references)]);
}

/** {@link ruleMatches} without the peer: protocol, ports, ICMP type and code. */
export function trafficMatches(rule: TrafficRange, traffic: Traffic): Match {
  if (rule.protocol === ALL_PROTOCOLS) return "yes";
  if (rule.protocol !== traffic.protocol || isOfOtherFamily(traffic)) return "no";
  switch (rule.protocol) {
    case TCP:
    case UDP:
      return isPortIn(rule, traffic.port) ? "yes" : "no";
    case ICMP:
    case ICMPV6:
      return icmpMatches(rule, traffic);
    default:
      // GRE, ESP, SCTP and so on: EC2 looks at no ports, even if the rule was sent with some.
      return "yes";
  }
}

// ICMP of one family inside the other is never what an icmp or icmpv6 rule means.
function isOfOtherFamily({ protocol, family }: Traffic): boolean {
  return (protocol === ICMP && family === 6) || (protocol === ICMPV6 && family === 4);
}

// -1 to -1 stands in old rules for all ports.
function isPortIn({ fromPort, toPort }: TrafficRange, port: number): boolean {
  return (fromPort === -1 && toPort === -1) || (fromPort <= port && port <= toPort);
}

// `fromPort` is the type and `toPort` the code; all types imply all codes.
function icmpMatches({ fromPort, toPort }: TrafficRange, traffic: Traffic): Match {
  if (fromPort === -1) return "yes";
  return everyMatch([
    isSame(fromPort, traffic.icmpType),
    toPort === -1 ? "yes" : isSame(toPort, traffic.icmpCode),
  ]);
}

function isSame(wanted: number, asked: number | undefined): Match {
  if (asked === undefined) return "unknown";
  return wanted === asked ? "yes" : "no";
}
