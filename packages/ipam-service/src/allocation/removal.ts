import { refuse, removing } from "./branch-requests.ts";
import { startDeleting } from "./branch-results.ts";
import type { Draft } from "./draft.ts";
import type { Failure } from "./events.ts";
import { TRUNK_WORK_ID } from "./node-state.ts";
import { postpone } from "./work.ts";

/** Starts to forget the node: its branches go without quarantine, then its trunk. */
export function onRemove(draft: Draft): void {
  const { node } = draft.state;
  if (node.isRemoving) return;
  draft.putNode({ ...node, isRemoving: true });
  for (const branch of [...draft.state.branches.values()]) {
    switch (branch.phase.kind) {
      case "creating":
      case "associating":
      case "regrouping":
        draft.putBranch({ ...branch, isWanted: false });
        refuse(draft, branch.pod, removing(node.name));
        break;
      case "allocated":
      case "quarantined":
      case "held":
        startDeleting(draft, branch);
        break;
      case "deleting":
        break;
    }
  }
}

/** Removes the trunk once nothing of the node is left; called after every event. */
export function finishRemoval(draft: Draft): void {
  const { node, branches, addresses } = draft.state;
  if (!node.isRemoving || branches.size > 0 || addresses.size > 0) return;
  const work = draft.workOf(TRUNK_WORK_ID);
  const isDue = work?.retryAtMs !== undefined && work.retryAtMs <= draft.context.nowMs;
  if (work && !isDue) return;
  draft.setWork(TRUNK_WORK_ID, {
    failedCount: work?.failedCount ?? 0,
    retryAtMs: undefined,
    isDoubtful: true,
    isLookup: false,
  });
  draft.do({ kind: "removeTrunk" });
}

/** Tries again later. */
export function onTrunkFailure(draft: Draft, failure: Failure): void {
  postpone(draft, TRUNK_WORK_ID, failure);
}
