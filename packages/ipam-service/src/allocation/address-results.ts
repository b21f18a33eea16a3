import { TrunklineError } from "@trunkline/core";
import type { AddressRecord } from "../records.ts";
import { grantAddress, refuseAddress } from "./address-answers.ts";
import { startAssigning, startUnassigning } from "./address-work.ts";
import type { Draft } from "./draft.ts";
import type { AllocationEvent, Failure } from "./events.ts";
import { ADDRESS_WORK_ID } from "./node-state.ts";
import { postpone } from "./work.ts";

/** Failed attempts after which those who wait are told; the attempts go on. */
const ANSWER_AFTER_FAILED_COUNT = 3;

/** Deals new addresses out to the entries of the call, in order. */
export function onAddressesAssigned(
  draft: Draft,
  { ids, ipv4Addresses }: AllocationEvent & { kind: "addressesAssigned" },
): void {
  draft.clearWork(ADDRESS_WORK_ID);
  const waiting = assigningAmong(draft, ids);
  for (const [index, address] of waiting.entries()) {
    const ipv4Address = ipv4Addresses[index];
    // After a lookup some may have got none: the next call asks again.
    if (ipv4Address === undefined) break;
    const arrived = draft.moveAddress(address, { kind: "assigned" }, { ipv4Address });
    if (address.isWanted) grantAddress(draft, arrived);
    else startUnassigning(draft, arrived);
  }
  startAssigning(draft);
}

/** Decides what a failed call means for the addresses of it. */
export function onAddressFailure(draft: Draft, ids: readonly string[], failure: Failure): void {
  const [first] = ids;
  const single = first === undefined ? undefined : draft.state.addresses.get(first);
  if (single?.phase.kind === "unassigning") return void postpone(draft, single.id, failure);
  const waiting = assigningAmong(draft, ids);
  const work = postpone(draft, ADDRESS_WORK_ID, failure);
  const isGone = failure.code === "NOT_FOUND";
  if (failure.isOutcomeUnknown || (work.isLookup && !isGone)) {
    draft.setWork(ADDRESS_WORK_ID, { ...work, isLookup: true });
    if (work.failedCount >= ANSWER_AFTER_FAILED_COUNT) refuseAll(draft, waiting, failure);
    return;
  }
  draft.clearWork(ADDRESS_WORK_ID);
  const isShort = failure.code === "SUBNET_FULL" || failure.code === "ADDRESS_EXHAUSTED";
  // There may be room for some of them.
  if (isShort && waiting.length > 1) {
    startAssigning(draft, { countMax: 1 });
    return;
  }
  refuseAll(draft, waiting, failure);
  for (const address of waiting) draft.dropAddress(address);
  startAssigning(draft);
}

function assigningAmong(draft: Draft, ids: readonly string[]): readonly AddressRecord[] {
  return ids.flatMap((id) => {
    const address = draft.state.addresses.get(id);
    return address?.phase.kind === "assigning" ? [address] : [];
  });
}

function refuseAll(draft: Draft, addresses: readonly AddressRecord[], failure: Failure): void {
  const { code, message, facts } = failure;
  for (const { pod } of addresses) {
    refuseAddress(draft, pod, new TrunklineError(code, message, { facts }));
  }
}
