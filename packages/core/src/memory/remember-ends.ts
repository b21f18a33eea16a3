import type { AnyEnd } from "../paths/end.ts";
import { type EndOptions, findEnd } from "../paths/find-end.ts";
import type { Endpoint } from "../verdict/explanation.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { memoryOf } from "./memory.ts";

/** Places an endpoint as `findEnd` does; where the index remembers, each endpoint once. */
export function endOf(endpoint: Endpoint, options: EndOptions, index: WorldIndex): AnyEnd {
  const memory = memoryOf(index);
  if (memory === undefined) return findEnd(endpoint, options, index);
  if (endpoint.kind === "pod" && endpoint.eniId === undefined && options.mode === undefined) {
    const pod = index.pods.get(`${endpoint.namespace}/${endpoint.name}`);
    const known = pod && memory.podEnds.get(pod);
    if (known !== undefined) return known;
    const end = findEnd(endpoint, options, index);
    if (pod !== undefined) memory.podEnds.set(pod, end);
    return end;
  }
  const key = JSON.stringify([endpoint, options.mode ?? 0, options.vpcId ?? 0]);
  return memory.ends.get(key) ?? memory.ends.set(key, findEnd(endpoint, options, index));
}
