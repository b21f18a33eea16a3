import type { AddressRecord, BranchRecord, NodeRecord } from "../records.ts";

/** An EC2 call of one entry that is under way or waits for its next attempt; not in the ledger. */
export interface Work {
  /** Attempts that failed so far. */
  readonly failedCount: number;
  /** When the next attempt is due, milliseconds since 1970; undefined while one is under way. */
  readonly retryAtMs: number | undefined;
  /** An attempt ended without an answer: EC2 may have done what was asked. */
  readonly isDoubtful: boolean;
  /** The next attempt asks EC2 whether the interface exists instead of making it. */
  readonly isLookup: boolean;
}

/** One node with everything it holds: the unit of decision. Nothing in it is ever changed in place. */
export interface NodeState {
  readonly node: NodeRecord;
  /** By id of the entry. */
  readonly branches: ReadonlyMap<string, BranchRecord>;
  /** By id of the entry. */
  readonly addresses: ReadonlyMap<string, AddressRecord>;
  /** By id of the entry; the removal of the trunk has the id {@link TRUNK_WORK_ID}. */
  readonly work: ReadonlyMap<string, Work>;
}

/** Key of the trunk's removal in `work`. */
export const TRUNK_WORK_ID = "trunk";

/** Key of the address calls in `work`: one call per node is under way at a time. */
export const ADDRESS_WORK_ID = "addresses";

/** Returns the state of a node that holds nothing. */
export function emptyNodeState(node: NodeRecord): NodeState {
  return { node, branches: new Map(), addresses: new Map(), work: new Map() };
}

/** Counts of a node, in branches. */
export interface BranchCounts {
  readonly allocated: number;
  readonly quarantined: number;
  readonly held: number;
  /** On their way in or out. */
  readonly changing: number;
  /** What can be allocated now: held ones plus what the limit leaves. */
  readonly allocatable: number;
}

/** Counts the branches of a node by where they are. */
export function countBranches(state: NodeState): BranchCounts {
  const counts = { allocated: 0, quarantined: 0, held: 0, changing: 0 };
  for (const { phase } of state.branches.values()) {
    const isSteady = phase.kind in counts;
    counts[isSteady ? (phase.kind as keyof typeof counts) : "changing"] += 1;
  }
  const free = Math.max(0, state.node.branchLimit - state.branches.size);
  return { ...counts, allocatable: counts.held + free };
}
