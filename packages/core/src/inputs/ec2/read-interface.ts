import { TRACKING_TIMEOUTS } from "../../groups/idle-timeouts.ts";
import type { NetworkInterface, TrackingTimeouts } from "../../world/cloud.ts";
import { at, type Field, requiredText, text, wholeNumber } from "../field.ts";
import { address, cidr, distinct, rows, tags } from "./fields.ts";

/** Tag by which a branch names its trunk. Source: amazon-vpc-resource-controller-k8s. */
const TRUNK_TAG = "vpcresources.k8s.aws/trunk-eni-id";

/** Reads a network interface; addresses come primary first, IPv4 before IPv6. */
export function readInterface(eni: Field): NetworkInterface {
  const own = tags(at(eni, "TagSet"));
  const publicAddress = publicAddressOf(eni);
  const instanceId = text(at(eni, "Attachment", "InstanceId"));
  const deviceIndex = wholeNumber(at(eni, "Attachment", "DeviceIndex"), 0, 65_535);
  return {
    eniId: requiredText(at(eni, "NetworkInterfaceId")) ?? "",
    vpcId: text(at(eni, "VpcId")) ?? "",
    subnetId: text(at(eni, "SubnetId")) ?? "",
    interfaceType: text(at(eni, "InterfaceType")) ?? "interface",
    groupIds: distinct(rows(eni, "Groups").map((group) => requiredText(at(group, "GroupId")))),
    addresses: addressesOf(eni),
    prefixes: distinct([
      ...rows(eni, "Ipv4Prefixes").map((one) => cidr(one, "Ipv4Prefix")),
      ...rows(eni, "Ipv6Prefixes").map((one) => cidr(one, "Ipv6Prefix")),
    ]),
    ...(publicAddress === undefined ? {} : { publicAddress }),
    ...trackingTimeouts(at(eni, "ConnectionTrackingConfiguration")),
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(deviceIndex === undefined ? {} : { deviceIndex }),
    ...(own[TRUNK_TAG] ? { trunkEniId: own[TRUNK_TAG] } : {}),
    description: text(at(eni, "Description")) ?? "",
    tags: own,
  };
}

// Only what its owner has set is there.
function trackingTimeouts(field: Field): Pick<NetworkInterface, "trackingTimeouts"> {
  const read = (key: string, name: keyof TrackingTimeouts): TrackingTimeouts => {
    const { minS, maxS } = TRACKING_TIMEOUTS[name];
    const seconds = wholeNumber(at(field, key), minS, maxS);
    return seconds === undefined ? {} : { [name]: seconds };
  };
  const own = {
    ...read("TcpEstablishedTimeout", "tcpEstablishedS"),
    ...read("UdpTimeout", "udpS"),
    ...read("UdpStreamTimeout", "udpStreamS"),
  };
  return Object.keys(own).length === 0 ? {} : { trackingTimeouts: own };
}

function addressesOf(eni: Field): readonly string[] {
  const ipv4 = rows(eni, "PrivateIpAddresses");
  const ipv6 = rows(eni, "Ipv6Addresses");
  const primary = ipv4.find((one) => at(one, "Primary").value === true);
  const primaryIpv6 = ipv6.filter((one) => at(one, "IsPrimaryIpv6").value === true);
  return distinct([
    primary && address(primary, "PrivateIpAddress"),
    primary === undefined ? address(eni, "PrivateIpAddress") : undefined,
    ...ipv4.map((one) => address(one, "PrivateIpAddress")),
    ...[...primaryIpv6, ...ipv6].map((one) => address(one, "Ipv6Address")),
  ]);
}

function publicAddressOf(eni: Field): string | undefined {
  const holders = [eni, ...rows(eni, "PrivateIpAddresses")];
  return distinct(holders.map((one) => address(at(one, "Association"), "PublicIp")))[0];
}
