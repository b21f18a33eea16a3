import type { AddressRecord, BranchRecord, NodeRecord, PendingTrunk } from "../records.ts";

/**
 * One change of what the service remembers. Each one carries the whole new record, so that applying
 * it twice is the same as once.
 */
export type Change =
  | { readonly kind: "node"; readonly node: NodeRecord }
  | { readonly kind: "nodeGone"; readonly nodeName: string }
  | { readonly kind: "branch"; readonly nodeName: string; readonly branch: BranchRecord }
  | { readonly kind: "branchGone"; readonly nodeName: string; readonly id: string }
  | { readonly kind: "address"; readonly nodeName: string; readonly address: AddressRecord }
  | { readonly kind: "addressGone"; readonly nodeName: string; readonly id: string }
  | { readonly kind: "trunkPending"; readonly pending: PendingTrunk }
  | { readonly kind: "trunkSettled"; readonly nodeName: string };
