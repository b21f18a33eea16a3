import { cidrContainsCidr, cidrsOverlap, formatCidr, parseCidr } from "@trunkline/core";
import type { CidrAssociation, Route } from "../account/network-rows.ts";
import { makeVpcDefaults } from "../domain/make-vpc.ts";
import { zoneIdOf } from "../domain/zones.ts";
import { newId } from "../wire/ids.ts";
import type { Member } from "./document.ts";
import { loadNetworkAcls, loadPeerings } from "./load-rest.ts";
import { attempt, isNew, type Loading, problem, tagsOf } from "./loading.ts";

/** Loads VPCs, subnets, gateways and route tables. */
export function loadNetwork(loading: Loading): void {
  const { document } = loading;
  for (const [i, vpc] of document.Vpcs.entries()) loadVpc(loading, vpc, `Vpcs[${i}]`);
  for (const [i, subnet] of document.Subnets.entries()) {
    loadSubnet(loading, subnet, `Subnets[${i}]`);
  }
  for (const [i, gateway] of document.InternetGateways.entries()) {
    loadInternetGateway(loading, gateway, `InternetGateways[${i}]`);
  }
  for (const [i, gateway] of document.NatGateways.entries()) {
    loadNatGateway(loading, gateway, `NatGateways[${i}]`);
  }
  for (const [i, table] of document.RouteTables.entries()) {
    loadRouteTable(loading, table, `RouteTables[${i}]`);
  }
  loadNetworkAcls(loading);
  loadPeerings(loading);
  for (const vpc of loading.account.vpcs.all()) makeVpcDefaults(loading, vpc, { group: false });
}

function loadVpc(loading: Loading, vpc: Member<"Vpcs">, field: string): void {
  const { account, random } = loading;
  if (!isNew(loading, account.vpcs, { field: `${field}.VpcId`, id: vpc.VpcId })) return;
  const blocks =
    vpc.CidrBlockAssociationSet.length > 0
      ? vpc.CidrBlockAssociationSet
      : [{ AssociationId: undefined, CidrBlock: vpc.CidrBlock }];
  const cidrs = blocks.flatMap((block): CidrAssociation[] => {
    const cidr = attempt(loading, `${field}.CidrBlock`, () => readBlock(block.CidrBlock, 4));
    const id = block.AssociationId ?? newId("vpc-cidr-assoc", random);
    return cidr === undefined ? [] : [{ id, cidr }];
  });
  account.vpcs.put({
    id: vpc.VpcId,
    cidrs,
    ipv6Cidrs: readIpv6Blocks(loading, vpc, `${field}.Ipv6CidrBlockAssociationSet`),
    isDefault: vpc.IsDefault,
    dhcpOptionsId: "dopt-00000000000000000",
    instanceTenancy: "default",
    enableDnsSupport: vpc.EnableDnsSupport.Value,
    enableDnsHostnames: vpc.EnableDnsHostnames.Value,
    tags: tagsOf(vpc.Tags),
  });
}

function readIpv6Blocks(
  loading: Loading,
  of: Pick<Member<"Vpcs">, "Ipv6CidrBlockAssociationSet">,
  field: string,
): CidrAssociation[] {
  return of.Ipv6CidrBlockAssociationSet.flatMap((block) => {
    const cidr = attempt(loading, field, () => readBlock(block.Ipv6CidrBlock, 6));
    const id = block.AssociationId ?? newId("subnet-cidr-assoc", loading.random);
    return cidr === undefined ? [] : [{ id, cidr }];
  });
}

function readBlock(text: string, family: 4 | 6): string {
  const cidr = parseCidr(text);
  if (cidr.family === family) return formatCidr(cidr);
  return formatCidr(parseCidr(`${text} is not IPv${family}`));
}

function loadSubnet(loading: Loading, subnet: Member<"Subnets">, field: string): void {
  const { account } = loading;
  if (!isNew(loading, account.subnets, { field: `${field}.SubnetId`, id: subnet.SubnetId })) return;
  const vpc = account.vpcs.get(subnet.VpcId);
  if (vpc === undefined) {
    problem(loading, `${field}.VpcId`, `${subnet.VpcId} is not among the Vpcs`);
    return;
  }
  const cidr = parseSubnetCidr(loading, subnet.CidrBlock, `${field}.CidrBlock`);
  if (cidr === undefined) return;
  if (!vpc.cidrs.some((block) => cidrContainsCidr(parseCidr(block.cidr), parseCidr(cidr)))) {
    problem(loading, `${field}.CidrBlock`, `${cidr} is outside of ${vpc.id}`);
    return;
  }
  for (const other of account.subnets.by("vpcId", vpc.id)) {
    if (!cidrsOverlap(parseCidr(other.cidr), parseCidr(cidr))) continue;
    problem(loading, `${field}.CidrBlock`, `${cidr} overlaps ${other.cidr} of ${other.id}`);
    return;
  }
  const availabilityZone = subnet.AvailabilityZone ?? `${account.settings.region}a`;
  account.subnets.put({
    id: subnet.SubnetId,
    vpcId: vpc.id,
    cidr,
    ipv6Cidrs: readIpv6Blocks(loading, subnet, `${field}.Ipv6CidrBlockAssociationSet`),
    availabilityZone,
    availabilityZoneId: subnet.AvailabilityZoneId ?? zoneIdOf(availabilityZone),
    assignIpv6OnCreation: subnet.AssignIpv6AddressOnCreation,
    mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch,
    tags: tagsOf(subnet.Tags),
  });
}

