import type { Eni } from "../account/interface-rows.ts";
import { removeEni } from "../account/settle.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { readEniGroups } from "../domain/make-interface.ts";
import { renderGroups } from "../render/interface.ts";
import { Refusal, wrongCombination } from "../wire/refusal.ts";
import { timestamp } from "../wire/xml.ts";
import { readConnectionTracking } from "./create-interface.ts";

/** Parameters of ModifyNetworkInterfaceAttribute of which exactly one must be sent. */
const ATTRIBUTES = [
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

/** ModifyNetworkInterfaceAttribute: one attribute a call; groups replace the list. */
export const modifyNetworkInterfaceAttribute: Decider = (call) => {
  const { fields, account } = call;
  const eniId = fields.requiredText("NetworkInterfaceId");
  const sent = ATTRIBUTES.filter((name) => fields.has(name));
  const [attribute] = sent;
  if (attribute === undefined) {
    throw wrongCombination("No attributes specified: exactly one must be modified in a call");
  }
  if (sent.length > 1) {
    throw wrongCombination(
      `Fields for multiple attribute types specified: ${sent.join(", ")}; one is allowed`,
    );
  }
  const eni = find(account.enis, KINDS.eni, eniId);
  if (eni.requesterManaged) {
    throw new Refusal(
      "OperationNotPermitted",
      `You are not allowed to manage the network interface '${eni.id}'.`,
    );
  }
  account.enis.put(modified(call, eni, attribute));
  return DONE;
};

function modified(call: Call, eni: Eni, attribute: Attribute): Eni {
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
      return withDeleteOnTermination(call, eni);
    case "ConnectionTrackingSpecification":
      return {
        ...eni,
        connectionTracking: { ...eni.connectionTracking, ...readConnectionTracking(fields) },
      };
    case "EnablePrimaryIpv6":
      return withPrimaryIpv6(call, eni);
    case "EnaSrdSpecification":
    case "AssociatePublicIpAddress":
    case "AssociatedSubnetId":
      throw new Refusal(
        "UnsupportedOperation",
        `The attribute ${attribute} cannot be modified here.`,
      );
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

function withDeleteOnTermination(call: Call, eni: Eni): Eni {
  const wanted = call.fields.structure("Attachment");
  const id = wanted.requiredText("AttachmentId");
  const deleteOnTermination = wanted.boolean("DeleteOnTermination");
  if (eni.attachment?.id !== id) {
    throw new Refusal(
      "InvalidAttachmentID.NotFound",
      `The attachment '${id}' does not exist on the network interface '${eni.id}'`,
    );
  }
  if (deleteOnTermination === undefined) return eni;
  return { ...eni, attachment: { ...eni.attachment, deleteOnTermination } };
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

/** ResetNetworkInterfaceAttribute: the source/destination check is on again. */
export const resetNetworkInterfaceAttribute: Decider = ({ fields, account }) => {
  const eni = find(account.enis, KINDS.eni, fields.requiredText("NetworkInterfaceId"));
  account.enis.put({ ...eni, sourceDestCheck: true });
  return DONE;
};

/** DeleteNetworkInterface: only when neither attached nor associated. */
export const deleteNetworkInterface: Decider = ({ fields, account }) => {
  const eni = find(account.enis, KINDS.eni, fields.requiredText("NetworkInterfaceId"));
  if (eni.attachment !== undefined || eni.association !== undefined) {
    throw new Refusal(
      "InvalidParameterValue",
      `Network interface '${eni.id}' is currently in use.`,
    );
  }
  if (eni.requesterManaged) {
    throw new Refusal(
      "OperationNotPermitted",
      `You are not allowed to manage the network interface '${eni.id}'.`,
    );
  }
  removeEni(account, eni);
  return DONE;
};

const READABLE_ATTRIBUTES = ["description", "groupSet", "sourceDestCheck", "attachment"] as const;

/** DescribeNetworkInterfaceAttribute: one attribute a call. */
export const describeNetworkInterfaceAttribute: Decider = (call) => {
  const { fields, view } = call;
  const id = fields.requiredText("NetworkInterfaceId");
  const attribute = fields.choice("Attribute", READABLE_ATTRIBUTES);
  if (attribute === undefined) {
    throw new Refusal("MissingParameter", "The request must contain the parameter attribute");
  }
  const eni = find(view.enis, KINDS.eni, id);
  const networkInterfaceId = eni.id;
  switch (attribute) {
    case "description":
      return { networkInterfaceId, description: { value: eni.description } };
    case "groupSet":
      return { networkInterfaceId, groupSet: renderGroups(eni.groupIds, call) };
    case "sourceDestCheck":
      return { networkInterfaceId, sourceDestCheck: { value: eni.sourceDestCheck } };
    case "attachment":
      return {
        networkInterfaceId,
        attachment: eni.attachment && {
          attachmentId: eni.attachment.id,
          attachTime: timestamp(eni.attachment.attachedAtMs),
          deleteOnTermination: eni.attachment.deleteOnTermination,
          deviceIndex: eni.attachment.deviceIndex,
          networkCardIndex: eni.attachment.networkCardIndex,
          instanceId: eni.attachment.instanceId,
          instanceOwnerId: call.account.settings.accountId,
          status: eni.attachment.status,
        },
      };
  }
};
