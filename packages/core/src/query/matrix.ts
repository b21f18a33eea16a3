import { invalid } from "../errors/trunkline-error.ts";
import { TCP } from "../net/protocol.ts";
import { asIndex } from "../verdict/evaluate.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { requireWithin } from "./limits.ts";
import { type Party, partyPlacer, podParties } from "./party.ts";
import { podRows } from "./pod-rows.ts";
import { podWords } from "./pod-words.ts";
import { unitRows } from "./unit-rows.ts";
import { type MatrixLevel, unitsOf } from "./units.ts";

/** What a matrix is about. */
export interface MatrixOptions extends EvaluateOptions {
  readonly level: MatrixLevel;
  /** Protocol number; default tcp. */
  readonly protocol?: number;
  /** 1 to 32 ports. */
  readonly ports: readonly number[];
}

/** Verdicts of all pairs. */
export interface Matrix {
  readonly level: MatrixLevel;
  readonly protocol: number;
  readonly ports: readonly number[];
  /** Rows and columns alike, sorted. */
  readonly names: readonly string[];
  /** Pods behind each name. */
  readonly podCounts: readonly number[];
  /** Makes the rows in the order of names, one at a time; every call begins anew. */
  readonly rows: () => Generator<MatrixRow>;
}

/**
 * One row: the verdicts from one source, packed.
 *
 * Bit `port * names.length + destination` is for the port and the destination at those positions;
 * bit 0 is the lowest of byte 0. A pod's way to itself counts only where it is the only pair.
 */
export interface MatrixRow {
  readonly source: string;
  /** Every pair of pods is allowed. */
  readonly allAllowed: Uint8Array;
  /** At least one pair is allowed; the same as `allAllowed` at level "pod". */
  readonly anyAllowed: Uint8Array;
  /** At least one pair cannot be judged. */
  readonly anyUnknown: Uint8Array;
}

/**
 * Says who reaches whom, pod by pod or summed up by workload, namespace or class.
 *
 * The verdicts of `evaluate`, from their compiled form: pods that no rule can tell apart are one
 * class, and a row costs a look-up a class and a bit a pod. Pairs of pods of several VPCs, and of
 * several subnets whose network ACLs refuse anything, are judged by the evaluator, once for each pair
 * of classes. Throws INVALID_ARGUMENT for no ports, more than 32, one out of range, and, from `rows`,
 * for more pairs of classes than can be judged; QUOTA for more rules than can be compiled.
 */
export function matrix(world: World | WorldIndex, options: MatrixOptions): Matrix {
  const { level, ports, protocol = TCP } = options;
  checkPorts(ports);
  const index = asIndex(world);
  const questions = ports.map((port) => ({ protocol, port }));
  const pods = podWords(index, options, questions);
  const units = unitsOf(level, { index, names: pods.names, classOf: partyClasses(index, options) });
  return {
    level,
    protocol,
    ports,
    names: units.map(({ name }) => name),
    podCounts: units.map(({ members }) => members.length),
    rows: () => {
      const isPods = units.every(({ members }, at) => members.length === 1 && members[0] === at);
      return isPods ? podRows(units, pods, ports.length) : unitRows(units, pods, ports.length);
    },
  };
}

// Classes as people are shown them: whose verdicts have the same rules as well.
function partyClasses(index: WorldIndex, { mode }: MatrixOptions): (pod: number) => number {
  let parties: readonly Party[] | undefined;
  return (pod) => {
    parties ??= podParties(index, partyPlacer(index, mode));
    return parties[pod].classId;
  };
}

function checkPorts(ports: readonly number[]): void {
  requireWithin("matrixPorts", ports.length);
  const problems = ports.flatMap((port, at) => {
    const isPort = Number.isInteger(port) && port >= 0 && port <= 65535;
    return isPort ? [] : [{ field: `ports[${at}]`, description: `${port} is not in 0..65535` }];
  });
  if (ports.length === 0) problems.push({ field: "ports", description: "no port is named" });
  if (problems.length > 0) throw invalid("the matrix cannot be made", problems);
}
