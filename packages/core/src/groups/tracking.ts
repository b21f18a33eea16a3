import { ALL_PROTOCOLS, TCP, UDP } from "../net/protocol.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import type { References, SeenPeer } from "./peer-match.ts";
import { ruleMatches, type Traffic, trafficMatches } from "./rule-match.ts";
import { type GroupSwitchValues, groupSwitchValues } from "./switches.ts";
import { areWholeFamily } from "./whole-family.ts";

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
   * True when the way makes AWS track it whatever the rules: egress-only internet gateway, NAT
   * gateway, Global Accelerator, Network Firewall, Network Load Balancer, PrivateLink endpoint,
   * Lambda, DynamoDB gateway endpoint. Default false.
   */
  readonly isAlwaysTracked?: boolean;
}

const defaults = groupSwitchValues();

/**
 * Says whether an interface tracks a connection.
 *
 * Untracked is TCP or UDP that a rule for the whole family lets through while the other direction
 * has a rule for the whole family and all ports. What counts as the whole family is the switch
 * `wholeFamily`. Source: EC2 user guide, "Security group connection tracking".
 *
 * @param rules all rules of all groups of the interface, both directions.
 */
export function trackingOf(
  connection: TrackedConnection,
  rules: readonly SecurityGroupRule[],
  references: References,
  switches: GroupSwitchValues = defaults,
): Tracking {
  const { traffic, peer, isEgress } = connection;
  const allowing = rules.filter((rule) => {
    return rule.isEgress === isEgress && ruleMatches(rule, traffic, peer, references) === "yes";
  });
  if (allowing.length === 0) return "refused";
  if (connection.isAlwaysTracked === true) return "tracked";
  // ICMP is always tracked, other protocols by address pair and protocol.
  if (traffic.protocol !== TCP && traffic.protocol !== UDP) return "tracked";
  const isWhole = (those: readonly SecurityGroupRule[]) =>
    areWholeFamily(
      those.map(({ peer: own }) => own),
      traffic.family,
      references,
      switches,
    );
  // Halves of a family let through on their own what the connection itself needs only one of.
  const fitting = rules.filter((rule) => {
    return rule.isEgress === isEgress && trafficMatches(rule, traffic) === "yes";
  });
  const replying = rules.filter((rule) => rule.isEgress !== isEgress && isAllPorts(rule, traffic));
  return isWhole(fitting) && isWhole(replying) ? "untracked" : "tracked";
}

function isAllPorts(rule: SecurityGroupRule, traffic: Traffic): boolean {
  if (rule.protocol === ALL_PROTOCOLS) return true;
  const isEveryPort = [0, 65535].every(
    (port) => trafficMatches(rule, { ...traffic, port }) === "yes",
  );
  return rule.protocol === traffic.protocol && isEveryPort;
}
