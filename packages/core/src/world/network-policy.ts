import type { LabelSelector, PolicyProtocol } from "./cluster.ts";

// The four policy kinds as their manifests have them. Source: Kubernetes API networking.k8s.io/v1;
// network-policy-api policy.networking.k8s.io/v1alpha1 (release 0.1) and v1alpha2.

/** A NetworkPolicy (networking.k8s.io/v1): closes the pods it selects and opens them for some. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: NetworkPolicySpec;
}

/** What a NetworkPolicy says. */
export interface NetworkPolicySpec {
  /** Pods of the policy's own namespace; `{}` selects all of them. */
  readonly podSelector: LabelSelector;
  /** Absent or empty: Ingress, and Egress only if there is an egress rule. */
  readonly policyTypes?: readonly ("Ingress" | "Egress")[];
  readonly ingress?: readonly NetworkPolicyIngressRule[];
  readonly egress?: readonly NetworkPolicyEgressRule[];
}

/** Who may come in. A missing or empty list means all peers, or all ports of all protocols. */
export interface NetworkPolicyIngressRule {
  readonly from?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

/** Where pods may go. A missing or empty list means all peers, or all ports of all protocols. */
export interface NetworkPolicyEgressRule {
  readonly to?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

/** Pods by labels, pods of namespaces by labels, both at once, or a block of addresses alone. */
export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  /** Absent: the policy's own namespace. */
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IpBlock;
}

/** A block of addresses with holes. */
export interface IpBlock {
  readonly cidr: string;
  /** Each lies inside `cidr` and is smaller. */
  readonly except?: readonly string[];
}

/** Ports of one protocol. */
export interface NetworkPolicyPort {
  /** Default TCP. */
  readonly protocol?: PolicyProtocol;
  /** A number, or the name of a container port; absent for all ports of the protocol. */
  readonly port?: number | string;
  /** Last port of a range that starts at a numeric `port`. */
  readonly endPort?: number;
}

/** A ClusterNetworkPolicy (v1alpha2): ordered rules before or behind all NetworkPolicies. */
export interface ClusterNetworkPolicy {
  readonly name: string;
  readonly spec: ClusterNetworkPolicySpec;
}

/** What a ClusterNetworkPolicy says. */
export interface ClusterNetworkPolicySpec {
  readonly tier: "Admin" | "Baseline";
  /** 0..1000, the lowest first. */
  readonly priority: number;
  readonly subject: PolicySubject;
  /** At most 25; the first that matches decides. */
  readonly ingress?: readonly ClusterNetworkPolicyIngressRule[];
  readonly egress?: readonly ClusterNetworkPolicyEgressRule[];
}

/** Pods that a cluster-wide policy is about; exactly one of the two. */
export interface PolicySubject {
  readonly namespaces?: LabelSelector;
  readonly pods?: NamespacedPods;
}

/** Pods by their labels and those of their namespace. */
export interface NamespacedPods {
  readonly namespaceSelector: LabelSelector;
  readonly podSelector: LabelSelector;
}

/** A rule on sources. */
export interface ClusterNetworkPolicyIngressRule {
  readonly name?: string;
  readonly action: "Accept" | "Deny" | "Pass";
  readonly from: readonly ClusterIngressPeer[];
  readonly protocols?: readonly ClusterNetworkPolicyProtocol[];
}

/** A rule on destinations. */
export interface ClusterNetworkPolicyEgressRule {
  readonly name?: string;
  readonly action: "Accept" | "Deny" | "Pass";
  readonly to: readonly ClusterEgressPeer[];
  readonly protocols?: readonly ClusterNetworkPolicyProtocol[];
}

/** A source; exactly one of the keys. A key that is not known fails closed. */
export interface ClusterIngressPeer {
  readonly namespaces?: LabelSelector;
  readonly pods?: NamespacedPods;
}

/** A destination; exactly one of the keys. A key that is not known fails closed. */
export interface ClusterEgressPeer extends ClusterIngressPeer {
  readonly nodes?: LabelSelector;
  /** CIDRs; they cover pods and nodes as well. */
  readonly networks?: readonly string[];
  readonly domainNames?: readonly string[];
}

/** One protocol, with a destination port if need be, or a named port of any protocol. */
export interface ClusterNetworkPolicyProtocol {
  readonly tcp?: ClusterProtocolPorts;
  readonly udp?: ClusterProtocolPorts;
  readonly sctp?: ClusterProtocolPorts;
  readonly destinationNamedPort?: string;
}

/** Ports of tcp, udp or sctp. */
export interface ClusterProtocolPorts {
  readonly destinationPort?: ClusterPort;
}

/** A number or a range, start below end. */
export interface ClusterPort {
  readonly number?: number;
  readonly range?: { readonly start: number; readonly end: number };
}

/** An AdminNetworkPolicy (v1alpha1), the predecessor of the Admin tier. */
export interface AdminNetworkPolicy {
  readonly name: string;
  readonly spec: AdminNetworkPolicySpec;
}

/** What an AdminNetworkPolicy says. */
export interface AdminNetworkPolicySpec extends BaselineAdminNetworkPolicySpec {
  /** 0..1000, the lowest first. */
  readonly priority: number;
}

/** A BaselineAdminNetworkPolicy (v1alpha1), predecessor of the Baseline tier, named "default". */
export interface BaselineAdminNetworkPolicy {
  readonly name: string;
  readonly spec: BaselineAdminNetworkPolicySpec;
}

/** What a BaselineAdminNetworkPolicy says; it knows no Pass. */
export interface BaselineAdminNetworkPolicySpec {
  readonly subject: PolicySubject;
  /** At most 100; the first that matches decides. */
  readonly ingress?: readonly AdminNetworkPolicyIngressRule[];
  readonly egress?: readonly AdminNetworkPolicyEgressRule[];
}

/** A rule on sources. */
export interface AdminNetworkPolicyIngressRule {
  readonly name?: string;
  readonly action: "Allow" | "Deny" | "Pass";
  readonly from: readonly ClusterIngressPeer[];
  readonly ports?: readonly AdminNetworkPolicyPort[];
}

/** A rule on destinations. */
export interface AdminNetworkPolicyEgressRule {
  readonly name?: string;
  readonly action: "Allow" | "Deny" | "Pass";
  readonly to: readonly ClusterEgressPeer[];
  readonly ports?: readonly AdminNetworkPolicyPort[];
}

/** Exactly one of the keys. */
export interface AdminNetworkPolicyPort {
  readonly portNumber?: { readonly protocol?: PolicyProtocol; readonly port: number };
  readonly namedPort?: string;
  readonly portRange?: {
    readonly protocol?: PolicyProtocol;
    readonly start: number;
    readonly end: number;
  };
}
