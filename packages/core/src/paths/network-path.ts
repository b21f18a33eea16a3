import type { SeenPeer } from "../groups/peer-match.ts";
import { egressInterfaces, ingressInterfaces } from "./asked-interfaces.ts";
import { addressOf, seenAs, seenAsAddress, unknownAttachment } from "./attachment.ts";
import type { AddressEnd, AttachedEnd } from "./end.ts";
import { type Exit, exitTowards } from "./exit.ts";
import { isUnaskedOnOneNode, placementOf } from "./local-path.ts";
import { locationOf } from "./location.ts";
import type { AskedPath, Check, Path } from "./path.ts";
import type { PathContext } from "./path-context.ts";
import { destinationBeyond, sourceBeyond, strangerSeen } from "./seen-across.ts";

/** The path of packets that reach the network. */
export function networkPath(
  source: AttachedEnd | AddressEnd,
  destination: AttachedEnd | AddressEnd,
  context: PathContext,
): Path {
  if (source.kind === "address") {
    if (destination.kind !== "address") return pathFromAddress(source, destination, context);
    return unknownPath(`neither ${source.title} nor ${destination.title} is in the world`);
  }
  switch (locationOf(source, destination, context.index)) {
    case "unknown":
      return unknownPath(
        `whether ${destination.title} is in the VPC of ${source.title} is not known`,
      );
    case "inside":
      return pathInside(source, destination, context);
    case "outside":
      return pathOutside(source, destination, context);
  }
}

function pathInside(
  source: AttachedEnd,
  destination: AttachedEnd | AddressEnd,
  context: PathContext,
): Path {
  const { family, index } = context;
  const sourceSeen = seenAs(source.own, family, index);
  if (destination.kind === "address") {
    const peer = vacantSeen(destination);
    return asked({
      checks: [
        ...egressChecks(source, undefined, { peer, isNatAtNode: false }, context),
        { isEgress: false, asked: vacant(destination), peer: sourceSeen },
      ],
    });
  }
  const peer = seenAs(destination.own, family, index);
  const mayStayOnNode =
    placementOf(source, destination) === "unknown" &&
    isUnaskedOnOneNode(source, destination, context.model);
  return asked({
    checks: [
      ...egressChecks(source, destination, { peer, isNatAtNode: false }, context),
      ...ingressChecks(destination, sourceSeen, context),
    ],
    sourceSeen,
    isCertain: !mayStayOnNode,
  });
}

function pathOutside(
  source: AttachedEnd,
  destination: AttachedEnd | AddressEnd,
  context: PathContext,
): Path {
  const isNatAtNode = hasNatAtNode(source, context);
  const by = isNatAtNode && "primary" in source ? source.primary : source.own;
  const target = targetAddress(destination, context);
  if (target === undefined) return unknownPath(`the address of ${destination.title} is not known`);
  const exit: Exit = exitTowards(target, by, source, context.index);
  const peer = destinationBeyond(destination, exit, context);
  const sourceSeen = sourceBeyond(exit, context);
  const attached = destination.kind === "address" ? undefined : destination;
  const inbound = attached === undefined ? [] : ingressChecks(attached, sourceSeen, context);
  const outbound = egressChecks(source, attached, { peer, isNatAtNode }, context);
  return asked({ checks: [...outbound, ...inbound], exit, isNatAtNode, sourceSeen });
}

// Nobody but AWS knows what an outside address is allowed; an inside one must have an interface.
function pathFromAddress(source: AddressEnd, destination: AttachedEnd, context: PathContext): Path {
  const { family, index } = context;
  const location = locationOf(destination, source, index);
  if (location === "unknown") {
    return unknownPath(
      `whether ${source.title} is in the VPC of ${destination.title} is not known`,
    );
  }
  if (location === "outside") {
    const sourceSeen = strangerSeen(source, destination.own, context);
    return asked({ checks: ingressChecks(destination, sourceSeen, context), sourceSeen });
  }
  const sourceSeen = vacantSeen(source);
  const peer = seenAs(destination.own, family, index);
  return asked({
    checks: [
      { isEgress: true, asked: vacant(source), peer },
      ...ingressChecks(destination, sourceSeen, context),
    ],
    sourceSeen,
  });
}

/**
 * True when the node puts its own address in place of the pod's, which then leaves by the primary
 * interface: IPv4 only, never for strict branches. Source: amazon-vpc-cni-k8s README,
 * AWS_VPC_K8S_CNI_EXTERNALSNAT.
 */
function hasNatAtNode(source: AttachedEnd, { family, index }: PathContext): boolean {
  if (family === 6 || index.world.settings.externalSnat) return false;
  return source.kind === "ordinary" || (source.kind === "branch" && source.mode === "standard");
}

function egressChecks(
  source: AttachedEnd,
  destination: AttachedEnd | undefined,
  towards: { readonly peer: SeenPeer; readonly isNatAtNode: boolean },
  context: PathContext,
): readonly Check[] {
  const { peer, isNatAtNode } = towards;
  const interfaces = egressInterfaces(source, destination, isNatAtNode, context);
  return interfaces.map((one) => ({ isEgress: true, asked: one, peer }));
}

function ingressChecks(
  destination: AttachedEnd,
  peer: SeenPeer,
  context: PathContext,
): readonly Check[] {
  return ingressInterfaces(destination, context).map((one) => {
    return { isEgress: false, asked: one, peer };
  });
}

function targetAddress(destination: AttachedEnd | AddressEnd, { family }: PathContext) {
  if (destination.kind === "address") return destination.asked;
  return destination.asked ?? addressOf(destination.own, family);
}

function vacant(end: AddressEnd) {
  return unknownAttachment(end.title, `no interface in the world holds ${end.title}`);
}

function vacantSeen(end: AddressEnd): SeenPeer {
  return { ...seenAsAddress(end.asked), membership: { kind: "unknown" } };
}

function unknownPath(because: string): Path {
  return { kind: "unknown", because, notes: [] };
}

function asked(parts: Pick<AskedPath, "checks"> & Partial<AskedPath>): AskedPath {
  return {
    kind: "asked",
    exit: undefined,
    isCertain: true,
    isNatAtNode: false,
    sourceSeen: undefined,
    notes: [],
    ...parts,
  };
}
