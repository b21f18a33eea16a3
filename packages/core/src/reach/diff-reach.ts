import { TrunklineError } from "../errors/trunkline-error.ts";
import { ChangedClasses } from "./changed-classes.ts";
import { bindClassKernels } from "./class-kernels.ts";
import type { CompiledReach } from "./compile-reach.ts";
import { type Both, type JointPods, jointPods } from "./joint-pods.ts";
import { openReach, type ReachImage } from "./reach-image.ts";
import { bindReach } from "./reach-kernels.ts";
import { type Lists, listsBy } from "./table-views.ts";

/** Pairs of pods that may talk to each other otherwise than before, all of them in the same way. */
export interface ReachChange {
  /** Positions in the names of the difference. */
  readonly sources: Int32Array;
  readonly destinations: Int32Array;
  /** Which of these pairs; the way of a pod to itself never counts. */
  readonly where: "all" | "sameNode" | "apart";
  /** Questions that are allowed for certain now and were not, and the other way round; bits. */
  readonly gained: number;
  readonly lost: number;
}

/** How two compiles differ. */
export interface ReachDiff {
  /** "namespace/name" of the pods of both. */
  readonly podNames: readonly string[];
  readonly changes: readonly ReachChange[];
  /** By pod: its node, to tell pairs of one node; -1 for none. */
  readonly nodeOf: Int32Array;
}

/**
 * Says which pods may talk to which otherwise than before, for compiles of the same questions.
 *
 * Where two tables say the same nothing is looked at, so that the cost follows what has changed
 * rather than the number of pairs. A pod that is in one compile only may talk to nobody in the
 * other. Throws INVALID_ARGUMENT for compiles of different questions.
 */
export function diffReach(before: CompiledReach, after: CompiledReach): ReachDiff {
  const old = { image: openReach(before.buffer), podNames: before.podNames };
  const now = { image: openReach(after.buffer), podNames: after.podNames };
  requireSameQuestions(old.image, now.image);
  const joint = jointPods(old, now);
  const images = { before: old.image, after: now.image };
  const changes = [...classChanges(images, joint), ...movedChanges(images, joint)];
  return { podNames: joint.names, changes, nodeOf: joint.nodeOf };
}

/** Calls back with each pair of a change. */
export function forEachPair(
  { nodeOf }: ReachDiff,
  { sources, destinations, where }: ReachChange,
  call: (source: number, destination: number) => void,
): void {
  for (const source of sources) {
    for (const destination of destinations) {
      if (source === destination) continue;
      const isNear = nodeOf[source] >= 0 && nodeOf[source] === nodeOf[destination];
      if (where === "all" || isNear === (where === "sameNode")) call(source, destination);
    }
  }
}

// Which questions the families of both ends ask is all that an image tells of its questions.
function requireSameQuestions(old: ReachImage, now: ReachImage): void {
  const isSame =
    old.questionCount === now.questionCount &&
    old.familyTable.every((word, at) => word === now.familyTable[at]);
  if (isSame) return;
  const message = "reachability cannot be compared: the two were compiled for different questions";
  throw new TrunklineError("INVALID_ARGUMENT", message);
}

/** Questions gained and lost. */
type Delta = Pick<ReachChange, "gained" | "lost">;

function deltaOf(was: number, is: number): Delta {
  return { gained: is & ~was, lost: was & ~is };
}

function isNone({ gained, lost }: Delta): boolean {
  return (gained | lost) === 0;
}

