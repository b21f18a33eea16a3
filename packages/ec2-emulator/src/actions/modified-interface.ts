import type { Eni } from "../account/interface-rows.ts";
import type { Call } from "../domain/call.ts";
import { readEnaSrd, readQueueCount } from "../domain/ena.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { readEniGroups } from "../domain/make-interface.ts";
import { Refusal, wrongValue } from "../wire/refusal.ts";
import { readConnectionTracking } from "./create-interface.ts";
import { assignPublicIp, dropPublicIp } from "./elastic-ips.ts";

/** Parameters of ModifyNetworkInterfaceAttribute of which exactly one must be sent. */
export const ATTRIBUTES = [
  "Description",
  "SecurityGroupId",
  "SourceDestCheck",
  "Attachment",
  "ConnectionTrackingSpecification",
  "EnablePrimaryIpv6",
  "EnaSrdSpecification",
  "AssociatePublicIpAddress",
  "AssociatedSubnetId",
] as const;

type Attribute = (typeof ATTRIBUTES)[number];

/** The interface with one attribute changed as the call asks. Throws a Refusal. */
export function modified(call: Call, eni: Eni, attribute: Attribute): Eni {
  const { fields } = call;
  switch (attribute) {
    case "Description":
      return { ...eni, description: fields.structure("Description").text("Value") ?? "" };
    case "SecurityGroupId":
      return { ...eni, groupIds: readNewGroups(call, eni) };
    case "SourceDestCheck": {
      const isOn = fields.structure("SourceDestCheck").boolean("Value");
      return { ...eni, sourceDestCheck: isOn ?? eni.sourceDestCheck };
    }
    case "Attachment":
      return withAttachment(call, eni);
    case "ConnectionTrackingSpecification":
      return {
        ...eni,
        connectionTracking: { ...eni.connectionTracking, ...readConnectionTracking(fields) },
      };
    case "EnablePrimaryIpv6":
      return withPrimaryIpv6(call, eni);
    case "EnaSrdSpecification":
      return withEnaSrd(call, eni);
    case "AssociatePublicIpAddress":
      return withPublicIp(call, eni);
    case "AssociatedSubnetId":
      return { ...eni, associatedSubnetIds: readAssociatedSubnets(call, eni) };
  }
}

function readNewGroups(call: Call, eni: Eni): string[] {
  const subnet = call.account.subnets.need(eni.subnetId);
  const ids = call.fields.texts("SecurityGroupId").filter((id) => id !== "");
  if (ids.length === 0) {
    throw new Refusal("InvalidParameterValue", "At least one security group must be specified.");
  }
  return readEniGroups(call, ids, { subnet, style: "modify" });
}

function withAttachment(call: Call, eni: Eni): Eni {
  const wanted = call.fields.structure("Attachment");
  const id = wanted.requiredText("AttachmentId");
  if (eni.attachment?.id !== id) {
    throw new Refusal(
      "InvalidAttachmentID.NotFound",
      `The attachment '${id}' does not exist on the network interface '${eni.id}'`,
    );
  }
  const { enaQueueCount: before, ...rest } = eni.attachment;
  const enaQueueCount = wanted.boolean("DefaultEnaQueueCount")
    ? undefined
    : (readQueueCount(wanted) ?? before);
  return {
    ...eni,
    attachment: {
      ...rest,
      deleteOnTermination: wanted.boolean("DeleteOnTermination") ?? rest.deleteOnTermination,
      ...(enaQueueCount !== undefined && { enaQueueCount }),
    },
  };
}

function withEnaSrd({ fields }: Call, eni: Eni): Eni {
  const { attachment } = eni;
  if (attachment === undefined) {
    throw new Refusal(
      "IncorrectState",
      `The network interface '${eni.id}' is not attached to an instance.`,
    );
  }
  return { ...eni, attachment: { ...attachment, enaSrd: readEnaSrd(fields, attachment.enaSrd) } };
}

/** The wish holds for any interface; an address comes and goes with the primary one alone. */
function withPublicIp(call: Call, eni: Eni): Eni {
  const wantsPublicIp = call.fields.boolean("AssociatePublicIpAddress") ?? false;
  if (eni.attachment?.deviceIndex === 0 && eni.attachment.networkCardIndex === 0) {
    if (wantsPublicIp) assignPublicIp(call, eni);
    else dropPublicIp(call, eni);
  }
  return { ...eni, wantsPublicIp };
}

function readAssociatedSubnets({ fields, account }: Call, eni: Eni): string[] {
  const ids = [...new Set(fields.texts("AssociatedSubnetId"))];
  for (const id of ids) {
    const subnet = find(account.subnets, KINDS.subnet, id);
    if (subnet.vpcId === eni.vpcId) continue;
    throw wrongValue("associatedSubnetId", id, `The subnet is not in the VPC ${eni.vpcId}.`);
  }
  return ids;
}

function withPrimaryIpv6({ fields }: Call, eni: Eni): Eni {
  const wanted = fields.boolean("EnablePrimaryIpv6");
  const has = eni.ipv6Addresses.some((address) => address.isPrimary);
  if (wanted !== true) {
    if (!has) return eni;
    throw new Refusal(
      "InvalidParameterValue",
      "The primary IPv6 address of a network interface cannot be disabled.",
    );
  }
  if (eni.ipv6Addresses.length === 0) {
    throw new Refusal(
      "InvalidParameterValue",
      `Network interface '${eni.id}' has no IPv6 address to make primary.`,
    );
  }
  if (has) return eni;
  return {
    ...eni,
    ipv6Addresses: eni.ipv6Addresses.map((one, index) => ({ ...one, isPrimary: index === 0 })),
  };
}
