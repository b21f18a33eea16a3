import type { NetworkInterface as Ec2NetworkInterface } from "@aws-sdk/client-ec2";
import type { NetworkInterface } from "@trunkline/core";
import { distinct, mapTags } from "./map-network.ts";

/** Tag by which a branch names its trunk. Source: amazon-vpc-resource-controller-k8s. */
const TRUNK_TAG = "vpcresources.k8s.aws/trunk-eni-id";

/** Maps a network interface; addresses come primary first, IPv4 before IPv6. */
export function mapInterface(eni: Ec2NetworkInterface): NetworkInterface {
  const tags = mapTags(eni.TagSet);
  const privateAddresses = eni.PrivateIpAddresses ?? [];
  const ipv6 = eni.Ipv6Addresses ?? [];
  const primaryIpv6 = ipv6.filter(({ IsPrimaryIpv6 }) => IsPrimaryIpv6);
  const primary = privateAddresses.find(({ Primary }) => Primary)?.PrivateIpAddress;
  const publicAddress =
    eni.Association?.PublicIp ??
    privateAddresses.find(({ Association }) => Association?.PublicIp)?.Association?.PublicIp;
  return {
    eniId: eni.NetworkInterfaceId ?? "",
    vpcId: eni.VpcId ?? "",
    subnetId: eni.SubnetId ?? "",
    interfaceType: eni.InterfaceType ?? "interface",
    groupIds: distinct((eni.Groups ?? []).map(({ GroupId }) => GroupId)),
    addresses: distinct([
      primary ?? eni.PrivateIpAddress,
      ...privateAddresses.map(({ PrivateIpAddress }) => PrivateIpAddress),
      ...[...primaryIpv6, ...ipv6].map(({ Ipv6Address }) => Ipv6Address),
    ]),
    prefixes: distinct([
      ...(eni.Ipv4Prefixes ?? []).map(({ Ipv4Prefix }) => Ipv4Prefix),
      ...(eni.Ipv6Prefixes ?? []).map(({ Ipv6Prefix }) => Ipv6Prefix),
    ]),
    ...(publicAddress === undefined ? {} : { publicAddress }),
    ...attachmentOf(eni),
    ...(tags[TRUNK_TAG] ? { trunkEniId: tags[TRUNK_TAG] } : {}),
    description: eni.Description ?? "",
    tags,
  };
}

function attachmentOf({
  Attachment,
}: Ec2NetworkInterface): Pick<NetworkInterface, "instanceId" | "deviceIndex"> {
  const { InstanceId: instanceId, DeviceIndex: deviceIndex } = Attachment ?? {};
  return {
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(deviceIndex === undefined ? {} : { deviceIndex }),
  };
}
