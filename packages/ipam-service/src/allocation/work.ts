import { assert } from "@trunkline/core";
import type { BranchRecord } from "../records.ts";
import { backoffMs } from "./backoff.ts";
import type { Draft } from "./draft.ts";
import type { Effect, Failure } from "./events.ts";
import type { Work } from "./node-state.ts";

const FRESH: Work = {
  failedCount: 0,
  retryAtMs: undefined,
  isDoubtful: false,
  isLookup: false,
};

/** Starts the EC2 call that the branch's phase asks for. */
export function startWork(draft: Draft, branch: BranchRecord, overrides: Partial<Work> = {}): void {
  const work = { ...FRESH, ...overrides, retryAtMs: undefined };
  draft.setWork(branch.id, work);
  draft.do(callOf(branch, work));
}

/** Puts the call off until its next attempt. */
export function postpone(draft: Draft, id: string, failure: Failure): Work {
  const before = draft.workOf(id) ?? FRESH;
  const failedCount = before.failedCount + 1;
  const retryAfterMs = Number(failure.facts.retryAfterMs ?? 0);
  const work: Work = {
    failedCount,
    retryAtMs: draft.context.nowMs + Math.max(retryAfterMs, backoffMs(failedCount, id)),
    isDoubtful: before.isDoubtful || failure.isOutcomeUnknown,
    isLookup: before.isLookup,
  };
  draft.setWork(id, work);
  return work;
}

/** Starts the calls whose wait is over. */
export function restartDueWork(draft: Draft): void {
  for (const branch of [...draft.state.branches.values()]) {
    const work = draft.workOf(branch.id);
    if (work?.retryAtMs === undefined || work.retryAtMs > draft.context.nowMs) continue;
    startWork(draft, branch, work);
  }
}

function callOf(branch: BranchRecord, work: Work): Effect {
  const { phase } = branch;
  switch (phase.kind) {
    case "creating":
      return { kind: work.isLookup ? "find" : "create", branch };
    case "associating":
      return { kind: "associate", branch };
    case "regrouping":
      return { kind: "regroup", branch };
    case "deleting":
      return { kind: phase.step === "delete" ? "delete" : "disassociate", branch };
    default:
      assert(false, `a branch in phase ${phase.kind} has no work`);
  }
}
