import {
  cidrContains,
  type Endpoint,
  formatAddress,
  tryParseAddress,
  type WorldIndex,
} from "@trunkline/core";
import type { View } from "../world/world-store.ts";
import { resolveNamedPod } from "./resolve.ts";

/**
 * Says whether an endpoint rests on something that EC2 may know and the world does not: an
 * interface or a group that was made since the last reading.
 */
export function isUnknown({ index, instancesByName }: View, endpoint: Endpoint): boolean {
  switch (endpoint.kind) {
    case "interface":
      return !index.interfaces.has(endpoint.eniId);
    case "name":
      return ![index.nodes, index.interfacesByName, instancesByName].some((known) =>
        known.has(endpoint.name),
      );
    case "address":
      return isUnknownAddress(index, endpoint.address);
    case "pod":
      return isUnknownPod(index, endpoint);
    case "service":
    case "ingress":
      // Manifests alone say which there are.
      return false;
    default:
      return endpoint satisfies never;
  }
}

/** Groups that a world's policies or interfaces name and EC2 did not list. */
export function unknownGroups(index: WorldIndex, groupIds: readonly string[]): string[] {
  return groupIds.filter((groupId) => !index.groups.has(groupId));
}

// An address outside every VPC is nobody's interface, however new.
function isUnknownAddress(index: WorldIndex, text: string): boolean {
  const address = tryParseAddress(text);
  if (address === undefined) return false;
  const known = formatAddress(address);
  if (index.interfacesByAddress.has(known) || index.podsByAddress.has(known)) return false;
  return [...index.vpcCidrs.values()].flat().some((cidr) => cidrContains(cidr, address));
}

function isUnknownPod(
  index: WorldIndex,
  { namespace, name, eniId }: Extract<Endpoint, { kind: "pod" }>,
): boolean {
  const pod = index.pods.get(`${namespace}/${name}`);
  if (pod === undefined) return false;
  const held = eniId ?? pod.branchEniId;
  if (held !== undefined && !index.interfaces.has(held)) return true;
  const serviceAccount = index.serviceAccounts.get(`${namespace}/${pod.serviceAccount}`);
  if (serviceAccount === undefined) return false;
  return unknownGroups(index, resolveNamedPod(index, pod).groupIds).length > 0;
}
