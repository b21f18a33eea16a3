// The messages of the contracts as the dynamic client gives them: 64-bit numbers are texts, enums
// are their names. Only the fields that tests read.

/** trunkline.ipam.v1.Branch. */
export interface Branch {
  readonly eniId: string;
  readonly macAddress: string;
  readonly ipv4Address: string;
  readonly subnetCidr: string;
  readonly gateway: string;
  readonly vlanId: number;
  readonly associationId: string;
  readonly trunkEniId: string;
  readonly nodeName: string;
  readonly groupIds: readonly string[];
  readonly state: string;
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string } | null;
  readonly policies: readonly string[];
  readonly stateTimeMs: string;
  readonly reusableTimeMs: string;
  readonly subnetId: string;
}

/** trunkline.ipam.v1.AllocateBranchResponse. */
export interface AllocateBranchResponse {
  readonly attachment: "branch" | "ordinary";
  readonly branch?: Branch;
  readonly ordinary?: { readonly reason: string; readonly groupIds: readonly string[] };
  readonly reused: boolean;
}

/** trunkline.ipam.v1.Node. */
export interface IpamNode {
  readonly name: string;
  readonly instanceId: string;
  readonly instanceType: string;
  readonly trunk: {
    readonly eniId: string;
    readonly deviceIndex: number;
    readonly subnetCidr: string;
  };
  readonly primaryEniId: string;
  readonly primaryIpv4Address: string;
  readonly groupIds: readonly string[];
  readonly vpcCidrs: readonly string[];
}

/** trunkline.ipam.v1.Capacity. */
export interface Capacity {
  readonly branchLimit: number;
  readonly allocatedCount: number;
  readonly quarantinedCount: number;
  readonly heldCount: number;
  readonly changingCount: number;
  readonly allocatableCount: number;
  readonly eniLimit: number;
  readonly ipv4PerEni: number;
}

/** trunkline.ipam.v1.Address. */
export interface Address {
  readonly ipv4Address: string;
  readonly eniId: string;
  readonly deviceIndex: number;
  readonly subnetCidr: string;
  readonly gateway: string;
  readonly groupIds: readonly string[];
}

/** trunkline.policy.v1.ResolvePodResponse. */
export interface ResolvePodResponse {
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly nodeName: string;
  readonly source: string;
  readonly groupIds: readonly string[];
  readonly policies: readonly string[];
  readonly ignored: readonly string[];
  readonly finished: boolean;
  readonly revision: string;
}

/** trunkline.policy.v1.ExplainResponse. */
export interface ExplainResponse {
  readonly verdict: string;
  readonly steps: readonly {
    readonly number: number;
    readonly title: string;
    readonly outcome: string;
    readonly text: string;
    readonly rules: readonly { readonly groupId: string; readonly egress: boolean }[];
    readonly missingRule: string;
  }[];
  readonly model: string;
  readonly otherModelVerdict: string;
  readonly revision: string;
  readonly remedies: readonly {
    readonly actions: readonly { readonly text: string; readonly command: string }[];
  }[];
}

/** trunkline.node.v1.Pod. */
export interface NodePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly containerId: string;
  readonly ifName: string;
  readonly netns: string;
  readonly kind: string;
  readonly eniId: string;
  readonly vlanId: number;
  readonly ipv4Address: string;
  readonly groupIds: readonly string[];
  readonly mode: string;
  readonly hostVeth: string;
  readonly state: string;
}
