import { endOf } from "../memory/remember-ends.ts";
import type { AnyEnd } from "../paths/end.ts";
import { addressEnd } from "../paths/find-end.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { EvaluateOptions, Flow } from "./explanation.ts";

/** Source and destination of a flow, each with its place in the world. */
export type PlacedEnds = readonly [source: AnyEnd, destination: AnyEnd];

/**
 * Places both ends of a flow. Where VPCs overlap, an address means the one in the VPC of the other
 * end. Throws as `findEnd` does.
 */
export function placeFlow(flow: Flow, { mode }: EvaluateOptions, index: WorldIndex): PlacedEnds {
  const isSourceByAddress = flow.source.kind === "address";
  const source = asSource(endOf(flow.source, { mode, vpcId: undefined }, index), index);
  const destination = endOf(flow.destination, { mode, vpcId: vpcOf(source) }, index);
  if (!isSourceByAddress) return [source, destination];
  const again = endOf(flow.source, { mode, vpcId: vpcOf(destination) }, index);
  return [asSource(again, index), destination];
}

// Packets never carry a public address as their source inside the VPC: it is an outside address.
// Nor that of a Service: it is one that nobody holds.
function asSource(end: AnyEnd, index: WorldIndex): AnyEnd {
  if (end.kind === "front") {
    const asked = end.front.kind === "service" ? end.front.asked : undefined;
    return asked === undefined
      ? end
      : addressEnd(asked, { mode: undefined, vpcId: undefined }, index);
  }
  if (end.kind === "address" || end.kind === "ended" || !end.isAskedPublic) return end;
  if (end.asked === undefined) return end;
  return { kind: "address", title: end.title, asked: end.asked, notes: end.notes };
}

function vpcOf(end: AnyEnd): string | undefined {
  return "own" in end ? end.own.vpcId : undefined;
}
