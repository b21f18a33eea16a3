import {
  AttachNetworkInterfaceCommand,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
} from "@aws-sdk/client-ec2";
import { assert, TrunklineError } from "@trunkline/core";
import type { NodeRecord } from "../records.ts";
import type { Ec2 } from "./ec2-client.ts";
import { type InstanceFacts, readInstance, readSubnetCidr } from "./instance.ts";
import { createInterface, describeInterface, permitInterface } from "./interface-calls.ts";
import { OWNER, OWNER_TAG, TRUNK_DESCRIPTION, tagSpecifications, trunkTags } from "./tags.ts";
import { removeInterface } from "./trunk-removal.ts";

/**
 * Waits between two looks at a trunk that is being attached, milliseconds: a minute in all, as the
 * stock controller allows, with shorter steps first.
 */
const ATTACH_WAITS_MS = [100, 200, 400, 800, 1_500, 3_000, 6_000, 12_000, 20_000, 20_000];

/** Times another device index is tried when somebody else takes the chosen one first. */
const INDEX_ATTEMPTS_MAX = 3;

/** What setting up a trunk needs. */
export interface TrunkContext {
  readonly ec2: Ec2;
  readonly clusterName: string;
  readonly interfacePermission: boolean;
  sleep(durationMs: number): Promise<void>;
  /** Gets an undo that failed; the interface stays named in the ledger. */
  onUndoFailed(error: unknown, eniId: string): void;
}

/** Asks for the trunk of a node. */
export interface TrunkRequest {
  readonly nodeName: string;
  readonly instanceId: string;
  /** Client token of the creation: the same attempt never makes two. */
  readonly token: string;
  /** The trunk that the ledger names; another one is refused while it carries branches. */
  readonly expectedEniId: string | undefined;
}

/** A node with its trunk. */
export interface TrunkOutcome {
  readonly node: NodeRecord;
  readonly isCreated: boolean;
}

/**
 * Makes sure the instance has a trunk: the attached one is adopted, else one is created, attached at
 * the highest free device index and given to the instance to delete with itself. What was done is
 * undone if a step is refused; it is left for the next attempt if EC2 did not answer.
 */
export async function setUpTrunk(
  context: TrunkContext,
  request: TrunkRequest,
): Promise<TrunkOutcome> {
  const instance = await readInstance(context.ec2, request.instanceId);
  const record = async (trunk: NetworkInterface, isCreated: boolean) => ({
    node: await nodeRecord(context.ec2, request.nodeName, instance, trunk),
    isCreated,
  });
  if (request.expectedEniId !== undefined) checkTrunk(request, instance);
  if (instance.trunkEniId !== undefined) {
    return record(await adoptTrunk(context, instance.trunkEniId), false);
  }
  // Before anything is made: no slot, no trunk.
  highestFreeIndex(instance);
  const made = await createTrunk(context, instance, request.token);
  try {
    return await record(await attachTrunk(context, instance, made), true);
  } catch (error) {
    await undo(context, error, made.NetworkInterfaceId ?? "");
    throw error;
  }
}

function checkTrunk({ nodeName, expectedEniId }: TrunkRequest, instance: InstanceFacts): void {
  if (instance.trunkEniId === expectedEniId) return;
  const text =
    `trunk ${expectedEniId} of node ${nodeName} is not attached to ${instance.instanceId} any ` +
    "more, and there are branches on it; remove the node with force and ensure it again";
  throw new TrunklineError("DRIFT", text, { facts: { nodeName } });
}

// A trunk of somebody else is used as it is. One of ours may come from an attempt that was cut off.
async function adoptTrunk(context: TrunkContext, eniId: string): Promise<NetworkInterface> {
  const trunk = await waitUntilAttached(context, eniId);
  const { AttachmentId, DeleteOnTermination } = trunk.Attachment ?? {};
  if (isMadeByUs(trunk) && AttachmentId && DeleteOnTermination !== true) {
    await tieToInstance(context.ec2, eniId, AttachmentId);
  }
  return trunk;
}

async function createTrunk(
  context: TrunkContext,
  instance: InstanceFacts,
  token: string,
): Promise<NetworkInterface> {
  const made = await createInterface(context.ec2, {
    SubnetId: instance.primary.subnetId,
    Groups: [...instance.primary.groupIds],
    InterfaceType: "trunk",
    Description: TRUNK_DESCRIPTION,
    TagSpecifications: tagSpecifications(trunkTags(context.clusterName, instance.instanceId)),
    ClientToken: token,
  });
  if (context.interfacePermission) await permitInterface(context.ec2, made);
  return made;
}

async function attachTrunk(
  context: TrunkContext,
  instance: InstanceFacts,
  made: NetworkInterface,
): Promise<NetworkInterface> {
  const eniId = made.NetworkInterfaceId;
  assert(eniId, "EC2 names the interface it made");
  const attachmentId = await attachAtFreeIndex(context.ec2, instance, eniId);
  await tieToInstance(context.ec2, eniId, attachmentId);
  return waitUntilAttached(context, eniId);
}

