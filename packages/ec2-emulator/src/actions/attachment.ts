import { limitsOf } from "@trunkline/core/capacity";
import type { Attachment, Eni, Instance } from "../account/interface-rows.ts";
import { type Call, type Decider, DONE, endOf } from "../domain/call.ts";
import { type EnaSettings, readEnaSettings } from "../domain/ena.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { isWellFormed, newId } from "../wire/ids.ts";
import { Refusal, wrongValue } from "../wire/refusal.ts";

/** AttachNetworkInterface: in-use at once, attaching first, attached after a while. */
export const attachNetworkInterface: Decider = (call) => {
  const { fields, account } = call;
  const eniId = fields.requiredText("NetworkInterfaceId");
  const instanceId = fields.requiredText("InstanceId");
  const deviceIndex = fields.requiredInteger("DeviceIndex");
  const networkCardIndex = fields.integer("NetworkCardIndex") ?? 0;
  const ena = readEnaSettings(fields);
  const eni = find(account.enis, KINDS.eni, eniId);
  const instance = find(account.instances, KINDS.instance, instanceId);
  checkFree(eni);
  checkInstance(instance);
  checkPlace(call, eni, instance);
  checkIndex(call, instance, { deviceIndex, networkCardIndex });
  checkTypeLimits(call, instance, eni, networkCardIndex);
  const attached = attach(call, eni, {
    instanceId,
    deviceIndex,
    networkCardIndex,
    deleteOnTermination: false,
    ...ena,
  });
  return { attachmentId: attached.id, networkCardIndex };
};

/** Attaches without asking; the caller has checked. */
export function attach(
  call: Call,
  eni: Eni,
  how: Pick<Attachment, "instanceId" | "deviceIndex" | "networkCardIndex" | "deleteOnTermination"> &
    EnaSettings,
): Attachment {
  const attachedAtMs = call.nowMs;
  const changesAtMs = endOf("attach", call);
  const status = changesAtMs > call.nowMs ? "attaching" : "attached";
  const attachment: Attachment = {
    ...how,
    id: newId("eni-attach", call.random),
    status,
    attachedAtMs,
  };
  call.account.enis.put({
    ...eni,
    attachment,
    changesAtMs: status === "attaching" ? changesAtMs : undefined,
  });
  return attachment;
}

function checkFree(eni: Eni): void {
  if (eni.attachment === undefined && eni.association === undefined) return;
  throw new Refusal("InvalidNetworkInterface.InUse", `Interface: [${eni.id}] in use.`);
}

function checkInstance(instance: Instance): void {
  if (instance.state === "running" || instance.state === "stopped") return;
  throw new Refusal(
    "IncorrectState",
    `Instance '${instance.id}' is in the state '${instance.state}'; ` +
      "expecting 'running' or 'stopped'.",
  );
}

/** Throws unless interface and instance are in one VPC and zone. */
export function checkPlace({ account }: Call, eni: Eni, instance: Instance): void {
  const zoneOf = (subnetId: string) => account.subnets.get(subnetId)?.availabilityZone;
  if (eni.vpcId !== instance.vpcId) {
    throw new Refusal(
      "InvalidParameterCombination",
      `Network interface '${eni.id}' and instance '${instance.id}' are in different VPCs.`,
    );
  }
  if (zoneOf(eni.subnetId) === zoneOf(instance.subnetId)) return;
  throw new Refusal(
    "InvalidParameterCombination",
    `You may not attach a network interface to an instance if they are not in the same ` +
      `availability zone`,
  );
}

function checkIndex(
  { account }: Call,
  instance: Instance,
  at: { readonly deviceIndex: number; readonly networkCardIndex: number },
): void {
  if (at.deviceIndex < 0) {
    throw wrongValue("deviceIndex", String(at.deviceIndex), "An index is not negative.");
  }
  for (const other of account.enis.by("attachment.instance-id", instance.id)) {
    const attachment = other.attachment;
    if (attachment?.deviceIndex !== at.deviceIndex) continue;
    if (attachment.networkCardIndex !== at.networkCardIndex) continue;
    throw new Refusal(
      "InvalidParameterValue",
      `Instance '${instance.id}' already has an interface attached at device index ` +
        `'${at.deviceIndex}'.`,
    );
  }
}

