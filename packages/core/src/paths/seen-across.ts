import type { SeenPeer } from "../groups/peer-match.ts";
import { type Attachment, addressOf, seenAs, seenAsAddress, seenAsAnywhere } from "./attachment.ts";
import type { AddressEnd, AttachedEnd } from "./end.ts";
import type { Exit } from "./exit.ts";
import type { PathContext } from "./path-context.ts";
import { routeTarget, routeTo } from "./route.ts";

/**
 * How a destination outside the VPC sees a source, by the way out.
 *
 * Group references work across a peering; across a transit gateway only if both attachments enable
 * them, which the world does not say; elsewhere not at all. Source: EC2 user guide, "Security
 * group rules", referencing.
 */
export function sourceBeyond(exit: Exit, context: PathContext): SeenPeer {
  const seen = seenAs(exit.by, context.family, context.index);
  switch (exit.target) {
    case "peering":
      return seen;
    case "transit":
      return { ...seen, membership: { kind: "unknown" } };
    case "nat":
      return seenAsAnywhere("the NAT gateway", context.family);
    case "internet":
      return publicFace(exit.by, context);
    case "local":
    case "other":
    case undefined:
      return { ...seen, membership: noGroups };
  }
}

/** How the outbound rules of a source see a destination outside its VPC, by the way out. */
export function destinationBeyond(
  destination: AttachedEnd | AddressEnd,
  exit: Exit,
  context: PathContext,
): SeenPeer {
  if (destination.kind === "address") {
    const membership = exit.target === "peering" ? foreign : noGroups;
    return { ...seenAsAddress(destination.asked), membership };
  }
  if (destination.asked !== undefined && destination.isAskedPublic) {
    return { ...seenAsAddress(destination.asked), title: destination.title };
  }
  const seen = seenAs(destination.own, context.family, context.index);
  return exit.target === "peering" ? seen : { ...seen, membership: noGroups };
}

/** How a destination sees an address outside its VPC, judged by the way back. */
export function strangerSeen(
  source: AddressEnd,
  destination: Attachment,
  context: PathContext,
): SeenPeer {
  const back = routeTo(source.asked, destination.subnetId, context.index);
  const target = back.kind === "route" ? routeTarget(back.route) : undefined;
  const isForeign = target === "peering" || target === "transit";
  return { ...seenAsAddress(source.asked), membership: isForeign ? foreign : noGroups };
}

const noGroups = { kind: "known", groupIds: [] } as const;
const foreign = { kind: "foreign" } as const;

// IPv6 addresses are public themselves.
function publicFace(by: Attachment, { family }: PathContext): SeenPeer {
  const address = family === 4 ? by.publicAddress : addressOf(by, family);
  return address === undefined ? seenAsAnywhere(by.title, family) : seenAsAddress(address);
}
