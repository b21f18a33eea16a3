import { TrunklineError } from "@trunkline/core";
import { aliasOf, type KernelObject } from "../desired/kernel-object.ts";
import { isOurAlias, ownerAlias } from "../desired/names.ts";
import { diff } from "../diff/diff.ts";
import { drift } from "../diff/drift.ts";
import type { AttachmentRecord } from "../journal/record.ts";
import { KERNEL_LOCK, type NodeContext } from "./node-context.ts";
import { removable, rivals } from "./supersede.ts";

/**
 * Makes the kernel objects of a record, removes those of attachments that it supersedes, and looks
 * whether all is as desired.
 *
 * Throws STALE_REVISION when a newer sandbox of the pod is there already, ALREADY_EXISTS when
 * somebody else's object is in the way, DATAPLANE_FAILED when the kernel refuses.
 */
export function wire(context: NodeContext, record: AttachmentRecord): Promise<void> {
  return context.locks.run(KERNEL_LOCK, async () => {
    const { datapath, journal, log } = context;
    const superseded = rivals(record, journal.all());
    refuseIfOlder(record, superseded);
    for (const other of superseded) {
      if (other.state === "deleting") continue;
      log.warn({ id: other.id, by: record.id }, "superseded");
      await journal.put({ ...other, state: "deleting" });
    }
    const survivors = journal.all().filter((other) => !superseded.some((s) => s.id === other.id));
    const leaving = superseded.flatMap((other) => removable(other, survivors));
    const asked = [...leaving, ...record.objects];
    const observed = await datapath.observe(record.netns, asked);
    const orphans = orphanLinks(observed, journal.all());
    const { batch, conflicts } = diff(record.objects, observed, [...leaving, ...orphans]);
    if (conflicts.length > 0) throw conflictError(record, conflicts);
    await datapath.apply(record.netns, batch);
    await verify(context, record);
    for (const other of superseded) await forgetObjects(context, other.id);
    if (superseded.length > 0) context.wakeSweep();
  });
}

/**
 * Removes the kernel objects of a record that no other record names, as far as they still carry the
 * record's mark. The record then names none.
 */
export function unwire(context: NodeContext, record: AttachmentRecord): Promise<void> {
  return context.locks.run(KERNEL_LOCK, async () => {
    const { datapath, journal } = context;
    const leaving = removable(record, journal.all());
    const observed = leaving.length === 0 ? [] : await datapath.observe("", leaving);
    const { batch } = diff([], observed, leaving);
    if (batch.length > 0) await datapath.apply(record.netns, batch);
    await forgetObjects(context, record.id);
  });
}

/** What is not as the record says, one sentence each. */
export async function driftOf(
  context: NodeContext,
  record: AttachmentRecord,
): Promise<readonly string[]> {
  return drift(record.objects, await context.datapath.observe(record.netns, record.objects));
}

async function forgetObjects({ journal }: NodeContext, id: string): Promise<void> {
  const record = journal.get(id);
  if (record !== undefined && record.objects.length > 0) {
    await journal.put({ ...record, objects: [] });
  }
}

async function verify(context: NodeContext, record: AttachmentRecord): Promise<void> {
  const differences = await driftOf(context, record);
  if (differences.length === 0) return;
  const text = differences.join("; ");
  throw new TrunklineError("DATAPLANE_FAILED", `after the change not all is as desired: ${text}`);
}

function refuseIfOlder(record: AttachmentRecord, others: readonly AttachmentRecord[]): void {
  const newer = others.find(
    (other) => other.sequence > record.sequence && other.state !== "deleting",
  );
  if (newer === undefined) return;
  const { namespace, name } = record.pod;
  throw new TrunklineError(
    "STALE_REVISION",
    `pod ${namespace}/${name} has the newer sandbox ${newer.containerId}, ${record.containerId} is over`,
  );
}

// A link that carries our mark and is in nobody's record: the record was lost, the link is free.
function orphanLinks(
  observed: readonly KernelObject[],
  records: readonly AttachmentRecord[],
): readonly KernelObject[] {
  const owners = new Set(records.map((record) => ownerAlias(record.id)));
  return observed.filter((object) => {
    const alias = aliasOf(object);
    return alias !== undefined && isOurAlias(alias) && !owners.has(alias);
  });
}

function conflictError(record: AttachmentRecord, conflicts: readonly string[]): TrunklineError {
  const { namespace, name } = record.pod;
  const text = conflicts.join("; ");
  return new TrunklineError("ALREADY_EXISTS", `pod ${namespace}/${name} cannot be wired: ${text}`);
}