/** Throws unless the instance's type carries one more interface, with its addresses, on the card. */
export function checkTypeLimits(call: Call, instance: Instance, eni: Eni, cardIndex: number): void {
  const limits = limitsOf(instance.instanceType);
  // A type that the table does not know has no limit: refusing would be a guess.
  if (limits === undefined) return;
  const card = limits.networkCards.find(({ index }) => index === cardIndex);
  if (card === undefined) {
    throw wrongValue("networkCardIndex", String(cardIndex), `${limits.type} has no such card.`);
  }
  const attached = [...call.account.enis.by("attachment.instance-id", instance.id)];
  const onCard = attached.filter((one) => one.attachment?.networkCardIndex === cardIndex);
  const limit = attached.length >= limits.eniLimit ? limits.eniLimit : card.eniLimit;
  if (attached.length >= limits.eniLimit || onCard.length >= card.eniLimit) {
    throw new Refusal(
      "AttachmentLimitExceeded",
      `Interface count ${limit + 1} exceeds the limit for ${limits.type}`,
    );
  }
  if (eni.interfaceType === "trunk") checkTrunk(limits, attached);
  checkAddressCount(eni, limits);
}

function checkTrunk(
  limits: { readonly type: string; readonly isTrunking: boolean },
  attached: readonly Eni[],
): void {
  if (!limits.isTrunking) {
    throw new Refusal(
      "UnsupportedOperation",
      `The instance type ${limits.type} does not support trunk interfaces.`,
    );
  }
  if (attached.every((one) => one.interfaceType !== "trunk")) return;
  throw new Refusal(
    "AttachmentLimitExceeded",
    `Trunk interface count 2 exceeds the limit for ${limits.type}`,
  );
}

function checkAddressCount(
  eni: Eni,
  limits: { readonly type: string; readonly ipv4PerEni: number },
): void {
  const counts = [
    eni.addresses.length + eni.ipv4Prefixes.length,
    eni.ipv6Addresses.length + eni.ipv6Prefixes.length,
  ];
  if (Math.max(...counts) <= limits.ipv4PerEni) return;
  throw new Refusal(
    "InvalidInterface.IpAddressLimitExceeded",
    `Interface '${eni.id}' has more addresses than the ${limits.ipv4PerEni} that an ` +
      `interface of ${limits.type} may have.`,
  );
}

/** DetachNetworkInterface: detaching first, gone after a while. Force ends it at once. */
export const detachNetworkInterface: Decider = (call) => {
  const { fields } = call;
  const id = fields.requiredText("AttachmentId");
  const isForced = fields.boolean("Force") ?? false;
  const { eni, attachment } = findAttachment(call, id);
  if (eni.requesterManaged) {
    throw new Refusal(
      "OperationNotPermitted",
      "You are not allowed to manage 'ela-attach' attachments.",
    );
  }
  if (attachment.deviceIndex === 0 && attachment.networkCardIndex === 0) {
    throw new Refusal(
      "OperationNotPermitted",
      "The network interface at device index 0 and networkCard index 0 cannot be detached.",
    );
  }
  if (attachment.status === "detaching" && !isForced) return DONE;
  startDetach(call, eni, isForced);
  return DONE;
};

/** The interface with this attachment. */
function findAttachment(
  { account }: Call,
  id: string,
): { readonly eni: Eni; readonly attachment: Attachment } {
  const eni = account.enis.first("attachment.attachment-id", id);
  if (eni?.attachment !== undefined) return { eni, attachment: eni.attachment };
  if (!isWellFormed("eni-attach", id)) {
    throw new Refusal(
      "InvalidNetworkInterfaceAttachmentId.Malformed",
      `Invalid id: "${id.slice(0, 100)}" (expecting "eni-attach-...")`,
    );
  }
  throw new Refusal("InvalidAttachmentID.NotFound", `The attachment '${id}' does not exist`);
}

function startDetach(call: Call, eni: Eni, isForced: boolean): void {
  const { enis } = call.account;
  const { attachment, ...rest } = eni;
  if (attachment === undefined) return;
  const changesAtMs = isForced ? call.nowMs : endOf("detach", call);
  enis.put({ ...eni, attachment: { ...attachment, status: "detaching" }, changesAtMs });
  if (isForced) enis.put({ ...rest, changesAtMs: undefined });
}
