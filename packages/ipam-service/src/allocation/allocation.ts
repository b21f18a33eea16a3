import type { Change } from "../ledger/change.ts";
import {
  decideAddresses,
  forgetAddresses,
  resumeAddresses,
  tickAddresses,
} from "./address-allocation.ts";
import { onAllocate, onRelease } from "./branch-requests.ts";
import { onBranchAnswer, onBranchFailure } from "./branch-results.ts";
import { Draft } from "./draft.ts";
import type { AllocationEvent, Decision, DecisionContext } from "./events.ts";
import { ADDRESS_WORK_ID, type NodeState, TRUNK_WORK_ID } from "./node-state.ts";
import { finishRemoval, onRemove, onTrunkFailure } from "./removal.ts";
import { deleteHeld, resumeBranches, tickBranches } from "./time.ts";

/**
 * Decides what follows from one event for one node: the law of allocation. Pure; the caller writes
 * the changes to the ledger, then runs the effects and feeds their results back as events.
 *
 * Holds, whatever the order of events: a VLAN id is used by one entry at a time; the entries never
 * exceed the branch limit; a branch is granted only with the groups that were asked for; an entry
 * disappears only when EC2 has said that its interface does not exist.
 */
export function decide(
  state: NodeState,
  event: AllocationEvent,
  context: DecisionContext,
): Decision<NodeState, Change> {
  const draft = new Draft(state, context);
  decideInto(draft, event);
  finishRemoval(draft);
  return draft.finish();
}

function decideInto(draft: Draft, event: AllocationEvent): void {
  switch (event.kind) {
    case "allocate":
      onAllocate(draft, event);
      return;
    case "release":
      onRelease(draft, event.podUid);
      return;
    case "created":
    case "absent":
    case "associated":
    case "regrouped":
    case "disassociated":
    case "deleted":
      onBranchAnswer(draft, event);
      return;
    case "allocateAddress":
    case "releaseAddress":
    case "addressesAssigned":
    case "addressUnassigned":
      decideAddresses(draft, event);
      return;
    case "failed":
      onFailed(draft, event);
      return;
    case "trunkRemoved":
      draft.dropNode();
      return;
    case "remove":
      onRemove(draft);
      forgetAddresses(draft);
      return;
    case "subnetShort":
      deleteHeld(draft);
      return;
    case "tick":
      tickBranches(draft);
      tickAddresses(draft);
      return;
    case "resume":
      resumeBranches(draft);
      resumeAddresses(draft);
      return;
    default:
      event satisfies never;
  }
}

function onFailed(draft: Draft, event: AllocationEvent & { kind: "failed" }): void {
  const [id = ""] = event.ids;
  if (id === TRUNK_WORK_ID) {
    onTrunkFailure(draft, event.failure);
    return;
  }
  const branch = draft.state.branches.get(id);
  if (branch) {
    onBranchFailure(draft, branch, event.failure);
    return;
  }
  if (draft.workOf(ADDRESS_WORK_ID) || draft.state.addresses.has(id)) decideAddresses(draft, event);
}
