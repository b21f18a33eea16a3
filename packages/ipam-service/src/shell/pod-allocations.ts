import { TrunklineError } from "@trunkline/core";
import { addressOfPod } from "../allocation/address-allocation.ts";
import { branchOfPod } from "../allocation/choose-branch.ts";
import { type AddressRecord, type BranchRecord, ownerOf, type PodRef } from "../records.ts";
import type { Registry } from "../registry.ts";
import type { Allocator } from "./allocator.ts";
import { onlyWhile } from "./only-while.ts";
import type { Resolution, ResolvePod } from "./policy.ts";

/** What a pod that asks for a branch gets. */
export type BranchOutcome =
  | { readonly kind: "branch"; readonly branch: BranchRecord; readonly isReused: boolean }
  | { readonly kind: "ordinary"; readonly reason: string };

/** What allocating for pods needs. */
export interface PodAllocationsOptions {
  readonly registry: Registry;
  readonly allocator: Allocator;
  readonly resolve: ResolvePod;
}

/** Joins what the policy service says of a pod with what the allocator has for it. */
export class PodAllocations {
  readonly #options: PodAllocationsOptions;
  readonly #resolving = new Map<string, Promise<Resolution>>();

  constructor(options: PodAllocationsOptions) {
    this.#options = options;
  }

  /** Gives the pod its branch, or says that it is an ordinary pod. Idempotent by its UID. */
  async allocateBranch(nodeName: string, pod: PodRef, signal: AbortSignal): Promise<BranchOutcome> {
    const held = this.#heldBranch(nodeName, pod);
    if (held?.phase.kind === "allocated") {
      return this.#grant(nodeName, held, signal);
    }
    const resolution = await onlyWhile(signal, this.#resolve(nodeName, pod));
    if (resolution.kind === "ordinary") return resolution;
    const { groupIds, policies } = resolution;
    const { allocator } = this.#options;
    const granted = await allocator.allocateBranch(nodeName, { pod, groupIds, policies }, signal);
    return { kind: "branch", branch: granted.branch, isReused: granted.isReused };
  }

  /** Gives an ordinary pod an address of the node's primary interface. Idempotent by its UID. */
  async allocateAddress(
    nodeName: string,
    pod: PodRef,
    signal: AbortSignal,
  ): Promise<AddressRecord> {
    const { registry, allocator } = this.#options;
    const addresses = registry.nodes.get(nodeName)?.addresses ?? new Map();
    const held = addressOfPod(addresses, pod.uid);
    if (held) checkSamePod(held.pod, pod);
    if (held?.phase.kind !== "assigned") {
      const resolution = await onlyWhile(signal, this.#resolve(nodeName, pod));
      // The primary interface has the node's groups: no place for a pod that has groups of its own.
      if (resolution.kind === "branch") throw needsBranch(pod, resolution.policies);
    }
    return allocator.allocateAddress(nodeName, pod, signal);
  }

  // Through the allocator, which answers when the ledger has everything.
  async #grant(
    nodeName: string,
    { pod, groupIds, policies }: BranchRecord,
    signal: AbortSignal,
  ): Promise<BranchOutcome> {
    const wish = { pod, groupIds, policies };
    const { branch } = await this.#options.allocator.allocateBranch(nodeName, wish, signal);
    return { kind: "branch", branch, isReused: true };
  }

  #heldBranch(nodeName: string, pod: PodRef): BranchRecord | undefined {
    const state = this.#options.registry.nodes.get(nodeName);
    const held = state && branchOfPod(state, pod.uid);
    if (held) checkSamePod(held.pod, pod);
    return held;
  }

  // Repeats of a call that is under way share its question. The question does not end with the
  // caller that asked first.
  #resolve(nodeName: string, pod: PodRef): Promise<Resolution> {
    const key = `${nodeName} ${ownerOf(pod)} ${pod.uid}`;
    const joined = this.#resolving.get(key);
    if (joined) return joined;
    const asked = this.#options.resolve(nodeName, pod).finally(() => this.#resolving.delete(key));
    this.#resolving.set(key, asked);
    return asked;
  }
}

function checkSamePod(known: PodRef, asked: PodRef): void {
  if (ownerOf(known) === ownerOf(asked)) return;
  const text = `uid ${asked.uid} is pod ${ownerOf(known)}, not ${ownerOf(asked)}`;
  throw new TrunklineError("INVALID_ARGUMENT", text);
}

function needsBranch(pod: PodRef, policies: readonly string[]): TrunklineError {
  const text = `pod ${ownerOf(pod)} is selected by ${policies.join(", ")}: it gets a branch`;
  return new TrunklineError("NOT_PERMITTED", text);
}
