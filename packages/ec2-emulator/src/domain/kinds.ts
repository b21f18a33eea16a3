import type { Account } from "../account/account.ts";
import type { Row, Source } from "../account/table.ts";
import { type IdPrefix, isWellFormed } from "../wire/ids.ts";
import { Refusal } from "../wire/refusal.ts";

/** How one kind of resource is named in ids, tags and errors. */
export interface Kind {
  readonly prefix: IdPrefix;
  /** Name of the account's table. */
  readonly table: keyof Account;
  /** Resource type in tags and tag specifications. */
  readonly tagType: string;
  readonly notFound: string;
  readonly malformed: string;
  /** What the message calls it. */
  readonly noun: string;
}

const kind = (
  prefix: IdPrefix,
  table: keyof Account,
  tagType: string,
  rest: readonly [notFound: string, malformed: string, noun: string],
): Kind => ({
  prefix,
  table,
  tagType,
  notFound: rest[0],
  malformed: rest[1],
  noun: rest[2],
});

/** Every kind of resource with its error codes. Source: EC2 error-code pages. */
export const KINDS = {
  eni: kind("eni", "enis", "network-interface", [
    "InvalidNetworkInterfaceID.NotFound",
    "InvalidNetworkInterfaceId.Malformed",
    "networkInterface",
  ]),
  instance: kind("i", "instances", "instance", [
    "InvalidInstanceID.NotFound",
    "InvalidInstanceID.Malformed",
    "instance",
  ]),
  subnet: kind("subnet", "subnets", "subnet", [
    "InvalidSubnetID.NotFound",
    "InvalidSubnetId.Malformed",
    "subnet",
  ]),
  vpc: kind("vpc", "vpcs", "vpc", ["InvalidVpcID.NotFound", "InvalidVpcId.Malformed", "vpc"]),
  /** A group in a security-group action. */
  group: kind("sg", "groups", "security-group", [
    "InvalidGroup.NotFound",
    "InvalidGroupId.Malformed",
    "security group",
  ]),
  /** A group in an interface action, which has codes and words of its own. */
  eniGroup: kind("sg", "groups", "security-group", [
    "InvalidSecurityGroupID.NotFound",
    "InvalidSecurityGroupId.Malformed",
    "securityGroup",
  ]),
  rule: kind("sgr", "rules", "security-group-rule", [
    "InvalidSecurityGroupRuleId.NotFound",
    "InvalidSecurityGroupRuleId.Malformed",
    "security group rule",
  ]),
  prefixList: kind("pl", "prefixLists", "prefix-list", [
    "InvalidPrefixListID.NotFound",
    "InvalidPrefixListId.Malformed",
    "prefix list",
  ]),
  permission: kind("eni-perm", "permissions", "network-interface-permission", [
    "InvalidPermissionID.NotFound",
    "InvalidPermissionID.Malformed",
    "network interface permission",
  ]),
  routeTable: kind("rtb", "routeTables", "route-table", [
    "InvalidRouteTableID.NotFound",
    "InvalidRouteTableId.Malformed",
    "routeTable",
  ]),
  internetGateway: kind("igw", "internetGateways", "internet-gateway", [
    "InvalidInternetGatewayID.NotFound",
    "InvalidInternetGatewayId.Malformed",
    "internetGateway",
  ]),
  natGateway: kind("nat", "natGateways", "natgateway", [
    "NatGatewayNotFound",
    "NatGatewayMalformed",
    "NAT gateway",
  ]),
  networkAcl: kind("acl", "networkAcls", "network-acl", [
    "InvalidNetworkAclID.NotFound",
    "InvalidNetworkAclId.Malformed",
    "networkAcl",
  ]),
  elasticIp: kind("eipalloc", "elasticIps", "elastic-ip", [
    "InvalidAllocationID.NotFound",
    "InvalidAllocationID.Malformed",
    "allocation",
  ]),
  peering: kind("pcx", "peerings", "vpc-peering-connection", [
    "InvalidVpcPeeringConnectionID.NotFound",
    "InvalidVpcPeeringConnectionId.Malformed",
    "vpcPeeringConnection",
  ]),
} as const;

/**
 * The row with this id. An id that exists is taken whatever its form; any other is refused as
 * malformed or not found, naming the one id in single quotes, which clients parse.
 */
export function find<R extends Row>(source: Pick<Source<R>, "get">, of: Kind, id: string): R {
  const row = source.get(id);
  if (row !== undefined) return row;
  if (!isWellFormed(of.prefix, id)) throw malformedId(of, id);
  throw notFound(of, id);
}

/** The kind's NotFound. */
export function notFound(of: Kind, id: string): Refusal {
  const noun = of.noun === "security group" ? "security group" : `${of.noun} ID`;
  return new Refusal(of.notFound, `The ${noun} '${id}' does not exist`);
}

/** The kind's Malformed. */
export function malformedId(of: Kind, id: string): Refusal {
  const shown = id.length > 100 ? `${id.slice(0, 100)}...` : id;
  return new Refusal(of.malformed, `Invalid id: "${shown}" (expecting "${of.prefix}-...")`);
}
