import type { ElasticIp, Eni } from "../account/interface-rows.ts";
import { primaryAddressOf } from "../account/interface-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { readOwnTags } from "../domain/tags.ts";
import { tagSet } from "../render/shared.ts";
import { newId } from "../wire/ids.ts";
import { missing, Refusal } from "../wire/refusal.ts";
import type { TreeObject } from "../wire/xml.ts";

/** AllocateAddress: a public address out of 198.51.100.0/24 and 203.0.113.0/24. */
export const allocateAddress: Decider = (call) => {
  const { fields, account } = call;
  const limit = account.settings.quotas.addresses;
  const held = [...account.elasticIps.all()].filter((ip) => !ip.isEphemeral).length;
  if (held >= limit) {
    throw new Refusal("AddressLimitExceeded", "The maximum number of addresses has been reached.");
  }
  checkPool(call);
  const tags = readOwnTags(fields, "elastic-ip", account.settings.quotas.tagsPerResource);
  const ip = account.elasticIps.put({
    id: newId("eipalloc", call.random),
    publicIp: readAddress(call) ?? freePublicIp(call),
    isEphemeral: false,
    tags,
  });
  return {
    publicIp: ip.publicIp,
    domain: "vpc",
    allocationId: ip.id,
    publicIpv4Pool: "amazon",
    networkBorderGroup: account.settings.region,
  };
};

/** Documentation blocks, so that no address of the emulator is anybody's. Source: RFC 5737. */
const PUBLIC_BLOCKS = ["198.51.100", "203.0.113", "192.0.2"];

function freePublicIp({ account }: Pick<Call, "account">): string {
  for (const block of PUBLIC_BLOCKS) {
    for (let host = 1; host < 255; host++) {
      const address = `${block}.${host}`;
      if (account.elasticIps.first("public-ip", address) === undefined) return address;
    }
  }
  throw new Refusal("InsufficientAddressCapacity", "Not enough public addresses are free.");
}

/** There is one pool, Amazon's, and one border group, the region. */
function checkPool({ fields, account }: Call): void {
  fields.choice("Domain", ["vpc", "standard"]);
  fields.choice("PublicIpv4Pool", ["amazon"]);
  fields.choice("NetworkBorderGroup", [account.settings.region]);
}

/** The address asked for by name, which must be free and of the blocks that are given out. */
function readAddress({ fields, account }: Call): string | undefined {
  const address = fields.text("Address");
  if (address === undefined) return undefined;
  const [, block = "", host = ""] = /^(\d+\.\d+\.\d+)\.(\d{1,3})$/.exec(address) ?? [];
  const isOurs = PUBLIC_BLOCKS.includes(block) && Number(host) >= 1 && Number(host) < 255;
  if (isOurs && account.elasticIps.first("public-ip", address) === undefined) return address;
  throw new Refusal("InvalidAddress.NotFound", `Address '${address.slice(0, 100)}' not found.`);
}

/**
 * Gives an interface the public address of a launch, which goes with the interface. One whose
 * primary address is public already keeps what it has.
 */
export function assignPublicIp(call: Call, eni: Eni): void {
  const privateIp = primaryAddressOf(eni);
  if (privateIp === undefined || isPublic(call, eni, privateIp)) return;
  call.account.elasticIps.put({
    id: newId("eipalloc", call.random),
    publicIp: freePublicIp(call),
    isEphemeral: true,
    association: { id: newId("eipassoc", call.random), eniId: eni.id, privateIp },
    tags: {},
  });
}

function isPublic({ account }: Call, eni: Eni, privateIp: string): boolean {
  for (const ip of account.elasticIps.by("eniId", eni.id)) {
    if (ip.association?.privateIp === privateIp) return true;
  }
  return false;
}

/** Takes the public address of a launch away; an allocated one stays. */
export function dropPublicIp({ account }: Call, eni: Eni): void {
  for (const ip of [...account.elasticIps.by("eniId", eni.id)]) {
    if (ip.isEphemeral) account.elasticIps.delete(ip.id);
  }
}

/** ReleaseAddress: refused while it is associated. */
export const releaseAddress: Decider = ({ fields, account }) => {
  const ip = find(account.elasticIps, KINDS.elasticIp, fields.requiredText("AllocationId"));
  if (ip.association !== undefined) {
    throw new Refusal("InvalidIPAddress.InUse", `Address ${ip.publicIp} is in use.`);
  }
  account.elasticIps.delete(ip.id);
  return DONE;
};

