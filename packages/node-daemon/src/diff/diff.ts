import {
  aliasOf,
  identity,
  isLink,
  type KernelObject,
  linkOf,
  objectText,
  sameObject,
} from "../desired/kernel-object.ts";

/** One change of the kernel. */
export interface Change {
  readonly op: "add" | "remove";
  readonly object: KernelObject;
}

/** Changes in the order in which they must be made. */
export type Batch = readonly Change[];

/** What to do, and what stands in the way of doing it. */
export interface Plan {
  readonly batch: Batch;
  /** Objects of somebody else where ours should be; one sentence each. Apply only without any. */
  readonly conflicts: readonly string[];
}

/**
 * The changes that lead from what was observed to what is desired.
 *
 * `leaving` are objects that may go because the record of their attachment names them and nobody
 * else's does; a link among them is removed only while it carries the owner's mark, anything else
 * only while it is exactly as recorded. What hangs on a removed link goes with it and is not named.
 * Nothing is changed that is as it should be: diff(desired, apply(diff)) is empty.
 */
export function diff(
  desired: readonly KernelObject[],
  observed: readonly KernelObject[],
  leaving: readonly KernelObject[] = [],
): Plan {
  const seen = groupByIdentity(observed);
  const wanted = new Map(desired.map((object) => [identity(object), object]));
  const removals = leavingRemovals(leaving, seen, wanted);
  const own = new Set(desired.map(aliasOf));
  const gone = linksOf(removals, own);
  const additions: Change[] = [];
  const conflicts: string[] = [];
  for (const object of desired) {
    const found = (seen.get(identity(object)) ?? []).filter((other) => !isGone(other, gone));
    const others = found.filter((other) => !sameObject(other, object));
    const blocking = others.filter((other) => !mayReplace(other, object));
    if (blocking.length > 0) {
      conflicts.push(...blocking.map((other) => conflictText(object, other)));
      continue;
    }
    if (!replacesInPlace(object)) removals.push(...others.filter((o) => !removals.includes(o)));
    if (others.length === found.length) additions.push({ op: "add", object });
  }
  return {
    batch: [...removalChanges(removals, own), ...withDependents(additions, desired, own)],
    conflicts,
  };
}

/** True if a link carries the mark of the owner that `ours` names, or is one half made by it. */
function owns(ours: KernelObject, found: KernelObject): boolean {
  if (ours.kind !== found.kind || !("mac" in ours && "mac" in found)) return false;
  const alias = aliasOf(found);
  // A crash between making a link and marking it leaves one without alias but with our address.
  return alias === undefined ? ours.mac === found.mac : alias === aliasOf(ours);
}

function leavingRemovals(
  leaving: readonly KernelObject[],
  seen: ReadonlyMap<string, readonly KernelObject[]>,
  wanted: ReadonlyMap<string, KernelObject>,
): KernelObject[] {
  const removals: KernelObject[] = [];
  for (const object of leaving) {
    if (object.kind === "sysctl" || object.kind === "uplink") continue;
    const keep = wanted.get(identity(object));
    for (const found of seen.get(identity(object)) ?? []) {
      if (keep !== undefined && sameObject(found, keep)) continue;
      if (isLink(object) ? owns(object, found) : sameObject(object, found)) removals.push(found);
    }
  }
  return removals;
}

// A link of ours that is not as desired is made anew. Rules and host routes of our own priorities
// and tables that name the pod's link or address belong to nobody else; in the pod's namespace the
// runtime or another plugin may have put something, which is theirs.
function mayReplace(found: KernelObject, desired: KernelObject): boolean {
  if (desired.kind === "uplink") return found.kind === "uplink";
  if (isLink(found)) return owns(desired, found);
  return found.space === "host";
}

function replacesInPlace(object: KernelObject): boolean {
  return object.kind === "route" || object.kind === "sysctl" || object.kind === "uplink";
}

// Rules first, so that no packet takes half a way; links last, they take the rest along.
function removalChanges(removals: readonly KernelObject[], own: Owners): Change[] {
  const gone = linksOf(removals, own);
  const rank = (object: KernelObject) => (object.kind === "rule" ? 0 : isLink(object) ? 2 : 1);
  return removals
    .filter((object) => object.kind !== "peer" && !goesWith(object, gone))
    .sort((a, b) => rank(a) - rank(b))
    .map((object) => ({ op: "remove", object }));
}

/** Aliases of the desired links; undefined stands for a link that was not marked yet. */
type Owners = ReadonlySet<string | undefined>;

interface GoneLinks {
  readonly host: ReadonlySet<string>;
  readonly pod: ReadonlySet<string>;
}

// The far end of somebody else's pair is in another pod than the one that is looked at.
function linksOf(removals: readonly KernelObject[], own: Owners): GoneLinks {
  const host = new Set<string>();
  const pod = new Set<string>();
  for (const object of removals) {
    if (object.kind === "veth" && own.has(object.alias)) pod.add(object.peer);
    if (object.kind === "veth" || object.kind === "vlan") host.add(object.name);
  }
  return { host, pod };
}

function goesWith(object: KernelObject, gone: GoneLinks): boolean {
  const dev = linkOf(object);
  return dev !== undefined && gone[object.space].has(dev);
}

function isGone(object: KernelObject, gone: GoneLinks): boolean {
  return goesWith(object, gone) || (isLink(object) && gone[object.space].has(object.name));
}

// A link that is made anew comes without what hung on the old one.
function withDependents(
  additions: readonly Change[],
  desired: readonly KernelObject[],
  own: Owners,
): Change[] {
  const made = linksOf(
    additions.map((change) => change.object),
    own,
  );
  const added = new Set(additions.map((change) => change.object));
  return desired
    .filter((object) => added.has(object) || isGone(object, made))
    .map((object) => ({ op: "add", object }));
}

function groupByIdentity(objects: readonly KernelObject[]): Map<string, KernelObject[]> {
  const groups = new Map<string, KernelObject[]>();
  for (const object of objects) {
    const group = groups.get(identity(object));
    if (group === undefined) groups.set(identity(object), [object]);
    else group.push(object);
  }
  return groups;
}

function conflictText(desired: KernelObject, found: KernelObject): string {
  const where = desired.space === "pod" ? "in the pod's namespace" : "on the node";
  const owner = aliasOf(found);
  const mark = owner === undefined ? "" : ` (${owner})`;
  return `"${objectText(found)}"${mark} is ${where} already, where "${objectText(desired)}" belongs`;
}
