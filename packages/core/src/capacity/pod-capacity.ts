import { type InstanceLimits, requireLimits } from "./instance-limits.ts";

/** Pods that need no address of their own: the CNI daemon and kube-proxy share the node's. */
const hostNetworkPodCount = 2;
/** Addresses of a delegated IPv4 prefix, a /28. */
const addressesPerPrefix = 16;

/** Settings of the VPC CNI that change capacity. */
export interface CapacityOptions {
  /** `AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG`: pods do not use the primary interface. Default false. */
  readonly customNetworking?: boolean;
  /** `ENABLE_PREFIX_DELEGATION`: a slot holds a /28 in place of an address. Default false. */
  readonly prefixDelegation?: boolean;
}

/** Pods of a node, by what they need. */
export interface PodCounts {
  /** Secondary slots for pods without a branch: addresses, or prefixes under prefix delegation. */
  readonly secondarySlots: number;
  /** Addresses in those slots: pods without a branch. */
  readonly secondaryAddresses: number;
  /** Pods with a branch. */
  readonly branches: number;
  /** Pods on the node's own address that every node runs. */
  readonly hostNetworkPods: number;
  /** All of them together. */
  readonly pods: number;
}

/** What one node of a type can carry. */
export interface PodCapacity {
  readonly type: string;
  /** Ceilings as documented: branches come on top of the secondary addresses. */
  readonly documented: PodCounts;
  /**
   * What a node with a trunk gives: the trunk takes the slot of one interface and carries no
   * addresses of pods.
   */
  readonly effective: PodCounts;
  /**
   * max-pods as the formula of the VPC CNI has it. Pods with a branch count toward it although the
   * formula leaves them out, so a node is full at the lowest of this and `effective.pods`.
   *
   * Not cut to the 110 (250 from 30 vCPUs on) that EKS recommends: vCPUs are not in the table.
   */
  readonly maxPods: number;
}

/**
 * Documented and effective capacity of an instance type.
 *
 * Secondary addresses count on the default network card alone, as in the CNI's list of max-pods.
 * Throws NOT_FOUND for a type that the table lacks. Source: amazon-vpc-cni-k8s
 * misc/eni-max-pods.txt; EKS best practices, "Security Groups Per Pod"; the trunk carries no
 * addresses since VPC CNI 1.16.4.
 */
export function capacityOf(type: string, options: CapacityOptions = {}): PodCapacity {
  const limits = requireLimits(type);
  const eniLimit = limits.networkCards[limits.defaultNetworkCard].eniLimit;
  const podEnis = eniLimit - (options.customNetworking ? 1 : 0);
  const trunkEnis = limits.isTrunking ? 1 : 0;
  const documented = countPods(limits, podEnis, options);
  return {
    type,
    documented,
    effective: countPods(limits, Math.max(0, podEnis - trunkEnis), options),
    maxPods: documented.secondaryAddresses + hostNetworkPodCount,
  };
}

function countPods(limits: InstanceLimits, enis: number, options: CapacityOptions): PodCounts {
  const secondarySlots = enis * (limits.ipv4PerEni - 1);
  const secondaryAddresses = secondarySlots * (options.prefixDelegation ? addressesPerPrefix : 1);
  return {
    secondarySlots,
    secondaryAddresses,
    branches: limits.branchLimit,
    hostNetworkPods: hostNetworkPodCount,
    pods: secondaryAddresses + limits.branchLimit + hostNetworkPodCount,
  };
}
