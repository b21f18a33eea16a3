import { invalid, TrunklineError } from "../errors/trunkline-error.ts";
import { type Address, formatAddress, parseAddress } from "../net/address.ts";
import type { Endpoint } from "../verdict/explanation.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import type { Mode } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { attachmentOf, withAddresses } from "./attachment.ts";
import type { AnyEnd, AttachedEnd, End, Front, FrontEnd } from "./end.ts";
import { holderIn } from "./holders.ts";
import { isBranch, isPrimary, primaryOf } from "./node-interfaces.ts";
import { podEnd } from "./pod-end.ts";

/** How to read an endpoint. */
export interface EndOptions {
  /** Judges pods as if in this mode. */
  readonly mode: Mode | undefined;
  /** Prefer interfaces of this VPC when VPCs overlap. */
  readonly vpcId: string | undefined;
}

/**
 * Places an endpoint in the world.
 *
 * An address that a pod or an interface holds becomes that pod or interface. Throws NOT_FOUND when
 * a pod, interface or name does not exist, INVALID_ARGUMENT for text that is no address and for a
 * name that several interfaces have.
 */
export function findEnd(endpoint: Endpoint, options: EndOptions, index: WorldIndex): AnyEnd {
  switch (endpoint.kind) {
    case "pod": {
      const name = `${endpoint.namespace}/${endpoint.name}`;
      const pod = index.pods.get(name) ?? notFound("pod", name);
      return podEnd(pod, { eniId: endpoint.eniId, mode: options.mode }, index);
    }
    case "address": {
      const address = parseAddress(endpoint.address);
      return clusterAddressEnd(address, index) ?? addressEnd(address, options, index);
    }
    case "service":
    case "ingress":
      return frontEnd(endpoint, index);
    case "interface": {
      const eni = index.interfaces.get(endpoint.eniId) ?? notFound("interface", endpoint.eniId);
      return interfaceEnd(eni, undefined, options, index);
    }
    case "name":
      return namedEnd(endpoint.name, options, index);
  }
}

function frontEnd(
  endpoint: Extract<Endpoint, { readonly kind: "service" | "ingress" }>,
  index: WorldIndex,
): FrontEnd {
  const name = `${endpoint.namespace}/${endpoint.name}`;
  if (endpoint.kind === "ingress") {
    const title = `Ingress ${name}`;
    if (index.ingresses === undefined) return unread(title, "Ingresses were not read");
    const ingress = index.ingresses.get(name) ?? notFound("Ingress", name);
    return { kind: "front", title, notes: [], front: { kind: "ingress", ingress } };
  }
  const title = `Service ${name}`;
  if (index.services === undefined) return unread(title, "Services were not read");
  const service = index.services.byName.get(name) ?? notFound("Service", name);
  const front: Front = { kind: "service", service, portName: endpoint.portName, asked: undefined };
  return { kind: "front", title, notes: [], front };
}

function unread(title: string, because: string): FrontEnd {
  return { kind: "front", title, notes: [], front: { kind: "unread", because } };
}

function clusterAddressEnd(address: Address, index: WorldIndex): FrontEnd | undefined {
  const service = index.services?.byAddress.get(formatAddress(address));
  if (service === undefined) return undefined;
  const title = `Service ${service.namespace}/${service.name}`;
  const front: Front = { kind: "service", service, portName: undefined, asked: address };
  return { kind: "front", title, notes: [], front };
}

function namedEnd(name: string, options: EndOptions, index: WorldIndex): End {
  if (index.nodes.has(name)) return nodeEnd(name, index);
  const [eni, ...others] = index.interfacesByName.get(name) ?? [];
  if (eni === undefined) return notFound("node, or interface with the Name tag,", name);
  if (others.length === 0) return interfaceEnd(eni, undefined, options, index);
  const all = [eni, ...others].map((one) => one.eniId).sort();
  const description = `${all.length} interfaces have it: ${all.slice(0, 5).join(", ")}`;
  throw invalid(`name ${JSON.stringify(name)} is ambiguous`, [{ field: "name", description }]);
}

