import { TrunklineError } from "../errors/trunkline-error.ts";
import { matchesValidSelector } from "../labels/selector.ts";
import type { Pod, SecurityGroupPolicy, ServiceAccount } from "../world/cluster.ts";
import { type CheckedPolicy, indexPolicies, type PolicyIndex } from "./policy-index.ts";

/** Which groups a pod gets, and why. */
export interface Resolution {
  /**
   * `policy`: at least one policy selects the pod, it gets a branch with `groupIds`. `node`: none
   * does, it uses the interfaces of its node. `hostNetwork`: it has no interface of its own.
   */
  readonly source: "policy" | "node" | "hostNetwork";
  /** Without duplicates, in the order of policies by name, then of their lists. */
  readonly groupIds: readonly string[];
  /** Policies that select the pod, "namespace/name", by name. */
  readonly policies: readonly string[];
  /** Policies of the namespace that were passed over because they are invalid, by name. */
  readonly ignored: readonly IgnoredPolicy[];
  /** The pod has ended (Succeeded or Failed) and must not hold an interface. */
  readonly isFinished: boolean;
}

/** A policy that selects nothing because it is invalid. */
export interface IgnoredPolicy {
  /** "namespace/name". */
  readonly policy: string;
  /** All its problems in one sentence. */
  readonly reason: string;
}

/**
 * Says which groups a pod gets: the union of all policies of its namespace that select it.
 *
 * Both selectors of a policy must hold; `serviceAccountSelector` reads the labels of the service
 * account, not its name. Source: amazon-vpc-resource-controller-k8s pkg/utils/helper.go, except
 * that the order is fixed here and follows a cache there.
 *
 * @param policies all policies, or an index of them when many pods are resolved.
 * @throws TrunklineError NOT_FOUND when the answer depends on a service account that is absent.
 */
export function resolvePod(
  pod: Pod,
  serviceAccount: ServiceAccount | undefined,
  policies: readonly SecurityGroupPolicy[] | PolicyIndex,
): Resolution {
  const index = "byNamespace" in policies ? policies : indexPolicies(policies);
  const checked = index.byNamespace.get(pod.namespace) ?? [];
  const isFinished = pod.phase === "Succeeded" || pod.phase === "Failed";
  const ignored = checked.filter(({ problems }) => problems.length > 0).map(asIgnored);
  if (pod.hostNetwork) {
    return { source: "hostNetwork", groupIds: [], policies: [], ignored, isFinished };
  }
  const matched = checked
    .filter(({ problems, policy }) => {
      return problems.length === 0 && selects(policy, pod, serviceAccount);
    })
    .map(({ policy }) => policy);
  return {
    source: matched.length > 0 ? "policy" : "node",
    groupIds: [...new Set(matched.flatMap(({ groupIds }) => groupIds))],
    policies: matched.map(nameOf),
    ignored,
    isFinished,
  };
}

function selects(
  policy: SecurityGroupPolicy,
  pod: Pod,
  serviceAccount: ServiceAccount | undefined,
): boolean {
  const { podSelector, serviceAccountSelector } = policy;
  if (podSelector && !matchesValidSelector(podSelector, pod.labels)) return false;
  if (!serviceAccountSelector) return true;
  if (!serviceAccount) throw missingServiceAccount(policy, pod);
  return matchesValidSelector(serviceAccountSelector, serviceAccount.labels);
}

function missingServiceAccount(policy: SecurityGroupPolicy, pod: Pod): TrunklineError {
  const serviceAccount = `${pod.namespace}/${pod.serviceAccount}`;
  return new TrunklineError(
    "NOT_FOUND",
    `groups of pod ${nameOf(pod)} depend on service account ${serviceAccount}, which does not ` +
      `exist: policy ${nameOf(policy)} selects by its labels`,
    { facts: { serviceAccount, policy: nameOf(policy), pod: nameOf(pod) } },
  );
}

function asIgnored({ policy, problems }: CheckedPolicy): IgnoredPolicy {
  const reasons = problems.map(({ field, description }) => `${field}: ${description}`);
  return { policy: nameOf(policy), reason: reasons.join("; ") };
}

function nameOf(object: { readonly namespace: string; readonly name: string }): string {
  return `${object.namespace}/${object.name}`;
}
