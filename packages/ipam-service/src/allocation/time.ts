import type { BranchRecord } from "../records.ts";
import { startDeleting } from "./branch-results.ts";
import type { Draft } from "./draft.ts";
import type { NodeState } from "./node-state.ts";
import { restartDueWork, startWork } from "./work.ts";

/**
 * Age from which a creation is looked up instead of repeated after a restart. EC2 does not say how
 * long it remembers a client token; half of the usual 24 h is safe.
 */
const TOKEN_AGE_MS_MAX = 12 * 3_600_000;

/** Ends quarantines and holds whose time is over and repeats calls that are due. */
export function tickBranches(draft: Draft): void {
  const { nowMs, heldMs } = draft.context;
  for (const branch of [...draft.state.branches.values()]) {
    const { phase } = branch;
    let current = branch;
    if (phase.kind === "quarantined" && phase.reusableTimeMs <= nowMs) {
      current = draft.moveBranch(branch, { kind: "held" });
    }
    if (current.phase.kind === "held" && current.phaseTimeMs + heldMs <= nowMs) {
      startDeleting(draft, current);
    }
  }
  restartDueWork(draft);
}

/** Deletes the held branches: somebody else needs their addresses. */
export function deleteHeld(draft: Draft): void {
  for (const branch of [...draft.state.branches.values()]) {
    if (branch.phase.kind === "held") startDeleting(draft, branch);
  }
}

/** Takes up what the process before left behind. Every call of it may or may not have happened. */
export function resumeBranches(draft: Draft): void {
  for (const branch of [...draft.state.branches.values()]) {
    const { phase } = branch;
    switch (phase.kind) {
      case "creating":
      case "associating":
      case "regrouping":
      case "deleting": {
        const ageMs = draft.context.nowMs - branch.phaseTimeMs;
        const isLookup = phase.kind === "creating" && ageMs > TOKEN_AGE_MS_MAX;
        startWork(draft, branch, { isDoubtful: true, isLookup });
        break;
      }
      case "quarantined":
        clampQuarantine(draft, branch, phase.reusableTimeMs);
        break;
      case "allocated":
      case "held":
        break;
    }
  }
}

// A clock that was set back must not make a quarantine longer than it is configured to be.
function clampQuarantine(draft: Draft, branch: BranchRecord, reusableTimeMs: number): void {
  const latestMs = draft.context.nowMs + draft.context.quarantineMs;
  if (reusableTimeMs <= latestMs) return;
  draft.moveBranch(branch, { kind: "quarantined", reusableTimeMs: latestMs });
}

/** When the node needs its next tick, milliseconds since 1970; undefined if nothing is due ever. */
export function nextTickMs(state: NodeState, heldMs: number): number | undefined {
  let earliest: number | undefined;
  const consider = (timeMs: number | undefined) => {
    if (timeMs !== undefined && (earliest === undefined || timeMs < earliest)) earliest = timeMs;
  };
  for (const { phase, phaseTimeMs } of state.branches.values()) {
    if (phase.kind === "quarantined") consider(phase.reusableTimeMs);
    if (phase.kind === "held") consider(phaseTimeMs + heldMs);
  }
  for (const { phase } of state.addresses.values()) {
    if (phase.kind === "cooling") consider(phase.reusableTimeMs);
  }
  for (const { retryAtMs } of state.work.values()) consider(retryAtMs);
  return earliest;
}
