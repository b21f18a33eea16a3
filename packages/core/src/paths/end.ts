import type { Address } from "../net/address.ts";
import type { Pod } from "../world/cluster.ts";
import type { Ingress, Service } from "../world/service.ts";
import type { Mode } from "../world/settings.ts";
import type { Attachment } from "./attachment.ts";

/** One end of a flow, placed in the world. */
export type End = BranchEnd | OrdinaryEnd | NodeEnd | InterfaceEnd | AddressEnd | EndedEnd;

/** What an endpoint may be: one end of a packet's way, or what connections go through. */
export type AnyEnd = End | FrontEnd;

/** An end that sits on an interface of the world. */
export type AttachedEnd = BranchEnd | OrdinaryEnd | NodeEnd | InterfaceEnd;

/** A pod on an interface of its own, a branch or that of Fargate, or on the one it will get. */
export interface BranchEnd extends Attached, OnNode {
  readonly kind: "branch";
  /** Strict for a pod on Fargate, which is alone with its interface. */
  readonly mode: Mode;
  readonly isFargate: boolean;
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

/** A Service or an Ingress: it has no interface, connections go on to what is behind it. */
export interface FrontEnd extends Named {
  readonly kind: "front";
  readonly front: Front;
}

/** Which one; `unread`: the world has no list of its kind. */
export type Front =
  | {
      readonly kind: "service";
      readonly service: Service;
      readonly portName: string | undefined;
      /** The cluster address that was asked for, when the flow names one. */
      readonly asked: Address | undefined;
    }
  | { readonly kind: "ingress"; readonly ingress: Ingress }
  | { readonly kind: "unread"; readonly because: string };

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
