import type { SeenPeer } from "../groups/peer-match.ts";
import { cidrContains, tryParseCidr } from "../net/cidr.ts";
import type { PortRange } from "../net/protocol.ts";
import { ANY_EPHEMERAL_PORTS, LINUX_EPHEMERAL_PORTS } from "../network-acls/replies.ts";
import { seenAs, seenAsAddress } from "../paths/attachment.ts";
import type { AddressEnd, AttachedEnd, End } from "../paths/end.ts";
import { areRoutedByNode, placementOf } from "../paths/local-path.ts";
import { locationOf } from "../paths/location.ts";
import type { AskedPath } from "../paths/path.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** The subnet that packets leave or enter, with what its ACL sees of them. */
export interface Border {
  /** Who is in the subnet. */
  readonly title: string;
  /** Undefined when it is not known, for a pod that is not scheduled. */
  readonly subnetId: string | undefined;
  readonly vpcId: string | undefined;
  /** The far end as packets name it there. */
  readonly peer: SeenPeer;
  /** Ports of the connecting side as they are there, where replies go. */
  readonly replyPorts: PortRange;
}

/** The borders of subnets on the way of a connection. */
export interface Crossing {
  /** Undefined when the end is outside every VPC of the world. */
  readonly source: Border | undefined;
  readonly destination: Border | undefined;
  /** The translator on the way out of the VPC, if it is in the world. */
  readonly gateway: Gateway | undefined;
  /** False when both ends may be in one subnet, or on one node, where no ACL is asked. */
  readonly isCertain: boolean;
}

/** The subnet of a translator, which packets enter from one side and leave by the other. */
interface Gateway {
  /** Towards the source; undefined when that is in the same subnet. */
  readonly inside: Border | undefined;
  readonly outside: Border;
}

/** The borders that packets cross; undefined when they stay in one subnet or on one node. */
export function crossingOf(
  source: End,
  destination: End,
  path: AskedPath,
  family: 4 | 6,
  index: WorldIndex,
): Crossing | undefined {
  if (source.kind === "ended" || destination.kind === "ended") return undefined;
  const isAttached = source.kind !== "address" && destination.kind !== "address";
  const isRouted = isAttached && areRoutedByNode(source, destination);
  const placement = isRouted ? placementOf(source, destination) : "different";
  if (placement === "same") return undefined;
  const context = { path, family, index };
  const near = borderOfSource(source, destination, context);
  const far = borderOfDestination(source, destination, context);
  const [from, to] = [near?.subnetId, far?.subnetId];
  if (near !== undefined && far !== undefined && from !== undefined && from === to) {
    return undefined;
  }
  const isApart = near?.vpcId !== far?.vpcId || (from !== undefined && to !== undefined);
  const isCertain = isApart && placement !== "unknown";
  const gateway = near && gatewayOf(near, source, context);
  const isBeside = gateway !== undefined && gateway.inside === undefined;
  return { source: isBeside ? undefined : near, destination: far, gateway, isCertain };
}

function gatewayOf(near: Border, source: PlacedEnd, context: Context): Gateway | undefined {
  const { path, index } = context;
  if (path.exit?.target !== "nat" || source.kind === "address") return undefined;
  const id = path.exit.targetId ?? "";
  const eni = index.natInterfaces.get(id) ?? index.interfaces.get(id);
  if (eni === undefined) return undefined;
  const { subnetId, vpcId } = eni;
  const place = { title: id, subnetId, vpcId };
  const outside = { ...place, peer: near.peer, replyPorts: ANY_EPHEMERAL_PORTS };
  if (subnetId === near.subnetId) return { inside: undefined, outside };
  const peer = seenAs(path.exit.by, context.family, index);
  return { inside: { ...place, peer, replyPorts: near.replyPorts }, outside };
}

interface Context {
  readonly path: AskedPath;
  readonly family: 4 | 6;
  readonly index: WorldIndex;
}

type PlacedEnd = AttachedEnd | AddressEnd;

function borderOfSource(
  source: PlacedEnd,
  destination: PlacedEnd,
  context: Context,
): Border | undefined {
  const { path, index } = context;
  const peer = path.checks.find(({ isEgress }) => isEgress)?.peer ?? seenOf(destination, context);
  if (source.kind === "address") {
    const place = placeOfAddress(source, destination, index);
    return place && { ...place, peer, replyPorts: ANY_EPHEMERAL_PORTS };
  }
  const by = path.isNatAtNode && "primary" in source ? source.primary : source.own;
  const { title, subnetId, vpcId } = by;
  return { title, subnetId, vpcId, peer, replyPorts: portsOf(source, path.isNatAtNode) };
}

function borderOfDestination(
  source: PlacedEnd,
  destination: PlacedEnd,
  context: Context,
): Border | undefined {
  const { path, index } = context;
  const peer = path.sourceSeen ?? seenOf(source, context);
  const isTranslated = path.isNatAtNode || path.exit?.target === "nat";
  const replyPorts = portsOf(source, isTranslated);
  if (destination.kind === "address") {
    const place = placeOfAddress(destination, source, index);
    return place && { ...place, peer, replyPorts };
  }
  const { title, subnetId, vpcId } = destination.own;
  return { title, subnetId, vpcId, peer, replyPorts };
}

// Pods and nodes run Linux; what else there is may use any port.
function portsOf(source: PlacedEnd, isTranslated: boolean): PortRange {
  const isLinux = source.kind !== "address" && source.kind !== "interface";
  return isLinux && !isTranslated ? LINUX_EPHEMERAL_PORTS : ANY_EPHEMERAL_PORTS;
}

function seenOf(end: PlacedEnd, { family, index }: Context): SeenPeer {
  return end.kind === "address" ? seenAsAddress(end.asked) : seenAs(end.own, family, index);
}

// An address inside the VPC of the other end is in the subnet that has it.
function placeOfAddress(end: AddressEnd, other: PlacedEnd, index: WorldIndex) {
  if (other.kind === "address" || locationOf(other, end, index) !== "inside") return undefined;
  const { vpcId } = other.own;
  const subnet = index.world.subnets.find((one) => {
    return one.vpcId === vpcId && one.cidrs.some((text) => isIn(text, end));
  });
  return { title: end.title, subnetId: subnet?.subnetId, vpcId };
}

function isIn(text: string, { asked }: AddressEnd): boolean {
  const cidr = tryParseCidr(text);
  return cidr !== undefined && cidrContains(cidr, asked);
}
