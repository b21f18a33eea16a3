import { formatAddress } from "../net/address.ts";
import { TCP } from "../net/protocol.ts";
import { addressOf } from "./attachment.ts";
import type { AddressEnd, AttachedEnd } from "./end.ts";
import { placementOf } from "./local-path.ts";
import type { AskedPath, Path } from "./path.ts";
import type { PathContext } from "./path-context.ts";

/** What a reader should know of a path besides its checks, one sentence each. */
export function pathNotes(
  source: AttachedEnd | AddressEnd,
  destination: AttachedEnd | AddressEnd,
  path: Path,
  context: PathContext,
): readonly string[] {
  if (path.kind !== "asked" || source.kind === "address") return path.notes;
  const onNode = destination.kind === "address" ? [] : sameNodeNotes(source, destination, context);
  return [...path.notes, ...onNode, ...natNotes(source, path, context)];
}

function sameNodeNotes(
  source: AttachedEnd,
  destination: AttachedEnd,
  { protocol }: PathContext,
): readonly string[] {
  const isStrict = [source, destination].some((end) => {
    return end.kind === "branch" && end.mode === "strict";
  });
  if (placementOf(source, destination) !== "same" || !isStrict) return [];
  const through =
    "both run on one node; strict mode sends the packets through the VPC all the same";
  const isProbe = source.kind === "node" && destination.kind === "branch" && protocol === TCP;
  if (!isProbe) return [through];
  return [through, "TCP from a node to its own strict pods needs net.ipv4.tcp_early_demux=0"];
}

function natNotes(
  source: AttachedEnd,
  path: AskedPath,
  { family }: PathContext,
): readonly string[] {
  if (path.exit === undefined || !("primary" in source) || source.kind === "node") return [];
  if (path.isNatAtNode) {
    const address = addressOf(source.primary, family);
    const by = address === undefined ? "" : ` (${formatAddress(address)})`;
    return [`source NAT at the node: the VPC sees ${source.primary.title}${by}`];
  }
  const address = addressOf(source.own, family);
  const seen = address === undefined ? source.title : `${source.title} (${formatAddress(address)})`;
  return [`no source NAT at the node: the VPC sees ${seen}`];
}
