import { limitsOf } from "@trunkline/core/capacity";
import type { Eni, TrunkAssociation } from "../account/interface-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { describe } from "../domain/describe.ts";
import { find, KINDS, notFound } from "../domain/kinds.ts";
import { isWellFormed, newId } from "../wire/ids.ts";
import { missing, Refusal, wrongCombination, wrongValue } from "../wire/refusal.ts";
import type { TreeObject } from "../wire/xml.ts";

/** VLAN ids that a frame can carry. Source: IEEE 802.1Q; 0 and 4095 are reserved. */
const VLAN_MIN = 1;
const VLAN_MAX = 4094;

/** AssociateTrunkInterface: from now on the branch is `associated` and of type branch. */
export const associateTrunkInterface: Decider = (call) => {
  const { fields, account } = call;
  const branchId = fields.requiredText("BranchInterfaceId");
  const trunkId = fields.requiredText("TrunkInterfaceId");
  const { protocol, key } = readKey(call);
  const branch = find(account.enis, KINDS.eni, branchId);
  const trunk = find(account.enis, KINDS.eni, trunkId);
  checkTrunk(trunk);
  checkBranch(branch, trunk);
  checkSamePlace(call, branch, trunk);
  checkKey(call, trunk, key);
  checkBranchLimit(call, trunk);
  const association = {
    id: newId("trunk-assoc", call.random),
    trunkId,
    protocol,
    key,
  } satisfies TrunkAssociation;
  const associated = account.enis.put({ ...branch, association });
  return { interfaceAssociation: renderAssociation(associated) };
};

function readKey({ fields }: Call): Pick<TrunkAssociation, "protocol" | "key"> {
  const vlanId = fields.integer("VlanId");
  const greKey = fields.integer("GreKey");
  if (vlanId !== undefined && greKey !== undefined) {
    throw wrongCombination("The parameters vlanId and greKey cannot be used together");
  }
  if (greKey !== undefined) return { protocol: "GRE", key: greKey };
  if (vlanId === undefined) throw missing("vlanId");
  if (vlanId < VLAN_MIN || vlanId > VLAN_MAX) {
    throw wrongValue("vlanId", String(vlanId), `Expecting ${VLAN_MIN} to ${VLAN_MAX}.`);
  }
  return { protocol: "VLAN", key: vlanId };
}

function checkTrunk(trunk: Eni): void {
  if (trunk.interfaceType !== "trunk") {
    throw new Refusal(
      "InvalidParameterValue",
      `Network interface '${trunk.id}' is not a trunk interface.`,
    );
  }
  if (trunk.attachment?.status === "attached" || trunk.attachment?.status === "attaching") return;
  throw new Refusal(
    "IncorrectState",
    `The trunk interface '${trunk.id}' is not attached to an instance.`,
  );
}

function checkBranch(branch: Eni, trunk: Eni): void {
  if (branch.id === trunk.id || branch.interfaceType === "trunk") {
    throw new Refusal(
      "InvalidParameterValue",
      `Network interface '${branch.id}' is a trunk interface and cannot be a branch.`,
    );
  }
  if (branch.attachment !== undefined || branch.association !== undefined) {
    throw new Refusal("InvalidNetworkInterface.InUse", `Interface: [${branch.id}] in use.`);
  }
  if (branch.requesterManaged) {
    throw new Refusal(
      "OperationNotPermitted",
      `You are not allowed to manage the network interface '${branch.id}'.`,
    );
  }
}

function checkSamePlace({ account }: Call, branch: Eni, trunk: Eni): void {
  const zoneOf = (eni: Eni) => account.subnets.get(eni.subnetId)?.availabilityZone;
  if (branch.vpcId === trunk.vpcId && zoneOf(branch) === zoneOf(trunk)) return;
  throw new Refusal(
    "InvalidParameterValue",
    `The branch interface '${branch.id}' and the trunk interface '${trunk.id}' must be in the ` +
      "same VPC and Availability Zone.",
  );
}

function checkKey({ account }: Call, trunk: Eni, key: number): void {
  if (account.enis.first("trunkKey", `${trunk.id} ${key}`) === undefined) return;
  throw new Refusal(
    "InvalidParameterValue",
    `The VLAN ID ${key} is already in use on the trunk interface '${trunk.id}'.`,
  );
}

function checkBranchLimit({ account }: Call, trunk: Eni): void {
  const instance = account.instances.get(trunk.attachment?.instanceId ?? "");
  const limits = instance && limitsOf(instance.instanceType);
  if (limits === undefined) return;
  if (account.enis.estimate("trunkId", trunk.id) < limits.branchLimit) return;
  throw new Refusal(
    "AttachmentLimitExceeded",
    `Branch interface count ${limits.branchLimit + 1} exceeds the limit for ${limits.type}`,
  );
}

/** DisassociateTrunkInterface: the branch becomes available again. */
export const disassociateTrunkInterface: Decider = ({ fields, account }) => {
  const id = fields.requiredText("AssociationId");
  const branch = account.enis.first("associationId", id);
  if (branch === undefined) throw noAssociation(id);
  const { association, ...rest } = branch;
  account.enis.put(rest);
  return DONE;
};

function noAssociation(id: string): Refusal {
  if (!isWellFormed("trunk-assoc", id)) {
    return new Refusal(
      "InvalidAssociationID.Malformed",
      `Invalid id: "${id.slice(0, 100)}" (expecting "trunk-assoc-...")`,
    );
  }
  return new Refusal("InvalidAssociationID.NotFound", `The association ID '${id}' does not exist`);
}

/** DescribeTrunkInterfaceAssociations. */
export const describeTrunkInterfaceAssociations: Decider = (call) => {
  const { items, nextToken } = describe<Eni>(call, {
    source: (view) => ({
      // An association is a part of its branch; here a branch is looked up by association.
      get: (id) => [...view.enis.by("associationId", id)][0],
      all: (after) => view.enis.all(after),
      by: (index, key, after) => view.enis.by(index, key, after),
      estimate: (index, key) => view.enis.estimate(index, key),
      hasIndex: (index) => view.enis.hasIndex(index),
      sequenceOf: (id) => view.enis.sequenceOf(id),
    }),
    kind: {
      ...KINDS.eni,
      prefix: "trunk-assoc",
      notFound: "InvalidAssociationID.NotFound",
      malformed: "InvalidAssociationID.Malformed",
      noun: "association",
    },
    idParameter: "AssociationId",
    filters: {
      "gre-key": ({ association }) =>
        association?.protocol === "GRE" ? [String(association.key)] : [],
      "interface-protocol": ({ association }) => [association?.protocol],
      "trunk-interface-association.trunk-interface-id": ({ association }) => [association?.trunkId],
    },
    lookups: { "trunk-interface-association.trunk-interface-id": { index: "trunkId" } },
    isHidden: (eni) => eni.association === undefined,
    pages: { min: 5, max: 255 },
    mayPageIds: true,
    render: renderAssociation,
  });
  return { interfaceAssociationSet: items, nextToken };
};

function renderAssociation(branch: Eni): TreeObject {
  const { association } = branch;
  if (association === undefined) throw notFound(KINDS.eni, branch.id);
  return {
    associationId: association.id,
    branchInterfaceId: branch.id,
    trunkInterfaceId: association.trunkId,
    interfaceProtocol: association.protocol,
    vlanId: association.protocol === "VLAN" ? association.key : undefined,
    greKey: association.protocol === "GRE" ? association.key : undefined,
    tagSet: [],
  };
}
