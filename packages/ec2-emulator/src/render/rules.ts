import type { Peer, Rule } from "../account/group-rows.ts";
import type { Settings } from "../account/settings.ts";
import type { RuleWish } from "../domain/read-permissions.ts";
import type { Tree, TreeObject } from "../wire/xml.ts";
import { arn, tagSet } from "./shared.ts";

/** A rule as DescribeSecurityGroupRules shows it: one peer, -1/-1 ports for all traffic. */
export function renderRule(rule: Rule, settings: Settings): TreeObject {
  return {
    securityGroupRuleId: rule.id,
    groupId: rule.groupId,
    groupOwnerId: settings.accountId,
    isEgress: rule.isEgress,
    ipProtocol: rule.protocol,
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    ...renderPeer(rule.peer),
    description: rule.description,
    tagSet: tagSet(rule.tags),
    securityGroupRuleArn: arn(settings, `security-group-rule/${rule.id}`),
  };
}

function renderPeer(peer: Peer): TreeObject {
  switch (peer.kind) {
    case "ipv4":
      return { cidrIpv4: peer.cidr };
    case "ipv6":
      return { cidrIpv6: peer.cidr };
    case "prefixList":
      return { prefixListId: peer.prefixListId };
    case "group":
      return {
        referencedGroupInfo: {
          groupId: peer.groupId,
          userId: peer.ownerId,
          vpcId: peer.vpcId,
          vpcPeeringConnectionId: peer.peeringId,
          peeringStatus: peer.peeringId === undefined ? undefined : "active",
        },
      };
  }
}

/** A rule that was revoked: the peer group by its id only. */
export function renderRevoked(rule: Rule): TreeObject {
  const { peer } = rule;
  return {
    securityGroupRuleId: rule.id,
    groupId: rule.groupId,
    isEgress: rule.isEgress,
    ipProtocol: rule.protocol,
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    cidrIpv4: peer.kind === "ipv4" ? peer.cidr : undefined,
    cidrIpv6: peer.kind === "ipv6" ? peer.cidr : undefined,
    prefixListId: peer.kind === "prefixList" ? peer.prefixListId : undefined,
    referencedGroupId: peer.kind === "group" ? peer.groupId : undefined,
    description: rule.description,
  };
}

/** Rules grouped by protocol and ports, as DescribeSecurityGroups shows them. */
export function renderPermissions(rules: Iterable<Rule | RuleWish>): Tree[] {
  const groups: (Rule | RuleWish)[][] = [];
  const begin = () => {
    const group: (Rule | RuleWish)[] = [];
    groups.push(group);
    return group;
  };
  const byProtocol = new Map<string, Map<number, (Rule | RuleWish)[]>>();
  for (const rule of rules) {
    const byPorts = getOrMake(byProtocol, rule.protocol, () => new Map());
    getOrMake(byPorts, portsKey(rule), begin).push(rule);
  }
  return groups.map(renderPermission);
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
}

/** A number for a range of ports, -1 included; a page of groups makes thousands of them. */
function portsKey({ fromPort, toPort }: Rule | RuleWish): number {
  return (fromPort + 1) * 65_537 + toPort + 1;
}

function renderPermission(rules: readonly (Rule | RuleWish)[]): TreeObject {
  const [first] = rules;
  const hasPorts = first !== undefined && showsPorts(first.protocol);
  const items: Record<Peer["kind"], Tree[]> = { ipv4: [], ipv6: [], prefixList: [], group: [] };
  for (const { peer, description } of rules) items[peer.kind].push(renderItem(peer, description));
  return {
    ipProtocol: first?.protocol,
    fromPort: hasPorts ? first.fromPort : undefined,
    toPort: hasPorts ? first.toPort : undefined,
    groups: items.group,
    ipRanges: items.ipv4,
    ipv6Ranges: items.ipv6,
    prefixListIds: items.prefixList,
  };
}

function showsPorts(protocol: string): boolean {
  return ["tcp", "udp", "icmp", "icmpv6"].includes(protocol);
}

function renderItem(peer: Peer, description: string | undefined): TreeObject {
  switch (peer.kind) {
    case "ipv4":
      return { cidrIp: peer.cidr, description };
    case "ipv6":
      return { cidrIpv6: peer.cidr, description };
    case "prefixList":
      return { prefixListId: peer.prefixListId, description };
    case "group":
      return {
        groupId: peer.groupId,
        userId: peer.ownerId,
        vpcId: peer.vpcId,
        vpcPeeringConnectionId: peer.peeringId,
        peeringStatus: peer.peeringId === undefined ? undefined : "active",
        description,
      };
  }
}
