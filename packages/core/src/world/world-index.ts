import {
  byAddressText,
  type ExemptDestination,
  exemptDestinations,
} from "../groups/exempt-destinations.ts";
import { formatAddress, tryParseAddress } from "../net/address.ts";
import { type Cidr, tryParseCidr } from "../net/cidr.ts";
import { type AclSet, indexAcls } from "../network-acls/acl-set.ts";
import { indexNetworkPolicies, type PolicySet } from "../network-policies/policy-set.ts";
import { indexPolicies, type PolicyIndex } from "../policies/policy-index.ts";
import { indexServices, type ServiceIndex } from "../services/service-index.ts";
import type { NetworkInterface, PrefixList, RouteTable, SecurityGroup, Subnet } from "./cloud.ts";
import type { NodeObject, Pod, ServiceAccount } from "./cluster.ts";
import type { EniConfig } from "./eni-config.ts";
import { lazyMap } from "./lazy-map.ts";
import { groupByKeys, type MultiMap } from "./multi-map.ts";
import type { Ingress } from "./service.ts";
import type { World } from "./world.ts";

/**
 * A world made ready for questions: everything that a verdict looks up, found without a scan.
 *
 * Keys are ids as they are, "namespace/name" for Kubernetes objects, and canonical address text.
 */
export interface WorldIndex {
  readonly world: World;
  readonly policies: PolicyIndex;
  /** Policies between pods; undefined when none of their lists was read. */
  readonly networkPolicies: PolicySet | undefined;
  /** Undefined when network ACLs were not read. */
  readonly networkAcls: AclSet | undefined;
  /** Undefined when Services were not read. */
  readonly services: ServiceIndex | undefined;
  /** Undefined when Ingresses were not read. */
  readonly ingresses: ReadonlyMap<string, Ingress> | undefined;
  readonly eniConfigs: ReadonlyMap<string, EniConfig>;
  readonly pods: ReadonlyMap<string, Pod>;
  readonly serviceAccounts: ReadonlyMap<string, ServiceAccount>;
  readonly nodes: ReadonlyMap<string, NodeObject>;
  readonly groups: ReadonlyMap<string, SecurityGroup>;
  readonly prefixLists: ReadonlyMap<string, PrefixList>;
  readonly interfaces: ReadonlyMap<string, NetworkInterface>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** Pods that have an address of their own: no host-network and no finished ones. */
  readonly podsByAddress: MultiMap<string, Pod>;
  readonly podsByEni: MultiMap<string, Pod>;
  readonly nodesByInstance: ReadonlyMap<string, NodeObject>;
  readonly interfacesByInstance: MultiMap<string, NetworkInterface>;
  readonly interfacesByAddress: MultiMap<string, NetworkInterface>;
  readonly interfacesByPublicAddress: MultiMap<string, NetworkInterface>;
  /** By Name tag. */
  readonly interfacesByName: MultiMap<string, NetworkInterface>;
  /** Interfaces of NAT gateways, by the gateway's id. */
  readonly natInterfaces: ReadonlyMap<string, NetworkInterface>;
  /** Interfaces that hold delegated prefixes, one entry a prefix. */
  readonly prefixes: readonly { readonly cidr: Cidr; readonly holder: NetworkInterface }[];
  /** By VPC; text that is no CIDR is left out. */
  readonly vpcCidrs: ReadonlyMap<string, readonly Cidr[]>;
  /** By VPC, then by address. */
  readonly exempt: ReadonlyMap<string, ReadonlyMap<string, ExemptDestination>>;
  /** By subnet; undefined when route tables were not read. */
  readonly routeTables: ReadonlyMap<string, RouteTable> | undefined;
}

/**
 * Indexes a world; linear in its size. The world must not be changed afterwards.
 *
 * Throws INVALID_ARGUMENT with every problem of its network ACLs.
 */
export function indexWorld(world: World): WorldIndex {
  return {
    world,
    networkPolicies: indexNetworkPolicies(world),
    networkAcls: indexAcls(world),
    services: indexServices(world),
    ingresses: world.ingresses && byKey(world.ingresses, fullName),
    eniConfigs: byKey(world.eniConfigs ?? [], (config) => config.name),
    ...indexCluster(world),
    ...indexInterfaces(world.interfaces),
    groups: byKey(world.groups, (group) => group.groupId),
    prefixLists: byKey(world.prefixLists, (list) => list.prefixListId),
    subnets: byKey(world.subnets, (subnet) => subnet.subnetId),
    vpcCidrs: new Map(world.vpcs.map(({ vpcId, cidrs }) => [vpcId, cidrs.flatMap(cidrOrNone)])),
    exempt: indexExempt(world),
    routeTables: indexRouteTables(world),
  };
}

