import type { Model } from "../world/settings.ts";
import type { AttachedEnd } from "./end.ts";
import type { Path } from "./path.ts";

/** Whether two ends run on one node; "unknown" when a pod is not scheduled. */
export type Placement = "same" | "different" | "unknown";

/** Whether both ends run on one node. */
export function placementOf(source: AttachedEnd, destination: AttachedEnd): Placement {
  if (source.kind === "interface" || destination.kind === "interface") return "different";
  if (source.nodeName === undefined || destination.nodeName === undefined) return "unknown";
  return source.nodeName === destination.nodeName ? "same" : "different";
}

/**
 * The path of packets that never reach the network, or undefined when they do, or when the model
 * asks groups all the same.
 */
export function localPath(
  source: AttachedEnd,
  destination: AttachedEnd,
  model: Model,
): Path | undefined {
  if (isSameEnd(source, destination)) {
    return unasked(`${source.title} talks to itself, no group is asked`);
  }
  const isLocal = placementOf(source, destination) === "same";
  if (!isLocal || !isUnaskedOnOneNode(source, destination, model)) return undefined;
  if (destination.kind === "node") {
    return unasked(`node-local path: ${destination.title} answers on the node of ${source.title}`);
  }
  return unasked("both run on one node, which routes between them: no group is asked");
}

/**
 * True when no group would be asked if both ends ran on one node. A strict branch always goes
 * through the VPC; for a standard one the documented model asks groups of all but node processes.
 */
export function isUnaskedOnOneNode(
  source: AttachedEnd,
  destination: AttachedEnd,
  model: Model,
): boolean {
  if (!areRoutedByNode(source, destination)) return false;
  const hasBranch = source.kind === "branch" || destination.kind === "branch";
  return !hasBranch || model === "datapath" || destination.kind === "node";
}

/** True when the routes of a node would connect both ends: for all pods and nodes but strict ones. */
export function areRoutedByNode(...ends: readonly AttachedEnd[]): boolean {
  return ends.every((end) => {
    return end.kind !== "interface" && !(end.kind === "branch" && end.mode === "strict");
  });
}

function isSameEnd(source: AttachedEnd, destination: AttachedEnd): boolean {
  if (source.kind === "interface" || destination.kind === "interface") {
    return source.own.eniId !== undefined && source.own.eniId === destination.own.eniId;
  }
  return source.kind === destination.kind && source.title === destination.title;
}

function unasked(because: string): Path {
  return { kind: "unasked", because, notes: [] };
}
