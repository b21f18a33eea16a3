import { tryParseCidr } from "../net/cidr.ts";
import { ALL_PROTOCOLS, TCP, UDP } from "../net/protocol.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import type { References, SeenPeer } from "./peer-match.ts";
import { ruleMatches, type Traffic, trafficMatches } from "./rule-match.ts";

/**
 * What an interface does with a connection. `tracked`: replies pass whatever the rules say, and the
 * connection outlives rule edits until it is idle for too long. `untracked`: each packet is judged
 * by the rules alone, and an edit cuts it at once. `refused`: no rule lets it begin.
 */
export type Tracking = "tracked" | "untracked" | "refused";

/** A connection at one interface. */
export interface TrackedConnection {
  readonly traffic: Traffic;
  readonly peer: SeenPeer;
  /** True when the interface opens the connection, false when it accepts it. */
  readonly isEgress: boolean;
  /**
   * True when the way makes AWS track it whatever the rules: NAT gateway, Network Load Balancer,
   * PrivateLink endpoint and so on. Default false.
   */
  readonly isAlwaysTracked?: boolean;
}

/**
 * Says whether an interface tracks a connection.
 *
 * Untracked is TCP or UDP that a rule for the whole family lets through while the other direction
 * has a rule for the whole family and all ports. Only a literal 0.0.0.0/0 or ::/0 counts as the
 * whole family: halves of it and prefix lists do not, which AWS leaves open. Source: EC2 user
 * guide, "Security group connection tracking".
 *
 * @param rules all rules of all groups of the interface, both directions.
 */
export function trackingOf(
  connection: TrackedConnection,
  rules: readonly SecurityGroupRule[],
  references: References,
): Tracking {
  const { traffic, peer, isEgress } = connection;
  const allowing = rules.filter((rule) => {
    return rule.isEgress === isEgress && ruleMatches(rule, traffic, peer, references) === "yes";
  });
  if (allowing.length === 0) return "refused";
  if (connection.isAlwaysTracked === true) return "tracked";
  // ICMP is always tracked, other protocols by address pair and protocol.
  if (traffic.protocol !== TCP && traffic.protocol !== UDP) return "tracked";
  const isOpen = allowing.some((rule) => isForWholeFamily(rule, traffic.family));
  const isReplyOpen = rules.some((rule) => {
    return rule.isEgress !== isEgress && isOpenFor(rule, traffic);
  });
  return isOpen && isReplyOpen ? "untracked" : "tracked";
}

/**
 * Says whether a connection that is open goes on after the rules of its interface were edited.
 *
 * A tracked one does, until it is idle for too long; an untracked one only if the new rules let
 * every packet of it through.
 */
export function survivesEdit(
  connection: TrackedConnection,
  before: readonly SecurityGroupRule[],
  after: readonly SecurityGroupRule[],
  references: References,
): boolean {
  switch (trackingOf(connection, before, references)) {
    case "tracked":
      return true;
    case "untracked":
      return trackingOf(connection, after, references) !== "refused";
    case "refused":
      return false;
  }
}

function isForWholeFamily(rule: SecurityGroupRule, family: 4 | 6): boolean {
  if (rule.peer.kind !== "cidr") return false;
  const cidr = tryParseCidr(rule.peer.cidr);
  return cidr?.family === family && cidr.prefixLength === 0;
}

function isOpenFor(rule: SecurityGroupRule, traffic: Traffic): boolean {
  if (!isForWholeFamily(rule, traffic.family)) return false;
  if (rule.protocol === ALL_PROTOCOLS) return true;
  const isEveryPort = [0, 65535].every(
    (port) => trafficMatches(rule, { ...traffic, port }) === "yes",
  );
  return rule.protocol === traffic.protocol && isEveryPort;
}
