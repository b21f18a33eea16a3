import type { AnyEnd } from "../paths/end.ts";
import { isBackend } from "../services/backends.ts";
import { nodePortKey } from "../services/service-index.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { nodeOf } from "./class-key.ts";

/** A connection of which the ends are placed. */
interface AskedPair {
  readonly source: AnyEnd;
  readonly destination: AnyEnd;
  readonly service: { readonly protocol: number; readonly port: number };
}

/**
 * What an answer depends on besides classes and whether both ends share a node: where kube-proxy
 * translates, it matters on which node the source is, and whether it is a backend itself.
 */
export function placeKey({ source, destination, service }: AskedPair, index: WorldIndex): string {
  if (source.kind === "front" || index.services === undefined) return "";
  const { protocol, port } = service;
  if (destination.kind === "front") {
    const isItself =
      destination.front.kind !== "service" || isOneOf(source, destination.front, index);
    return `${nodeOf(source) ?? ""} ${isItself ? source.title : ""}`;
  }
  const isNodePort = destination.kind === "node" && destination.pod === undefined;
  const target = isNodePort && index.services.byNodePort.get(nodePortKey(protocol, port));
  return target && isOneOf(source, target, index) ? source.title : "";
}

function isOneOf(
  source: AnyEnd,
  { service }: { readonly service: Parameters<typeof isBackend>[1] },
  index: WorldIndex,
): boolean {
  return "pod" in source && source.pod !== undefined && isBackend(source.pod, service, index);
}
