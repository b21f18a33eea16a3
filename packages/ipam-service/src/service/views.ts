import { firstHost, formatAddress, parseCidr } from "@trunkline/core";
import {
  type Address,
  type Branch,
  BranchState,
  type Capacity,
  type Node,
} from "@trunkline/proto/ipam";
import { countBranches, type NodeState } from "../allocation/node-state.ts";
import type { AddressRecord, BranchPhase, BranchRecord, NodeRecord } from "../records.ts";

/** The branch as the contract shows it. */
export function branchView(node: NodeRecord, branch: BranchRecord): Branch {
  const { phase, eni } = branch;
  // A branch is made in the trunk's subnet.
  const { subnetCidr } = node.trunk;
  return {
    eniId: eni?.eniId ?? "",
    macAddress: eni?.macAddress ?? "",
    ipv4Address: eni?.ipv4Address ?? "",
    subnetCidr,
    gateway: gatewayOf(subnetCidr),
    vlanId: branch.vlanId,
    associationId: branch.associationId ?? "",
    trunkEniId: node.trunk.eniId,
    nodeName: node.name,
    groupIds: [...branch.groupIds],
    state: branchState(phase),
    pod: { ...branch.pod },
    policies: [...branch.policies],
    stateTimeMs: BigInt(branch.phaseTimeMs),
    reusableTimeMs: BigInt(phase.kind === "quarantined" ? phase.reusableTimeMs : 0),
    subnetId: branch.subnetId,
  };
}

/** The node as the contract shows it. */
export function nodeView({ primary, trunk, ...node }: NodeRecord): Node {
  const { eniId, macAddress, deviceIndex, subnetId, subnetCidr } = trunk;
  return {
    name: node.name,
    instanceId: node.instanceId,
    instanceType: node.instanceType,
    trunk: { eniId, macAddress, deviceIndex, subnetId, subnetCidr },
    primaryEniId: primary.eniId,
    primaryMacAddress: primary.macAddress,
    primaryIpv4Address: primary.ipv4Address,
    groupIds: [...primary.groupIds],
    vpcCidrs: [...node.vpcCidrs],
  };
}

/** The counts of a node as the contract shows them. */
export function capacityView(state: NodeState): Capacity {
  const counts = countBranches(state);
  return {
    branchLimit: state.node.branchLimit,
    allocatedCount: counts.allocated,
    quarantinedCount: counts.quarantined,
    heldCount: counts.held,
    changingCount: counts.changing,
    allocatableCount: counts.allocatable,
    eniLimit: state.node.eniLimit,
    ipv4PerEni: state.node.ipv4PerEni,
  };
}

/** The address as the contract shows it. */
export function addressView({ primary }: NodeRecord, address: AddressRecord): Address {
  return {
    ipv4Address: address.ipv4Address ?? "",
    eniId: primary.eniId,
    macAddress: primary.macAddress,
    deviceIndex: primary.deviceIndex,
    subnetCidr: primary.subnetCidr,
    gateway: gatewayOf(primary.subnetCidr),
    groupIds: [...primary.groupIds],
    pod: { ...address.pod },
  };
}

function gatewayOf(subnetCidr: string): string {
  return formatAddress(firstHost(parseCidr(subnetCidr)));
}

function branchState({ kind }: BranchPhase): BranchState {
  switch (kind) {
    case "creating":
      return BranchState.BRANCH_STATE_CREATING;
    case "associating":
    // A change of groups is part of the way in; the contract has no state of its own for it.
    case "regrouping":
      return BranchState.BRANCH_STATE_ASSOCIATING;
    case "allocated":
      return BranchState.BRANCH_STATE_ALLOCATED;
    case "quarantined":
      return BranchState.BRANCH_STATE_QUARANTINED;
    case "held":
      return BranchState.BRANCH_STATE_HELD;
    case "deleting":
      return BranchState.BRANCH_STATE_DELETING;
  }
}