// Canonical text, so that "::0" and "::" are one key.
function addressTexts(addresses: readonly string[]): readonly string[] {
  return addresses.flatMap((text) => {
    const address = tryParseAddress(text);
    return address === undefined ? [] : [formatAddress(address)];
  });
}

function indexCluster(world: World) {
  const addressed = () =>
    world.pods.filter((pod) => {
      return !pod.hostNetwork && pod.phase !== "Succeeded" && pod.phase !== "Failed";
    });
  const instances = world.nodes.filter((node) => node.instanceId !== undefined);
  return {
    policies: indexPolicies(world.policies),
    pods: byKey(world.pods, fullName),
    serviceAccounts: byKey(world.serviceAccounts, fullName),
    nodes: byKey(world.nodes, (node) => node.name),
    nodesByInstance: lazyMap(() => byKey(instances, (node) => String(node.instanceId))),
    podsByAddress: lazyMap(() => groupByKeys(addressed(), (pod) => addressTexts(pod.addresses))),
    podsByEni: lazyMap(() => groupByKeys(addressed(), (pod) => listOf(pod.branchEniId))),
  };
}

function indexInterfaces(interfaces: readonly NetworkInterface[]) {
  return {
    interfaces: byKey(interfaces, (eni) => eni.eniId),
    interfacesByInstance: groupByKeys(
      interfaces.filter((eni) => eni.instanceId !== undefined),
      (eni) => listOf(eni.instanceId),
    ),
    interfacesByAddress: lazyMap(() =>
      groupByKeys(interfaces, (eni) => addressTexts(eni.addresses)),
    ),
    interfacesByPublicAddress: lazyMap(() =>
      groupByKeys(interfaces, (eni) => addressTexts(listOf(eni.publicAddress))),
    ),
    interfacesByName: lazyMap(() => groupByKeys(interfaces, (eni) => listOf(eni.tags.Name))),
    natInterfaces: byKey(interfaces.filter(isNatGateway), natGatewayId),
    prefixes: interfaces
      .filter(({ prefixes }) => prefixes.length > 0)
      .flatMap((holder) => holder.prefixes.flatMap(cidrOrNone).map((cidr) => ({ cidr, holder }))),
  };
}

function isNatGateway({ interfaceType }: NetworkInterface): boolean {
  return interfaceType === "nat_gateway";
}

// EC2 describes it as "Interface for NAT Gateway nat-…", which names the gateway nowhere else.
function natGatewayId({ description }: NetworkInterface): string {
  return description.slice(description.lastIndexOf(" ") + 1);
}

function indexExempt({ vpcs, subnets }: World) {
  const subnetsByVpc = groupByKeys(subnets, (subnet) => [subnet.vpcId]);
  return new Map(
    vpcs.map(({ vpcId, cidrs }) => {
      const subnetCidrs = (subnetsByVpc.get(vpcId) ?? []).flatMap((subnet) => subnet.cidrs);
      return [vpcId, byAddressText(exemptDestinations(cidrs, subnetCidrs))];
    }),
  );
}

// A subnet that no table names uses the main table of its VPC.
function indexRouteTables({ routeTables, subnets }: World) {
  if (routeTables === undefined) return undefined;
  const own = new Map(routeTables.flatMap((t) => t.subnetIds.map((id) => [id, t] as const)));
  const main = new Map(routeTables.filter((t) => t.isMain).map((t) => [t.vpcId, t]));
  const bySubnet = new Map<string, RouteTable>(own);
  for (const { subnetId, vpcId } of subnets) {
    const table = own.get(subnetId) ?? main.get(vpcId);
    if (table !== undefined) bySubnet.set(subnetId, table);
  }
  return bySubnet;
}

function byKey<V>(values: readonly V[], keyOf: (value: V) => string): ReadonlyMap<string, V> {
  const map = new Map<string, V>();
  for (const value of values) map.set(keyOf(value), value);
  return map;
}

function fullName(object: { readonly namespace: string; readonly name: string }): string {
  return `${object.namespace}/${object.name}`;
}

function listOf<V>(value: V | undefined): readonly V[] {
  return value === undefined ? [] : [value];
}

function cidrOrNone(text: string): readonly Cidr[] {
  return listOf(tryParseCidr(text));
}
