import { ICMP, ICMPV6 } from "../net/protocol.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import { idleTimeoutS, type TimeoutContext } from "./idle-timeouts.ts";
import type { Match } from "./match.ts";
import type { References } from "./peer-match.ts";
import { ruleMatches, type Traffic } from "./rule-match.ts";
import { type GroupSwitchValues, groupSwitchValues } from "./switches.ts";
import type { TrackedConnection } from "./tracking.ts";

/** A packet of a connection that has begun, at the interface that judges it. */
export type LaterPacket =
  /** In the direction of the first one. */
  | { readonly kind: "request" }
  /** In the other direction, to the port of the side that began; 0 where there are no ports. */
  | { readonly kind: "reply"; readonly port: number }
  /** An ICMP error about it, from the peer. */
  | { readonly kind: "error"; readonly icmpType: number; readonly icmpCode: number };

/** An open connection with the rules of now. */
export interface OpenConnection {
  readonly connection: TrackedConnection;
  readonly isTracked: boolean;
  /** Seconds since its last packet. */
  readonly idleS: number;
  readonly rules: readonly SecurityGroupRule[];
}

/** What the answer depends on besides the packet. */
export interface PacketContext extends TimeoutContext {
  readonly switches?: Partial<GroupSwitchValues>;
}

/**
 * Says whether an interface lets a packet of an open connection pass.
 *
 * While a connection is tracked and not idle for too long all of its packets do; otherwise rules
 * decide, each packet by its own direction. Source: EC2 user guide, "Security group connection
 * tracking".
 */
export function packetPasses(
  open: OpenConnection,
  packet: LaterPacket,
  references: References,
  context: PacketContext = {},
): Match {
  const { connection, isTracked, idleS, rules } = open;
  const { icmpErrors } = groupSwitchValues(context.switches);
  const isRemembered = isTracked && idleS <= idleTimeoutS(connection.traffic.protocol, context);
  if (isRemembered && (packet.kind !== "error" || icmpErrors === "related")) return "yes";
  const isEgress = packet.kind === "request" ? connection.isEgress : !connection.isEgress;
  return anyRule(rules, isEgress, packetTraffic(connection, packet), { connection, references });
}

function packetTraffic({ traffic }: TrackedConnection, packet: LaterPacket): Traffic {
  const { family } = traffic;
  switch (packet.kind) {
    case "request":
      return traffic;
    case "reply":
      return { ...traffic, port: packet.port };
    case "error": {
      const { icmpType, icmpCode } = packet;
      return { family, protocol: family === 4 ? ICMP : ICMPV6, port: 0, icmpType, icmpCode };
    }
  }
}

interface Seen {
  readonly connection: TrackedConnection;
  readonly references: References;
}

function anyRule(
  rules: readonly SecurityGroupRule[],
  isEgress: boolean,
  traffic: Traffic,
  { connection, references }: Seen,
): Match {
  const answers = rules
    .filter((rule) => rule.isEgress === isEgress)
    .map((rule) => ruleMatches(rule, traffic, connection.peer, references));
  if (answers.includes("yes")) return "yes";
  return answers.includes("unknown") ? "unknown" : "no";
}
