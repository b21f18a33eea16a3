import type { Fields } from "./fields.ts";
import { Refusal } from "./refusal.ts";

/**
 * Parameters that ask for what is not here: taking them in silence would make something else than
 * was asked for. What is merely out of sight (disks, keys, user data) is accepted instead.
 */
const NAMES: Readonly<Record<string, string>> = {
  AllocateAddress: "CustomerOwnedIpv4Pool IpamPoolId",
  AssociateRouteTable: "GatewayId PublicIpv4Pool",
  AssociateSubnetCidrBlock: "Ipv6IpamPoolId Ipv6NetmaskLength",
  AssociateVpcCidrBlock:
    "Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock Ipv6CidrBlockNetworkBorderGroup " +
    "Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool",
  CreateNatGateway:
    "AvailabilityMode AvailabilityZoneAddress SecondaryAllocationId SecondaryPrivateIpAddress " +
    "SecondaryPrivateIpAddressCount VpcId",
  CreateRoute: "CarrierGatewayId CoreNetworkArn LocalGatewayId OdbNetworkArn VpcEndpointId",
  CreateSubnet:
    "Ipv4IpamPoolId Ipv4NetmaskLength Ipv6IpamPoolId Ipv6Native Ipv6NetmaskLength OutpostArn",
  CreateVpc:
    "Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock Ipv6CidrBlockNetworkBorderGroup " +
    "Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool VpcEncryptionControl",
  ModifyManagedPrefixList: "IpamPrefixListResolverSyncEnabled",
  ModifySubnetAttribute:
    "CustomerOwnedIpv4Pool DisableLniAtDeviceIndex EnableLniAtDeviceIndex " +
    "MapCustomerOwnedIpOnLaunch",
  ReplaceRoute:
    "CarrierGatewayId CoreNetworkArn LocalGatewayId LocalTarget OdbNetworkArn VpcEndpointId",
  RunInstances:
    "ElasticGpuSpecification ElasticInferenceAccelerator LaunchTemplate SecondaryInterface",
  StopInstances: "Hibernate",
};

const SETS = new Map(
  Object.entries(NAMES).map(([action, names]) => [action, names.split(" ")] as const),
);

/** Throws UnsupportedOperation for the first such parameter; `false` asks for nothing. */
export function refuseUnsupported(action: string, fields: Fields): void {
  for (const name of SETS.get(action) ?? []) {
    if (!fields.has(name) || fields.text(name) === "false") continue;
    throw new Refusal(
      "UnsupportedOperation",
      `The parameter ${name} of ${action} is not supported here.`,
    );
  }
}
