import type { Action } from "./actions.ts";

/** A member of answers that the two are known to show differently; it is not compared. */
export interface FieldDeviation {
  readonly actions: "all" | readonly Action[];
  /** Path of the member, `NetworkInterfaces[].Attachment`. */
  readonly path: string;
  readonly reason: string;
}

/** A refusal that the two are known to see differently; "answer" is none. */
export interface OutcomeDeviation {
  readonly actions: readonly Action[];
  readonly ours: string;
  readonly theirs: string;
  /** Inputs for which it is known; all when absent. */
  readonly when?: (input: Readonly<Record<string, unknown>>) => boolean;
  readonly reason: string;
}

/** One known deviation. */
export type Deviation = FieldDeviation | OutcomeDeviation;

/** Members that are not compared. */
export const FIELD_DEVIATIONS: readonly FieldDeviation[] = [];

/** Outcomes that may differ. */
export const OUTCOME_DEVIATIONS: readonly OutcomeDeviation[] = [];