/** {@link findEnd} for an address that is not one of a Service. */
export function addressEnd(address: Address, options: EndOptions, index: WorldIndex): End {
  const text = formatAddress(address);
  const eni = holderIn(options.vpcId, address, index) ?? holderIn(undefined, address, index);
  if (eni !== undefined) return interfaceEnd(eni, address, options, index);
  const [pod] = index.podsByAddress.get(text) ?? [];
  const placed = pod && podEnd(pod, { eniId: undefined, mode: options.mode }, index);
  if (placed !== undefined && isAttached(placed)) return { ...placed, asked: address };
  const [publicHolder] = index.interfacesByPublicAddress.get(text) ?? [];
  if (publicHolder === undefined)
    return { kind: "address", title: text, asked: address, notes: [] };
  const end = interfaceEnd(publicHolder, undefined, options, index);
  return isAttached(end) ? { ...end, asked: address, isAskedPublic: true } : end;
}

function isAttached(end: End): end is AttachedEnd {
  return end.kind !== "address" && end.kind !== "ended";
}

// Whoever is behind an interface: the pod that holds it, the pod with the address, the node.
function interfaceEnd(
  eni: NetworkInterface,
  asked: Address | undefined,
  options: EndOptions,
  index: WorldIndex,
): End {
  const pod = podBehind(eni, asked, index);
  if (pod !== undefined) {
    const eniId = isBranch(eni) ? eni.eniId : undefined;
    const end = podEnd(pod, { eniId, mode: options.mode }, index);
    return isAttached(end) ? { ...end, asked } : end;
  }
  const node = index.nodesByInstance.get(eni.instanceId ?? "");
  const isPrimaryAddress = asked === undefined || formatAddress(asked) === eni.addresses[0];
  if (node !== undefined && isPrimary(eni) && isPrimaryAddress) {
    return { ...nodeEnd(node.name, index), asked };
  }
  const title = asked === undefined ? (eni.tags.Name ?? eni.eniId) : namedAddress(eni, asked);
  const own = withAddresses(attachmentOf(eni, title), asked === undefined ? [] : [asked]);
  const attached = { title, own, isAskedPublic: false, asked, notes: [] };
  if (node === undefined) return { ...attached, kind: "interface" };
  const nodeName = node.name;
  const groupsFrom = `interface ${eni.eniId} of node ${nodeName}`;
  const primary = primaryOf(nodeName, index);
  return { ...attached, kind: "ordinary", pod: undefined, nodeName, primary, groupsFrom };
}

function podBehind(
  eni: NetworkInterface,
  asked: Address | undefined,
  index: WorldIndex,
): Pod | undefined {
  const [holder] = index.podsByEni.get(eni.eniId) ?? [];
  if (holder !== undefined) return holder;
  const addresses = asked === undefined && isBranch(eni) ? eni.addresses : [];
  const text = asked === undefined ? addresses[0] : formatAddress(asked);
  return text === undefined ? undefined : index.podsByAddress.get(text)?.[0];
}

/** A node by its name. */
export function nodeEnd(nodeName: string, index: WorldIndex) {
  const primary = primaryOf(nodeName, index);
  const title = primary.title;
  const common = { title, pod: undefined, nodeName, primary, own: primary, notes: [] };
  return { ...common, kind: "node" as const, asked: undefined, isAskedPublic: false };
}

function namedAddress(eni: NetworkInterface, asked: Address): string {
  const address = formatAddress(asked);
  return eni.tags.Name === undefined ? address : `${eni.tags.Name} (${address})`;
}

function notFound(what: string, name: string): never {
  throw new TrunklineError("NOT_FOUND", `${what} ${JSON.stringify(name)} does not exist`, {
    facts: { name },
  });
}