function* classChanges(images: Both<ReachImage>, joint: JointPods): Generator<ReachChange> {
  const { classOf, classes, nodeOf } = joint;
  const count = classes.before.length;
  const pods = listsBy(classOf, count);
  const changed = new ChangedClasses(images, classes);
  const neighbours = new Neighbours(pods, classOf, nodeOf);
  const delta = bindDelta(images, classes);
  const podsOf = (one: number) => pods.items.subarray(pods.starts[one], pods.starts[one + 1]);
  for (let source = 0; source < count; source++) {
    const sources = podsOf(source);
    if (sources.length === 0) continue;
    neighbours.show(source);
    const found: ReachChange[] = [];
    changed.visit(source, (destination) => {
      const destinations = podsOf(destination);
      const pairCount = sources.length * destinations.length;
      if (pairCount === 0 || (source === destination && pairCount === 1)) return;
      const apart = delta(source, destination, 0);
      const near = neighbours.has(destination) ? delta(source, destination, 1) : apart;
      const ends = { sources, destinations };
      if (near.gained === apart.gained && near.lost === apart.lost) {
        if (!isNone(apart)) found.push({ ...ends, where: "all", ...apart });
        return;
      }
      if (!isNone(apart)) found.push({ ...ends, where: "apart", ...apart });
      if (!isNone(near)) found.push({ ...ends, where: "sameNode", ...near });
    });
    yield* found;
  }
}

function bindDelta({ before, after }: Both<ReachImage>, classes: Both<Int32Array>) {
  const [{ yes: was }, { yes: is }] = [bindClassKernels(before), bindClassKernels(after)];
  return (source: number, destination: number, near: number): Delta =>
    deltaOf(
      was(classes.before[source], classes.before[destination], near),
      is(classes.after[source], classes.after[destination], near),
    );
}

/** Which classes have a pod on a node of a class. */
class Neighbours {
  readonly #pods: Lists;
  readonly #onNode: Lists;
  readonly #classOf: Int32Array;
  readonly #nodeOf: Int32Array;
  readonly #seen: Int32Array;
  #turn = 0;

  constructor(pods: Lists, classOf: Int32Array, nodeOf: Int32Array) {
    this.#pods = pods;
    this.#classOf = classOf;
    this.#nodeOf = nodeOf;
    const nodeCount = nodeOf.reduce((most, node) => Math.max(most, node + 1), 0);
    this.#onNode = listsBy(nodeOf, nodeCount);
    this.#seen = new Int32Array(pods.starts.length);
  }

  show(one: number): void {
    this.#turn++;
    const { starts, items } = this.#onNode;
    for (let at = this.#pods.starts[one]; at < this.#pods.starts[one + 1]; at++) {
      const node = this.#nodeOf[this.#pods.items[at]];
      for (let i = starts[node]; i < starts[node + 1]; i++) {
        const other = this.#classOf[items[i]];
        if (other >= 0) this.#seen[other] = this.#turn;
      }
    }
  }

  has(other: number): boolean {
    return this.#seen[other] === this.#turn;
  }
}

// What a pod on another node is near to has changed, so that each of its pairs is looked at.
function* movedChanges(images: Both<ReachImage>, joint: JointPods): Generator<ReachChange> {
  const { numbers, moved } = joint;
  const [was, is] = [bindReach(images.before).allowed, bindReach(images.after).allowed];
  const delta = (source: number, destination: number) =>
    deltaOf(
      was(numbers.before[source], numbers.before[destination]),
      is(numbers.after[source], numbers.after[destination]),
    );
  const hasMoved = new Set(moved);
  const others = joint.names.map((_, pod) => pod);
  for (const pod of moved) {
    const one = Int32Array.of(pod);
    for (const [key, pods] of grouped(others, pod, (other) => delta(pod, other))) {
      yield { sources: one, destinations: pods, where: "all", ...key };
    }
    const resting = others.filter((other) => !hasMoved.has(other));
    for (const [key, pods] of grouped(resting, pod, (other) => delta(other, pod))) {
      yield { sources: pods, destinations: one, where: "all", ...key };
    }
  }
}

function grouped(
  pods: readonly number[],
  own: number,
  delta: (pod: number) => Delta,
): readonly (readonly [Delta, Int32Array])[] {
  const groups = new Map<string, { readonly key: Delta; readonly pods: number[] }>();
  for (const pod of pods) {
    const key = delta(pod);
    if (pod === own || isNone(key)) continue;
    const text = `${key.gained} ${key.lost}`;
    const group = groups.get(text) ?? { key, pods: [] };
    groups.set(text, group);
    group.pods.push(pod);
  }
  return [...groups.values()].map(({ key, pods: own }) => [key, Int32Array.from(own)] as const);
}
