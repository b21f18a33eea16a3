import { formatTraffic } from "../net/protocol.ts";
import type { RulePeer, SecurityGroupRule } from "../world/cloud.ts";
import type { References } from "./peer-match.ts";

/** A rule for people: "tcp/5432 to sg-db", "all from 10.0.0.0/16". Names where they are known. */
export function ruleText(rule: SecurityGroupRule, references: References): string {
  const traffic = formatTraffic(rule.protocol, rule);
  return `${traffic} ${rule.isEgress ? "to" : "from"} ${peerText(rule.peer, references)}`;
}

/** The name of a group, or its id when the world does not have it. */
export function groupLabel(groupId: string, references: References): string {
  return references.groups.get(groupId)?.name ?? groupId;
}

function peerText(peer: RulePeer, references: References): string {
  switch (peer.kind) {
    case "cidr":
      return peer.cidr;
    case "group":
      return `${groupLabel(peer.groupId, references)}${peer.isStale === true ? " (stale)" : ""}`;
    case "prefixList":
      return references.prefixLists.get(peer.prefixListId)?.name ?? peer.prefixListId;
  }
}
