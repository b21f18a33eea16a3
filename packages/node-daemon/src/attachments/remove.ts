import { TrunklineError } from "@trunkline/core";
import { type AttachmentKey, attachmentId } from "../desired/names.ts";
import type { AttachmentRecord } from "../journal/record.ts";
import { exclusively, type NodeContext } from "./node-context.ts";
import { isPodAlive } from "./supersede.ts";
import { unwire } from "./wire.ts";

/**
 * CNI DEL: takes an attachment down by its record alone. Returns false for one that is unknown.
 *
 * Succeeds when the kernel objects are gone; a release that the allocation service did not take is
 * kept in the journal and repeated.
 */
export async function removeAttachment(context: NodeContext, key: AttachmentKey): Promise<boolean> {
  const id = attachmentId(key);
  // The pod's uid is in the record, which an ADD under way may be about to write.
  return context.locks.run(`attachment ${id}`, async () => {
    const record = context.journal.get(id);
    if (record === undefined) return false;
    await context.locks.run(`pod ${record.pod.uid}`, () => takeDown(context, record));
    return true;
  });
}

/** Goes on with every record that is being deleted; true if none is left. */
export async function sweepDeleting(context: NodeContext): Promise<boolean> {
  let isDone = true;
  for (const { id, pod } of context.journal.all().filter((r) => r.state === "deleting")) {
    const isGone = await exclusively(context, { id, podUid: pod.uid }, async () => {
      // An ADD may have taken the record's place while this waited.
      const record = context.journal.get(id);
      return record?.state === "deleting" ? takeDown(context, record) : true;
    }).catch((error: unknown) => {
      context.log.error({ id, err: error }, "deletion failed, the sweep repeats it");
      return false;
    });
    isDone &&= isGone;
  }
  return isDone;
}

/**
 * Removes the objects of a record and gives back what its pod held; the record is gone when both
 * are done. Returns false if the release has to be repeated. The caller holds the locks of
 * attachment and pod.
 */
export async function takeDown(context: NodeContext, record: AttachmentRecord): Promise<boolean> {
  const { journal } = context;
  const leaving: AttachmentRecord = { ...record, state: "deleting" };
  if (record.state !== "deleting") await journal.put(leaving);
  await unwire(context, leaving);
  const isReleased = await release(context, leaving);
  if (!isReleased) {
    context.wakeSweep();
    return false;
  }
  await journal.remove(record.id);
  const { attachment } = record;
  if (attachment?.kind === "branch" && attachment.mode === "strict") await afterStrict(context);
  return true;
}

// The pod is gone whether or not the node's own objects could follow; the next start tries again.
async function afterStrict(context: NodeContext): Promise<void> {
  try {
    await context.strictPodGone();
  } catch (error) {
    context.log.error({ err: error }, "the node's own objects could not be put back");
  }
}

async function release(context: NodeContext, record: AttachmentRecord): Promise<boolean> {
  // A later sandbox of the same pod has the same branch: it must stay.
  if (isPodAlive(record, context.journal.all())) return true;
  try {
    await context.allocation.release(record.pod.uid, record.attachment?.kind);
    return true;
  } catch (error) {
    if (!(error instanceof TrunklineError)) throw error;
    if (error.code === "NOT_FOUND") return true;
    const fields = { id: record.id, podUid: record.pod.uid, reason: error.message };
    context.log.warn(fields, "release is kept for later");
    return false;
  }
}