// Attached later than the instance was started, it would outlive it.
async function tieToInstance(ec2: Ec2, eniId: string, attachmentId: string): Promise<void> {
  const Attachment = { AttachmentId: attachmentId, DeleteOnTermination: true };
  const input = { NetworkInterfaceId: eniId, Attachment };
  await ec2.call({
    action: "ModifyNetworkInterfaceAttribute",
    priority: "start",
    send: (client) => client.send(new ModifyNetworkInterfaceAttributeCommand(input)),
  });
}

async function attachAtFreeIndex(
  ec2: Ec2,
  instance: InstanceFacts,
  eniId: string,
): Promise<string> {
  let current = instance;
  for (let attempt = 1; ; attempt++) {
    try {
      return await attach(ec2, eniId, current);
    } catch (error) {
      const isTaken = error instanceof TrunklineError && error.code === "DRIFT";
      if (!isTaken || attempt >= INDEX_ATTEMPTS_MAX) throw error;
      current = await readInstance(ec2, instance.instanceId);
    }
  }
}

async function attach(ec2: Ec2, eniId: string, instance: InstanceFacts): Promise<string> {
  const input = {
    NetworkInterfaceId: eniId,
    InstanceId: instance.instanceId,
    DeviceIndex: highestFreeIndex(instance),
  };
  const answer = await ec2.call({
    action: "AttachNetworkInterface",
    priority: "start",
    send: (client) => client.send(new AttachNetworkInterfaceCommand(input)),
  });
  assert(answer.AttachmentId, "EC2 names the attachment");
  return answer.AttachmentId;
}

// The stock plugin fills the indexes from the bottom; at the top nobody is in the way.
function highestFreeIndex({ instanceId, limits, deviceIndexes }: InstanceFacts): number {
  const card = limits.networkCards[limits.defaultNetworkCard];
  const eniLimit = card?.eniLimit ?? limits.eniLimit;
  for (let index = eniLimit - 1; index > 0; index--) {
    if (!deviceIndexes.includes(index)) return index;
  }
  const text =
    `instance ${instanceId} (${limits.type}) has no free interface slot for a trunk: ` +
    `${deviceIndexes.length}/${eniLimit} in use`;
  const facts = { instanceId, eniLimit: String(eniLimit) };
  throw new TrunklineError("QUOTA", text, { facts });
}

async function waitUntilAttached(
  { ec2, sleep }: TrunkContext,
  eniId: string,
): Promise<NetworkInterface> {
  for (const waitMs of ATTACH_WAITS_MS) {
    const found = await describeInterface(ec2, eniId, "start");
    if (found?.Attachment?.Status === "attached") return found;
    await sleep(waitMs);
  }
  throw new TrunklineError("NOT_READY", `trunk ${eniId} is still being attached`);
}

async function nodeRecord(
  ec2: Ec2,
  name: string,
  instance: InstanceFacts,
  trunk: NetworkInterface,
): Promise<NodeRecord> {
  const { secondaryAddresses: foreignAddresses, ...primary } = instance.primary;
  const { NetworkInterfaceId: eniId, MacAddress, SubnetId: subnetId, Attachment } = trunk;
  assert(eniId && MacAddress && subnetId, "EC2 names id, MAC and subnet of a trunk");
  const isSameSubnet = subnetId === primary.subnetId;
  const subnetCidr = isSameSubnet ? primary.subnetCidr : await readSubnetCidr(ec2, subnetId);
  const isOurs = isMadeByUs(trunk);
  const macAddress = MacAddress.toLowerCase();
  const deviceIndex = Attachment?.DeviceIndex ?? 0;
  return {
    name,
    instanceId: instance.instanceId,
    instanceType: instance.limits.type,
    vpcCidrs: instance.vpcCidrs,
    primary: { ...primary, foreignAddresses },
    trunk: { eniId, macAddress, deviceIndex, subnetId, subnetCidr, isOurs },
    branchLimit: instance.limits.branchLimit,
    eniLimit: instance.limits.eniLimit,
    ipv4PerEni: instance.limits.ipv4PerEni,
    isRemoving: false,
  };
}

function isMadeByUs({ TagSet = [] }: NetworkInterface): boolean {
  return TagSet.some((tag) => tag.Key === OWNER_TAG && tag.Value === OWNER);
}

/** True if the next attempt may go on where this one stopped. */
export function mayPass(error: unknown): boolean {
  const code = error instanceof TrunklineError ? error.code : undefined;
  return code === "NOT_READY" || code === "THROTTLED";
}

// A step that may have happened must not be undone on a guess: the next attempt finds what it left.
async function undo(context: TrunkContext, error: unknown, eniId: string): Promise<void> {
  if (mayPass(error)) return;
  try {
    await removeInterface(context, eniId);
  } catch (undoError) {
    context.onUndoFailed(undoError, eniId);
  }
}
