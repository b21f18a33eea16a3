import type { DecidingRule, Flow, Verdict } from "../../verdict/explanation.ts";
import type { WorldEdit } from "../edit.ts";

/** A verdict, or ABSENT where one of the ends does not exist. */
export type DiffVerdict = Verdict | "ABSENT";

/** Pairs whose verdict differs in the same way for the same reasons. */
export interface VerdictChange {
  readonly before: DiffVerdict;
  readonly after: DiffVerdict;
  /** "tcp/5432", "udp/53-60", "other protocols". */
  readonly traffic: readonly string[];
  /** Every source of a set with every destination of it, themselves left out. */
  readonly pairs: readonly PairSet[];
  readonly pairCount: number;
  readonly rulesBefore: readonly DecidingRule[];
  readonly rulesAfter: readonly DecidingRule[];
  /** One pair that stands for all. */
  readonly example: Flow;
  /**
   * The smallest set of edits that makes this difference, proven on the first world; empty when
   * there are too many changes to search.
   */
  readonly cause: readonly WorldEdit[];
}

/** A change whose cause is not known yet. */
export type ChangedPairs = Omit<VerdictChange, "cause">;

/** Sources and destinations, by name; a block stands for what no smaller named block holds. */
export interface PairSet {
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
}
