import { type BranchRecord, groupSetKey, ownerOf, type PodRef } from "../records.ts";
import type { NodeState } from "./node-state.ts";

/** Which branch a pod gets. */
export type Choice =
  /** The pod holds it already, or it is on its way to the pod. */
  | { readonly kind: "own"; readonly branch: BranchRecord }
  /** It fits as it is: no EC2 call. */
  | { readonly kind: "reuse"; readonly branch: BranchRecord }
  /** It is free but has other groups: one EC2 call. */
  | { readonly kind: "regroup"; readonly branch: BranchRecord }
  | { readonly kind: "create" }
  | { readonly kind: "exhausted" };

/**
 * Chooses, in this order: the pod's own branch, the quarantined branch of the same owner with the
 * same groups, a held branch with the same groups, a held branch with other groups, a new branch.
 *
 * Replacing the groups of a held branch comes before making a new one even below the limit: it
 * costs one call instead of two, of a bucket that is twice as large.
 */
export function chooseBranch(state: NodeState, pod: PodRef, groupIds: readonly string[]): Choice {
  const own = branchOfPod(state, pod.uid);
  if (own) return { kind: "own", branch: own };
  const groupSet = groupSetKey(groupIds);
  const fitting = [...state.branches.values()].filter(
    (branch) => groupSetKey(branch.groupIds) === groupSet,
  );
  const reusable =
    longestIdle(
      fitting.filter(
        (branch) => branch.phase.kind === "quarantined" && ownerOf(branch.pod) === ownerOf(pod),
      ),
    ) ?? longestIdle(fitting.filter(isHeld));
  if (reusable) return { kind: "reuse", branch: reusable };
  const held = longestIdle([...state.branches.values()].filter(isHeld));
  if (held) return { kind: "regroup", branch: held };
  return { kind: state.branches.size < state.node.branchLimit ? "create" : "exhausted" };
}

/** Returns the branch that a pod holds or that is on its way to it. */
export function branchOfPod(state: NodeState, podUid: string): BranchRecord | undefined {
  for (const branch of state.branches.values()) {
    if (branch.pod.uid === podUid && isPodsOwn(branch)) return branch;
  }
  return undefined;
}

/** True while the pod named in the record holds the branch or its making is not over. */
export function isPodsOwn({ phase }: BranchRecord): boolean {
  return (
    phase.kind === "creating" ||
    phase.kind === "associating" ||
    phase.kind === "regrouping" ||
    phase.kind === "allocated"
  );
}

function isHeld(branch: BranchRecord): boolean {
  return branch.phase.kind === "held";
}

// The longest idle one first: addresses go round instead of coming back at once.
function longestIdle(branches: readonly BranchRecord[]): BranchRecord | undefined {
  return branches.reduce<BranchRecord | undefined>((best, branch) => {
    if (!best || branch.phaseTimeMs < best.phaseTimeMs) return branch;
    return branch.phaseTimeMs === best.phaseTimeMs && branch.vlanId < best.vlanId ? branch : best;
  }, undefined);
}
