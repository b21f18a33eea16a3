import { Numbering } from "./numbering.ts";
import type { ReachImage } from "./reach-image.ts";

/** Compiled reachability, opened, with the names of its pods. */
export interface NamedReach {
  readonly image: ReachImage;
  readonly podNames: readonly string[];
}

/** Numbers of the same thing before and after. */
export interface Both<T> {
  readonly before: T;
  readonly after: T;
}

/** The pods of two compiles; those in both are one. */
export interface JointPods {
  readonly names: readonly string[];
  /** By pod: its number in each, -1 where it does not exist. */
  readonly numbers: Both<Int32Array>;
  /** By pod: its joint class, which is a class of before and one of after; -1 once it has moved. */
  readonly classOf: Int32Array;
  /** By joint class: the class in each; 0, which is no pod, where its pods do not exist. */
  readonly classes: Both<Int32Array>;
  /** By pod: its node, -1 for none. */
  readonly nodeOf: Int32Array;
  /** Pods on another node than before. */
  readonly moved: readonly number[];
}

/** Brings the pods of two compiles together by their names. */
export function jointPods(before: NamedReach, after: NamedReach): JointPods {
  const { names, numbers } = jointNames(before.podNames, after.podNames);
  const nodes = {
    before: wordsOf(before.image.podNodes, numbers.before, -1),
    after: wordsOf(after.image.podNodes, numbers.after, -1),
  };
  const { nodeOf, moved } = jointNodes(numbers, nodes);
  const { classOf, classes } = jointClasses({
    before: wordsOf(before.image.podClasses, numbers.before, 0),
    after: wordsOf(after.image.podClasses, numbers.after, 0),
  });
  for (const pod of moved) classOf[pod] = -1;
  return { names, numbers, classOf, classes, nodeOf, moved };
}

function jointNames(before: readonly string[], after: readonly string[]) {
  const names = [...before];
  const known = new Map(before.map((name, at) => [name, at]));
  const now: number[] = names.map(() => -1);
  for (const [number, name] of after.entries()) {
    const at = known.get(name) ?? names.push(name) - 1;
    now[at] = number;
  }
  const old = Int32Array.from(names, (_, at) => (at < before.length ? at : -1));
  return { names, numbers: { before: old, after: Int32Array.from(now) } };
}

// Class or node of each pod; `absent` for pods that do not exist.
function wordsOf(words: Int32Array, numbers: Int32Array, absent: number): Int32Array {
  return numbers.map((number) => (number < 0 ? absent : words[number]));
}

function jointClasses({ before, after }: Both<Int32Array>) {
  const pairs = new Numbering<number, Both<number>>();
  const classOf = before.map((old, pod) => {
    const now = after[pod];
    return pairs.of(old * 2 ** 24 + now, () => ({ before: old, after: now }));
  });
  const classes = {
    before: Int32Array.from(pairs.values, (pair) => pair.before),
    after: Int32Array.from(pairs.values, (pair) => pair.after),
  };
  return { classOf, classes };
}

// Compiles number nodes on their own: two numbers are one node when most of its pods say so.
function jointNodes(numbers: Both<Int32Array>, nodes: Both<Int32Array>) {
  const isInBoth = (pod: number) => numbers.before[pod] >= 0 && numbers.after[pod] >= 0;
  const counts = new Map<string, { readonly old: number; readonly now: number; count: number }>();
  for (const [pod, old] of nodes.before.entries()) {
    const now = nodes.after[pod];
    if (!isInBoth(pod) || old < 0 || now < 0) continue;
    const own = counts.get(`${old} ${now}`) ?? { old, now, count: 0 };
    counts.set(`${old} ${now}`, own);
    own.count++;
  }
  const newOf = new Map<number, number>();
  const oldOf = new Map<number, number>();
  for (const { old, now } of [...counts.values()].sort((a, b) => b.count - a.count)) {
    if (newOf.has(old) || oldOf.has(now)) continue;
    newOf.set(old, now);
    oldOf.set(now, old);
  }
  const newNodes = nodes.before.reduce((most, node) => Math.max(most, node + 1), 0);
  const nodeOf = nodes.before.map((old, pod) => {
    if (old >= 0 || numbers.before[pod] >= 0) return old;
    const now = nodes.after[pod];
    return now < 0 ? now : (oldOf.get(now) ?? newNodes + now);
  });
  const moved: number[] = [];
  for (const [pod, old] of nodes.before.entries()) {
    if (!isInBoth(pod)) continue;
    const now = nodes.after[pod];
    if (old < 0 ? now >= 0 : newOf.get(old) !== now) moved.push(pod);
  }
  return { nodeOf, moved };
}
