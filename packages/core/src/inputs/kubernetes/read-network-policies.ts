import {
  readAdminNetworkPolicy,
  readBaselineAdminNetworkPolicy,
  readClusterNetworkPolicy,
} from "../../network-policies/read-cluster-policy.ts";
import { readNetworkPolicy } from "../../network-policies/read-network-policy.ts";
import type { ReadPolicy } from "../../network-policies/read-policy.ts";
import type {
  AdminNetworkPolicy,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  NetworkPolicy,
} from "../../world/network-policy.ts";
import { at, type Field, onlyKeys, report } from "../field.ts";

// The readers of policies know what makes a spec valid; what they find is reported here at its
// place. A spec without problems has the shape that its type promises.

/** Reads a NetworkPolicy of a known name. */
export function readNetworkPolicyObject(
  object: Field,
  namespace: string,
  name: string,
): NetworkPolicy {
  const policy = { namespace, name, spec: specOf(object) as NetworkPolicy["spec"] };
  reportAll(object, readNetworkPolicy(policy));
  return policy;
}

/** Reads a ClusterNetworkPolicy of a known name. */
export function readClusterPolicyObject(object: Field, name: string): ClusterNetworkPolicy {
  const policy = { name, spec: specOf(object) as ClusterNetworkPolicy["spec"] };
  reportAll(object, readClusterNetworkPolicy(policy));
  return policy;
}

/** Reads an AdminNetworkPolicy of a known name. */
export function readAdminPolicyObject(object: Field, name: string): AdminNetworkPolicy {
  const policy = { name, spec: specOf(object) as AdminNetworkPolicy["spec"] };
  reportAll(object, readAdminNetworkPolicy(policy));
  return policy;
}

/** Reads the BaselineAdminNetworkPolicy. */
export function readBaselinePolicyObject(object: Field, name: string): BaselineAdminNetworkPolicy {
  const policy = { name, spec: specOf(object) as BaselineAdminNetworkPolicy["spec"] };
  reportAll(object, readBaselineAdminNetworkPolicy(policy));
  return policy;
}

function specOf(object: Field): unknown {
  onlyKeys(object, ["apiVersion", "kind", "metadata", "spec", "status"]);
  return at(object, "spec").value;
}

function reportAll(object: Field, { problems }: ReadPolicy): void {
  for (const { field, description } of problems) report(below(object, field), description);
}

/** The place of "spec.ingress[0].ports"; what is in brackets and no number is a key. */
function below(object: Field, path: string): Field {
  let field = object;
  for (const [part, inner] of path.matchAll(/\[([^\]]+)\]|[^.[]+/g)) {
    const key = inner !== undefined && /^\d+$/.test(inner) ? Number(inner) : (inner ?? part);
    field = { value: undefined, parent: field, key, report: object.report };
  }
  return field;
}
