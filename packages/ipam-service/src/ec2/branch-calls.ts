import {
  AssociateTrunkInterfaceCommand,
  DescribeTrunkInterfaceAssociationsCommand,
  DisassociateTrunkInterfaceCommand,
  type NetworkInterface,
} from "@aws-sdk/client-ec2";
import { assert } from "@trunkline/core";
import type { BranchRecord, InterfaceFacts, NodeRecord } from "../records.ts";
import type { Ec2 } from "./ec2-client.ts";
import { isGone } from "./ec2-errors.ts";
import { createInterface, findInterfaces, permitInterface } from "./interface-calls.ts";
import { BRANCH_DESCRIPTION, TRUNK_TAG, tagSpecifications, trunkTags, VLAN_TAG } from "./tags.ts";

/** Pages read of the associations; 255 each, the most that EC2 gives. */
const PAGE_COUNT_MAX = 100;
const PAGE_SIZE = 255;

/** What the calls of a branch need besides the branch. */
export interface BranchCallContext {
  readonly ec2: Ec2;
  readonly clusterName: string;
  /** Ask for INSTANCE-ATTACH after each creation; see `permitInterface`. */
  readonly interfacePermission: boolean;
}

/** Creates the branch's interface; a repeat returns the same one. */
export async function createBranch(
  context: BranchCallContext,
  node: NodeRecord,
  branch: BranchRecord,
): Promise<InterfaceFacts> {
  // Without a type, as the stock controller does: an ordinary interface becomes a branch by its
  // association.
  const made = await createInterface(context.ec2, {
    SubnetId: branch.subnetId,
    Groups: [...branch.groupIds],
    Description: BRANCH_DESCRIPTION,
    TagSpecifications: tagSpecifications(branchTags(context.clusterName, node, branch)),
    ClientToken: branch.id,
  });
  if (context.interfacePermission) await permitInterface(context.ec2, made);
  return factsOf(made);
}

/** Looks whether an interface was made for the branch, by its tags. */
export async function findBranch(
  { ec2, clusterName }: BranchCallContext,
  node: NodeRecord,
  branch: BranchRecord,
): Promise<InterfaceFacts | undefined> {
  const tags = branchTags(clusterName, node, branch);
  const [found] = await findInterfaces(ec2, tags, "housekeeping");
  return found && factsOf(found);
}

/** Associates the branch with its trunk; returns the association id; a repeat returns the same. */
export async function associateBranch(
  ec2: Ec2,
  node: NodeRecord,
  { id, vlanId, eni }: BranchRecord,
): Promise<string> {
  const input = {
    BranchInterfaceId: eni?.eniId,
    TrunkInterfaceId: node.trunk.eniId,
    VlanId: vlanId,
    ClientToken: id,
  };
  const answer = await ec2.call({
    action: "AssociateTrunkInterface",
    priority: "start",
    send: (client) => client.send(new AssociateTrunkInterfaceCommand(input)),
  });
  const associationId = answer.InterfaceAssociation?.AssociationId;
  assert(associationId, "AssociateTrunkInterface answers with the association");
  return associationId;
}

/** Ends the association of a branch; one that does not exist has ended already. */
export async function disassociateBranch(
  ec2: Ec2,
  node: NodeRecord,
  branch: BranchRecord,
): Promise<void> {
  const associationId = branch.associationId ?? (await findAssociation(ec2, node, branch));
  if (associationId === undefined) return;
  // No token of the entry: a repeat must be done anew, not answered from memory. Done twice is fine.
  const input = { AssociationId: associationId };
  try {
    await ec2.call({
      action: "DisassociateTrunkInterface",
      priority: "release",
      send: (client) => client.send(new DisassociateTrunkInterfaceCommand(input)),
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

// The answer that named the association was lost, or there never was one.
async function findAssociation(
  ec2: Ec2,
  node: NodeRecord,
  branch: BranchRecord,
): Promise<string | undefined> {
  let token: string | undefined;
  for (let page = 0; page < PAGE_COUNT_MAX; page++) {
    const input = { MaxResults: PAGE_SIZE, ...(token ? { NextToken: token } : {}) };
    const answer = await ec2.call({
      action: "DescribeTrunkInterfaceAssociations",
      priority: "release",
      send: (client) => client.send(new DescribeTrunkInterfaceAssociationsCommand(input)),
    });
    const found = answer.InterfaceAssociations?.find(
      (each) =>
        each.TrunkInterfaceId === node.trunk.eniId && each.BranchInterfaceId === branch.eni?.eniId,
    );
    if (found) return found.AssociationId;
    token = answer.NextToken || undefined;
    if (token === undefined) break;
  }
  return undefined;
}

function branchTags(
  clusterName: string,
  node: NodeRecord,
  branch: BranchRecord,
): Record<string, string> {
  return {
    ...trunkTags(clusterName, node.instanceId),
    [VLAN_TAG]: String(branch.vlanId),
    [TRUNK_TAG]: node.trunk.eniId,
  };
}

function factsOf(made: NetworkInterface): InterfaceFacts {
  const { NetworkInterfaceId: eniId, MacAddress, PrivateIpAddress: ipv4Address } = made;
  assert(eniId && MacAddress && ipv4Address, "EC2 names id, MAC and address of an interface");
  return { eniId, macAddress: MacAddress.toLowerCase(), ipv4Address };
}
