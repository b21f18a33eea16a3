import type { RouteTable, Subnet, Vpc } from "../account/network-rows.ts";
import type { Decider } from "../domain/call.ts";
import { BY_ID } from "../domain/candidates.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { KINDS } from "../domain/kinds.ts";
import { renderRouteTable, renderSubnet, renderVpc } from "../render/network.ts";
import { arn } from "../render/shared.ts";
import { COMMON_PAGES } from "../wire/paging.ts";

const vpcSpec: DescribeSpec<Vpc> = {
  source: (view) => view.vpcs,
  kind: KINDS.vpc,
  idParameter: "VpcId",
  filters: {
    cidr: (vpc) => [vpc.cidrs[0]?.cidr],
    "cidr-block-association.association-id": (vpc) => vpc.cidrs.map((one) => one.id),
    "cidr-block-association.cidr-block": (vpc) => vpc.cidrs.map((one) => one.cidr),
    "cidr-block-association.state": (vpc) => vpc.cidrs.map(() => "associated"),
    "ipv6-cidr-block-association.association-id": (vpc) => vpc.ipv6Cidrs.map((one) => one.id),
    "ipv6-cidr-block-association.ipv6-cidr-block": (vpc) => vpc.ipv6Cidrs.map((one) => one.cidr),
    "ipv6-cidr-block-association.state": (vpc) => vpc.ipv6Cidrs.map(() => "associated"),
    "dhcp-options-id": (vpc) => [vpc.dhcpOptionsId],
    "is-default": (vpc) => [String(vpc.isDefault)],
    isDefault: (vpc) => [String(vpc.isDefault)],
    "owner-id": (_, { account }) => [account.settings.accountId],
    state: () => ["available"],
    "tag-key": (vpc) => Object.keys(vpc.tags),
    "vpc-id": (vpc) => [vpc.id],
  },
  lookups: { "vpc-id": { index: BY_ID } },
  pages: COMMON_PAGES,
  render: renderVpc,
};

/** DescribeVpcs. */
export const describeVpcs: Decider = (call) => {
  const { items, nextToken } = describe(call, vpcSpec);
  return { vpcSet: items, nextToken };
};

const subnetSpec: DescribeSpec<Subnet> = {
  source: (view) => view.subnets,
  kind: KINDS.subnet,
  idParameter: "SubnetId",
  filters: {
    "availability-zone": (subnet) => [subnet.availabilityZone],
    availabilityZone: (subnet) => [subnet.availabilityZone],
    "availability-zone-id": (subnet) => [subnet.availabilityZoneId],
    availabilityZoneId: (subnet) => [subnet.availabilityZoneId],
    "available-ip-address-count": (subnet, { account }) => [
      String(account.pools.freeCount(subnet.id)),
    ],
    cidr: (subnet) => [subnet.cidr],
    cidrBlock: (subnet) => [subnet.cidr],
    "cidr-block": (subnet) => [subnet.cidr],
    "default-for-az": () => ["false"],
    defaultForAz: () => ["false"],
    "ipv6-cidr-block-association.association-id": ({ ipv6Cidrs }) => ipv6Cidrs.map((one) => one.id),
    "ipv6-cidr-block-association.ipv6-cidr-block": ({ ipv6Cidrs }) =>
      ipv6Cidrs.map((one) => one.cidr),
    "ipv6-cidr-block-association.state": ({ ipv6Cidrs }) => ipv6Cidrs.map(() => "associated"),
    "ipv6-native": () => ["false"],
    "map-public-ip-on-launch": (subnet) => [String(subnet.mapPublicIpOnLaunch)],
    "owner-id": (_, { account }) => [account.settings.accountId],
    state: () => ["available"],
    "subnet-arn": (subnet, { account }) => [arn(account.settings, `subnet/${subnet.id}`)],
    "subnet-id": (subnet) => [subnet.id],
    "tag-key": (subnet) => Object.keys(subnet.tags),
    "vpc-id": (subnet) => [subnet.vpcId],
  },
  lookups: { "subnet-id": { index: BY_ID }, "vpc-id": { index: "vpcId" } },
  pages: COMMON_PAGES,
  render: renderSubnet,
};

/** DescribeSubnets. */
export const describeSubnets: Decider = (call) => {
  const { items, nextToken } = describe(call, subnetSpec);
  return { subnetSet: items, nextToken };
};

const routesTo = (kind: string) => (table: RouteTable) =>
  table.routes.filter((route) => route.targetKind === kind).map((route) => route.target);

const destinations = (matches: (destination: string) => boolean) => (table: RouteTable) =>
  table.routes.map((route) => route.destination).filter(matches);

const isPrefixList = (destination: string) => destination.startsWith("pl-");
const isIpv6 = (destination: string) => destination.includes(":");

const routeTableSpec: DescribeSpec<RouteTable> = {
  source: (view) => view.routeTables,
  kind: KINDS.routeTable,
  idParameter: "RouteTableId",
  filters: {
    "association.main": (table) => table.associations.map((one) => String(one.isMain)),
    "association.route-table-association-id": (table) => table.associations.map((one) => one.id),
    "association.route-table-id": (table) => table.associations.map(() => table.id),
    "association.subnet-id": (table) => table.associations.map((one) => one.subnetId),
    "owner-id": (_, { account }) => [account.settings.accountId],
    "route-table-id": (table) => [table.id],
    "route.destination-cidr-block": destinations((d) => !isPrefixList(d) && !isIpv6(d)),
    "route.destination-ipv6-cidr-block": destinations(isIpv6),
    "route.destination-prefix-list-id": destinations(isPrefixList),
    "route.gateway-id": routesTo("gatewayId"),
    "route.instance-id": routesTo("instanceId"),
    "route.nat-gateway-id": routesTo("natGatewayId"),
    "route.transit-gateway-id": routesTo("transitGatewayId"),
    "route.vpc-peering-connection-id": routesTo("vpcPeeringConnectionId"),
    "route.origin": (table) => table.routes.map((route) => route.origin),
    "route.state": (table) =>
      table.routes.map((route) => (route.isBlackhole ? "blackhole" : "active")),
    "tag-key": (table) => Object.keys(table.tags),
    "vpc-id": (table) => [table.vpcId],
  },
  lookups: {
    "route-table-id": { index: BY_ID },
    "vpc-id": { index: "vpcId" },
    "association.subnet-id": { index: "subnetId" },
  },
  pages: { min: 5, max: 100 },
  render: renderRouteTable,
};

/** DescribeRouteTables. */
export const describeRouteTables: Decider = (call) => {
  const { items, nextToken } = describe(call, routeTableSpec);
  return { routeTableSet: items, nextToken };
};
