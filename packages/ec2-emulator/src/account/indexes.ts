import type { Group, PrefixList, Rule } from "./group-rows.ts";
import {
  type ElasticIp,
  type Eni,
  type EniPermission,
  type Instance,
  shownTypeOf,
  statusOf,
  type Tags,
} from "./interface-rows.ts";
import type {
  InternetGateway,
  NatGateway,
  NetworkAcl,
  Peering,
  RouteTable,
  Subnet,
  Vpc,
} from "./network-rows.ts";
import type { IndexSpec, Source } from "./table.ts";

/** The tables that describe calls read; lagging readers get other sources of the same rows. */
export interface IndexedTables {
  readonly vpcs: Source<Vpc>;
  readonly subnets: Source<Subnet>;
  readonly routeTables: Source<RouteTable>;
  readonly internetGateways: Source<InternetGateway>;
  readonly natGateways: Source<NatGateway>;
  readonly networkAcls: Source<NetworkAcl>;
  readonly peerings: Source<Peering>;
  readonly groups: Source<Group>;
  readonly rules: Source<Rule>;
  readonly prefixLists: Source<PrefixList>;
  readonly enis: Source<Eni>;
  readonly permissions: Source<EniPermission>;
  readonly instances: Source<Instance>;
  readonly elasticIps: Source<ElasticIp>;
}

/** Key of the index `tag` for one key and value. */
export function tagKeyOf(key: string, value: string): string {
  return `${key}\u0000${value}`;
}

function tagKeys(row: { readonly tags: Tags }): string[] {
  return Object.entries(row.tags).map(([key, value]) => tagKeyOf(key, value));
}

const tagIndexes = {
  tag: tagKeys,
  "tag-key": (row: { readonly tags: Tags }) => Object.keys(row.tags),
};

/** Indexes of interfaces; the names are those of the filters that use them. */
export const eniIndexes: IndexSpec<Eni> = {
  "subnet-id": (eni) => [eni.subnetId],
  "vpc-id": (eni) => [eni.vpcId],
  "group-id": (eni) => eni.groupIds,
  "attachment.instance-id": (eni) => (eni.attachment ? [eni.attachment.instanceId] : []),
  "attachment.attachment-id": (eni) => (eni.attachment ? [eni.attachment.id] : []),
  "attachment.status": (eni) => (eni.attachment ? [eni.attachment.status] : []),
  "attachment.device-index": (eni) => (eni.attachment ? [String(eni.attachment.deviceIndex)] : []),
  description: (eni) => [eni.description],
  "interface-type": (eni) => [shownTypeOf(eni)],
  status: (eni) => [statusOf(eni)],
  "addresses.private-ip-address": (eni) => eni.addresses.map((a) => a.address),
  "ipv6-addresses.ipv6-address": (eni) => eni.ipv6Addresses.map((a) => a.address),
  "mac-address": (eni) => [eni.macAddress],
  associationId: (eni) => (eni.association ? [eni.association.id] : []),
  trunkId: (eni) => (eni.association ? [eni.association.trunkId] : []),
  trunkKey: (eni) => (eni.association ? [`${eni.association.trunkId} ${eni.association.key}`] : []),
  ...tagIndexes,
};

/** Indexes of subnets. */
export const subnetIndexes: IndexSpec<Subnet> = {
  vpcId: (subnet) => [subnet.vpcId],
  "availability-zone": (subnet) => [subnet.availabilityZone],
  "availability-zone-id": (subnet) => [subnet.availabilityZoneId],
  ...tagIndexes,
};

/** Indexes of instances. */
export const instanceIndexes: IndexSpec<Instance> = {
  "client-token": (instance) => (instance.clientToken ? [instance.clientToken] : []),
  "instance-state-name": (instance) => [instance.state],
  "instance-type": (instance) => [instance.instanceType],
  "subnet-id": (instance) => [instance.subnetId],
  "vpc-id": (instance) => [instance.vpcId],
  ...tagIndexes,
};

/** Indexes of groups. */
export const groupIndexes: IndexSpec<Group> = {
  description: (group) => [group.description],
  "vpc-id": (group) => [group.vpcId],
  "group-name": (group) => [group.name],
  ...tagIndexes,
};

/** Indexes of rules. */
export const ruleIndexes: IndexSpec<Rule> = {
  "group-id": (rule) => [rule.groupId],
  peerGroupId: (rule) => (rule.peer.kind === "group" ? [rule.peer.groupId] : []),
  cidr: ({ peer }) => (peer.kind === "ipv4" || peer.kind === "ipv6" ? [peer.cidr] : []),
  prefixListId: (rule) => (rule.peer.kind === "prefixList" ? [rule.peer.prefixListId] : []),
  ...tagIndexes,
};

/** Indexes of public addresses. */
export const elasticIpIndexes: IndexSpec<ElasticIp> = {
  "public-ip": (ip) => [ip.publicIp],
  eniId: (ip) => (ip.association ? [ip.association.eniId] : []),
  associationId: (ip) => (ip.association ? [ip.association.id] : []),
};
