import type { AnyEnd } from "../paths/end.ts";
import { addressEnd, type EndOptions, findEnd } from "../paths/find-end.ts";
import type { Mode } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { Endpoint, Flow } from "./explanation.ts";

/** How ends are placed: each anew, or as found before. */
export interface Placing<Placed> {
  readonly find: (endpoint: Endpoint, options: EndOptions) => Placed;
  /** What the far end sees of one that sends. */
  readonly asSource: (placed: Placed) => Placed;
  readonly vpcOf: (placed: Placed) => string | undefined;
}

/**
 * Places both ends of a flow. Where VPCs overlap, an address means the one in the VPC of the other
 * end.
 */
export function placeBy<Placed>(
  { find, asSource, vpcOf }: Placing<Placed>,
  flow: Flow,
  mode: Mode | undefined,
): readonly [source: Placed, destination: Placed] {
  const isSourceByAddress = flow.source.kind === "address";
  const source = asSource(find(flow.source, { mode, vpcId: undefined }));
  const destination = find(flow.destination, { mode, vpcId: vpcOf(source) });
  if (!isSourceByAddress) return [source, destination];
  const again = find(flow.source, { mode, vpcId: vpcOf(destination) });
  return [asSource(again), destination];
}

/** Finds every end anew. */
export function placingAnew(index: WorldIndex): Placing<AnyEnd> {
  return {
    find: (endpoint, options) => findEnd(endpoint, options, index),
    asSource: (end) => asSource(end, index),
    vpcOf: (end) => ("own" in end ? end.own.vpcId : undefined),
  };
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
