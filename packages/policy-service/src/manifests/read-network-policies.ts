import {
  type AdminNetworkPolicy,
  type BaselineAdminNetworkPolicy,
  type ClusterNetworkPolicy,
  type NetworkPolicy,
  type ReadPolicy,
  readAdminNetworkPolicy,
  readBaselineAdminNetworkPolicy,
  readClusterNetworkPolicy,
  readNetworkPolicy,
} from "@trunkline/core";
import { at, type Field, onlyKeys, type Path } from "./fields.ts";

// Core knows what makes a spec valid; what it finds is reported here at its place. A spec without
// problems has the shape that its type promises.

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
  for (const { field, description } of problems) object.report(pathOf(field), description);
}

/** "spec.ingress[0].ports" as keys and indexes; what is in brackets and no number is a key. */
function pathOf(field: string): Path {
  return [...field.matchAll(/\[([^\]]+)\]|[^.[]+/g)].map(([part, inner]) => {
    if (inner === undefined) return part;
    return /^\d+$/.test(inner) ? Number(inner) : inner;
  });
}
