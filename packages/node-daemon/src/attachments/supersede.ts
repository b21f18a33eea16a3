import { identity, type KernelObject, sameObject } from "../desired/kernel-object.ts";
import type { AttachmentRecord } from "../journal/record.ts";

/**
 * Other records that cannot be true beside this one: an earlier sandbox of the same pod name, or
 * one that names the same link, rule or route of the node. What the allocation service gave out
 * last counts, so these attachments are over although their DEL has not come.
 */
export function rivals(
  record: AttachmentRecord,
  others: readonly AttachmentRecord[],
): readonly AttachmentRecord[] {
  const ours = new Set(hostObjects(record).map(identity));
  return others.filter(
    (other) =>
      other.id !== record.id &&
      (isSamePod(record, other) || hostObjects(other).some((object) => ours.has(identity(object)))),
  );
}

/**
 * The objects of a record that may be removed: those on the node that no other record names. What
 * is in the pod's namespace goes with its link.
 */
export function removable(
  record: AttachmentRecord,
  others: readonly AttachmentRecord[],
): readonly KernelObject[] {
  const kept = others
    .filter((other) => other.id !== record.id)
    .flatMap((other) => hostObjects(other));
  return hostObjects(record).filter((object) => !kept.some((other) => sameObject(other, object)));
}

/** True if another record of the same pod is alive, so that what the pod holds is still needed. */
export function isPodAlive(record: AttachmentRecord, others: readonly AttachmentRecord[]): boolean {
  return others.some(
    (other) =>
      other.id !== record.id && other.pod.uid === record.pod.uid && other.state !== "deleting",
  );
}

function isSamePod(a: AttachmentRecord, b: AttachmentRecord): boolean {
  return a.pod.namespace === b.pod.namespace && a.pod.name === b.pod.name;
}

function hostObjects(record: AttachmentRecord): readonly KernelObject[] {
  return record.objects.filter((object) => object.space === "host");
}
