// What the service remembers: plain JSON values, written to the ledger as they stand here.

/** A pod as Kubernetes identifies it. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What EC2 said about an interface when it was made. */
export interface InterfaceFacts {
  readonly eniId: string;
  readonly macAddress: string;
  readonly ipv4Address: string;
}

/** Where a branch is in its life; the order here is the usual one. */
export type BranchPhase =
  | { readonly kind: "creating" }
  | { readonly kind: "associating" }
  /** The groups are being replaced; `fromGroupIds` are the ones it had. */
  | { readonly kind: "regrouping"; readonly fromGroupIds: readonly string[] }
  | { readonly kind: "allocated" }
  | { readonly kind: "quarantined"; readonly reusableTimeMs: number }
  | { readonly kind: "held" }
  | { readonly kind: "deleting"; readonly step: "disassociate" | "delete" };

/** One branch interface of a node. */
export interface BranchRecord {
  /** UUID of this entry; the client tokens of its EC2 calls derive from it. */
  readonly id: string;
  readonly vlanId: number;
  readonly subnetId: string;
  /** Groups on the interface, or on their way to it. */
  readonly groupIds: readonly string[];
  /** Policies that chose the groups, "namespace/name". */
  readonly policies: readonly string[];
  readonly phase: BranchPhase;
  /** When it entered `phase`, milliseconds since 1970. */
  readonly phaseTimeMs: number;
  /** The pod that holds it or held it last. */
  readonly pod: PodRef;
  /** False once the pod was released while the branch was still on its way in. */
  readonly isWanted: boolean;
  /** Missing while it is being created. */
  readonly eni?: InterfaceFacts;
  readonly associationId?: string;
}

/** Where a secondary address is in its life. */
export type AddressPhase =
  | { readonly kind: "assigning" }
  | { readonly kind: "assigned" }
  | { readonly kind: "cooling"; readonly reusableTimeMs: number }
  | { readonly kind: "unassigning" };

/** One secondary address of a node's primary interface. */
export interface AddressRecord {
  readonly id: string;
  readonly phase: AddressPhase;
  readonly phaseTimeMs: number;
  readonly pod: PodRef;
  readonly isWanted: boolean;
  /** Missing while it is being assigned. */
  readonly ipv4Address?: string;
}

/** An interface of a node that is not a branch. */
export interface NodeInterface {
  readonly eniId: string;
  readonly macAddress: string;
  readonly deviceIndex: number;
  readonly subnetId: string;
  readonly subnetCidr: string;
}

/** A node that takes part. */
export interface NodeRecord {
  readonly name: string;
  readonly instanceId: string;
  readonly instanceType: string;
  readonly vpcCidrs: readonly string[];
  readonly primary: NodeInterface & {
    readonly ipv4Address: string;
    readonly groupIds: readonly string[];
    /** Secondary addresses it had when the node was first seen: not ours, never touched. */
    readonly foreignAddresses: readonly string[];
  };
  /** `isOurs` is false for a trunk that was found attached and made by somebody else. */
  readonly trunk: NodeInterface & { readonly isOurs: boolean };
  readonly branchLimit: number;
  readonly eniLimit: number;
  /** The primary address of an interface included. */
  readonly ipv4PerEni: number;
  /** True once `RemoveNode` was accepted. */
  readonly isRemoving: boolean;
}

/** A trunk on its way: written before it is made, so that a crash cannot make a second one. */
export interface PendingTrunk {
  readonly nodeName: string;
  readonly instanceId: string;
  /** UUID of the attempt; the client token of the creation derives from it. */
  readonly id: string;
}

/** Returns "namespace/name": whose place in the cluster a pod takes. */
export function ownerOf(pod: PodRef): string {
  return `${pod.namespace}/${pod.name}`;
}

/** Returns a text that is equal for equal sets of groups, whatever their order. */
export function groupSetKey(groupIds: readonly string[]): string {
  return [...new Set(groupIds)].sort().join(",");
}
