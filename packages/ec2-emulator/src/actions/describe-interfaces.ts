import { type Eni, primaryAddressOf, shownTypeOf, statusOf } from "../account/interface-rows.ts";
import type { Call, Decider } from "../domain/call.ts";
import { BY_ID, idsOf, type Lookups } from "../domain/candidates.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { KINDS } from "../domain/kinds.ts";
import { renderEni } from "../render/interface.ts";
import { hasDnsNames, privateDnsName, publicDnsName } from "../render/shared.ts";
import type { FilterSpec } from "../wire/filters.ts";
import { COMMON_PAGES } from "../wire/paging.ts";
import { timestamp } from "../wire/xml.ts";

/** Values of the public addresses of an interface, of one private address when given. */
function publicValues(
  eni: Eni,
  { account }: Call,
  value: (ip: { publicIp: string; id: string; associationId: string }) => string,
): string[] {
  return [...account.elasticIps.by("eniId", eni.id)].flatMap(({ publicIp, id, association }) =>
    association === undefined ? [] : [value({ publicIp, id, associationId: association.id })],
  );
}

const flag = (value: boolean | undefined) => (value === undefined ? [] : [String(value)]);
const whole = (value: number | undefined) => (value === undefined ? [] : [String(value)]);

const publicFilters: FilterSpec<Eni, Call> = {
  "association.allocation-id": (eni, call) => publicValues(eni, call, (ip) => ip.id),
  "association.association-id": (eni, call) => publicValues(eni, call, (ip) => ip.associationId),
  "association.ip-owner-id": (eni, call) =>
    publicValues(eni, call, () => call.account.settings.accountId),
  "association.public-ip": (eni, call) => publicValues(eni, call, (ip) => ip.publicIp),
  "association.public-dns-name": (eni, call) =>
    publicValues(eni, call, (ip) => publicDnsName(ip.publicIp, call.account.settings.region)),
  "addresses.association.owner-id": (eni, call) =>
    publicValues(eni, call, () => call.account.settings.accountId),
  "addresses.association.public-ip": (eni, call) => publicValues(eni, call, (ip) => ip.publicIp),
};

const attachmentFilters: FilterSpec<Eni, Call> = {
  "attachment.attach-time": ({ attachment }) =>
    attachment === undefined ? [] : [timestamp(attachment.attachedAtMs)],
  "attachment.attachment-id": ({ attachment }) => [attachment?.id],
  "attachment.delete-on-termination": ({ attachment }) => flag(attachment?.deleteOnTermination),
  "attachment.device-index": ({ attachment }) => whole(attachment?.deviceIndex),
  "attachment.network-card-index": ({ attachment }) => whole(attachment?.networkCardIndex),
  "attachment.instance-id": ({ attachment }) => [attachment?.instanceId],
  "attachment.instance-owner-id": ({ attachment }, { account }) =>
    attachment === undefined ? [] : [account.settings.accountId],
  "attachment.status": ({ attachment }) => [attachment?.status],
};

/** Every filter of DescribeNetworkInterfaces. Source: EC2 API reference. */
const filters: FilterSpec<Eni, Call> = {
  ...publicFilters,
  ...attachmentFilters,
  "addresses.primary": (eni) => eni.addresses.map((one) => String(one.isPrimary)),
  "addresses.private-ip-address": (eni) => eni.addresses.map((one) => one.address),
  "availability-zone": (eni, { view }) => [view.subnets.get(eni.subnetId)?.availabilityZone],
  "availability-zone-id": (eni, { view }) => [view.subnets.get(eni.subnetId)?.availabilityZoneId],
  description: (eni) => [eni.description],
  "group-id": (eni) => eni.groupIds,
  "group-name": (eni, { view }) => eni.groupIds.map((id) => view.groups.get(id)?.name),
  "interface-type": (eni) => [shownTypeOf(eni)],
  "ipv6-addresses.ipv6-address": (eni) => eni.ipv6Addresses.map((one) => one.address),
  "mac-address": (eni) => [eni.macAddress],
  "network-interface-id": (eni) => [eni.id],
  "operator.managed": (eni) => [String(eni.operator !== undefined)],
  "operator.principal": (eni) => [eni.operator],
  "owner-id": (_, { account }) => [account.settings.accountId],
  "private-dns-name": (eni, call) => {
    const address = primaryAddressOf(eni);
    if (address === undefined || !hasDnsNames(eni.vpcId, call)) return [];
    return [privateDnsName(address, call.account.settings.region)];
  },
  "private-ip-address": (eni) => [primaryAddressOf(eni)],
  "requester-id": (eni) => [eni.requesterId],
  "requester-managed": (eni) => [String(eni.requesterManaged)],
  "source-dest-check": (eni) => [String(eni.sourceDestCheck)],
  status: (eni) => [statusOf(eni)],
  "subnet-id": (eni) => [eni.subnetId],
  "tag-key": (eni) => Object.keys(eni.tags),
  "vpc-id": (eni) => [eni.vpcId],
};

const eniOfPublicIp = (index: string) => ({
  index: BY_ID,
  keys: (value: string, { account }: Call) =>
    idsOf(account.elasticIps.by(index, value), (ip) => ip.association?.eniId),
});

const inZone = (index: string) => ({
  index: "subnet-id",
  keys: (value: string, { view }: Call) => idsOf(view.subnets.by(index, value), ({ id }) => id),
});

/** Filters that look at other rows, or have another name than their index. */
const lookups: Lookups = {
  "addresses.association.public-ip": eniOfPublicIp("public-ip"),
  "association.allocation-id": {
    index: BY_ID,
    keys: (id, { account }) => [account.elasticIps.get(id)?.association?.eniId],
  },
  "association.association-id": eniOfPublicIp("associationId"),
  "association.public-ip": eniOfPublicIp("public-ip"),
  "availability-zone": inZone("availability-zone"),
  "availability-zone-id": inZone("availability-zone-id"),
  "group-name": {
    index: "group-id",
    keys: (name, { view }) => idsOf(view.groups.by("group-name", name), ({ id }) => id),
  },
  "network-interface-id": { index: BY_ID },
  "private-ip-address": { index: "addresses.private-ip-address" },
};

const spec: DescribeSpec<Eni> = {
  source: (view) => view.enis,
  kind: KINDS.eni,
  idParameter: "NetworkInterfaceId",
  filters,
  pages: COMMON_PAGES,
  lookups,
  render: renderEni,
};

/** DescribeNetworkInterfaces. */
export const describeNetworkInterfaces: Decider = (call) => {
  const { items, nextToken } = describe(call, spec);
  return { networkInterfaceSet: items, nextToken };
};
