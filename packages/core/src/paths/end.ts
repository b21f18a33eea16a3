import type { Address } from "../net/address.ts";
import type { Pod } from "../world/cluster.ts";
import type { Mode } from "../world/settings.ts";
import type { Attachment } from "./attachment.ts";

/** One end of a flow, placed in the world. */
export type End = BranchEnd | OrdinaryEnd | NodeEnd | InterfaceEnd | AddressEnd | EndedEnd;

/** An end that sits on an interface of the world. */
export type AttachedEnd = BranchEnd | OrdinaryEnd | NodeEnd | InterfaceEnd;

/** A pod on a branch interface of its own, or on the one that its policies will give it. */
export interface BranchEnd extends Attached, OnNode {
  readonly kind: "branch";
  readonly mode: Mode;
  /** Where its groups come from: "SecurityGroupPolicy shop/api". */
  readonly groupsFrom: string;
}

/** A pod on an interface of its node. */
export interface OrdinaryEnd extends Attached, OnNode {
  readonly kind: "ordinary";
  readonly groupsFrom: string;
}

/** A process on a node, host-network pods included; `own` is the node's primary interface. */
interface NodeEnd extends Attached, OnNode {
  readonly kind: "node";
}

/** Any other interface: a database, a load balancer, an instance outside the cluster. */
interface InterfaceEnd extends Attached {
  readonly kind: "interface";
}

/** An address that no interface of the world holds. */
export interface AddressEnd extends Named {
  readonly kind: "address";
  readonly asked: Address;
}

/** A pod that has ended: it has no interface any more. */
interface EndedEnd extends Named {
  readonly kind: "ended";
  readonly phase: string;
}

interface Named {
  /** For people: "shop/api", "node n1", "10.0.1.50". */
  readonly title: string;
  /** What the verdict assumes about this end, one sentence each. */
  readonly notes: readonly string[];
}

interface Attached extends Named {
  readonly own: Attachment;
  /** The address that was asked for, when the flow names one. */
  readonly asked: Address | undefined;
  /** True when `asked` is the interface's public address. */
  readonly isAskedPublic: boolean;
}

interface OnNode {
  /** The pod behind it; undefined for the node itself, and for an address that no pod has. */
  readonly pod: Pod | undefined;
  /** Undefined while a pod is unscheduled. */
  readonly nodeName: string | undefined;
  /** The primary interface of the node. */
  readonly primary: Attachment;
}
