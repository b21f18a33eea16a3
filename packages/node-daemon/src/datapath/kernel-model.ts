import { TrunklineError } from "@trunkline/core";
import {
  identity,
  isLink,
  type KernelObject,
  linkOf,
  objectText,
  type Route,
  sameObject,
  type Veth,
} from "../desired/kernel-object.ts";
import type { Batch, Change } from "../diff/diff.ts";

/** An object and the namespace it is in: "" is the host's, anything else a pod's path. */
export interface Placed {
  readonly netns: string;
  readonly object: KernelObject;
  /** Where the other end of a veth is. */
  readonly peerNetns?: string;
}

/** Everything there is. */
export type KernelState = readonly Placed[];

/** A kernel in which nobody has changed anything. */
export const FRESH_KERNEL: KernelState = [
  {
    netns: "",
    object: { kind: "rule", space: "host", family: 4, priority: 0, table: "local" },
  },
];

/**
 * Applies a batch as the kernel would, for as much of the kernel as the objects need: names and
 * rules are unique, a route needs its link and next hop, a link takes along what hangs on it.
 *
 * Throws DATAPLANE_FAILED with the kernel's words; the changes before are then lost, too.
 */
export function applyToModel(state: KernelState, netns: string, batch: Batch): KernelState {
  return batch.reduce((current, change) => applyChange(current, netns, change), state);
}

/** What a namespace holds. */
export function objectsIn(state: KernelState, netns: string): readonly KernelObject[] {
  return state.filter((placed) => placed.netns === netns).map((placed) => placed.object);
}

/** The state after a pod's namespace is gone, and with it its links and their other ends. */
export function withoutNetns(state: KernelState, netns: string): KernelState {
  const ends = state.filter((placed) => placed.peerNetns === netns);
  const rest = ends.reduce((current, end) => removeLink(current, end), state);
  return rest.filter((placed) => placed.netns !== netns);
}

function applyChange(state: KernelState, podNetns: string, change: Change): KernelState {
  const netns = change.object.space === "host" ? "" : podNetns;
  return change.op === "add"
    ? add(state, { netns, object: change.object }, podNetns)
    : remove(state, netns, change.object);
}

function add(state: KernelState, placed: Placed, podNetns: string): KernelState {
  const { object, netns } = placed;
  switch (object.kind) {
    case "veth":
      return addVeth(state, object, podNetns);
    case "peer":
      if (find(state, placed) === undefined) throw refused("No such device", object);
      return state;
    case "vlan":
      if (hasVlan(state, object.parent, object.vlanId)) throw refused("File exists", object);
      return addNew(state, placed);
    case "uplink":
    case "sysctl":
      needLink(state, netns, object);
      return [...state.filter((other) => !isSame(other, placed)), placed];
    case "route":
      needLink(state, netns, object);
      needNextHop(state, netns, object);
      if (object.space === "pod") return addNew(state, placed);
      return [...state.filter((other) => !isSame(other, placed)), placed];
    case "address":
    case "neighbour":
      needLink(state, netns, object);
      return addNew(state, placed);
    case "rule":
      if (objectsIn(state, netns).some((other) => sameObject(other, object))) {
        throw refused("File exists", object);
      }
      return [...state, placed];
    case "foreign":
      return addNew(state, placed);
  }
}

function addVeth(state: KernelState, veth: Veth, podNetns: string): KernelState {
  const withHost = addNew(state, { netns: "", object: veth, peerNetns: podNetns });
  const { peer: name, peerMac: mac, mtu } = veth;
  return addNew(withHost, {
    netns: podNetns,
    object: { kind: "peer", space: "pod", name, mac, mtu },
    peerNetns: "",
  });
}

function addNew(state: KernelState, placed: Placed): KernelState {
  if (find(state, placed) !== undefined) throw refused("File exists", placed.object);
  return [...state, placed];
}

function remove(state: KernelState, netns: string, object: KernelObject): KernelState {
  const found = state.find((placed) => placed.netns === netns && sameObject(placed.object, object));
  if (found === undefined) throw refused("No such file or directory", object);
  return isLink(object) ? removeLink(state, found) : state.filter((placed) => placed !== found);
}

function removeLink(state: KernelState, link: Placed): KernelState {
  const ends = [link, ...peerOf(state, link)];
  return state.filter((placed) => !ends.some((end) => placed === end || hangsOn(placed, end)));
}

function peerOf(state: KernelState, link: Placed): readonly Placed[] {
  const { object } = link;
  if (object.kind === "veth") {
    return state.filter(
      ({ netns, object: other }) => netns === link.peerNetns && namesLink(other, object.peer),
    );
  }
  return [];
}

function hangsOn(placed: Placed, link: Placed): boolean {
  return placed.netns === link.netns && isLink(link.object)
    ? linkOf(placed.object) === link.object.name
    : false;
}

function needLink(state: KernelState, netns: string, object: KernelObject): void {
  const dev = linkOf(object);
  if (dev !== undefined && !objectsIn(state, netns).some((other) => namesLink(other, dev))) {
    throw refused(`Cannot find device "${dev}"`, object);
  }
}

function needNextHop(state: KernelState, netns: string, route: Route): void {
  if (route.via === undefined) return;
  const isReachable = objectsIn(state, netns).some(
    (other) =>
      other.kind === "route" &&
      other.table === route.table &&
      other.to === route.via &&
      other.scope === "link",
  );
  if (!isReachable) throw refused("Nexthop has invalid gateway", route);
}

function hasVlan(state: KernelState, parent: string, vlanId: number): boolean {
  return state.some(
    ({ object }) => object.kind === "vlan" && object.parent === parent && object.vlanId === vlanId,
  );
}

function find(state: KernelState, placed: Placed): Placed | undefined {
  return state.find((other) => isSame(other, placed));
}

function isSame(a: Placed, b: Placed): boolean {
  return a.netns === b.netns && identity(a.object) === identity(b.object);
}

function namesLink(object: KernelObject, name: string): boolean {
  return isLink(object) && object.name === name;
}

function refused(words: string, object: KernelObject): TrunklineError {
  return new TrunklineError("DATAPLANE_FAILED", `"${objectText(object)}": ${words}`);
}
