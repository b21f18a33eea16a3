import type { TrunklineError } from "@trunkline/core";
import type { AddressRecord, PodRef } from "../records.ts";
import type { Draft } from "./draft.ts";

/** Answers everybody who waits for the address of a pod. */
export function grantAddress(draft: Draft, address: AddressRecord): void {
  const answer = { kind: "granted", address } as const;
  draft.do({ kind: "answerAddress", podUid: address.pod.uid, answer });
}

/** Refuses everybody who waits for the address of a pod. */
export function refuseAddress(draft: Draft, pod: PodRef, error: TrunklineError): void {
  draft.do({ kind: "answerAddress", podUid: pod.uid, answer: { kind: "refused", error } });
}
