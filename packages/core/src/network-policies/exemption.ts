import { tryParseAddress } from "../net/address.ts";
import { isSamePod } from "./peer-covers.ts";
import { titleOf } from "./policy-end.ts";
import type { PolicyContext } from "./question.ts";

/**
 * Why policies do not apply at all, or undefined when they do.
 *
 * They select pods with a network of their own, never what a pod says to itself by its own address,
 * and never what comes from the pod's own node, which is where probes come from.
 */
export function exemption(context: PolicyContext): string | undefined {
  const { direction, end, peer, service, switches } = context;
  if (end.kind !== "pod") return `policies select pods, not ${titleOf(end)}`;
  const title = titleOf(end);
  if (isSamePod(end, peer) && service === undefined) return `${title} reaches itself`;
  if (direction === "ingress" && switches.isNodeToOwnPodOpen && isOwnNode(context)) {
    return `${title} is always open to its own node`;
  }
  const family = firstFamily(end.pod.addresses);
  const isSecond = family !== undefined && family !== context.traffic.family;
  if (isSecond && switches.secondFamily === "open") {
    return `IPv${context.traffic.family} is the second family, which is not filtered`;
  }
  return undefined;
}

/** Says whether the far end is the node that the pod runs on. */
export function isOwnNode({ end, peer }: PolicyContext): boolean {
  if (end.kind !== "pod" || peer.kind !== "node") return false;
  return peer.nodeName !== undefined && peer.nodeName === end.pod.nodeName;
}

// Pods list the address of the cluster's family first.
function firstFamily(addresses: readonly string[]): 4 | 6 | undefined {
  return addresses.length === 0 ? undefined : tryParseAddress(addresses[0])?.family;
}
