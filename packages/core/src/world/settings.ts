/** How pods' groups are enforced: `POD_SECURITY_GROUP_ENFORCING_MODE` of the VPC CNI. */
export type Mode = "strict" | "standard";

/**
 * How standard mode is read. `documented`: node groups and pod groups must both allow.
 * `datapath`: what the node's routing does, path by path.
 */
export type Model = "documented" | "datapath";

/** Cluster-wide settings that change verdicts. */
export interface Settings {
  /** Mode of pods whose own mode is not recorded. Default "strict". */
  readonly mode: Mode;
  /** `AWS_VPC_K8S_CNI_EXTERNALSNAT`: true leaves source NAT to a NAT gateway. Default false. */
  readonly externalSnat: boolean;
  /** Which engine enforces network policies; "none" is what EKS installs. Absent when not known. */
  readonly networkPolicyEngine?: NetworkPolicyEngine;
  /** Name of the cluster, which tags of groups have. Absent when not known. */
  readonly clusterName?: string;
  /** The cluster security group, which Fargate pods get by default. Absent when not known. */
  readonly clusterGroupId?: string;
  /** How kube-proxy translates the addresses of Services. Default "iptables", as on EKS. */
  readonly kubeProxyMode?: "iptables" | "ipvs" | "nftables";
}

/** Engines that differ in what they enforce; "aws" is the network policy agent of the VPC CNI. */
export type NetworkPolicyEngine = "none" | "aws" | "calico" | "cilium" | "other";
