import { matchesValidSelector } from "../labels/selector.ts";
import type { Labels, Namespace, NodeObject, Pod } from "../world/cluster.ts";
import { lazyMap } from "../world/lazy-map.ts";
import { groupByKeys, type MultiMap } from "../world/multi-map.ts";
import type { World } from "../world/world.ts";
import {
  readAdminNetworkPolicy,
  readBaselineAdminNetworkPolicy,
  readClusterNetworkPolicy,
} from "./read-cluster-policy.ts";
import { readNetworkPolicy } from "./read-network-policy.ts";
import type { NamespaceChoice, PodChoice, ReadPolicy } from "./read-policy.ts";
import { Places } from "./spec-field.ts";

/** All policies between pods, read once, with what their selectors ask. */
export interface PolicySet {
  /** In the order of titles; priorities are the evaluator's matter. */
  readonly admin: readonly ReadPolicy[];
  readonly baseline: readonly ReadPolicy[];
  /** NetworkPolicies by namespace, in the order of names. */
  readonly byNamespace: MultiMap<string, ReadPolicy>;
  /** Labels of the namespaces that are known. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly nodes: ReadonlyMap<string, NodeObject>;
  /** Pods that policies can select, by namespace: neither on the host network nor finished. */
  readonly podsByNamespace: MultiMap<string, Pod>;
}

/** Kubernetes puts it on every namespace and lets nobody change it. */
const nameLabel = "kubernetes.io/metadata.name";

/** Reads and sorts the policies of a world; undefined while none of the lists is there. */
export function indexNetworkPolicies(world: World): PolicySet | undefined {
  const { networkPolicies, clusterNetworkPolicies } = world;
  const { adminNetworkPolicies, baselineAdminNetworkPolicies } = world;
  const lists = [
    networkPolicies,
    clusterNetworkPolicies,
    adminNetworkPolicies,
    baselineAdminNetworkPolicies,
  ];
  if (lists.every((list) => list === undefined)) return undefined;
  const places = new Places();
  const namespaced = (networkPolicies ?? []).map((one) => readNetworkPolicy(one, places));
  const clusterWide = [
    ...(clusterNetworkPolicies ?? []).map(readClusterNetworkPolicy),
    ...(adminNetworkPolicies ?? []).map(readAdminNetworkPolicy),
    ...(baselineAdminNetworkPolicies ?? []).map(readBaselineAdminNetworkPolicy),
  ].sort(byTitle);
  return {
    admin: clusterWide.filter(({ tier }) => tier === "Admin"),
    baseline: clusterWide.filter(({ tier }) => tier === "Baseline"),
    byNamespace: sortedByNamespace(namespaced),
    namespaces: new Map(world.namespaces.map((one) => [one.name, labelsOf(one)])),
    nodes: new Map(world.nodes.map((node) => [node.name, node])),
    podsByNamespace: lazyMap(() =>
      groupByKeys(world.pods.filter(isSelectable), (pod) => [pod.namespace]),
    ),
  };
}

function sortedByNamespace(policies: readonly ReadPolicy[]): MultiMap<string, ReadPolicy> {
  const found = new Map<string, ReadPolicy[]>();
  for (const policy of policies) {
    const { namespace = "" } = policy;
    const own = found.get(namespace);
    if (own === undefined) found.set(namespace, [policy]);
    else own.push(policy);
  }
  // Within a namespace titles are in the order of names.
  for (const own of found.values()) if (!isSorted(own)) own.sort(byName);
  return found;
}

/** Says whether there is any policy at all. */
export function hasPolicies(set: PolicySet | undefined): set is PolicySet {
  return set !== undefined && set.admin.length + set.baseline.length + set.byNamespace.size > 0;
}

/** Says whether a pod is one that policies select: host-network pods have the node's network. */
function isSelectable({ hostNetwork, phase }: Pod): boolean {
  return !hostNetwork && phase !== "Succeeded" && phase !== "Failed";
}

/** Says whether a choice takes a pod in, by its labels and those of its namespace. */
export function choosesPod(choice: PodChoice, pod: Pod, set: PolicySet): boolean {
  return (
    choosesNamespace(choice.namespaces, pod.namespace, set) &&
    matchesValidSelector(choice.pods, pod.labels)
  );
}

/** Says whether a choice takes a namespace in. */
export function choosesNamespace(choice: NamespaceChoice, name: string, set: PolicySet): boolean {
  if (choice.kind === "own") return choice.namespace === name;
  return matchesValidSelector(choice.selector, labelsOfNamespace(name, set));
}

/** Labels of a namespace as selectors see them; one that is not known has its name label only. */
export function labelsOfNamespace(name: string, set: PolicySet): Labels {
  return set.namespaces.get(name) ?? { [nameLabel]: name };
}

function labelsOf({ name, labels }: Namespace): Labels {
  return { ...labels, [nameLabel]: name };
}

// The same order on every machine, whatever order the lists have.
function byTitle(a: ReadPolicy, b: ReadPolicy): number {
  if (a.title === b.title) return 0;
  return a.title < b.title ? -1 : 1;
}

function isSorted(policies: readonly ReadPolicy[]): boolean {
  for (let i = 1; i < policies.length; i++) {
    if (policies[i - 1].name > policies[i].name) return false;
  }
  return true;
}

function byName(a: ReadPolicy, b: ReadPolicy): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
