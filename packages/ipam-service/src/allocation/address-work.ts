import type { AddressRecord } from "../records.ts";
import type { Draft } from "./draft.ts";
import { ADDRESS_WORK_ID } from "./node-state.ts";

/** Addresses asked for in one call. */
const BATCH_COUNT_MAX = 16;

/**
 * Starts the call for the addresses that are waited for, unless one is under way or not due yet.
 *
 * EC2 takes no client token for addresses, so one call per interface is under way at a time: after a
 * lost answer, what is new on the interface is what that call made. Pods that come meanwhile share
 * the next call.
 */
export function startAssigning(
  draft: Draft,
  { countMax = BATCH_COUNT_MAX, isLookup = false } = {},
): void {
  const waiting = [...draft.state.addresses.values()].filter(
    (address) => address.phase.kind === "assigning",
  );
  const before = draft.workOf(ADDRESS_WORK_ID);
  if (waiting.length === 0) {
    draft.clearWork(ADDRESS_WORK_ID);
    return;
  }
  if (before && (before.retryAtMs === undefined || before.retryAtMs > draft.context.nowMs)) return;
  const ids = waiting.slice(0, countMax).map((address) => address.id);
  const work = {
    failedCount: before?.failedCount ?? 0,
    retryAtMs: undefined,
    isDoubtful: isLookup,
    isLookup: isLookup || before?.isLookup === true,
  };
  draft.setWork(ADDRESS_WORK_ID, work);
  if (!work.isLookup) {
    draft.do({ kind: "assignAddresses", ids });
    return;
  }
  draft.do({ kind: "findAddresses", ids: waiting.map(({ id }) => id), known: known(draft) });
}

/** Starts to give an address back to the subnet. */
export function startUnassigning(draft: Draft, address: AddressRecord): void {
  const moved =
    address.phase.kind === "unassigning"
      ? address
      : draft.moveAddress(address, { kind: "unassigning" }, { isWanted: false });
  draft.setWork(address.id, {
    failedCount: draft.workOf(address.id)?.failedCount ?? 0,
    retryAtMs: undefined,
    isDoubtful: false,
    isLookup: false,
  });
  draft.do({ kind: "unassignAddress", address: moved });
}

function known(draft: Draft): readonly string[] {
  const { node, addresses } = draft.state;
  const held = [...addresses.values()].flatMap(({ ipv4Address }) => ipv4Address ?? []);
  return [node.primary.ipv4Address, ...node.primary.foreignAddresses, ...held];
}
