import { ALL_PROTOCOLS, ICMP, ICMPV6, TCP, UDP } from "../net/protocol.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import { everyMatch, type Match } from "./match.ts";
import { peerMatches, type References, type SeenPeer } from "./peer-match.ts";
import type { Traffic } from "./rule-match.ts";

/** A fragment that is not the first of its packet, so that it has no ports. */
export interface LaterFragment {
  readonly traffic: Pick<Traffic, "family" | "protocol">;
  /** What was said to the first fragment of the packet; absent when it was not seen. */
  readonly first?: Match;
}

/**
 * Says whether a rule lets a later fragment through: as it did the first one.
 *
 * Where that was not seen only rules without ports and types are sure of it. AWS says nothing about
 * groups and fragments.
 */
export function fragmentMatches(
  rule: SecurityGroupRule,
  { traffic, first }: LaterFragment,
  peer: SeenPeer,
  references: References,
): Match {
  if (first !== undefined) return first;
  const { family, protocol } = traffic;
  const isAll = rule.protocol === ALL_PROTOCOLS;
  const isOfOtherFamily =
    (protocol === ICMP && family === 6) || (protocol === ICMPV6 && family === 4);
  if (!isAll && (rule.protocol !== protocol || isOfOtherFamily)) return "no";
  const hasParts = [TCP, UDP, ICMP, ICMPV6].includes(rule.protocol);
  const isWhole = rule.fromPort === -1 || (rule.fromPort === 0 && rule.toPort === 65_535);
  const byTraffic = isAll || !hasParts || isWhole ? "yes" : "unknown";
  return everyMatch([byTraffic, peerMatches(rule.peer, peer, references)]);
}
