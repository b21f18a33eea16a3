import type { FieldProblem } from "../errors/trunkline-error.ts";
import { checkSelector } from "../labels/selector.ts";
import type { SecurityGroupPolicy } from "../world/cluster.ts";

/** A policy with its verdict on itself: one with problems is passed over, never half applied. */
export interface CheckedPolicy {
  readonly policy: SecurityGroupPolicy;
  readonly problems: readonly FieldProblem[];
}

/** Policies, sorted and checked once. */
export interface PolicyIndex {
  /** By namespace, in the order of names. */
  readonly byNamespace: ReadonlyMap<string, readonly CheckedPolicy[]>;
}

/** Sorts and checks policies, so that resolving many pods does not do it again for each. */
export function indexPolicies(policies: readonly SecurityGroupPolicy[]): PolicyIndex {
  const byNamespace = new Map<string, CheckedPolicy[]>();
  for (const policy of [...policies].sort(byName)) {
    const own = byNamespace.get(policy.namespace) ?? [];
    own.push({ policy, problems: checkPolicy(policy) });
    byNamespace.set(policy.namespace, own);
  }
  return { byNamespace };
}

/**
 * Everything that makes a policy ineffective, with paths as in its manifest; empty when it is valid.
 *
 * Source: amazon-vpc-resource-controller-k8s pkg/utils/helper.go: no selector at all, no groups or
 * an invalid selector each make the controller ignore the policy.
 */
export function checkPolicy(policy: SecurityGroupPolicy): readonly FieldProblem[] {
  const { podSelector, serviceAccountSelector, groupIds } = policy;
  const problems: FieldProblem[] = [];
  if (podSelector === undefined && serviceAccountSelector === undefined) {
    const description = "neither podSelector nor serviceAccountSelector is given";
    problems.push({ field: "spec", description });
  }
  if (groupIds.length === 0) {
    problems.push({ field: "spec.securityGroups.groupIds", description: "no group is named" });
  }
  for (const [name, selector] of Object.entries({ podSelector, serviceAccountSelector })) {
    for (const { field, description } of selector === undefined ? [] : checkSelector(selector)) {
      problems.push({ field: `spec.${name}.${field}`, description });
    }
  }
  return problems;
}

// Code units, not the reader's language: the same order on every machine.
function byName(a: SecurityGroupPolicy, b: SecurityGroupPolicy): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
