import type { Cidr } from "../net/cidr.ts";
import type { Labels, Pod } from "../world/cluster.ts";

/** One end of a connection as policies see it. */
export type PolicyEnd =
  /** A pod with a network of its own. */
  | { readonly kind: "pod"; readonly pod: Pod; readonly within: Within }
  /** A node, or a pod on its network. */
  | {
      readonly kind: "node";
      readonly nodeName: string | undefined;
      readonly hostPod: Pod | undefined;
      readonly within: Within;
    }
  /** Anything else: an address, an interface that no pod is behind. */
  | { readonly kind: "other"; readonly title: string; readonly within: Within };

/**
 * Blocks of one family, one of which holds the end's address: a single /32 or /128 when it is
 * known. Empty when the end has no address of the family.
 */
export type Within = readonly Cidr[];

/** The Service that a connection was opened to, before its address became that of a pod. */
export interface ServiceHop {
  readonly namespace: string;
  readonly name: string;
  /** Its cluster address; absent while the cluster has given it none. */
  readonly address?: string;
  /** The port that was asked of it, 1..65535; the traffic's port is that of the pod. */
  readonly port: number;
  /** Labels its pods have; absent for a Service without a selector. */
  readonly selector?: Labels;
}

/** The end for people: "shop/api", "node n1", "10.0.1.50". */
export function titleOf(end: PolicyEnd): string {
  switch (end.kind) {
    case "pod":
      return podName(end.pod);
    case "node":
      return end.hostPod === undefined ? `node ${end.nodeName}` : podName(end.hostPod);
    case "other":
      return end.title;
  }
}

/** "namespace/name". */
export function podName({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}