/** AssociateAddress with an interface, or the primary interface of an instance. */
export const associateAddress: Decider = (call) => {
  const { fields, account } = call;
  const ip = find(account.elasticIps, KINDS.elasticIp, fields.requiredText("AllocationId"));
  const eni = readTarget(call);
  const privateIp = fields.text("PrivateIpAddress") ?? primaryAddressOf(eni) ?? "";
  if (eni.addresses.every((one) => one.address !== privateIp)) {
    throw new Refusal(
      "InvalidParameterValue",
      `Address ${privateIp} does not belong to the network interface '${eni.id}'`,
    );
  }
  const mayMove = fields.boolean("AllowReassociation") ?? true;
  if (ip.association !== undefined && !mayMove) {
    throw new Refusal("Resource.AlreadyAssociated", `resource ${ip.id} is already associated`);
  }
  dropOthers(call, eni, privateIp);
  const id = newId("eipassoc", call.random);
  account.elasticIps.put({ ...ip, association: { id, eniId: eni.id, privateIp } });
  return { return: true, associationId: id };
};

function readTarget({ fields, account }: Call): Eni {
  const eniId = fields.text("NetworkInterfaceId");
  if (eniId !== undefined) return find(account.enis, KINDS.eni, eniId);
  const instanceId = fields.text("InstanceId");
  if (instanceId === undefined) throw missing("networkInterfaceId");
  const instance = find(account.instances, KINDS.instance, instanceId);
  for (const eni of account.enis.by("attachment.instance-id", instance.id)) {
    if (eni.attachment?.deviceIndex === 0) return eni;
  }
  throw new Refusal("IncorrectInstanceState", `Instance '${instance.id}' has no interface.`);
}

function dropOthers({ account }: Call, eni: Eni, privateIp: string): void {
  for (const other of [...account.elasticIps.by("eniId", eni.id)]) {
    if (other.association?.privateIp !== privateIp) continue;
    const { association, ...rest } = other;
    if (other.isEphemeral) account.elasticIps.delete(other.id);
    else account.elasticIps.put(rest);
  }
}

/** DisassociateAddress. */
export const disassociateAddress: Decider = ({ fields, account }) => {
  const id = fields.requiredText("AssociationId");
  const ip = account.elasticIps.first("associationId", id);
  if (ip === undefined) {
    throw new Refusal("InvalidAssociationID.NotFound", `The association ID '${id}' does not exist`);
  }
  const { association, ...rest } = ip;
  account.elasticIps.put(rest);
  return DONE;
};

const spec: DescribeSpec<ElasticIp> = {
  source: (view) => view.elasticIps,
  kind: KINDS.elasticIp,
  idParameter: "AllocationId",
  filters: {
    "allocation-id": (ip) => [ip.id],
    "association-id": (ip) => [ip.association?.id],
    "network-interface-id": (ip) => [ip.association?.eniId],
    "private-ip-address": (ip) => [ip.association?.privateIp],
    "public-ip": (ip) => [ip.publicIp],
    "instance-id": (ip, call) => [instanceOf(ip, call)],
    "tag-key": (ip) => Object.keys(ip.tags),
  },
  lookups: {
    "network-interface-id": { index: "eniId" },
    "association-id": { index: "associationId" },
  },
  isHidden: (ip) => ip.isEphemeral,
  pages: { min: 5, max: 1000 },
  render: renderAddress,
};

/** DescribeAddresses. */
export const describeAddresses: Decider = (call) => {
  const wanted = new Set(call.fields.texts("PublicIp"));
  const { items } = describe(call, {
    ...spec,
    isHidden: (ip) => ip.isEphemeral || (wanted.size > 0 && !wanted.has(ip.publicIp)),
  });
  return { addressesSet: items };
};

function instanceOf(ip: ElasticIp, { view }: Call): string | undefined {
  return view.enis.get(ip.association?.eniId ?? "")?.attachment?.instanceId;
}

function renderAddress(ip: ElasticIp, call: Call): TreeObject {
  const { settings } = call.account;
  return {
    publicIp: ip.publicIp,
    allocationId: ip.id,
    domain: "vpc",
    instanceId: instanceOf(ip, call),
    associationId: ip.association?.id,
    networkInterfaceId: ip.association?.eniId,
    networkInterfaceOwnerId: ip.association && settings.accountId,
    privateIpAddress: ip.association?.privateIp,
    publicIpv4Pool: "amazon",
    networkBorderGroup: settings.region,
    tagSet: tagSet(ip.tags),
  };
}
