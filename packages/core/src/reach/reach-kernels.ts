import { bindClassKernels } from "./class-kernels.ts";
import type { ReachImage } from "./reach-image.ts";

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
  const { pods, pairs, podCount, classCount, questionCount } = image;
  const classes = bindClassKernels(image);
  const everything = questionCount === 32 ? -1 : (1 << questionCount) - 1;
  const isNear = (source: number, destination: number) => {
    const node = pods[2 * source + 1];
    return node >= 0 && node === pods[2 * destination + 1] ? 1 : 0;
  };
  const isThere = (pod: number) => pod >= 0 && pod < podCount && pods[2 * pod] !== 0;
  const self = (pod: number) => (isThere(pod) ? everything : 0);
  const possible = (source: number, destination: number) => {
    if (source === destination) return self(source);
    if (!isThere(source) || !isThere(destination)) return 0;
    return classes.maybe(pods[2 * source], pods[2 * destination], isNear(source, destination));
  };
  const byTables = (source: number, destination: number) => {
    if (source === destination) return self(source);
    if (!isThere(source) || !isThere(destination)) return 0;
    return classes.yes(pods[2 * source], pods[2 * destination], isNear(source, destination));
  };
  const nearOffset = image.hasNearPairs === 1 ? classCount * classCount : 0;
  const byPairs = (source: number, destination: number) => {
    if (source === destination) return self(source);
    const at = pods[2 * source] * classCount + pods[2 * destination];
    return pairs[at + nearOffset * isNear(source, destination)] | 0;
  };
  const allowed = pairs.length > 0 ? byPairs : byTables;
  return {
    allowed,
    possible,
    decide: (source, destination, question, out) => {
      const isAllowed = (allowed(source, destination) >>> question) & 1;
      if (source === destination || !isThere(source) || !isThere(destination)) out.fill(-1);
      else {
        const near = isNear(source, destination);
        classes.rules(
          { source: pods[2 * source], destination: pods[2 * destination], near },
          question,
          out,
        );
      }
      return isAllowed;
    },
  };
}
