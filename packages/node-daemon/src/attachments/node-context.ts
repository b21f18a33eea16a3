import type { Clock } from "@trunkline/core";
import type { Log } from "@trunkline/process";
import type { Datapath } from "../datapath/datapath.ts";
import type { HostFacts } from "../desired/desired-pod.ts";
import type { Journal } from "../journal/journal.ts";
import type { Allocation } from "./allocation.ts";
import type { KeyedLock } from "./keyed-lock.ts";

/** What everything that is done about attachments works with. */
export interface NodeContext {
  readonly journal: Journal;
  readonly datapath: Datapath;
  readonly allocation: Allocation;
  readonly clock: Clock;
  readonly log: Log;
  /** Throws NOT_READY with the reason until the node has its trunk. */
  readonly host: () => HostFacts;
  /** Keys: "attachment ID", then "pod UID", then {@link KERNEL_LOCK}; always taken in this order. */
  readonly locks: KeyedLock;
  /** Tells the sweep that a record is waiting for its release. */
  readonly wakeSweep: () => void;
  /** Called after a strict pod is gone: it may have been the last, see `applyHost`. */
  readonly strictPodGone: () => Promise<void>;
}

/**
 * Key of the lock around look, compare, change and look again. The kernel takes changes of links one
 * after another anyway; in between nobody else may change what was looked at.
 */
export const KERNEL_LOCK = "kernel";

/** Runs work that nobody else may do for this attachment, nor for this pod, at the same time. */
export function exclusively<T>(
  { locks }: NodeContext,
  { id, podUid }: { readonly id: string; readonly podUid: string },
  work: () => Promise<T>,
): Promise<T> {
  return locks.run(`attachment ${id}`, () => locks.run(`pod ${podUid}`, work));
}
