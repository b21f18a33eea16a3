import { formatProtocol, ICMP, ICMPV6, TCP, UDP } from "../../net/protocol.ts";
import type { Route, RulePeer, SecurityGroupRule } from "../../world/cloud.ts";
import type { NetworkAclEntry } from "../../world/network-acl.ts";

/** The AWS CLI command that adds a rule to a group. */
export function authorizeCommand(groupId: string, rule: SecurityGroupRule): string {
  const direction = rule.isEgress ? "egress" : "ingress";
  const permission = [trafficShorthand(rule), peerShorthand(rule.peer)].join(",");
  return [
    `aws ec2 authorize-security-group-${direction} --group-id ${shellWord(groupId)}`,
    `--ip-permissions ${shellWord(permission)}`,
  ].join(" ");
}

/** The AWS CLI command that gives an interface these groups and no others. */
export function attachCommand(eniId: string, groupIds: readonly string[]): string {
  return [
    `aws ec2 modify-network-interface-attribute --network-interface-id ${shellWord(eniId)}`,
    `--groups ${groupIds.map(shellWord).join(" ")}`,
  ].join(" ");
}

/** The AWS CLI command that adds a route, or points an existing one elsewhere. */
export function routeCommand(
  routeTableId: string,
  { destination, target }: Route,
  action: "create" | "replace",
): string {
  const family = destination.includes(":")
    ? "destination-ipv6-cidr-block"
    : "destination-cidr-block";
  return [
    `aws ec2 ${action}-route --route-table-id ${shellWord(routeTableId)}`,
    `--${family} ${shellWord(destination)} ${targetFlag(target)} ${shellWord(target)}`,
  ].join(" ");
}

/** The AWS CLI command that adds an entry to a network ACL. */
export function aclEntryCommand(networkAclId: string, entry: NetworkAclEntry): string {
  const { ruleNumber, isEgress, protocol, cidr, action } = entry;
  const block = cidr.includes(":") ? "ipv6-cidr-block" : "cidr-block";
  return [
    `aws ec2 create-network-acl-entry --network-acl-id ${shellWord(networkAclId)}`,
    isEgress ? "--egress" : "--ingress",
    `--rule-number ${ruleNumber} --protocol ${protocol}${aclRange(entry)}`,
    `--${block} ${shellWord(cidr)} --rule-action ${action}`,
  ].join(" ");
}

function aclRange({ protocol, fromPort, toPort }: NetworkAclEntry): string {
  if (protocol === TCP || protocol === UDP) return ` --port-range From=${fromPort},To=${toPort}`;
  const isIcmp = protocol === ICMP || protocol === ICMPV6;
  return isIcmp ? ` --icmp-type-code Type=${fromPort},Code=${toPort}` : "";
}

/** The kubectl command that gives a policy these groups and no others. */
export function policyCommand(
  policy: { readonly namespace: string; readonly name: string },
  groupIds: readonly string[],
): string {
  const patch = JSON.stringify({ spec: { securityGroups: { groupIds } } });
  return [
    `kubectl patch securitygrouppolicy ${shellWord(policy.name)} -n ${shellWord(policy.namespace)}`,
    `--type merge -p ${shellWord(patch)}`,
  ].join(" ");
}

/** A word that a POSIX shell takes as it is. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function trafficShorthand({ protocol, fromPort, toPort }: SecurityGroupRule): string {
  const hasRange = [TCP, UDP, ICMP, ICMPV6].includes(protocol);
  const name = protocol < 0 ? "-1" : formatProtocol(protocol);
  return hasRange
    ? `IpProtocol=${name},FromPort=${fromPort},ToPort=${toPort}`
    : `IpProtocol=${name}`;
}

function peerShorthand(peer: RulePeer): string {
  switch (peer.kind) {
    case "group":
      return `UserIdGroupPairs=[{GroupId=${peer.groupId}}]`;
    case "prefixList":
      return `PrefixListIds=[{PrefixListId=${peer.prefixListId}}]`;
    case "cidr":
      return peer.cidr.includes(":")
        ? `Ipv6Ranges=[{CidrIpv6=${peer.cidr}}]`
        : `IpRanges=[{CidrIp=${peer.cidr}}]`;
  }
}

// Source: AWS CLI reference, "create-route".
function targetFlag(target: string): string {
  switch (target.slice(0, target.indexOf("-"))) {
    case "nat":
      return "--nat-gateway-id";
    case "eigw":
      return "--egress-only-internet-gateway-id";
    case "tgw":
      return "--transit-gateway-id";
    case "pcx":
      return "--vpc-peering-connection-id";
    case "eni":
      return "--network-interface-id";
    default:
      return "--gateway-id";
  }
}
