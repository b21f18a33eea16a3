import { type ErrorCode, TrunklineError } from "@trunkline/core";
import type { BranchRecord } from "../records.ts";
import { grant, refuse } from "./branch-requests.ts";
import type { Draft } from "./draft.ts";
import type { AllocationEvent, Failure } from "./events.ts";
import type { Work } from "./node-state.ts";
import { postpone, startWork } from "./work.ts";

type BranchAnswerEvent = AllocationEvent & {
  kind: "created" | "absent" | "associated" | "regrouped" | "disassociated" | "deleted";
};

/** Failures that pass by themselves. */
const PASSING: ReadonlySet<ErrorCode> = new Set(["THROTTLED", "NOT_READY"] as const);

/** Failed attempts after which those who wait are told; the attempts go on. */
const ANSWER_AFTER_FAILED_COUNT = 3;

/**
 * Attempts to use an interface that EC2 does not know yet. A fresh one may be invisible for 10 s
 * (see the consistency lag in EC2's "eventual consistency" page); with the back-off, 6 attempts
 * span some 15 s.
 */
const INVISIBLE_ATTEMPTS_MAX = 6;

/** Wait before asking whether an interface exists: longer than EC2 may hide a fresh one. */
const LOOKUP_AFTER_MS = 15_000;

/** Goes on after EC2 has done what a branch needed. */
export function onBranchAnswer(draft: Draft, event: BranchAnswerEvent): void {
  const branch = draft.state.branches.get(event.id);
  // An answer that comes twice or late finds the entry further on.
  if (!branch || draft.workOf(event.id) === undefined) return;
  const { kind } = branch.phase;
  switch (event.kind) {
    case "created":
      if (kind !== "creating") return;
      startWork(draft, draft.moveBranch(branch, { kind: "associating" }, { eni: event.eni }));
      return;
    case "absent":
      if (kind === "creating") abandon(draft, branch);
      return;
    case "associated":
      if (kind !== "associating") return;
      arrive(draft, { ...branch, associationId: event.associationId }, false);
      return;
    case "regrouped":
      if (kind === "regrouping") arrive(draft, branch, true);
      return;
    case "disassociated":
      if (kind !== "deleting") return;
      startWork(draft, draft.moveBranch(branch, { kind: "deleting", step: "delete" }));
      return;
    case "deleted":
      if (kind === "deleting") draft.dropBranch(branch);
      return;
  }
}

/** Decides what a failed call means for its branch. */
export function onBranchFailure(draft: Draft, branch: BranchRecord, failure: Failure): void {
  // A failure that comes late finds no call under way.
  if (draft.workOf(branch.id)?.retryAtMs !== undefined || !draft.workOf(branch.id)) return;
  const work = postpone(draft, branch.id, failure);
  switch (branch.phase.kind) {
    case "creating":
      onCreateFailed(draft, branch, { failure, work });
      return;
    case "associating":
      onAssociateFailed(draft, branch, { failure, work });
      return;
    case "regrouping":
      onRegroupFailed(draft, branch, { failure, work });
      return;
    case "deleting":
      onDeleteFailed(draft, branch, failure);
      return;
    default:
      return;
  }
}

/** Starts the end of a branch, whose VLAN id stays taken until the interface is gone. */
export function startDeleting(draft: Draft, branch: BranchRecord): void {
  const phase = { kind: "deleting", step: "disassociate" } as const;
  startWork(draft, draft.moveBranch(branch, phase, { isWanted: false }));
}

interface FailedCall {
  readonly failure: Failure;
  /** After this failure was counted. */
  readonly work: Work;
}

function onCreateFailed(draft: Draft, branch: BranchRecord, { failure, work }: FailedCall): void {
  if (failure.isOutcomeUnknown || work.isLookup) {
    answerLate(draft, branch, failure, work);
    return;
  }
  if (!work.isDoubtful) {
    refuse(draft, branch.pod, errorOf(failure));
    draft.dropBranch(branch);
    return;
  }
  if (PASSING.has(failure.code)) {
    answerLate(draft, branch, failure, work);
    return;
  }
  // This attempt made nothing, an earlier one may have: ask EC2 before the entry is forgotten.
  refuse(draft, branch.pod, errorOf(failure));
  const retryAtMs = draft.context.nowMs + LOOKUP_AFTER_MS;
  draft.setWork(branch.id, { ...work, retryAtMs, isLookup: true });
}

function onAssociateFailed(draft: Draft, branch: BranchRecord, call: FailedCall): void {
  const { failure, work } = call;
  const isInvisible = failure.facts.eniId === branch.eni?.eniId && failure.code === "NOT_FOUND";
  const mayPass =
    failure.isOutcomeUnknown ||
    PASSING.has(failure.code) ||
    (isInvisible && work.failedCount < INVISIBLE_ATTEMPTS_MAX);
  if (mayPass) {
    answerLate(draft, branch, failure, work);
    return;
  }
  refuse(draft, branch.pod, errorOf(failure));
  startDeleting(draft, branch);
}

function onRegroupFailed(draft: Draft, branch: BranchRecord, call: FailedCall): void {
  const { failure, work } = call;
  if (branch.phase.kind !== "regrouping") return;
  if (failure.isOutcomeUnknown || (work.isDoubtful && PASSING.has(failure.code))) {
    answerLate(draft, branch, failure, work);
    return;
  }
  refuse(draft, branch.pod, errorOf(failure));
  const isGone = failure.code === "NOT_FOUND" && failure.facts.groupId === undefined;
  // Which groups it has is not known, or it does not exist any more: no pod may get it.
  if (work.isDoubtful || isGone) {
    startDeleting(draft, branch);
    return;
  }
  draft.clearWork(branch.id);
  const back = { groupIds: branch.phase.fromGroupIds, isWanted: false };
  draft.moveBranch(branch, { kind: "held" }, back);
}

function onDeleteFailed(draft: Draft, branch: BranchRecord, failure: Failure): void {
  // Still in use: the association is there although we believed it gone.
  if (failure.facts.isInUse !== "true" || branch.phase.kind !== "deleting") return;
  if (branch.phase.step !== "delete") return;
  const { associationId: _forgotten, ...rest } = branch;
  draft.moveBranch(rest, { kind: "deleting", step: "disassociate" });
}

// The attempts go on whatever those who wait are told: a repeat by the same pod joins them.
function answerLate(draft: Draft, branch: BranchRecord, failure: Failure, work: Work): void {
  if (work.failedCount < ANSWER_AFTER_FAILED_COUNT) return;
  refuse(draft, branch.pod, errorOf(failure));
}

// A branch has its groups and its association: it serves its pod, or is kept if nobody waits.
function arrive(draft: Draft, branch: BranchRecord, isReused: boolean): void {
  draft.clearWork(branch.id);
  if (branch.isWanted) {
    grant(draft, draft.moveBranch(branch, { kind: "allocated" }), isReused);
    return;
  }
  if (draft.state.node.isRemoving) {
    startDeleting(draft, branch);
    return;
  }
  draft.moveBranch(branch, { kind: "held" });
}

function abandon(draft: Draft, branch: BranchRecord): void {
  const text = `EC2 made no interface for pod ${branch.pod.namespace}/${branch.pod.name}; ask again`;
  refuse(draft, branch.pod, new TrunklineError("NOT_READY", text));
  draft.dropBranch(branch);
}

function errorOf({ code, message, facts }: Failure): TrunklineError {
  return new TrunklineError(code, message, { facts });
}
