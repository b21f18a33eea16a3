import { hasSeveralRealms } from "../reach/class-cells.ts";
import { type CompiledReach, compileReach } from "../reach/compile-reach.ts";
import { openReach, type ReachImage } from "../reach/reach-image.ts";
import { bindReach, type ReachKernels } from "../reach/reach-kernels.ts";
import { bindReachRows } from "../reach/reach-rows.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import type { Pod } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { classVerdicts, type Service } from "./class-verdicts.ts";
import { nodePartyName, otherParties, type Party, partyPlacer, podParties } from "./party.ts";

/** Verdicts of one pair, a bit a question; those in neither are refused. */
export interface VerdictWords {
  allowed: number;
  unknown: number;
}

/** Verdicts from one class to each class on other nodes: words by class. */
export interface ClassRow {
  readonly allowed: Int32Array;
  /** Undefined where nothing is unknown. */
  readonly unknown: Int32Array | undefined;
}

/** Verdicts of all pairs of pods for the same few questions. */
export interface PodWords {
  /** "namespace/name" of all pods that have not ended, "node n1" of nodes if asked for; sorted. */
  readonly names: readonly string[];
  /** By pod: its class; pods of one class are told apart by their nodes alone. */
  readonly classOf: Int32Array;
  readonly classCount: number;
  /** By pod: its node, -1 for none. */
  readonly nodeOf: Int32Array;
  /** True when nothing is unknown between any two pods. */
  readonly isCertain: boolean;
  /** Overwritten by the next call. */
  readonly rowOf: (classId: number) => ClassRow;
  /** Writes the verdicts of one pair of pods. */
  readonly write: (source: number, destination: number, words: VerdictWords) => void;
}

/** Whose verdicts are compiled. */
export type WordsOf = "pods" | "pods and nodes";

/**
 * Compiles the verdicts of all pairs of pods, of nodes as well if asked for.
 *
 * What the compiled form leaves to the evaluator is asked there, once for each pair of classes:
 * pods of several VPCs, and of subnets whose network ACLs refuse anything. Throws as
 * `compileReach` does, and INVALID_ARGUMENT where more is left than the evaluator is asked for.
 */
export function podWords(
  index: WorldIndex,
  options: EvaluateOptions,
  questions: readonly Service[],
  of: WordsOf = "pods",
): PodWords {
  const compiled = compileReach(of === "pods" ? index : withNodes(index), {
    ...options,
    questions,
  });
  const image = openReach(compiled.buffer);
  const numbers = numbersByName(compiled);
  const parties = hasSeveralRealms(image) ? partiesOf(index, options, of) : undefined;
  const pods: SortedPods = {
    names: Array.from(numbers, (number) => compiled.podNames[number]),
    numbers,
    nodeOf: numbers.map((number) => image.podNodes[number]),
    ...classesOf(numbers, image, parties),
  };
  const kernels = bindReach(image);
  const left = parties && leftWords(index, options, { parties, questions });
  const isCertain = left === undefined && hasNothingUnknown(image, pods);
  const write = isCertain ? bindCertain(pods, kernels) : bindWrite(pods, kernels, left);
  return { ...pods, isCertain, rowOf: bindRows({ pods, image, write, isCertain }), write };
}

// A process on a node is what a pod on its network is. No name of a pod is without a slash.
function withNodes(index: WorldIndex): WorldIndex {
  const pods = new Map(index.pods);
  for (const name of index.nodes.keys()) pods.set(nodePartyName(name), nodePod(name));
  return { ...index, pods };
}

function nodePod(nodeName: string): Pod {
  const nobody = { namespace: "", uid: "", serviceAccount: "", labels: {}, addresses: [] };
  return { ...nobody, name: nodeName, nodeName, hostNetwork: true, phase: "Running", ports: [] };
}

interface SortedPods extends Omit<PodWords, "isCertain" | "rowOf" | "write"> {
  /** By pod: its number in the image. */
  readonly numbers: Int32Array;
  /** By class: the class in the image. */
  readonly reachClasses: Int32Array;
}

function numbersByName({ podNames }: CompiledReach): Int32Array {
  const order = Int32Array.from(podNames, (_, number) => number);
  return order.sort((a, b) => (podNames[a] < podNames[b] ? -1 : 1));
}

