/**
 * Compiled reachability: one buffer, a header of 64 words, then columns that begin at multiples of
 * 64 bytes.
 *
 *     podClasses, podNodes  class and node of each pod; node -1 for none
 *     classes   a record of 16 words for pods that nothing tells apart (CLASS below)
 *     pairs     where classes are few: by a * classCount + b, then again for pods of one node,
 *               the number of a word of pairWords, in 1, 2 or 4 bytes
 *     classEnds where, besides, all questions are asked over one family: by class, END below;
 *               egressEnds by row of a source and column of a destination, and ingressEnds the
 *               other way round, have the number of what decides there, in 2 bytes; endRules by
 *               number and question two words: rule of groups + 1, shifted, with the answer as
 *               the lowest bit, and rule of policies
 *     otherwise two tables, one of groups, one of network policies, asked twice each:
 *               egress row of the source at the destination's column, and the other way round
 *
 * A table finds a cell by row and column: slots hold row << 13 | page, plus 1, and a page of 16
 * cells; rows have a default cell for the pages that are not there. Cells have words of answers,
 * a bit a question: `yes` for certain, `maybe` where "no" is not certain; and a rule a question.
 * A verdict is the AND of all four `yes`.
 */

/** "TLRC", little-endian. */
export const REACH_MAGIC = 0x43524c54;
/** Changes with every change of the layout. */
export const REACH_VERSION = 2;
/** Words of the header. */
export const REACH_HEADER_WORDS = 64;

/** Words of a class. */
export const CLASS = {
  place: 0,
  families: 1,
  isScheduled: 2,
  /** Number of a VPC or subnet, -1 for not known, -2 for apart from everybody. */
  realm: 3,
  groupEgress: 4,
  groupIngress: 5,
  groupColumn4: 6,
  groupColumn6: 7,
  policyColumn4: 8,
  policyColumn6: 9,
  ownNodeColumn4: 10,
  ownNodeColumn6: 11,
  policyEgress: 12,
  policyIngress: 13,
} as const;
/** Words of one record of a class: one cache line. */
export const CLASS_WORDS = 16;
/** Classes of which all pairs are kept: at most 32 MiB, twice that where nodes matter. */
export const MAX_PAIRED_CLASSES = 2048;

/** Words of a class in classEnds, and those for pods of one node behind them. */
export const END = {
  /** Where its row of egressEnds begins, as a source. */
  egress: 0,
  /** Where its row of ingressEnds begins, as a destination. */
  ingress: 1,
  column: 2,
  near: 4,
} as const;
/** Words of a class in classEnds. */
export function endWords(hasNearPairs: number): number {
  return END.near << hasNearPairs;
}

/** Words of the header after magic, version and size in bytes. */
export const REACH_FIELDS = [
  "podCount",
  "classCount",
  "questionCount",
  "pairBytes",
  "hasNearPairs",
] as const;
/** Counts of compiled reachability; `hasNearPairs` is 1 when nodes matter. */
export type ReachCounts = Readonly<Record<(typeof REACH_FIELDS)[number], number>>;

/** Columns in their order in the buffer, all of 32-bit words. */
export const REACH_COLUMNS = [
  "podClasses",
  "podNodes",
  "pairs",
  "pairWords",
  "classEnds",
  "egressEnds",
  "ingressEnds",
  "endRules",
  "classes",
  "nearTable",
  "familyTable",
  "groupSlots",
  "groupPages",
  "groupDefaults",
  "groupYes",
  "policySlots",
  "policyPages",
  "policyDefaults",
  "policyYes",
  "groupMaybe",
  "policyMaybe",
  "groupRules",
  "policyRules",
  "texts",
] as const;
/** Name of a column. */
export type ReachColumn = (typeof REACH_COLUMNS)[number];
/** The columns as views of the buffer. */
export type ReachColumns = Readonly<Record<ReachColumn, Int32Array>>;

/** Counts and columns, wherever these are. */
export type ReachTables = ReachCounts & ReachColumns;

/** Word of the header at which the counts begin. */
export const REACH_FIRST_FIELD = 3;
/** Word of the header at which pairs of offset in bytes and length in words begin. */
export const REACH_FIRST_COLUMN = 16;
