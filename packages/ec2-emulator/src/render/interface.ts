import {
  type Attachment,
  type Eni,
  primaryAddressOf,
  shownTypeOf,
  statusOf,
} from "../account/interface-rows.ts";
import type { Call } from "../domain/call.ts";
import { type Tree, type TreeObject, timestamp } from "../wire/xml.ts";
import { privateDnsName, publicDnsName, tagSet } from "./shared.ts";

/** A network interface as DescribeNetworkInterfaces shows it. */
export function renderEni(eni: Eni, call: Call): TreeObject {
  const { accountId } = call.account.settings;
  const subnet = call.view.subnets.get(eni.subnetId);
  return {
    ...common(eni, call),
    attachment: eni.attachment && {
      ...renderAttachment(eni.attachment),
      instanceId: eni.attachment.instanceId,
      instanceOwnerId: accountId,
    },
    availabilityZone: subnet?.availabilityZone,
    availabilityZoneId: subnet?.availabilityZoneId,
    requesterId: eni.requesterId,
    requesterManaged: eni.requesterManaged,
    tagSet: tagSet(eni.tags),
    denyAllIgwTraffic: false,
    ipv6Native: false,
    ipv6Address: eni.ipv6Addresses[0]?.address,
    operator: { managed: false },
  };
}

/** A network interface as it stands inside an instance. */
export function renderEniOfInstance(eni: Eni, call: Call): TreeObject {
  return {
    ...common(eni, call),
    attachment: eni.attachment && renderAttachment(eni.attachment),
    operator: { managed: false },
  };
}

function renderAttachment(attachment: Attachment): TreeObject {
  return {
    attachmentId: attachment.id,
    deviceIndex: attachment.deviceIndex,
    networkCardIndex: attachment.networkCardIndex,
    status: attachment.status,
    attachTime: timestamp(attachment.attachedAtMs),
    deleteOnTermination: attachment.deleteOnTermination,
  };
}

function common(eni: Eni, call: Call): TreeObject {
  const { accountId, region } = call.account.settings;
  const primary = primaryAddressOf(eni);
  return {
    networkInterfaceId: eni.id,
    subnetId: eni.subnetId,
    vpcId: eni.vpcId,
    description: eni.description,
    ownerId: accountId,
    status: statusOf(eni),
    interfaceType: shownTypeOf(eni),
    macAddress: eni.macAddress,
    privateIpAddress: primary,
    privateDnsName: primary && privateDnsName(primary, region),
    sourceDestCheck: eni.sourceDestCheck,
    groupSet: renderGroups(eni.groupIds, call),
    association: primary === undefined ? undefined : renderPublicAddress(eni, primary, call),
    privateIpAddressesSet: eni.addresses.map(({ address, isPrimary }) => ({
      privateIpAddress: address,
      privateDnsName: privateDnsName(address, region),
      primary: isPrimary,
      association: renderPublicAddress(eni, address, call),
    })),
    ipv6AddressesSet: eni.ipv6Addresses.map(({ address, isPrimary }) => ({
      ipv6Address: address,
      isPrimaryIpv6: isPrimary,
    })),
    ipv4PrefixSet: optionalList(eni.ipv4Prefixes.map((ipv4Prefix) => ({ ipv4Prefix }))),
    ipv6PrefixSet: optionalList(eni.ipv6Prefixes.map((ipv6Prefix) => ({ ipv6Prefix }))),
    connectionTrackingConfiguration: eni.connectionTracking && { ...eni.connectionTracking },
  };
}

// EC2 leaves the prefix sets out when there is no prefix; most other sets are sent empty.
function optionalList(list: readonly Tree[]): readonly Tree[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Groups by id and name. */
export function renderGroups(groupIds: readonly string[], call: Call): Tree[] {
  return groupIds.map((groupId) => ({
    groupId,
    groupName: call.account.groups.get(groupId)?.name,
  }));
}

function renderPublicAddress(eni: Eni, address: string, call: Call): TreeObject | undefined {
  const { elasticIps, settings } = call.account;
  for (const ip of elasticIps.by("eniId", eni.id)) {
    if (ip.association?.privateIp !== address) continue;
    return {
      publicIp: ip.publicIp,
      publicDnsName: publicDnsName(ip.publicIp, settings.region),
      ipOwnerId: ip.isEphemeral ? "amazon" : settings.accountId,
      allocationId: ip.isEphemeral ? undefined : ip.id,
      associationId: ip.isEphemeral ? undefined : ip.association.id,
    };
  }
  return undefined;
}
