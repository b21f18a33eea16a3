import type { Route, RouteTable, Subnet, Vpc } from "../account/network-rows.ts";
import type { Call } from "../domain/call.ts";
import type { TreeObject } from "../wire/xml.ts";
import { arn, tagSet } from "./shared.ts";

const ASSOCIATED = { state: "associated" };

/** A VPC as DescribeVpcs shows it. */
export function renderVpc(vpc: Vpc, { account }: Call): TreeObject {
  return {
    vpcId: vpc.id,
    ownerId: account.settings.accountId,
    state: "available",
    cidrBlock: vpc.cidrs[0]?.cidr,
    cidrBlockAssociationSet: vpc.cidrs.map(({ id, cidr }) => ({
      associationId: id,
      cidrBlock: cidr,
      cidrBlockState: ASSOCIATED,
    })),
    ipv6CidrBlockAssociationSet:
      vpc.ipv6Cidrs.length === 0 ? undefined : vpc.ipv6Cidrs.map(renderIpv6Block),
    dhcpOptionsId: vpc.dhcpOptionsId,
    instanceTenancy: vpc.instanceTenancy,
    isDefault: vpc.isDefault,
    tagSet: tagSet(vpc.tags),
  };
}

function renderIpv6Block(block: { readonly id: string; readonly cidr: string }): TreeObject {
  return {
    associationId: block.id,
    ipv6CidrBlock: block.cidr,
    ipv6CidrBlockState: ASSOCIATED,
  };
}

/** A subnet as DescribeSubnets shows it, with its free addresses. */
export function renderSubnet(subnet: Subnet, { account }: Call): TreeObject {
  const { settings } = account;
  return {
    subnetId: subnet.id,
    subnetArn: arn(settings, `subnet/${subnet.id}`),
    state: "available",
    ownerId: settings.accountId,
    vpcId: subnet.vpcId,
    cidrBlock: subnet.cidr,
    ipv6CidrBlockAssociationSet: subnet.ipv6Cidrs.map(renderIpv6Block),
    availableIpAddressCount:
      account.subnets.get(subnet.id) === undefined ? 0 : account.pools.freeCount(subnet.id),
    availabilityZone: subnet.availabilityZone,
    availabilityZoneId: subnet.availabilityZoneId,
    defaultForAz: false,
    mapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    assignIpv6AddressOnCreation: subnet.assignIpv6OnCreation,
    ipv6Native: false,
    enableDns64: subnet.launchNames?.dns64 ?? false,
    privateDnsNameOptionsOnLaunch: {
      hostnameType: subnet.launchNames?.hostnameType ?? "ip-name",
      enableResourceNameDnsARecord: subnet.launchNames?.aRecord ?? false,
      enableResourceNameDnsAAAARecord: subnet.launchNames?.aaaaRecord ?? false,
    },
    tagSet: tagSet(subnet.tags),
  };
}

/** A route table as DescribeRouteTables shows it. */
export function renderRouteTable(table: RouteTable, { account }: Call): TreeObject {
  return {
    routeTableId: table.id,
    vpcId: table.vpcId,
    ownerId: account.settings.accountId,
    routeSet: table.routes.map(renderRoute),
    associationSet: table.associations.map(({ id, subnetId, isMain }) => ({
      routeTableAssociationId: id,
      routeTableId: table.id,
      subnetId,
      main: isMain,
      associationState: ASSOCIATED,
    })),
    propagatingVgwSet: [],
    tagSet: tagSet(table.tags),
  };
}

function renderRoute(route: Route): TreeObject {
  return {
    ...destinationOf(route.destination),
    [route.targetKind]: route.target,
    origin: route.origin,
    state: route.isBlackhole ? "blackhole" : "active",
  };
}

function destinationOf(destination: string): TreeObject {
  if (destination.startsWith("pl-")) return { destinationPrefixListId: destination };
  if (destination.includes(":")) return { destinationIpv6CidrBlock: destination };
  return { destinationCidrBlock: destination };
}
