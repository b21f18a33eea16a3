import { AttachmentKind, type Pod } from "@trunkline/proto/node";
import { table } from "./table.ts";

/** A pod with its interface; the JSON form of `pods`. */
export interface PodView {
  /** "shop/api". */
  readonly pod: string;
  readonly node: string;
  readonly kind: "branch" | "ordinary" | "unknown";
  /** Interface that carries the address. */
  readonly eniId: string;
  /** 802.1Q id on the trunk; absent for an ordinary pod. */
  readonly vlanId?: number;
  readonly address: string;
  readonly groups: readonly string[];
  /** Mode recorded at creation; absent for an ordinary pod. */
  readonly mode?: string;
  /** "adding", "ready" or "deleting"; of files how the interface stands to the policies. */
  readonly state: string;
}

/** What a node daemon says of one of its pods, as it is printed. */
export function podView(pod: Pod, nodeName: string): PodView {
  return {
    pod: `${pod.namespace}/${pod.name}`,
    node: nodeName,
    kind: kindName(pod.kind),
    eniId: pod.eniId,
    ...(pod.vlanId === 0 ? {} : { vlanId: pod.vlanId }),
    address: pod.ipv4Address,
    groups: pod.groupIds,
    ...(pod.mode === "" ? {} : { mode: pod.mode }),
    state: pod.state,
  };
}

/** Pods by name, then node: the order of every list of them. */
export function sortPods(pods: readonly PodView[]): PodView[] {
  return [...pods].sort((a, b) => compare(a.pod, b.pod) || compare(a.node, b.node));
}

/** Lines of the table of pods. An ordinary pod has "-" where only a branch has something. */
export function podLines(pods: readonly PodView[]): string[] {
  const header = ["POD", "NODE", "INTERFACE", "VLAN", "ADDRESS", "GROUPS", "MODE"];
  return table(
    header,
    pods.map((pod) => [
      pod.pod,
      pod.node,
      pod.eniId || "-",
      pod.vlanId === undefined ? "-" : String(pod.vlanId),
      pod.address || "-",
      pod.groups.join(",") || "-",
      pod.mode ?? "-",
    ]),
  );
}

function kindName(kind: AttachmentKind): PodView["kind"] {
  switch (kind) {
    case AttachmentKind.ATTACHMENT_KIND_BRANCH:
      return "branch";
    case AttachmentKind.ATTACHMENT_KIND_ORDINARY:
      return "ordinary";
    default:
      return "unknown";
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