/** Sizes that a subnet may have. Source: VPC user guide, "Subnet sizing". */
function parseSubnetCidr(loading: Loading, text: string, field: string): string | undefined {
  const cidr = attempt(loading, field, () => parseCidr(text));
  if (cidr === undefined) return undefined;
  if (cidr.family === 4 && cidr.prefixLength >= 16 && cidr.prefixLength <= 28) {
    return formatCidr(cidr);
  }
  problem(loading, field, `${text} is not an IPv4 block of /16 to /28`);
  return undefined;
}

function loadInternetGateway(
  loading: Loading,
  gateway: Member<"InternetGateways">,
  field: string,
): void {
  const { internetGateways } = loading.account;
  const id = gateway.InternetGatewayId;
  if (!isNew(loading, internetGateways, { field: `${field}.InternetGatewayId`, id })) return;
  const vpcId = gateway.Attachments[0]?.VpcId;
  internetGateways.put({ id, ...(vpcId !== undefined && { vpcId }), tags: tagsOf(gateway.Tags) });
}

function loadNatGateway(loading: Loading, gateway: Member<"NatGateways">, field: string): void {
  const { account, nowMs } = loading;
  const id = gateway.NatGatewayId;
  if (!isNew(loading, account.natGateways, { field: `${field}.NatGatewayId`, id })) return;
  const subnet = account.subnets.get(gateway.SubnetId);
  if (subnet === undefined) {
    problem(loading, `${field}.SubnetId`, `${gateway.SubnetId} is not among the Subnets`);
    return;
  }
  const [address] = gateway.NatGatewayAddresses;
  account.natGateways.put({
    id,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    connectivityType: gateway.ConnectivityType,
    state: "available",
    ...(address?.NetworkInterfaceId !== undefined && { eniId: address.NetworkInterfaceId }),
    ...(address?.AllocationId !== undefined && { allocationId: address.AllocationId }),
    createdAtMs: nowMs,
    tags: tagsOf(gateway.Tags),
  });
}

function loadRouteTable(loading: Loading, table: Member<"RouteTables">, field: string): void {
  const { account, random } = loading;
  const id = table.RouteTableId;
  if (!isNew(loading, account.routeTables, { field: `${field}.RouteTableId`, id })) return;
  if (account.vpcs.get(table.VpcId) === undefined) {
    problem(loading, `${field}.VpcId`, `${table.VpcId} is not among the Vpcs`);
  }
  const routes = table.Routes.flatMap((route, i) => {
    const read = readRoute(route);
    if (read === undefined) {
      problem(loading, `${field}.Routes[${i}]`, "has no destination or no target");
    }
    return read ?? [];
  });
  const associations = table.Associations.map(({ RouteTableAssociationId, SubnetId, Main }) => ({
    id: RouteTableAssociationId ?? newId("rtbassoc", random),
    ...(SubnetId != null && { subnetId: SubnetId }),
    isMain: Main,
  }));
  for (const { subnetId } of associations) {
    if (subnetId === undefined || account.subnets.get(subnetId) !== undefined) continue;
    problem(loading, `${field}.Associations`, `${subnetId} is not among the Subnets`);
  }
  account.routeTables.put({
    id,
    vpcId: table.VpcId,
    routes,
    associations,
    tags: tagsOf(table.Tags),
  });
}

const DESTINATIONS = [
  "DestinationCidrBlock",
  "DestinationIpv6CidrBlock",
  "DestinationPrefixListId",
];
const TARGETS = [
  "GatewayId",
  "NatGatewayId",
  "NetworkInterfaceId",
  "InstanceId",
  "TransitGatewayId",
  "VpcPeeringConnectionId",
  "EgressOnlyInternetGatewayId",
];

function readRoute(route: Readonly<Record<string, unknown>>): Route | undefined {
  const destination = DESTINATIONS.map((name) => route[name]).find(isText);
  const targetName = TARGETS.find((name) => isText(route[name]));
  const target = targetName === undefined ? undefined : route[targetName];
  if (destination === undefined || targetName === undefined || !isText(target)) return undefined;
  return {
    destination,
    targetKind: targetName.charAt(0).toLowerCase() + targetName.slice(1),
    target,
    origin: isText(route.Origin)
      ? route.Origin
      : target === "local"
        ? "CreateRouteTable"
        : "CreateRoute",
    isBlackhole: route.State === "blackhole",
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
