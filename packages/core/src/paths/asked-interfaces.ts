import type { Attachment } from "./attachment.ts";
import type { AttachedEnd } from "./end.ts";
import { areRoutedByNode, placementOf } from "./local-path.ts";
import type { PathContext } from "./path-context.ts";

/**
 * Interfaces whose outbound rules are asked.
 *
 * | source | inside the VPC | outside, own address | outside, source NAT at the node |
 * |---|---|---|---|
 * | node, interface | own | own | |
 * | ordinary pod | own | own | primary |
 * | branch, strict | own | own | |
 * | branch, standard, documented | own and primary | own and primary | own and primary |
 * | branch, standard, datapath | own | own | primary |
 */
export function egressInterfaces(
  source: AttachedEnd,
  destination: AttachedEnd | undefined,
  isNatAtNode: boolean,
  context: PathContext,
): readonly Attachment[] {
  switch (source.kind) {
    case "interface":
      return [source.own];
    case "node":
      return isProbe(source, destination) ? [] : [source.own];
    case "ordinary":
      return [isNatAtNode ? source.primary : source.own];
    case "branch":
      if (source.mode === "strict") return [source.own];
      if (context.model === "documented") return [source.own, source.primary];
      return [isNatAtNode ? source.primary : source.own];
  }
}

/** Interfaces whose inbound rules are asked: as above, and nothing is translated on the way in. */
export function ingressInterfaces(
  destination: AttachedEnd,
  context: PathContext,
): readonly Attachment[] {
  const isBoth =
    destination.kind === "branch" &&
    destination.mode === "standard" &&
    context.model === "documented";
  return isBoth ? [destination.primary, destination.own] : [destination.own];
}

// A node that reaches a pod of its own in standard mode: only the pod's side is asked.
function isProbe(source: AttachedEnd, destination: AttachedEnd | undefined): boolean {
  if (destination?.kind !== "branch") return false;
  return placementOf(source, destination) === "same" && areRoutedByNode(source, destination);
}
