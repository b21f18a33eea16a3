import type { Mode } from "@trunkline/core";
import { desiredHost, type PreviousSysctls } from "../desired/desired-host.ts";
import type { KernelObject, Sysctl } from "../desired/kernel-object.ts";
import { type Batch, diff } from "../diff/diff.ts";
import type { AttachmentRecord } from "../journal/record.ts";
import { KERNEL_LOCK, type NodeContext } from "./node-context.ts";

/** Links of the node that its own objects name. */
export interface HostLinks {
  readonly trunkLink: string;
  readonly primaryLink: string | undefined;
  readonly mtu: number;
}

/**
 * Brings the objects of the node as a whole to the mode: strict as long as new pods are strict or a
 * strict pod is left. Settings are read first and written only when they differ; what they were is
 * recorded before the first change, and put back when the mode no longer asks for it.
 */
export function applyHost(context: NodeContext, mode: Mode, links: HostLinks): Promise<void> {
  return context.locks.run(KERNEL_LOCK, async () => {
    const { datapath, journal } = context;
    const host = { ...links, trunkMtu: links.mtu, mode: modeOfHost(mode, journal.all()) };
    const previous = journal.previousSysctls();
    const { present, absent } = desiredHost(host, previous);
    const observed = await datapath.observe("", [...present, ...absent]);
    const additions = diff(present, observed).batch;
    await rememberPrevious(context, observed, additions);
    // One after the other: packets must find the local table at every moment.
    await apply(context, additions);
    await apply(context, diff([], observed, absent).batch);
    await forgetRestored(context, present);
  });
}

/** The stricter of the mode of new pods and of those that are there. */
function modeOfHost(mode: Mode, records: readonly AttachmentRecord[]): Mode {
  const isStrict = ({ attachment }: AttachmentRecord) =>
    attachment?.kind === "branch" && attachment.mode === "strict";
  return records.some(isStrict) ? "strict" : mode;
}

async function apply({ datapath }: NodeContext, batch: Batch): Promise<void> {
  if (batch.length > 0) await datapath.apply("", batch);
}

async function rememberPrevious(
  { journal }: NodeContext,
  observed: readonly KernelObject[],
  additions: Batch,
): Promise<void> {
  const previous = journal.previousSysctls();
  const changed = new Set(additions.map(({ object }) => keyOf(object)));
  const before = observed.filter(
    (object): object is Sysctl =>
      object.kind === "sysctl" && changed.has(object.key) && previous[object.key] === undefined,
  );
  if (before.length === 0) return;
  const found = Object.fromEntries(before.map(({ key, value }) => [key, value]));
  await journal.putPreviousSysctls({ ...found, ...previous });
}

// A setting that has its first value again and is not asked for is nobody's concern any more.
async function forgetRestored(
  { journal }: NodeContext,
  present: readonly KernelObject[],
): Promise<void> {
  const previous = journal.previousSysctls();
  const values = new Map(
    present.flatMap((object) => (object.kind === "sysctl" ? [[object.key, object.value]] : [])),
  );
  const kept: PreviousSysctls = Object.fromEntries(
    Object.entries(previous).filter(([key, value]) => values.get(key) !== value),
  );
  if (Object.keys(kept).length < Object.keys(previous).length) {
    await journal.putPreviousSysctls(kept);
  }
}

function keyOf(object: KernelObject): string | undefined {
  return object.kind === "sysctl" ? object.key : undefined;
}
