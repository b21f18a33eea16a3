import { cidrContains } from "../net/cidr.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { AddressEnd, AttachedEnd } from "./end.ts";

/** Where a far end is, seen from the VPC of the near one. */
export type Location = "inside" | "outside" | "unknown";

/** Whether the far end is inside the VPC of the near one. A public address always leads outside. */
export function locationOf(
  near: AttachedEnd,
  far: AttachedEnd | AddressEnd,
  index: WorldIndex,
): Location {
  const { vpcId } = near.own;
  if (far.kind === "address") {
    const cidrs = vpcId === undefined ? undefined : index.vpcCidrs.get(vpcId);
    if (cidrs === undefined) return "unknown";
    return cidrs.some((cidr) => cidrContains(cidr, far.asked)) ? "inside" : "outside";
  }
  if (far.isAskedPublic) return "outside";
  // An interface of which not even the VPC is known has no known groups either, so that taking it
  // for a neighbour never makes an ALLOW.
  if (vpcId === undefined || far.own.vpcId === undefined) return "inside";
  return vpcId === far.own.vpcId ? "inside" : "outside";
}
