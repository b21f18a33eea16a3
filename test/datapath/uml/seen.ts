// What the program in the guest writes: what `ip -json -details` printed, field names included.

interface PrintedLink {
  readonly ifname: string;
  readonly link?: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address: string;
  readonly ifalias?: string;
  readonly linkinfo?: object;
  readonly addr_info: readonly { readonly family: string; readonly local: string }[];
}

interface PrintedRule {
  readonly priority: number;
  readonly src: string;
  readonly dst?: string;
  readonly iif?: string;
  readonly table: string;
}

interface PrintedRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly dev: string;
  readonly scope: string;
}

export interface NodeSeen {
  readonly rules: readonly PrintedRule[];
  readonly earlyDemux: string;
  readonly forward: string;
  readonly rpFilter: string;
}

export interface PodSeen {
  readonly drift: readonly string[];
  readonly links: readonly PrintedLink[];
  readonly rules: readonly PrintedRule[];
  readonly tableRoutes: readonly PrintedRoute[];
  readonly mainRoutes: readonly PrintedRoute[];
  readonly pod: readonly PrintedLink[];
  readonly podRoutes: readonly PrintedRoute[];
  readonly podNeighbours: readonly object[];
}

/** Names of links and routes, priorities of rules: what a pod may leave behind. */
export interface Snapshot {
  readonly links: readonly string[];
  readonly rules: readonly number[];
  readonly routes: readonly string[];
}

/** Seen on any kernel. */
export interface OrdinarySeen {
  readonly ordinary: PodSeen;
  /** Address that the pod saw the node's call come from. */
  readonly ordinaryProbe: string;
  /** Why a namespace that has the interface already is refused. */
  readonly ordinaryTaken: string;
  readonly ownNamespace: { readonly code: string; readonly facts: { readonly cniCode: string } };
  readonly ordinaryBefore: Snapshot;
  readonly ordinaryAfter: Snapshot;
}

/** Seen on a kernel with 802.1Q. */
export interface Seen extends OrdinarySeen {
  readonly before: Snapshot;
  readonly strictNode: NodeSeen;
  readonly strict: PodSeen;
  readonly strictOutside: string;
  readonly strictOwnNode: string;
  readonly strictOwnNodePackets: number;
  readonly strictPeer: string;
  readonly strictPeerPackets: number;
  readonly strictProbe: string;
  readonly drift: string;
  readonly supersededDrift: readonly string[];
  readonly supersededOutside: string;
  readonly strictAfter: Snapshot;
  readonly standardNode: NodeSeen;
  readonly standard: PodSeen;
  readonly standardOutside: string;
  readonly standardProbe: string;
  readonly standardProbePackets: number;
  readonly standardAfter: Snapshot;
}
