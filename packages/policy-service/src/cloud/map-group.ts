import type {
  SecurityGroup as Ec2SecurityGroup,
  SecurityGroupRule as Ec2SecurityGroupRule,
  IpPermission,
} from "@aws-sdk/client-ec2";
import {
  ALL_PROTOCOLS,
  parseProtocol,
  type RulePeer,
  type SecurityGroup,
  type SecurityGroupRule,
} from "@trunkline/core";
import { sortedBy } from "./cloud.ts";

/** Maps a group whose rules were read with their ids. */
export function mapGroup(
  group: Ec2SecurityGroup,
  rules: readonly Ec2SecurityGroupRule[],
): SecurityGroup {
  return {
    ...headOf(group),
    rules: sortedBy(rules.map(mapRule), ({ ruleId }) => ruleId),
  };
}

/** Maps a group from its permissions, when rule ids may not be read; ids are made up. */
export function mapGroupWithoutRuleIds(group: Ec2SecurityGroup): SecurityGroup {
  const ingress = (group.IpPermissions ?? []).flatMap((p) => expand(p, false));
  const egress = (group.IpPermissionsEgress ?? []).flatMap((p) => expand(p, true));
  const rules = [...ingress, ...egress].map((rule, index) => {
    const direction = rule.isEgress ? "egress" : "ingress";
    const position = rule.isEgress ? index - ingress.length : index;
    return { ruleId: `${group.GroupId}/${direction}#${position + 1}`, ...rule };
  });
  return { ...headOf(group), rules };
}

function headOf(group: Ec2SecurityGroup): Omit<SecurityGroup, "rules"> {
  return {
    groupId: group.GroupId ?? "",
    name: group.GroupName ?? "",
    vpcId: group.VpcId ?? "",
  };
}

/** Maps one rule as DescribeSecurityGroupRules has it: one peer, all ports are -1. */
export function mapRule(rule: Ec2SecurityGroupRule): SecurityGroupRule {
  return {
    ruleId: rule.SecurityGroupRuleId ?? "",
    isEgress: rule.IsEgress === true,
    ...portsOf(rule),
    peer: peerOf(rule),
    ...(rule.Description ? { description: rule.Description } : {}),
  };
}

function portsOf(rule: {
  IpProtocol?: string | undefined;
  FromPort?: number | undefined;
  ToPort?: number | undefined;
}): Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort"> {
  return {
    // A rule that is passed over could turn a verdict, so an unknown word stops the reading here.
    protocol: rule.IpProtocol === undefined ? ALL_PROTOCOLS : parseProtocol(rule.IpProtocol),
    fromPort: rule.FromPort ?? -1,
    toPort: rule.ToPort ?? -1,
  };
}

function peerOf(rule: Ec2SecurityGroupRule): RulePeer {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo: group } = rule;
  const cidr = CidrIpv4 ?? CidrIpv6;
  if (cidr !== undefined) return { kind: "cidr", cidr };
  if (PrefixListId !== undefined) return { kind: "prefixList", prefixListId: PrefixListId };
  if (group?.GroupId !== undefined) return groupPeer(group.GroupId, group.UserId);
  throw new Error(`EC2 answered rule ${rule.SecurityGroupRuleId} without a peer`);
}

function groupPeer(groupId: string, ownerId: string | undefined): RulePeer {
  return { kind: "group", groupId, ...(ownerId === undefined ? {} : { ownerId }) };
}

type RuleWithoutId = Omit<SecurityGroupRule, "ruleId">;

/** A permission lists many peers for one protocol and port range; a rule has one. */
function expand(permission: IpPermission, isEgress: boolean): RuleWithoutId[] {
  const base = { isEgress, ...portsOf(permission) };
  const rule = (peer: RulePeer, description: string | undefined): RuleWithoutId => {
    return { ...base, peer, ...(description ? { description } : {}) };
  };
  return [
    ...(permission.IpRanges ?? []).map((range) =>
      rule({ kind: "cidr", cidr: range.CidrIp ?? "" }, range.Description),
    ),
    ...(permission.Ipv6Ranges ?? []).map((range) =>
      rule({ kind: "cidr", cidr: range.CidrIpv6 ?? "" }, range.Description),
    ),
    ...(permission.UserIdGroupPairs ?? []).map((pair) =>
      rule(groupPeer(pair.GroupId ?? "", pair.UserId), pair.Description),
    ),
    ...(permission.PrefixListIds ?? []).map((list) =>
      rule({ kind: "prefixList", prefixListId: list.PrefixListId ?? "" }, list.Description),
    ),
  ];
}
