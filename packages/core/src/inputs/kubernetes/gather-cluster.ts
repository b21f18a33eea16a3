import type {
  Namespace,
  NodeObject,
  Pod,
  SecurityGroupPolicy,
  ServiceAccount,
} from "../../world/cluster.ts";
import type { EniConfig } from "../../world/eni-config.ts";
import type {
  AdminNetworkPolicy,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  NetworkPolicy,
} from "../../world/network-policy.ts";
import type { EndpointSlice, Ingress, Service } from "../../world/service.ts";
import type { CniSettings } from "./cni-settings.ts";
import type { KnownObject } from "./known-kinds.ts";
import { workloadPods } from "./workload-pods.ts";

/** The Kubernetes side of a world. Lists are sorted by name, so equal content is equal data. */
export interface Cluster {
  readonly namespaces: readonly Namespace[];
  readonly serviceAccounts: readonly ServiceAccount[];
  /** Pods, and one for each workload none of whose pods is there. */
  readonly pods: readonly Pod[];
  readonly nodes: readonly NodeObject[];
  readonly policies: readonly SecurityGroupPolicy[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly clusterNetworkPolicies: readonly ClusterNetworkPolicy[];
  readonly adminNetworkPolicies: readonly AdminNetworkPolicy[];
  readonly baselineAdminNetworkPolicies: readonly BaselineAdminNetworkPolicy[];
  readonly services: readonly Service[];
  /** Absent when there is none: whoever writes manifests does not write those of a cluster. */
  readonly endpointSlices?: readonly EndpointSlice[];
  readonly ingresses: readonly Ingress[];
  readonly eniConfigs: readonly EniConfig[];
}

/**
 * Puts typed objects together and adds what a cluster has without anybody writing it: the
 * namespaces that objects are in, the service account "default" of each namespace, and a pod for
 * each workload of which none is there. No two objects may have one name.
 */
export function gatherCluster(objects: readonly KnownObject[]): Cluster {
  const serviceAccounts = valuesOf(objects, "ServiceAccount");
  const policies = valuesOf(objects, "SecurityGroupPolicy");
  const networkPolicies = valuesOf(objects, "NetworkPolicy");
  const pods = allPods(objects);
  const services = valuesOf(objects, "Service");
  const endpointSlices = valuesOf(objects, "EndpointSlice");
  const ingresses = valuesOf(objects, "Ingress");
  const namespaces = withImplied(valuesOf(objects, "Namespace"), [
    ...serviceAccounts,
    ...pods,
    ...policies,
    ...networkPolicies,
    ...services,
    ...endpointSlices,
    ...ingresses,
  ]);
  return {
    namespaces: sorted(namespaces),
    serviceAccounts: sorted(withDefaults(serviceAccounts, namespaces)),
    pods: sorted(pods),
    nodes: sorted(valuesOf(objects, "Node")),
    policies: sorted(policies),
    networkPolicies: sorted(networkPolicies),
    clusterNetworkPolicies: sorted(valuesOf(objects, "ClusterNetworkPolicy")),
    adminNetworkPolicies: sorted(valuesOf(objects, "AdminNetworkPolicy")),
    baselineAdminNetworkPolicies: sorted(valuesOf(objects, "BaselineAdminNetworkPolicy")),
    services: sorted(services),
    ...(endpointSlices.length === 0 ? {} : { endpointSlices: sorted(endpointSlices) }),
    ingresses: sorted(ingresses),
    eniConfigs: sorted(valuesOf(objects, "ENIConfig")),
  };
}

/** What the VPC CNI among these objects says about the cluster; empty without it. */
export function cniSettingsOf(objects: readonly KnownObject[]): CniSettings {
  return Object.assign({}, ...objects.map((one) => (one.kind === "Workload" ? one.cni : {})));
}

function allPods(objects: readonly KnownObject[]): readonly Pod[] {
  const pods = objects.flatMap((one) => {
    return one.kind === "Pod" ? [{ pod: one.value, owner: one.owner }] : [];
  });
  return [...pods.map(({ pod }) => pod), ...workloadPods(valuesOf(objects, "Workload"), pods)];
}

function withImplied(
  namespaces: readonly Namespace[],
  objects: readonly { readonly namespace: string }[],
): readonly Namespace[] {
  const names = new Set(objects.map(({ namespace }) => namespace));
  for (const { name } of namespaces) names.delete(name);
  const implied = [...names].map((name) => {
    return { name, labels: { "kubernetes.io/metadata.name": name } };
  });
  return [...namespaces, ...implied];
}

function withDefaults(
  accounts: readonly ServiceAccount[],
  namespaces: readonly Namespace[],
): readonly ServiceAccount[] {
  const isDefault = ({ name }: ServiceAccount) => name === "default";
  const served = new Set(accounts.filter(isDefault).map(({ namespace }) => namespace));
  const implied = namespaces
    .filter(({ name }) => !served.has(name))
    .map(({ name }) => ({ namespace: name, name: "default", labels: {} }));
  return [...accounts, ...implied];
}

type ValueOf<Kind extends KnownObject["kind"]> = Extract<KnownObject, { kind: Kind }>["value"];

function valuesOf<Kind extends KnownObject["kind"]>(
  objects: readonly KnownObject[],
  kind: Kind,
): readonly ValueOf<Kind>[] {
  // The kind decides the type of the value; the compiler cannot follow a type parameter here.
  return objects.filter((one) => one.kind === kind).map((one) => one.value as ValueOf<Kind>);
}

function sorted<Named extends { readonly name: string; readonly namespace?: string }>(
  values: readonly Named[],
): readonly Named[] {
  const keyed = values.map((value) => ({ value, key: `${value.namespace ?? ""}/${value.name}` }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ value }) => value);
}
