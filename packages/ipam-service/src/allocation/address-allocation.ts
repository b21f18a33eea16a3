import { type ErrorCode, TrunklineError } from "@trunkline/core";
import { type AddressRecord, ownerOf, type PodRef } from "../records.ts";
import { grantAddress, refuseAddress } from "./address-answers.ts";
import { onAddressesAssigned, onAddressFailure } from "./address-results.ts";
import { startAssigning, startUnassigning } from "./address-work.ts";
import { branchOfPod } from "./choose-branch.ts";
import type { Draft } from "./draft.ts";
import type { AllocationEvent } from "./events.ts";

/** Wait that is suggested when the interface is full and nothing cools. */
const FULL_RETRY_AFTER_MS = 5_000;

type AddressEvent = AllocationEvent & {
  kind: "allocateAddress" | "releaseAddress" | "addressesAssigned" | "addressUnassigned" | "failed";
};

/** Decides about the secondary addresses of a node's primary interface. */
export function decideAddresses(draft: Draft, event: AddressEvent): void {
  switch (event.kind) {
    case "allocateAddress":
      onAllocateAddress(draft, event);
      return;
    case "releaseAddress":
      onReleaseAddress(draft, event.podUid);
      return;
    case "addressesAssigned":
      onAddressesAssigned(draft, event);
      return;
    case "addressUnassigned": {
      const address = draft.state.addresses.get(event.id);
      if (address?.phase.kind === "unassigning") draft.dropAddress(address);
      return;
    }
    case "failed":
      onAddressFailure(draft, event.ids, event.failure);
      return;
  }
}

/** Returns the address that a pod holds or that is on its way to it. */
export function addressOfPod(
  addresses: ReadonlyMap<string, AddressRecord>,
  podUid: string,
): AddressRecord | undefined {
  for (const address of addresses.values()) {
    const { kind } = address.phase;
    const isOwn = kind === "assigning" || kind === "assigned";
    if (isOwn && address.pod.uid === podUid) return address;
  }
  return undefined;
}

function onAllocateAddress(
  draft: Draft,
  event: AllocationEvent & { kind: "allocateAddress" },
): void {
  const { pod } = event;
  const { node, addresses } = draft.state;
  const refusal = refusalOf(draft, pod);
  if (refusal) {
    refuseAddress(draft, pod, refusal);
    return;
  }
  const own = addressOfPod(addresses, pod.uid);
  if (own?.phase.kind === "assigned") {
    grantAddress(draft, own);
    return;
  }
  if (own) {
    if (!own.isWanted) draft.moveAddress(own, own.phase, { isWanted: true });
    return;
  }
  const cooling = [...addresses.values()].find(
    (address) => address.phase.kind === "cooling" && ownerOf(address.pod) === ownerOf(pod),
  );
  if (cooling) {
    const claim = { pod, isWanted: true };
    grantAddress(draft, draft.moveAddress(cooling, { kind: "assigned" }, claim));
    return;
  }
  // The primary address takes a place as well.
  const usedCount = 1 + node.primary.foreignAddresses.length + addresses.size;
  if (usedCount >= node.ipv4PerEni) {
    refuseAddress(draft, pod, exhausted(draft));
    return;
  }
  const { nowMs } = draft.context;
  const fresh = { id: event.newId, pod, phaseTimeMs: nowMs, isWanted: true };
  draft.moveAddress({ ...fresh, phase: { kind: "assigning" } }, { kind: "assigning" });
  startAssigning(draft);
}

function refusalOf(draft: Draft, pod: PodRef): TrunklineError | undefined {
  const { node } = draft.state;
  const refused = (code: ErrorCode, text: string) => new TrunklineError(code, text);
  if (node.isRemoving) return refused("NOT_FOUND", `node ${node.name} is being removed`);
  const branch = branchOfPod(draft.state, pod.uid);
  if (!branch) return undefined;
  return refused("ALREADY_EXISTS", `pod ${ownerOf(pod)} holds a branch, VLAN ${branch.vlanId}`);
}

function onReleaseAddress(draft: Draft, podUid: string): void {
  const address = addressOfPod(draft.state.addresses, podUid);
  if (!address) return;
  if (address.phase.kind === "assigned") {
    const reusableTimeMs = draft.context.nowMs + draft.context.quarantineMs;
    draft.moveAddress(address, { kind: "cooling", reusableTimeMs }, { isWanted: false });
    return;
  }
  draft.moveAddress(address, address.phase, { isWanted: false });
  const text = `pod ${ownerOf(address.pod)} was released while its address was assigned`;
  refuseAddress(draft, address.pod, new TrunklineError("STALE_REVISION", text));
}

function exhausted(draft: Draft): TrunklineError {
  const { node, addresses } = draft.state;
  const reusableTimes = [...addresses.values()].flatMap(({ phase }) =>
    phase.kind === "cooling" ? [phase.reusableTimeMs] : [],
  );
  const text =
    `interface ${node.primary.eniId} of node ${node.name} (${node.instanceType}) holds ` +
    `${node.ipv4PerEni} addresses, none is free: ${reusableTimes.length} cool down`;
  const retryAfterMs =
    reusableTimes.length > 0
      ? Math.max(0, Math.min(...reusableTimes) - draft.context.nowMs)
      : FULL_RETRY_AFTER_MS;
  const facts = {
    nodeName: node.name,
    addressLimit: String(node.ipv4PerEni),
    coolingCount: String(reusableTimes.length),
    retryAfterMs: String(retryAfterMs),
  };
  return new TrunklineError("ADDRESS_EXHAUSTED", text, { facts });
}

/** Ends cool-downs that are over and repeats calls that are due. */
export function tickAddresses(draft: Draft): void {
  const { nowMs } = draft.context;
  for (const address of [...draft.state.addresses.values()]) {
    const { phase } = address;
    const work = draft.workOf(address.id);
    const isDue = work?.retryAtMs !== undefined && work.retryAtMs <= nowMs;
    const isCool = phase.kind === "cooling" && phase.reusableTimeMs <= nowMs;
    if (isCool || (phase.kind === "unassigning" && isDue)) startUnassigning(draft, address);
  }
  startAssigning(draft);
}

/** Takes up what the process before left behind. */
export function resumeAddresses(draft: Draft): void {
  for (const address of [...draft.state.addresses.values()]) {
    if (address.phase.kind === "unassigning") startUnassigning(draft, address);
  }
  startAssigning(draft, { isLookup: true });
}

/** Gives all addresses of a node back. */
export function forgetAddresses(draft: Draft): void {
  for (const address of [...draft.state.addresses.values()]) {
    const { kind } = address.phase;
    if (kind === "assigned" || kind === "cooling") startUnassigning(draft, address);
    if (kind === "assigning") draft.moveAddress(address, address.phase, { isWanted: false });
  }
}
