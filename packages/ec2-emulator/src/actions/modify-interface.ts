import { removeEni } from "../account/settle.ts";
import { type Decider, DONE } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { renderGroups, renderOwnAttachment } from "../render/interface.ts";
import { Refusal, wrongCombination } from "../wire/refusal.ts";
import { ATTRIBUTES, modified } from "./modified-interface.ts";

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

const READABLE_ATTRIBUTES = [
  "description",
  "groupSet",
  "sourceDestCheck",
  "attachment",
  "associatePublicIpAddress",
] as const;

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
        attachment:
          eni.attachment && renderOwnAttachment(eni.attachment, call.account.settings.accountId),
      };
    case "associatePublicIpAddress":
      return { networkInterfaceId, associatePublicIpAddress: eni.wantsPublicIp ?? false };
  }
};
