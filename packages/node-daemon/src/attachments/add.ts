import { TrunklineError } from "@trunkline/core";
import type { CniRequest } from "../cni/request.ts";
import { desired } from "../desired/desired-pod.ts";
import { attachmentId } from "../desired/names.ts";
import type { AttachmentRecord } from "../journal/record.ts";
import { throwIfEnded } from "./allocation.ts";
import { exclusively, type NodeContext } from "./node-context.ts";
import { takeDown } from "./remove.ts";
import { wire } from "./wire.ts";

/**
 * CNI ADD: record, allocate, record, wire, record. A repeat returns the record of the first time;
 * a failure undoes everything that was done.
 */
export function addAttachment(
  context: NodeContext,
  request: CniRequest,
  signal: AbortSignal,
): Promise<AttachmentRecord> {
  const id = attachmentId(request.key);
  return exclusively(context, { id, podUid: request.pod.uid }, async () => {
    const earlier = context.journal.get(id);
    if (earlier?.state === "ready") return repeated(earlier, request);
    // Checked before anything is recorded: a node that is not ready has nothing to undo.
    context.host();
    await context.datapath.checkNetns(request.netns);
    refuseSecondInterface(context, id, request);
    if (earlier !== undefined) await finishEarlier(context, earlier, request);
    return await add(context, newRecord(context, id, request), signal);
  });
}

async function add(
  context: NodeContext,
  record: AttachmentRecord,
  signal: AbortSignal,
): Promise<AttachmentRecord> {
  const { journal } = context;
  await journal.put(record);
  try {
    const attachment = await context.allocation.allocate(record.pod, signal);
    const wiring = { id: record.id, ...record.pod, ifName: record.ifName, attachment };
    const planned = { ...record, attachment, objects: desired(wiring, context.host()) };
    await journal.put(planned);
    throwIfEnded(signal);
    await wire(context, planned);
    const ready: AttachmentRecord = { ...planned, state: "ready" };
    await journal.put(ready);
    return ready;
  } catch (error) {
    await undo(context, record.id);
    throw error;
  }
}

// The caller gets the error that made the undo necessary. What cannot be undone now is recorded as
// being deleted, and the sweep goes on with it.
async function undo(context: NodeContext, id: string): Promise<void> {
  const record = context.journal.get(id);
  if (record === undefined) return;
  try {
    await takeDown(context, record);
  } catch (error) {
    context.log.error({ id, err: error }, "undo failed, the sweep repeats it");
    context.wakeSweep();
  }
}

function newRecord({ clock, journal }: NodeContext, id: string, request: CniRequest) {
  return {
    version: 1,
    id,
    ...request.key,
    netns: request.netns,
    pod: request.pod,
    state: "adding",
    sequence: journal.nextSequence(),
    createdTimeMs: clock.nowMs(),
    objects: [],
  } as const satisfies AttachmentRecord;
}

function repeated(earlier: AttachmentRecord, request: CniRequest): AttachmentRecord {
  if (earlier.pod.uid === request.pod.uid && earlier.netns === request.netns) return earlier;
  const { containerId, ifName } = earlier;
  throw new TrunklineError(
    "ALREADY_EXISTS",
    `${containerId}/${ifName} is attached already, for pod uid ${earlier.pod.uid} in ${earlier.netns}`,
  );
}

// The same sandbox id again before its DEL was carried through, as `cnitool` does.
async function finishEarlier(
  context: NodeContext,
  earlier: AttachmentRecord,
  request: CniRequest,
): Promise<void> {
  if (earlier.pod.uid === request.pod.uid) {
    await takeDown(context, earlier);
    return;
  }
  // What the other pod held is released under that pod's lock, which is not ours to take here.
  await context.journal.put({ ...earlier, state: "deleting" });
  context.wakeSweep();
  const { containerId, ifName, pod } = earlier;
  throw new TrunklineError(
    "NOT_READY",
    `what pod uid ${pod.uid} had as ${containerId}/${ifName} is still being taken down`,
  );
}

// The name of the link on the node is made of the pod's name only, so there can be one.
function refuseSecondInterface({ journal }: NodeContext, id: string, { key }: CniRequest): void {
  const first = journal
    .all()
    .find((r) => r.containerId === key.containerId && r.id !== id && r.state !== "deleting");
  if (first === undefined) return;
  throw new TrunklineError(
    "UNSUPPORTED",
    `${key.containerId} has the interface ${first.ifName} of network ${first.network} already, a pod gets one`,
  );
}
