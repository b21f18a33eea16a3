import { ALL_PROTOCOLS, parseProtocol } from "../../net/protocol.ts";
import type { RulePeer, SecurityGroup, SecurityGroupRule } from "../../world/cloud.ts";
import { at, type Field, flag, report, requiredText, text, wholeNumber } from "../field.ts";
import { shown } from "../plain.ts";
import { cidr, rows, tags } from "./fields.ts";

/** Reads a group with rules from its permissions; EC2 lists them without ids, so ids are made up. */
export function readGroup(group: Field): SecurityGroup {
  const groupId = requiredText(at(group, "GroupId")) ?? "";
  const numbered = (key: string, direction: "ingress" | "egress") =>
    rows(group, key)
      .flatMap((permission) => expand(permission, direction === "egress"))
      .map((rule, index) => ({ ruleId: `${groupId}/${direction}#${index + 1}`, ...rule }));
  return {
    groupId,
    name: text(at(group, "GroupName")) ?? "",
    vpcId: text(at(group, "VpcId")) ?? "",
    rules: [...numbered("IpPermissions", "ingress"), ...numbered("IpPermissionsEgress", "egress")],
    tags: tags(at(group, "Tags")),
  };
}

/** Reads one rule as DescribeSecurityGroupRules has it: one peer, all ports are -1. */
export function readRule(rule: Field): SecurityGroupRule {
  const description = text(at(rule, "Description"));
  return {
    ruleId: requiredText(at(rule, "SecurityGroupRuleId")) ?? "",
    isEgress: flag(at(rule, "IsEgress")),
    ...readTraffic(rule),
    peer: readPeer(rule),
    ...(description ? { description } : {}),
  };
}

type Traffic = Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort">;

function readTraffic(rule: Field): Traffic {
  return {
    protocol: readProtocol(at(rule, "IpProtocol")),
    fromPort: wholeNumber(at(rule, "FromPort"), -1, 65_535) ?? -1,
    toPort: wholeNumber(at(rule, "ToPort"), -1, 65_535) ?? -1,
  };
}

/** Reads a protocol as EC2 writes it, "-1", "tcp" or "6"; all of them when it is absent. */
export function readProtocol(field: Field): number {
  const word = text(field);
  if (word === undefined) return ALL_PROTOCOLS;
  try {
    return parseProtocol(word);
  } catch {
    // The one thing that stops it is a word that is no protocol; it is reported at its place.
    report(field, `must be a protocol, found ${shown(word)}`);
    return ALL_PROTOCOLS;
  }
}

function readPeer(rule: Field): RulePeer {
  const block = cidr(rule, "CidrIpv4") ?? cidr(rule, "CidrIpv6");
  if (block !== undefined) return { kind: "cidr", cidr: block };
  const prefixListId = text(at(rule, "PrefixListId"));
  if (prefixListId !== undefined) return { kind: "prefixList", prefixListId };
  const group = at(rule, "ReferencedGroupInfo");
  if (group.value !== undefined) return readGroupPeer(group);
  report(rule, "names no peer");
  return { kind: "group", groupId: "" };
}

/** States after which a peering never works again. Source: EC2 API, VpcPeeringConnectionStateReason. */
const STALE_PEERINGS = new Set(["deleting", "deleted", "rejected", "expired", "failed"]);

function readGroupPeer(group: Field): RulePeer {
  const groupId = requiredText(at(group, "GroupId")) ?? "";
  const ownerId = text(at(group, "UserId"));
  const peering = text(at(group, "PeeringStatus"));
  const isStale = peering !== undefined && STALE_PEERINGS.has(peering);
  return {
    kind: "group",
    groupId,
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(isStale ? { isStale } : {}),
  };
}

type RuleWithoutId = Omit<SecurityGroupRule, "ruleId">;

/** The peers of a permission, list by list; each makes one rule. */
const PEER_LISTS: readonly (readonly [string, (peer: Field) => RulePeer])[] = [
  ["IpRanges", (one) => ({ kind: "cidr", cidr: cidr(one, "CidrIp") ?? "" })],
  ["Ipv6Ranges", (one) => ({ kind: "cidr", cidr: cidr(one, "CidrIpv6") ?? "" })],
  ["UserIdGroupPairs", readGroupPeer],
  [
    "PrefixListIds",
    (one) => ({ kind: "prefixList", prefixListId: requiredText(at(one, "PrefixListId")) ?? "" }),
  ],
];

/** A permission lists many peers for one protocol and port range; a rule has one. */
function expand(permission: Field, isEgress: boolean): readonly RuleWithoutId[] {
  const base = { isEgress, ...readTraffic(permission) };
  return PEER_LISTS.flatMap(([key, readOne]) =>
    rows(permission, key).map((peer) => {
      const description = text(at(peer, "Description"));
      return { ...base, peer: readOne(peer), ...(description ? { description } : {}) };
    }),
  );
}
