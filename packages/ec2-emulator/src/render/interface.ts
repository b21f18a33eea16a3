import {
  type Attachment,
  type Eni,
  primaryAddressOf,
  shownTypeOf,
  statusOf,
} from "../account/interface-rows.ts";
import type { Call } from "../domain/call.ts";
import { type Tree, type TreeObject, timestamp } from "../wire/xml.ts";
import { hasDnsNames, privateDnsName, publicDnsName, tagSet } from "./shared.ts";

// Both renderings are one literal each, members repeated: a page has a thousand of them, and
// objects made by spreading cost five times as much.

/** A network interface as DescribeNetworkInterfaces shows it. */
export function renderEni(eni: Eni, call: Call): TreeObject {
  const { accountId, region } = call.account.settings;
  const subnet = call.view.subnets.get(eni.subnetId);
  const primary = primaryAddressOf(eni);
  const hasPublic = call.account.elasticIps.estimate("eniId", eni.id) > 0;
  const hasNames = hasDnsNames(eni.vpcId, call);
  return {
    networkInterfaceId: eni.id,
    subnetId: eni.subnetId,
    vpcId: eni.vpcId,
    availabilityZone: subnet?.availabilityZone,
    availabilityZoneId: subnet?.availabilityZoneId,
    description: eni.description,
    ownerId: accountId,
    requesterId: eni.requesterId,
    requesterManaged: eni.requesterManaged,
    status: statusOf(eni),
    interfaceType: shownTypeOf(eni),
    macAddress: eni.macAddress,
    privateIpAddress: primary,
    privateDnsName: primary && hasNames ? privateDnsName(primary, region) : undefined,
    sourceDestCheck: eni.sourceDestCheck,
    groupSet: renderGroups(eni.groupIds, call),
    attachment: eni.attachment && renderOwnAttachment(eni.attachment, accountId),
    association: hasPublic && primary ? renderPublicAddress(eni, primary, call) : undefined,
    tagSet: tagSet(eni.tags),
    privateIpAddressesSet: renderAddresses(eni, call, { hasPublic, hasNames }),
    ipv6AddressesSet: eni.ipv6Addresses.map(renderIpv6Address),
    ipv6Address: eni.ipv6Addresses[0]?.address,
    ipv4PrefixSet: renderPrefixes("ipv4Prefix", eni.ipv4Prefixes),
    ipv6PrefixSet: renderPrefixes("ipv6Prefix", eni.ipv6Prefixes),
    connectionTrackingConfiguration: eni.connectionTracking && { ...eni.connectionTracking },
    denyAllIgwTraffic: false,
    ipv6Native: false,
    operator: operatorOf(eni),
    associatedSubnetSet: eni.associatedSubnetIds,
  };
}

/** A network interface as it stands inside an instance. */
export function renderEniOfInstance(eni: Eni, call: Call): TreeObject {
  const { accountId, region } = call.account.settings;
  const primary = primaryAddressOf(eni);
  const hasPublic = call.account.elasticIps.estimate("eniId", eni.id) > 0;
  const hasNames = hasDnsNames(eni.vpcId, call);
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
    privateDnsName: primary && hasNames ? privateDnsName(primary, region) : undefined,
    sourceDestCheck: eni.sourceDestCheck,
    groupSet: renderGroups(eni.groupIds, call),
    attachment: eni.attachment && renderAttachment(eni.attachment),
    association: hasPublic && primary ? renderPublicAddress(eni, primary, call) : undefined,
    privateIpAddressesSet: renderAddresses(eni, call, { hasPublic, hasNames }),
    ipv6AddressesSet: eni.ipv6Addresses.map(renderIpv6Address),
    ipv4PrefixSet: renderPrefixes("ipv4Prefix", eni.ipv4Prefixes),
    ipv6PrefixSet: renderPrefixes("ipv6Prefix", eni.ipv6Prefixes),
    connectionTrackingConfiguration: eni.connectionTracking && { ...eni.connectionTracking },
    operator: operatorOf(eni),
  };
}

const UNMANAGED = { managed: false };

function operatorOf({ operator }: Eni): TreeObject {
  return operator === undefined ? UNMANAGED : { managed: true, principal: operator };
}

/** An attachment as it stands in its interface, with the instance. */
export function renderOwnAttachment(attachment: Attachment, accountId: string): TreeObject {
  return {
    ...renderAttachment(attachment),
    instanceId: attachment.instanceId,
    instanceOwnerId: accountId,
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
    enaSrdSpecification: attachment.enaSrd && {
      enaSrdEnabled: attachment.enaSrd.isEnabled,
      enaSrdUdpSpecification: { enaSrdUdpEnabled: attachment.enaSrd.isUdpEnabled },
    },
    enaQueueCount: attachment.enaQueueCount,
  };
}

function renderAddresses(
  eni: Eni,
  call: Call,
  { hasPublic, hasNames }: { readonly hasPublic: boolean; readonly hasNames: boolean },
): Tree[] {
  const { region } = call.account.settings;
  return eni.addresses.map(({ address, isPrimary }) => ({
    privateIpAddress: address,
    privateDnsName: hasNames ? privateDnsName(address, region) : undefined,
    primary: isPrimary,
    association: hasPublic ? renderPublicAddress(eni, address, call) : undefined,
  }));
}

function renderIpv6Address({ address, isPrimary }: Eni["ipv6Addresses"][number]): TreeObject {
  return { ipv6Address: address, isPrimaryIpv6: isPrimary };
}

// EC2 leaves the prefix sets out when there is no prefix; most other sets are sent empty.
function renderPrefixes(name: string, prefixes: readonly string[]): readonly Tree[] | undefined {
  return prefixes.length === 0 ? undefined : prefixes.map((prefix) => ({ [name]: prefix }));
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
      publicDnsName: hasDnsNames(eni.vpcId, call)
        ? publicDnsName(ip.publicIp, settings.region)
        : "",
      ipOwnerId: ip.isEphemeral ? "amazon" : settings.accountId,
      allocationId: ip.isEphemeral ? undefined : ip.id,
      associationId: ip.isEphemeral ? undefined : ip.association.id,
    };
  }
  return undefined;
}