// By name, as the pods are here.
function partiesOf(index: WorldIndex, { mode }: EvaluateOptions, of: WordsOf): readonly Party[] {
  const placer = partyPlacer(index, mode);
  const pods = podParties(index, placer);
  if (of === "pods") return pods;
  const nodes = otherParties(index, placer).filter(({ kind }) => kind === "node");
  return [...pods, ...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function classesOf(numbers: Int32Array, image: ReachImage, parties: readonly Party[] | undefined) {
  const known = new Map<number, number>();
  if (parties && parties.length !== numbers.length) throw new Error("pods are not as placed");
  const reachClasses: number[] = [];
  const classOf = numbers.map((number, pod) => {
    const reachClass = image.podClasses[number];
    const key = reachClass + (parties?.[pod].classId ?? 0) * image.classCount;
    const classId = known.get(key) ?? reachClasses.push(reachClass) - 1;
    known.set(key, classId);
    return classId;
  });
  const classCount = reachClasses.length;
  return { classOf, classCount, reachClasses: Int32Array.from(reachClasses) };
}

type LeftWords = (source: number, destination: number, words: VerdictWords) => void;

interface Left {
  /** In the order of names. */
  readonly parties: readonly Party[];
  readonly questions: readonly Service[];
}

// Puts the evaluator's verdict in the place of each that is unknown.
function leftWords(
  index: WorldIndex,
  options: EvaluateOptions,
  { parties, questions }: Left,
): LeftWords {
  const verdicts = classVerdicts(index, options);
  return (source, destination, words) => {
    for (let bits = words.unknown; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      const question = questions[31 - Math.clz32(bit)];
      const { verdict } = verdicts.answer(parties[source], parties[destination], question);
      if (verdict !== "UNKNOWN") words.unknown &= ~bit;
      if (verdict === "ALLOW") words.allowed |= bit;
    }
  };
}

function bindCertain({ numbers }: SortedPods, { allowed }: ReachKernels): PodWords["write"] {
  return (source, destination, words) => {
    words.allowed = allowed(numbers[source], numbers[destination]);
    words.unknown = 0;
  };
}

function bindWrite(
  { numbers }: SortedPods,
  { allowed, possible }: ReachKernels,
  left: LeftWords | undefined,
): PodWords["write"] {
  return (source, destination, words) => {
    const [from, to] = [numbers[source], numbers[destination]];
    words.allowed = allowed(from, to);
    words.unknown = possible(from, to) & ~words.allowed;
    if (left !== undefined && words.unknown !== 0) left(source, destination, words);
  };
}

// Every pod has its place, and no rule of any layer leaves anything open.
function hasNothingUnknown(
  { groupYes, groupMaybe, policyYes, policyMaybe }: ReachImage,
  { nodeOf }: SortedPods,
): boolean {
  const isEqual = (a: Int32Array, b: Int32Array) => a.every((word, at) => word === b[at]);
  return !nodeOf.includes(-1) && isEqual(groupYes, groupMaybe) && isEqual(policyYes, policyMaybe);
}

interface RowParts {
  readonly pods: SortedPods;
  readonly image: ReachImage;
  readonly write: PodWords["write"];
  readonly isCertain: boolean;
}

function bindRows({ pods, image, write, isCertain }: RowParts): PodWords["rowOf"] {
  const { reachClasses, classCount } = pods;
  const { fill } = bindReachRows(image);
  const filled = new Int32Array(image.classCount);
  const allowed = new Int32Array(classCount);
  if (isCertain) {
    return (classId) => {
      fill(reachClasses[classId], filled);
      for (let to = 0; to < classCount; to++) allowed[to] = filled[reachClasses[to]];
      return { allowed, unknown: undefined };
    };
  }
  const samples = samplePods(pods);
  const unknown = new Int32Array(classCount);
  const words: VerdictWords = { allowed: 0, unknown: 0 };
  return (classId) => {
    for (let to = 0; to < classCount; to++) {
      words.allowed = 0;
      words.unknown = 0;
      writeApart(classId, to, { samples, nodeOf: pods.nodeOf, write, words });
      allowed[to] = words.allowed;
      unknown[to] = words.unknown;
    }
    return { allowed, unknown };
  };
}

/** Two pods of each class, on two nodes if possible; the same twice where there is one. */
export function samplePods({
  classOf,
  classCount,
  nodeOf,
}: Pick<PodWords, "classOf" | "classCount" | "nodeOf">): Int32Array {
  const samples = new Int32Array(2 * classCount).fill(-1);
  for (const [pod, classId] of classOf.entries()) {
    const at = 2 * classId;
    if (samples[at] < 0) samples[at] = pod;
    if (samples[at + 1] < 0 || samples[at + 1] === samples[at]) samples[at + 1] = pod;
    else if (!isApart(samples[at], samples[at + 1], nodeOf)) samples[at + 1] = pod;
  }
  return samples;
}

/** True for two pods that are neither one nor on one node. */
export function isApart(one: number, other: number, nodeOf: Int32Array): boolean {
  return one !== other && (nodeOf[one] < 0 || nodeOf[one] !== nodeOf[other]);
}

interface ApartParts {
  readonly samples: Int32Array;
  readonly nodeOf: Int32Array;
  readonly write: PodWords["write"];
  readonly words: VerdictWords;
}

// Where no two pods of the classes are apart, two of one node do: either nodes tell nothing of them,
// or nobody asks for what is between nodes.
function writeApart(from: number, to: number, { samples, nodeOf, write, words }: ApartParts) {
  let [best, second] = [-1, -1];
  for (let pair = 0; pair < 4; pair++) {
    const source = samples[2 * from + (pair & 1)];
    const destination = samples[2 * to + (pair >> 1)];
    if (source === destination) continue;
    [best, second] = [source, destination];
    if (isApart(source, destination, nodeOf)) break;
  }
  if (best >= 0) write(best, second, words);
}
