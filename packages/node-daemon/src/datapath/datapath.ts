import type { KernelObject } from "../desired/kernel-object.ts";
import type { Batch } from "../diff/diff.ts";

/** How an attached interface shows on the node. */
export interface AttachedDevice {
  readonly mac: string;
  readonly deviceIndex: number;
}

/**
 * What carries out batches: the kernel, or a plan of what would be done to it.
 *
 * `netns` is the path of the pod's network namespace; "" when there is none any more.
 */
export interface Datapath {
  readonly kind: "kernel" | "plan";

  /** Throws INVALID_ARGUMENT (CNI 8) unless the path names a network namespace of a pod. */
  checkNetns(netns: string): Promise<void>;

  /** Finds the objects that share their identity with one of those asked for. */
  observe(netns: string, asked: readonly KernelObject[]): Promise<readonly KernelObject[]>;

  /** Makes the changes in their order. Throws DATAPLANE_FAILED at the first that is refused. */
  apply(netns: string, batch: Batch): Promise<void>;

  /** Name of the node's link of an attached interface; undefined if there is none. */
  findLink(device: AttachedDevice): Promise<string | undefined>;

  /** Ends what the datapath itself runs; the objects stay. */
  close(): void;
}
