import { limitsOf } from "@trunkline/core/capacity";
import { type Eni, type Instance, primaryAddressOf } from "../account/interface-rows.ts";
import type { Call } from "../domain/call.ts";
import { type TreeObject, timestamp } from "../wire/xml.ts";
import { renderEniOfInstance, renderGroups } from "./interface.ts";
import { hasDnsNames, privateDnsName, publicDnsName, tagSet } from "./shared.ts";

/** Codes of instance states. Source: EC2 API reference, InstanceState. */
const STATE_CODES = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;

/** A state as EC2 shows it: code and name. */
export function renderState(state: Instance["state"]): TreeObject {
  return { code: STATE_CODES[state], name: state };
}

/** The interfaces of an instance in order of card and device; branches are not among them. */
export function interfacesOf(instance: Instance, { view }: Pick<Call, "view">): Eni[] {
  const place = ({ attachment }: Eni) =>
    (attachment?.networkCardIndex ?? 0) * 1000 + (attachment?.deviceIndex ?? 0);
  return [...view.enis.by("attachment.instance-id", instance.id)].sort(
    (a, b) => place(a) - place(b),
  );
}

/** An instance as DescribeInstances shows it. */
function renderInstance(instance: Instance, call: Call): TreeObject {
  const { region } = call.account.settings;
  const isGone = instance.state === "terminated";
  const enis = isGone ? [] : interfacesOf(instance, call);
  const primary = enis.find((eni) => eni.attachment?.deviceIndex === 0) ?? enis[0];
  const address = primary && primaryAddressOf(primary);
  const publicIp = primary && publicIpOf(primary, call);
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: renderState(instance.state),
    privateDnsName: address === undefined ? "" : privateDnsName(address, region),
    dnsName:
      publicIp !== undefined && hasDnsNames(instance.vpcId, call)
        ? publicDnsName(publicIp, region)
        : "",
    reason: "",
    keyName: instance.keyName,
    amiLaunchIndex: instance.launchIndex,
    productCodes: [],
    instanceType: instance.instanceType,
    launchTime: timestamp(instance.launchedAtMs),
    placement: renderPlacement(instance, call),
    platform: instance.platform,
    monitoring: { state: "disabled" },
    subnetId: isGone ? undefined : instance.subnetId,
    vpcId: isGone ? undefined : instance.vpcId,
    privateIpAddress: address,
    ipAddress: publicIp,
    sourceDestCheck: primary?.sourceDestCheck,
    groupSet: primary === undefined ? [] : renderGroups(primary.groupIds, call),
    architecture: instance.architecture,
    rootDeviceType: "ebs",
    rootDeviceName: "/dev/xvda",
    blockDeviceMapping: [],
    virtualizationType: "hvm",
    clientToken: instance.clientToken ?? "",
    tagSet: tagSet(instance.tags),
    hypervisor: "xen",
    networkInterfaceSet: enis.map((eni) => renderEniOfInstance(eni, call)),
    ebsOptimized: false,
    enaSupport: true,
    ipv6Address: primary?.ipv6Addresses[0]?.address,
    metadataOptions: {
      state: "applied",
      httpTokens: "required",
      httpPutResponseHopLimit: 2,
      httpEndpoint: "enabled",
    },
    platformDetails: instance.platform === "windows" ? "Windows" : "Linux/UNIX",
  };
}

function renderPlacement(instance: Instance, { view }: Call): TreeObject {
  const subnet = view.subnets.get(instance.subnetId);
  return {
    availabilityZone: subnet?.availabilityZone,
    availabilityZoneId: subnet?.availabilityZoneId,
    groupName: instance.placement?.groupName ?? "",
    tenancy: instance.placement?.tenancy ?? "default",
  };
}

function publicIpOf(eni: Eni, { account }: Call): string | undefined {
  return account.elasticIps.first("eniId", eni.id)?.publicIp;
}

/** One reservation with its instances. */
export function renderReservation(instances: readonly Instance[], call: Call): TreeObject {
  return {
    reservationId: instances[0]?.reservationId,
    ownerId: call.account.settings.accountId,
    groupSet: [],
    instancesSet: instances.map((instance) => renderInstance(instance, call)),
  };
}

/** An instance type as DescribeInstanceTypes shows it: what the limits table knows. */
export function renderInstanceType(type: string): TreeObject {
  const limits = limitsOf(type);
  if (limits === undefined) throw new Error(`invariant broken: no limits of ${type}`);
  return {
    instanceType: type,
    currentGeneration: limits.hypervisor !== "xen",
    bareMetal: limits.isBareMetal,
    hypervisor: limits.hypervisor === "none" ? undefined : limits.hypervisor,
    networkInfo: {
      maximumNetworkInterfaces: limits.eniLimit,
      maximumNetworkCards: limits.networkCards.length,
      defaultNetworkCardIndex: limits.defaultNetworkCard,
      networkCards: limits.networkCards.map((card) => ({
        networkCardIndex: card.index,
        maximumNetworkInterfaces: card.eniLimit,
      })),
      ipv4AddressesPerInterface: limits.ipv4PerEni,
      ipv6AddressesPerInterface: limits.ipv4PerEni,
      ipv6Supported: true,
      enaSupport: limits.hypervisor === "xen" ? "supported" : "required",
    },
  };
}
