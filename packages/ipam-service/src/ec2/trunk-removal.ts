import { DetachNetworkInterfaceCommand } from "@aws-sdk/client-ec2";
import { TrunklineError } from "@trunkline/core";
import type { NodeRecord } from "../records.ts";
import type { Ec2 } from "./ec2-client.ts";
import { isGone } from "./ec2-errors.ts";
import { deleteInterface, describeInterface, findInterfaces } from "./interface-calls.ts";
import { TRUNK_DESCRIPTION, trunkTags } from "./tags.ts";

/**
 * Waits between two looks at an interface that is being detached, milliseconds: a minute in all.
 * A detachment usually takes seconds; one that takes longer is looked at again later.
 */
const DETACH_WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** What removing an interface needs. */
export interface RemovalContext {
  readonly ec2: Ec2;
  sleep(durationMs: number): Promise<void>;
}

/** Detaches and deletes the node's trunk, unless somebody else made it: then it is left alone. */
export async function removeTrunk(context: RemovalContext, { trunk }: NodeRecord): Promise<void> {
  if (trunk.isOurs) await removeInterface(context, trunk.eniId);
}

/** Detaches an interface if it is attached, and deletes it; one that does not exist is success. */
export async function removeInterface(context: RemovalContext, eniId: string): Promise<void> {
  const { ec2, sleep } = context;
  let isAsked = false;
  for (const waitMs of DETACH_WAITS_MS) {
    const found = await describeInterface(ec2, eniId, "housekeeping");
    if (!found) return;
    const attachmentId = found.Attachment?.AttachmentId;
    const isDetached = !attachmentId || found.Attachment?.Status === "detached";
    if (isDetached) {
      await deleteInterface(ec2, eniId);
      return;
    }
    if (!isAsked) await detach(ec2, attachmentId);
    isAsked = true;
    await sleep(waitMs);
  }
  throw new TrunklineError("NOT_READY", `interface ${eniId} is still being detached`);
}

async function detach(ec2: Ec2, attachmentId: string): Promise<void> {
  const input = { AttachmentId: attachmentId };
  try {
    await ec2.call({
      action: "DetachNetworkInterface",
      priority: "housekeeping",
      send: (client) => client.send(new DetachNetworkInterfaceCommand(input)),
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Deletes trunks that were made for an instance and never attached: an attempt was cut off. */
export async function removeLeftoverTrunks(
  context: RemovalContext & { readonly clusterName: string },
  instanceId: string,
): Promise<void> {
  const tags = trunkTags(context.clusterName, instanceId);
  const found = await findInterfaces(context.ec2, tags, "housekeeping");
  for (const { NetworkInterfaceId: eniId, Description, Status } of found) {
    const isLeftover = Description === TRUNK_DESCRIPTION && Status === "available";
    if (isLeftover && eniId) await deleteInterface(context.ec2, eniId);
  }
}
