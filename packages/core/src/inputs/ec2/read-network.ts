import type { RouteTable, Subnet, Vpc } from "../../world/cloud.ts";
import { at, type Field, requiredText, text } from "../field.ts";
import type { NamedInstance } from "./cloud.ts";
import { cidr, distinct, rows, tags } from "./fields.ts";

/** Reads a VPC: the primary CIDR, then further associated ones, IPv4 before IPv6. */
export function readVpc(vpc: Field): Vpc {
  return {
    vpcId: requiredText(at(vpc, "VpcId")) ?? "",
    cidrs: distinct([
      cidr(vpc, "CidrBlock"),
      ...associated(vpc, "CidrBlockAssociationSet", "CidrBlock"),
      ...associated(vpc, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"),
    ]),
  };
}

/** Reads a subnet. */
export function readSubnet(subnet: Field): Subnet {
  return {
    subnetId: requiredText(at(subnet, "SubnetId")) ?? "",
    vpcId: text(at(subnet, "VpcId")) ?? "",
    cidrs: distinct([
      cidr(subnet, "CidrBlock"),
      ...associated(subnet, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"),
    ]),
    availabilityZone: text(at(subnet, "AvailabilityZone")) ?? "",
    tags: tags(at(subnet, "Tags")),
  };
}

/** Reads a route table with the subnets that name it. */
export function readRouteTable(table: Field): RouteTable {
  const associations = rows(table, "Associations");
  return {
    routeTableId: requiredText(at(table, "RouteTableId")) ?? "",
    vpcId: text(at(table, "VpcId")) ?? "",
    subnetIds: distinct(associations.map((one) => text(at(one, "SubnetId")))),
    isMain: associations.some((one) => at(one, "Main").value === true),
    routes: rows(table, "Routes").map((route) => ({
      destination: firstOf(route, DESTINATIONS),
      target: firstOf(route, TARGETS),
      isBlackhole: at(route, "State").value === "blackhole",
    })),
  };
}

/** Reads an instance that has a name and is not gone for good. */
export function readInstance(instance: Field): readonly NamedInstance[] {
  const instanceId = requiredText(at(instance, "InstanceId"));
  const name = tags(at(instance, "Tags"))["Name"];
  const isGone = at(instance, "State", "Name").value === "terminated";
  return !name || instanceId === undefined || isGone ? [] : [{ instanceId, name }];
}

const DESTINATIONS = [
  "DestinationCidrBlock",
  "DestinationIpv6CidrBlock",
  "DestinationPrefixListId",
];

// A route to an instance names its interface as well; the interface says more.
const TARGETS = [
  "GatewayId",
  "NatGatewayId",
  "TransitGatewayId",
  "VpcPeeringConnectionId",
  "NetworkInterfaceId",
  "InstanceId",
  "EgressOnlyInternetGatewayId",
  "LocalGatewayId",
  "CarrierGatewayId",
  "CoreNetworkArn",
];

function firstOf(field: Field, keys: readonly string[]): string {
  for (const key of keys) {
    const value = text(at(field, key));
    if (value) return value;
  }
  return "";
}

// Answers that leave the state out mean an association that holds.
function associated(field: Field, key: string, cidrKey: string): readonly (string | undefined)[] {
  return rows(field, key)
    .filter((one) => {
      const state = at(one, `${cidrKey}State`, "State").value;
      return state === undefined || state === "associated";
    })
    .map((one) => cidr(one, cidrKey));
}
