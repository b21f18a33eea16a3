import * as v from "valibot";
import type { PodAttachment } from "../desired/desired-pod.ts";
import type { KernelObject } from "../desired/kernel-object.ts";

/** Where an attachment is in its life. */
export type AttachmentState = "adding" | "ready" | "deleting";

/** A pod as Kubernetes identifies it. */
export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What is known about one attachment: enough to take it down without asking anybody. */
export interface AttachmentRecord {
  readonly version: 1;
  /** See `attachmentId`. */
  readonly id: string;
  readonly network: string;
  readonly containerId: string;
  readonly ifName: string;
  readonly netns: string;
  readonly pod: PodIdentity;
  readonly state: AttachmentState;
  /** Order in which records of this node were made; the later of two sandboxes of a pod counts. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly createdTimeMs: number;
  /** What the pod was given; absent until the allocation is known. */
  readonly attachment?: PodAttachment;
  /** Every object that was or may have been made. */
  readonly objects: readonly KernelObject[];
}

const text = v.pipe(v.string(), v.maxLength(4096));

// Checks what decides about deletion; objects were written by this code and are checked by kind.
const recordSchema = v.looseObject({
  version: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{20}$/)),
  network: text,
  containerId: text,
  ifName: text,
  netns: text,
  pod: v.object({ namespace: text, name: text, uid: text }),
  state: v.picklist(["adding", "ready", "deleting"]),
  sequence: v.number(),
  createdTimeMs: v.number(),
  attachment: v.optional(v.looseObject({ kind: v.picklist(["branch", "ordinary"]) })),
  objects: v.array(v.looseObject({ kind: v.string(), space: v.picklist(["host", "pod"]) })),
});

/** Reads a record; undefined if the text is torn or is none. */
export function parseRecord(json: string): AttachmentRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const result = v.safeParse(recordSchema, value);
  // The schema checks the frame; what is inside was written by `formatRecord` of the same version.
  return result.success ? (result.output as unknown as AttachmentRecord) : undefined;
}

/** The record as it is written. */
export function formatRecord(record: AttachmentRecord): string {
  return `${JSON.stringify(record)}\n`;
}
