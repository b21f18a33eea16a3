import { memoryOf } from "../memory/memory.ts";
import type { AnyEnd } from "../paths/end.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { EvaluateOptions, Flow } from "./explanation.ts";
import { placeBy, placingAnew } from "./placing.ts";

/** Source and destination of a flow, each with its place in the world. */
export type PlacedEnds = readonly [source: AnyEnd, destination: AnyEnd];

/**
 * Places both ends of a flow. Throws as `findEnd` does.
 */
export function placeFlow(flow: Flow, { mode }: EvaluateOptions, index: WorldIndex): PlacedEnds {
  const known = memoryOf(index)?.placing;
  if (known === undefined) return placeBy(placingAnew(index), flow, mode);
  const [source, destination] = placeBy(known, flow, mode);
  return [source.end, destination.end];
}
