import type { groupColumns, policyColumns } from "./cell-columns.ts";
import { MAX_NARROW, type PairColumns } from "./class-pairs.ts";
import type { ReachColumns, ReachTables } from "./reach-layout.ts";

/** Room that a compile leaves for edits. */
export interface ReachRoom {
  /** Numbers for pods that come later. */
  readonly pods: number;
}

// Edits that need more room than there is compile anew, and find it again.

/** Words for names of rules. */
export const TEXT_ROOM_WORDS = 2 ** 15;
/** Cells of a table, each some hundred bytes with 32 questions. */
const cellRoom = 2 ** 15;
/** Pages of a table. */
const pageRoom = 2 ** 15;
const pageWords = 16;
/** Rows of a table. */
const rowRoom = 2 ** 10;

type Tables = Pick<
  ReachColumns,
  keyof ReturnType<typeof groupColumns> | keyof ReturnType<typeof policyColumns>
>;

/** Tables with room; slots have theirs. */
export function withTableRoom(tables: Tables, questionCount: number): Tables {
  return {
    ...tables,
    groupPages: roomy(tables.groupPages, pageRoom * pageWords),
    groupDefaults: roomy(tables.groupDefaults, rowRoom),
    groupYes: roomy(tables.groupYes, cellRoom),
    groupMaybe: roomy(tables.groupMaybe, cellRoom),
    groupRules: roomy(tables.groupRules, cellRoom * questionCount),
    policyPages: roomy(tables.policyPages, pageRoom * pageWords),
    policyDefaults: roomy(tables.policyDefaults, rowRoom),
    policyYes: roomy(tables.policyYes, cellRoom),
    policyMaybe: roomy(tables.policyMaybe, cellRoom),
    policyRules: roomy(tables.policyRules, cellRoom * questionCount),
  };
}

/** Pairs with room, where there are any. */
export function withPairRoom(pairs: PairColumns, { questionCount }: ReachTables): PairColumns {
  if (pairs.pairs.length === 0) return pairs;
  const pairWords = roomy(pairs.pairWords, Math.max(0, MAX_NARROW - pairs.pairWords.length));
  if (pairs.classEnds.length === 0) return { ...pairs, pairWords };
  // As many ends as their numbers tell apart.
  const ruleWords = MAX_NARROW * 2 * questionCount;
  return {
    ...pairs,
    pairWords,
    endRules: roomy(pairs.endRules, ruleWords - pairs.endRules.length),
  };
}

function roomy(words: Int32Array, spare: number): Int32Array {
  const made = new Int32Array(words.length + spare);
  made.set(words);
  return made;
}
