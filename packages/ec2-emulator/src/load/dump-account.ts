import { seededRandom } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import { entriesOf } from "../account/group-rows.ts";
import type { Call } from "../domain/call.ts";
import { SERVED_ACTIONS } from "../front/served-actions.ts";
import { Fields } from "../wire/fields.ts";
import type { Tree, TreeObject } from "../wire/xml.ts";

/** Describe actions with the element that lists their rows and the list's name in a document. */
const LISTS = [
  ["DescribeVpcs", "vpcSet", "Vpcs"],
  ["DescribeSubnets", "subnetSet", "Subnets"],
  ["DescribeManagedPrefixLists", "prefixListSet", "PrefixLists"],
  ["DescribeSecurityGroups", "securityGroupInfo", "SecurityGroups"],
  ["DescribeSecurityGroupRules", "securityGroupRuleSet", "SecurityGroupRules"],
  ["DescribeInternetGateways", "internetGatewaySet", "InternetGateways"],
  ["DescribeNatGateways", "natGatewaySet", "NatGateways"],
  ["DescribeRouteTables", "routeTableSet", "RouteTables"],
  ["DescribeNetworkAcls", "networkAclSet", "NetworkAcls"],
  ["DescribeVpcPeeringConnections", "vpcPeeringConnectionSet", "VpcPeeringConnections"],
  ["DescribeInstances", "reservationSet", "Reservations"],
  ["DescribeNetworkInterfaces", "networkInterfaceSet", "NetworkInterfaces"],
  ["DescribeTrunkInterfaceAssociations", "interfaceAssociationSet", "InterfaceAssociations"],
  [
    "DescribeNetworkInterfacePermissions",
    "networkInterfacePermissions",
    "NetworkInterfacePermissions",
  ],
  ["DescribeAddresses", "addressesSet", "Addresses"],
] as const;

/** Element names whose JSON name is not the same with a capital. Source: EC2 service model. */
const NAMES: Readonly<Record<string, string>> = {
  associatedSubnetSet: "AssociatedSubnets",
  associationSet: "Associations",
  attachmentSet: "Attachments",
  blockDeviceMapping: "BlockDeviceMappings",
  default: "IsDefault",
  dnsName: "PublicDnsName",
  entrySet: "Entries",
  groupDescription: "Description",
  groupSet: "Groups",
  groups: "UserIdGroupPairs",
  instanceState: "State",
  instancesSet: "Instances",
  ipAddress: "PublicIpAddress",
  ipv4PrefixSet: "Ipv4Prefixes",
  ipv6AddressesSet: "Ipv6Addresses",
  ipv6PrefixSet: "Ipv6Prefixes",
  natGatewayAddressSet: "NatGatewayAddresses",
  networkInterfaceSet: "NetworkInterfaces",
  privateIpAddressesSet: "PrivateIpAddresses",
  propagatingVgwSet: "PropagatingVgws",
  reason: "StateTransitionReason",
  routeSet: "Routes",
  tagSet: "Tags",
};

/** A whole account in the shapes that `aws ec2 describe-…` prints; it can be loaded again. */
export function dumpAccount(account: Account, nowMs: number): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  for (const [action, element, list] of LISTS) {
    const call: Call = {
      action,
      fields: new Fields({ value: undefined, members: new Map() }),
      account,
      view: account,
      nowMs,
      // No describe action draws.
      random: seededRandom(0),
      query: () => "",
    };
    document[list] = allItems(call, element, (item) => toJson(item, list));
  }
  addEntries(account, document.PrefixLists);
  addVpcAttributes(account, document.Vpcs);
  return document;
}

function allItems(call: Call, element: string, read: (item: Tree) => unknown): unknown[] {
  const items: unknown[] = [];
  let token: Tree;
  do {
    const members = new Map(
      typeof token === "string" ? [["NextToken", { value: token, members: new Map() }]] : [],
    );
    const fields = new Fields({ value: undefined, members });
    const answer = SERVED_ACTIONS.get(call.action)?.decide({ ...call, fields }) ?? {};
    for (const item of (answer[element] ?? []) as Iterable<Tree>) items.push(read(item));
    token = answer.nextToken;
  } while (token !== undefined);
  return items;
}

// Entries have an action of their own in EC2; in a document they stand in their list.
function addEntries(account: Account, lists: unknown): void {
  for (const list of lists as { PrefixListId: string; Entries?: unknown }[]) {
    const row = account.prefixLists.get(list.PrefixListId);
    list.Entries =
      row &&
      entriesOf(row).map(({ cidr, description }) => ({
        Cidr: cidr,
        ...(description !== undefined && { Description: description }),
      }));
  }
}

// Attributes have an action of their own as well; they are written as it answers them.
function addVpcAttributes(account: Account, vpcs: unknown): void {
  for (const vpc of vpcs as Record<string, unknown>[]) {
    const row = account.vpcs.get(String(vpc.VpcId));
    vpc.EnableDnsSupport = { Value: row?.enableDnsSupport };
    vpc.EnableDnsHostnames = { Value: row?.enableDnsHostnames };
  }
}

function toJson(tree: Tree, parent: string): unknown {
  if (Array.isArray(tree)) return tree.map((item) => toJson(item, parent));
  if (typeof tree !== "object") return tree;
  const object: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tree as TreeObject)) {
    if (value !== undefined) object[jsonName(name, parent)] = toJson(value, name);
  }
  return object;
}

function jsonName(name: string, parent: string): string {
  // One element has two names: the groups of an instance, and the tags of an interface.
  if (name === "groupSet" && parent === "instancesSet") return "SecurityGroups";
  if (name === "tagSet" && parent === "NetworkInterfaces") return "TagSet";
  return NAMES[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}
