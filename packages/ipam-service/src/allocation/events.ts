import type { ErrorCode, ErrorFacts, TrunklineError } from "@trunkline/core";
import type { AddressRecord, BranchRecord, InterfaceFacts, PodRef } from "../records.ts";

/** Why an EC2 call did not succeed. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly facts: ErrorFacts;
  /** No answer came, so EC2 may or may not have done what was asked. */
  readonly isOutcomeUnknown: boolean;
}

/** What happened to a node: a request, the answer of EC2, or the passing of time. */
export type AllocationEvent =
  | {
      readonly kind: "allocate";
      /** UUID for the entry, should one be made. */
      readonly newId: string;
      readonly pod: PodRef;
      readonly groupIds: readonly string[];
      readonly policies: readonly string[];
    }
  | { readonly kind: "release"; readonly podUid: string }
  | { readonly kind: "allocateAddress"; readonly newId: string; readonly pod: PodRef }
  | { readonly kind: "releaseAddress"; readonly podUid: string }
  | { readonly kind: "created"; readonly id: string; readonly eni: InterfaceFacts }
  /** A lookup found no interface for the entry. */
  | { readonly kind: "absent"; readonly id: string }
  | { readonly kind: "associated"; readonly id: string; readonly associationId: string }
  | { readonly kind: "regrouped"; readonly id: string }
  | { readonly kind: "disassociated"; readonly id: string }
  | { readonly kind: "deleted"; readonly id: string }
  /** New addresses of the primary interface, one per entry of the call; fewer after a lookup. */
  | {
      readonly kind: "addressesAssigned";
      readonly ids: readonly string[];
      readonly ipv4Addresses: readonly string[];
    }
  | { readonly kind: "addressUnassigned"; readonly id: string }
  | { readonly kind: "trunkRemoved" }
  /** The call for the entry (or for `ids` of addresses) failed. */
  | { readonly kind: "failed"; readonly ids: readonly string[]; readonly failure: Failure }
  /** Deletes what is held and not in use: the subnet is short of addresses. */
  | { readonly kind: "subnetShort" }
  | { readonly kind: "remove" }
  | { readonly kind: "tick" }
  /** The process has just read its ledger: nothing is under way, everything is in doubt. */
  | { readonly kind: "resume" };

/** What is to be done: an EC2 call, whose result comes back as an event, or an answer to a caller. */
export type Effect =
  | { readonly kind: "create"; readonly branch: BranchRecord }
  | { readonly kind: "find"; readonly branch: BranchRecord }
  | { readonly kind: "associate"; readonly branch: BranchRecord }
  | { readonly kind: "regroup"; readonly branch: BranchRecord }
  | { readonly kind: "disassociate"; readonly branch: BranchRecord }
  | { readonly kind: "delete"; readonly branch: BranchRecord }
  | { readonly kind: "assignAddresses"; readonly ids: readonly string[] }
  /** Looks which addresses the primary interface has that nobody is known to hold. */
  | {
      readonly kind: "findAddresses";
      readonly ids: readonly string[];
      readonly known: readonly string[];
    }
  | { readonly kind: "unassignAddress"; readonly address: AddressRecord }
  | { readonly kind: "removeTrunk" }
  | { readonly kind: "answerBranch"; readonly podUid: string; readonly answer: BranchAnswer }
  | { readonly kind: "answerAddress"; readonly podUid: string; readonly answer: AddressAnswer }
  | { readonly kind: "nodeGone" };

/** The answer to everybody who waits for a pod's branch. */
export type BranchAnswer =
  | { readonly kind: "granted"; readonly branch: BranchRecord; readonly isReused: boolean }
  | { readonly kind: "refused"; readonly error: TrunklineError };

/** The answer to everybody who waits for a pod's address. */
export type AddressAnswer =
  | { readonly kind: "granted"; readonly address: AddressRecord }
  | { readonly kind: "refused"; readonly error: TrunklineError };

/** What a decider says: the state after the event, how it differs, and what is to be done. */
export interface Decision<State, ChangeKind> {
  readonly state: State;
  readonly changes: readonly ChangeKind[];
  readonly effects: readonly Effect[];
}

/** What a decider is told besides state and event. */
export interface DecisionContext {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** How long a released branch or address is kept from others. */
  readonly quarantineMs: number;
  /** How long a branch out of quarantine is kept for reuse. */
  readonly heldMs: number;
}
