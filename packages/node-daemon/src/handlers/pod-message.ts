import {
  AttachmentKind,
  type KernelObject as KernelObjectMessage,
  type Pod,
} from "@trunkline/proto/node";
import { hostVethOf } from "../desired/desired-pod.ts";
import { type KernelObject, objectText } from "../desired/kernel-object.ts";
import type { AttachmentRecord } from "../journal/record.ts";

/** A record as the message of the contract. */
export function toPod(record: AttachmentRecord): Pod {
  const { attachment, pod } = record;
  return {
    ...pod,
    containerId: record.containerId,
    ifName: record.ifName,
    netns: record.netns,
    network: record.network,
    kind: kindOf(record),
    eniId: attachment?.eniId ?? "",
    vlanId: attachment?.kind === "branch" ? attachment.vlanId : 0,
    ipv4Address: attachment?.ipv4 ?? "",
    groupIds: [...(attachment?.groupIds ?? [])],
    mode: attachment?.kind === "branch" ? attachment.mode : "",
    hostVeth: attachment === undefined ? "" : hostVethOf({ ...record, ...pod, attachment }),
    state: record.state,
    createdTimeMs: BigInt(record.createdTimeMs),
  };
}

/** An object as the message of the contract. */
export function toKernelObject(object: KernelObject): KernelObjectMessage {
  const { space: namespace } = object;
  return { kind: kindWord(object), namespace, text: objectText(object) };
}

function kindOf({ attachment }: AttachmentRecord): Pod["kind"] {
  switch (attachment?.kind) {
    case "branch":
      return AttachmentKind.ATTACHMENT_KIND_BRANCH;
    case "ordinary":
      return AttachmentKind.ATTACHMENT_KIND_ORDINARY;
    case undefined:
      return AttachmentKind.ATTACHMENT_KIND_UNSPECIFIED;
  }
}

function kindWord(object: KernelObject): string {
  switch (object.kind) {
    case "veth":
    case "peer":
    case "vlan":
    case "uplink":
    case "foreign":
      return "link";
    default:
      return object.kind;
  }
}
