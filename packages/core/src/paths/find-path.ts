import type { Model } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { End } from "./end.ts";
import { familyOf } from "./family.ts";
import { localPath } from "./local-path.ts";
import { networkPath } from "./network-path.ts";
import type { Path } from "./path.ts";
import { pathNotes } from "./path-notes.ts";
import { specialPath } from "./special-destination.ts";

/** What a path depends on besides its ends and the world. */
export interface PathOptions {
  readonly model: Model;
  readonly protocol: number;
}

/** A path, and the address family that packets use on it. */
export interface FoundPath {
  readonly path: Path;
  readonly family: 4 | 6;
}

/**
 * Finds out what happens to the packets of a flow, by mode, place and model. First what no group
 * filters, then what stays on a node, then the network; `egressInterfaces` has the table of who is
 * asked there.
 */
export function findPath(
  source: End,
  destination: End,
  options: PathOptions,
  index: WorldIndex,
): FoundPath {
  const family = familyOf(source, destination, options.protocol);
  if (source.kind === "ended" || destination.kind === "ended") {
    const ended = source.kind === "ended" ? source : destination;
    const because = `${ended.title} has ended and has no interface`;
    return { path: { kind: "impossible", because, notes: [] }, family: family ?? 4 };
  }
  if (family === undefined) {
    const because = `${source.title} and ${destination.title} have no address family in common`;
    return { path: { kind: "impossible", because, notes: [] }, family: 4 };
  }
  const context = { ...options, family, index };
  const special = specialPath(source, destination, index);
  if (special !== undefined) return { path: special, family };
  const isAttached = source.kind !== "address" && destination.kind !== "address";
  const local = isAttached ? localPath(source, destination, options.model) : undefined;
  const path = local ?? networkPath(source, destination, context);
  return { path: { ...path, notes: pathNotes(source, destination, path, context) }, family };
}
