import { TrunklineError } from "../errors/trunkline-error.ts";

/** Largest sizes that a question may have; more than that is refused, never cut short. */
export const QUERY_LIMITS = {
  /** Edits of one overlay, and between two worlds. */
  edits: 100_000,
  /** Verdicts of the slow evaluator that one question may ask for; each takes 10 to 50 µs. */
  verdicts: 2_000_000,
  /** Pairs of ends, times ports, that a comparison of two worlds looks at. */
  pairs: 20_000_000,
  /** Ports of a matrix. Source: the contract of PolicyService.Matrix. */
  matrixPorts: 32,
  /** Bytes of rows of a matrix that are kept for other pods of their class; more are made anew. */
  rowBytes: 134_217_728,
  /** Address blocks that rules, prefix lists and routes of a world may name. */
  blocks: 50_000,
  /** Worlds that one why-not tries before it is content with what it has. */
  proofs: 200,
  /** Groups of changed flows whose cause is searched; more of them share causes found already. */
  causes: 100,
  /** Rows of one rendered table. */
  rows: 200_000,
  /** Cells, nodes and lines of one drawing. */
  shapes: 40_000,
  /** Assertions of one run. */
  assertions: 10_000,
} as const;

/** A size with a limit. */
export type QueryLimit = keyof typeof QUERY_LIMITS;

/** Throws INVALID_ARGUMENT when `count` is over the limit, with both in its facts. */
export function requireWithin(limit: QueryLimit, count: number): void {
  const largest = QUERY_LIMITS[limit];
  if (count <= largest) return;
  throw new TrunklineError(
    "INVALID_ARGUMENT",
    `the question needs ${count} ${limit}, at most ${largest} are allowed`,
    { facts: { limit, count: String(count), largest: String(largest) } },
  );
}
