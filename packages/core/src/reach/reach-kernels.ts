import { bindClassKernels } from "./class-kernels.ts";
import type { ReachImage } from "./reach-image.ts";
import { END, endWords } from "./reach-layout.ts";

/** Verdicts between pods, by their numbers; nothing is allocated. */
export interface ReachKernels {
  /**
   * Questions that are allowed for certain, a bit each; of the pod itself all. None for a number
   * that is no pod.
   */
  readonly allowed: (source: number, destination: number) => number;
  /** Questions that are not denied for certain. What is here and not in `allowed` is unknown. */
  readonly possible: (source: number, destination: number) => number;
  /**
   * Writes the deciding rules of a question to `out`, four numbers, each -1 for none: of the
   * source's group, of the source's policies, of the destination's group, of its policies.
   *
   * Of groups it is the first rule, by group and rule id, by which the pod's own interface allows;
   * of policies the first that allows, or the one that denies. Returns 1 when it is allowed.
   */
  readonly decide: (
    source: number,
    destination: number,
    question: number,
    out: Int32Array,
  ) => number;
}

/** The kernels of an image. */
export function bindReach(image: ReachImage): ReachKernels {
  const { podClasses, podNodes, podCount } = image;
  const classes = bindClassKernels(image);
  const self = bindSelf(image);
  const isThere = (pod: number) => pod >= 0 && pod < podCount && podClasses[pod] > 0;
  const isNear = (source: number, destination: number) =>
    podNodes[source] >= 0 && podNodes[source] === podNodes[destination] ? 1 : 0;
  const byTables = (source: number, destination: number) => {
    if (source === destination) return self(source);
    if (!isThere(source) || !isThere(destination)) return 0;
    const near = isNear(source, destination);
    return classes.yes(podClasses[source], podClasses[destination], near);
  };
  const allowed = bindPairs(image) ?? byTables;
  return {
    allowed,
    possible: (source, destination) => {
      if (source === destination) return self(source);
      if (!isThere(source) || !isThere(destination)) return 0;
      const near = isNear(source, destination);
      return classes.maybe(podClasses[source], podClasses[destination], near);
    },
    decide: bindDecidedPairs(image) ?? bindDecide(image, allowed),
  };
}

// A pod always reaches itself.
function bindSelf({ podClasses, questionCount }: ReachImage): (pod: number) => number {
  const everything = questionCount === 32 ? -1 : (1 << questionCount) - 1;
  return (pod) => (podClasses[pod] > 0 ? everything : 0);
}

/** Words of pairs by their numbers. */
export function pairNumbers({
  pairs,
  pairBytes,
}: ReachImage): Uint8Array | Uint16Array | Int32Array {
  if (pairBytes === 1) return new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.length * 4);
  if (pairBytes === 2) return new Uint16Array(pairs.buffer, pairs.byteOffset, pairs.length * 2);
  return pairs;
}

// Numbers that are no pod find no class, and thereby no word.
function bindPairs(image: ReachImage): ReachKernels["allowed"] | undefined {
  const { podClasses, podNodes, pairWords, classCount } = image;
  if (image.pairs.length === 0) return undefined;
  const numbers = pairNumbers(image);
  const self = bindSelf(image);
  if (image.hasNearPairs === 0) {
    return (source, destination) => {
      if (source === destination) return self(source);
      const at = podClasses[source] * classCount + podClasses[destination];
      return pairWords[numbers[at]] | 0;
    };
  }
  const apart = classCount * classCount;
  return (source, destination) => {
    if (source === destination) return self(source);
    const node = podNodes[source];
    const near = node >= 0 && node === podNodes[destination] ? apart : 0;
    const at = near + podClasses[source] * classCount + podClasses[destination];
    return pairWords[numbers[at]] | 0;
  };
}

// The answers of both ends stand beside their rules, so that the pair itself is not looked at.
function bindDecidedPairs(image: ReachImage): ReachKernels["decide"] | undefined {
  const { podClasses, podNodes, classEnds, hasNearPairs } = image;
  if (classEnds.length === 0) return undefined;
  const self = bindSelf(image);
  const between = bindEnds(image);
  const words = endWords(hasNearPairs);
  const isPair = (source: number, destination: number) =>
    source !== destination && podClasses[source] > 0 && podClasses[destination] > 0;
  const alone = (source: number, destination: number, question: number, out: Int32Array) => {
    out.fill(-1);
    return source === destination ? (self(source) >>> question) & 1 : 0;
  };
  if (hasNearPairs === 0) {
    return (source, destination, question, out) => {
      if (!isPair(source, destination)) return alone(source, destination, question, out);
      const a = podClasses[source] * words;
      return between(a, podClasses[destination] * words, question, out);
    };
  }
  return (source, destination, question, out) => {
    if (!isPair(source, destination)) return alone(source, destination, question, out);
    const node = podNodes[source];
    const near = node >= 0 && node === podNodes[destination] ? END.near : 0;
    const a = podClasses[source] * words + near;
    return between(a, podClasses[destination] * words + near, question, out);
  };
}

/** Writes what decides between two classes, which are offsets in classEnds. */
function bindEnds(image: ReachImage) {
  const { classEnds, endRules, questionCount } = image;
  const [egress, ingress] = [asNarrow(image.egressEnds), asNarrow(image.ingressEnds)];
  return (a: number, b: number, question: number, out: Int32Array): number => {
    const one = egress[classEnds[a] + classEnds[b + END.column]];
    const two = ingress[classEnds[b + END.ingress] + classEnds[a + END.column]];
    const from = 2 * (one * questionCount + question);
    const to = 2 * (two * questionCount + question);
    const sent = endRules[from];
    const taken = endRules[to];
    out[0] = (sent >> 1) - 1;
    out[1] = endRules[from + 1];
    out[2] = (taken >> 1) - 1;
    out[3] = endRules[to + 1];
    return sent & taken & 1;
  };
}

function asNarrow({ buffer, byteOffset, length }: Int32Array): Uint16Array {
  return new Uint16Array(buffer, byteOffset, length * 2);
}

function bindDecide(image: ReachImage, allowed: ReachKernels["allowed"]): ReachKernels["decide"] {
  const { podClasses, podNodes, podCount, groupRules, policyRules, questionCount } = image;
  const { cells } = bindClassKernels(image);
  const pair = { source: 0, destination: 0, near: 0 };
  return (source, destination, question, out) => {
    const isPair = source !== destination && source >= 0 && destination >= 0;
    if (!isPair || !(source < podCount) || !(destination < podCount)) {
      out.fill(-1);
      return (allowed(source, destination) >>> question) & 1;
    }
    const node = podNodes[source];
    pair.near = node >= 0 && node === podNodes[destination] ? 1 : 0;
    pair.source = podClasses[source];
    pair.destination = podClasses[destination];
    cells(pair, question, out);
    if (out[0] >= 0) out[0] = groupRules[out[0] * questionCount + question];
    if (out[1] >= 0) out[1] = policyRules[out[1] * questionCount + question];
    if (out[2] >= 0) out[2] = groupRules[out[2] * questionCount + question];
    if (out[3] >= 0) out[3] = policyRules[out[3] * questionCount + question];
    return (allowed(source, destination) >>> question) & 1;
  };
}
