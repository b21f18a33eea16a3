import type {
  Instance as Ec2Instance,
  RouteTable as Ec2RouteTable,
  Subnet as Ec2Subnet,
  Tag as Ec2Tag,
  Vpc as Ec2Vpc,
  Route,
} from "@aws-sdk/client-ec2";
import type { RouteTable, Subnet, Tags, Vpc } from "@trunkline/core";
import type { NamedInstance } from "./cloud.ts";

/** Maps EC2's tag list. A tag without a value has the empty one. */
export function mapTags(tags: readonly Ec2Tag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
}

/** Maps a VPC: the primary CIDR, then further associated ones, IPv4 before IPv6. */
export function mapVpc(vpc: Ec2Vpc): Vpc {
  const associated = (vpc.CidrBlockAssociationSet ?? [])
    .filter(({ CidrBlockState }) => isAssociated(CidrBlockState?.State))
    .map(({ CidrBlock }) => CidrBlock);
  const ipv6 = (vpc.Ipv6CidrBlockAssociationSet ?? [])
    .filter(({ Ipv6CidrBlockState }) => isAssociated(Ipv6CidrBlockState?.State))
    .map(({ Ipv6CidrBlock }) => Ipv6CidrBlock);
  return { vpcId: vpc.VpcId ?? "", cidrs: distinct([vpc.CidrBlock, ...associated, ...ipv6]) };
}

/** Maps a subnet. */
export function mapSubnet(subnet: Ec2Subnet): Subnet {
  const ipv6 = (subnet.Ipv6CidrBlockAssociationSet ?? [])
    .filter(({ Ipv6CidrBlockState }) => isAssociated(Ipv6CidrBlockState?.State))
    .map(({ Ipv6CidrBlock }) => Ipv6CidrBlock);
  return {
    subnetId: subnet.SubnetId ?? "",
    vpcId: subnet.VpcId ?? "",
    cidrs: distinct([subnet.CidrBlock, ...ipv6]),
    availabilityZone: subnet.AvailabilityZone ?? "",
    tags: mapTags(subnet.Tags),
  };
}

/** Maps a route table with the subnets that name it. */
export function mapRouteTable(table: Ec2RouteTable): RouteTable {
  const associations = table.Associations ?? [];
  return {
    routeTableId: table.RouteTableId ?? "",
    vpcId: table.VpcId ?? "",
    subnetIds: distinct(associations.map(({ SubnetId }) => SubnetId)),
    isMain: associations.some(({ Main }) => Main === true),
    routes: (table.Routes ?? []).map((route) => ({
      destination:
        route.DestinationCidrBlock ??
        route.DestinationIpv6CidrBlock ??
        route.DestinationPrefixListId ??
        "",
      target: targetOf(route),
      isBlackhole: route.State === "blackhole",
    })),
  };
}

/** Maps an instance that has a name and is not gone for good. */
export function mapInstance({ InstanceId, State, Tags: tags }: Ec2Instance): NamedInstance[] {
  const { Name: name } = mapTags(tags);
  if (!name || InstanceId === undefined || State?.Name === "terminated") return [];
  return [{ instanceId: InstanceId, name }];
}

// A route to an instance names its interface as well; the interface says more.
function targetOf(route: Route): string {
  return (
    route.GatewayId ??
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    route.InstanceId ??
    route.EgressOnlyInternetGatewayId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.CoreNetworkArn ??
    ""
  );
}

// Answers that leave the state out mean an association that holds.
function isAssociated(state: string | undefined): boolean {
  return state === undefined || state === "associated";
}

/** Keeps the first of equal texts and drops what is absent. */
export function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value): value is string => Boolean(value)))];
}
