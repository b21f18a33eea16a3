import { assert, TrunklineError } from "@trunkline/core";
import { type BranchRecord, groupSetKey, type PodRef } from "../records.ts";
import { branchOfPod, chooseBranch } from "./choose-branch.ts";
import type { Draft } from "./draft.ts";
import type { AllocationEvent } from "./events.ts";
import { countBranches, type NodeState } from "./node-state.ts";
import { lowestFreeVlanId } from "./vlan.ts";
import { startWork } from "./work.ts";

/** Wait that is suggested while something of the same pod is still on its way. */
const CHANGING_RETRY_AFTER_MS = 500;

/** Gives a pod a branch, or says why it gets none. */
export function onAllocate(draft: Draft, event: AllocationEvent & { kind: "allocate" }): void {
  const { pod, groupIds, policies } = event;
  assert(groupIds.length > 0, "a branch is asked for with at least one group");
  if (draft.state.node.isRemoving) {
    refuse(draft, pod, removing(draft.state.node.name));
    return;
  }
  const choice = chooseBranch(draft.state, pod, groupIds);
  const claim = { pod, groupIds, policies, isWanted: true };
  switch (choice.kind) {
    case "own":
      keepOwn(draft, choice.branch, groupIds);
      return;
    case "reuse":
      grant(draft, draft.moveBranch(choice.branch, { kind: "allocated" }, claim), true);
      return;
    case "regroup": {
      const fromGroupIds = choice.branch.groupIds;
      const phase = { kind: "regrouping", fromGroupIds } as const;
      startWork(draft, draft.moveBranch(choice.branch, phase, claim));
      return;
    }
    case "create":
      create(draft, event);
      return;
    case "exhausted":
      refuse(draft, pod, exhausted(draft.state, draft.context.nowMs));
      return;
  }
}

/** Takes the branch from the pod; nothing happens if it holds none. */
export function onRelease(draft: Draft, podUid: string): void {
  const branch = branchOfPod(draft.state, podUid);
  if (!branch) return;
  if (branch.phase.kind === "allocated") {
    const reusableTimeMs = draft.context.nowMs + draft.context.quarantineMs;
    draft.moveBranch(branch, { kind: "quarantined", reusableTimeMs }, { isWanted: false });
    return;
  }
  // Its making goes on, so that EC2 and the ledger agree; nobody waits for it any more.
  draft.putBranch({ ...branch, isWanted: false });
  const gone = `pod ${branch.pod.namespace}/${branch.pod.name} was released while its branch was made`;
  refuse(draft, branch.pod, new TrunklineError("STALE_REVISION", gone));
}

/** Answers everybody who waits for the branch of a pod. */
export function grant(draft: Draft, branch: BranchRecord, isReused: boolean): void {
  const answer = { kind: "granted", branch, isReused } as const;
  draft.do({ kind: "answerBranch", podUid: branch.pod.uid, answer });
}

/** Refuses everybody who waits for the branch of a pod. */
export function refuse(draft: Draft, pod: PodRef, error: TrunklineError): void {
  draft.do({ kind: "answerBranch", podUid: pod.uid, answer: { kind: "refused", error } });
}

/** The refusal while a node is being removed. */
export function removing(nodeName: string): TrunklineError {
  return new TrunklineError("NOT_FOUND", `node ${nodeName} is being removed`);
}

function keepOwn(draft: Draft, branch: BranchRecord, groupIds: readonly string[]): void {
  if (branch.phase.kind === "allocated") {
    grant(draft, branch, true);
    return;
  }
  if (groupSetKey(branch.groupIds) === groupSetKey(groupIds)) {
    if (!branch.isWanted) draft.putBranch({ ...branch, isWanted: true });
    return;
  }
  // The policy changed while the branch was on its way. It must not reach the pod with the groups
  // of before; once it has arrived it is held, and the next attempt replaces its groups.
  if (branch.isWanted) draft.putBranch({ ...branch, isWanted: false });
  const text = `groups of pod ${branch.pod.namespace}/${branch.pod.name} changed while its branch was made`;
  const facts = { retryAfterMs: String(CHANGING_RETRY_AFTER_MS) };
  refuse(draft, branch.pod, new TrunklineError("NOT_READY", text, { facts }));
}

function create(draft: Draft, event: AllocationEvent & { kind: "allocate" }): void {
  const { node } = draft.state;
  const branch = draft.putBranch({
    id: event.newId,
    vlanId: lowestFreeVlanId(draft.state),
    subnetId: node.trunk.subnetId,
    groupIds: event.groupIds,
    policies: event.policies,
    phase: { kind: "creating" },
    phaseTimeMs: draft.context.nowMs,
    pod: event.pod,
    isWanted: true,
  });
  startWork(draft, branch);
}

function exhausted(state: NodeState, nowMs: number): TrunklineError {
  const { node } = state;
  const counts = countBranches(state);
  const reusableTimes = [...state.branches.values()].flatMap(({ phase }) =>
    phase.kind === "quarantined" ? [phase.reusableTimeMs] : [],
  );
  const retryAfterMs = counts.quarantined > 0 ? Math.min(...reusableTimes) - nowMs : 5_000;
  const text =
    `node ${node.name} (${node.instanceType}) has ${node.branchLimit} branches, none is free: ` +
    `${counts.allocated} allocated, ${counts.quarantined} quarantined, ${counts.changing} changing`;
  const facts = {
    nodeName: node.name,
    branchLimit: String(node.branchLimit),
    allocatedCount: String(counts.allocated),
    quarantinedCount: String(counts.quarantined),
    changingCount: String(counts.changing),
    retryAfterMs: String(Math.max(retryAfterMs, CHANGING_RETRY_AFTER_MS)),
  };
  return new TrunklineError("BRANCH_EXHAUSTED", text, { facts });
}
