import type { Group, Peer, RuleMatch } from "../account/group-rows.ts";
import type { Fields } from "../wire/fields.ts";
import { isWellFormed } from "../wire/ids.ts";
import { missing, Refusal } from "../wire/refusal.ts";
import type { Call } from "./call.ts";
import { find, KINDS } from "./kinds.ts";
import { readCidr, readMatch, readRuleDescription } from "./rule-text.ts";

/** One rule as a caller asks for it: exactly one peer. */
export interface RuleWish extends RuleMatch {
  readonly peer: Peer;
  readonly description: string | undefined;
}

/** Top-level parameters of the time before IpPermissions. */
const LEGACY_PARAMETERS = [
  "CidrIp",
  "FromPort",
  "ToPort",
  "IpProtocol",
  "SourceSecurityGroupName",
  "SourceSecurityGroupOwnerId",
] as const;

/**
 * The rules that a call names, one for each peer of each permission, in the order given.
 *
 * `isLenient` is for revocations: a peer that does not exist is then no error but matches nothing.
 */
export function readRuleWishes(
  call: Call,
  group: Group,
  options: { readonly isLenient: boolean } = { isLenient: false },
): RuleWish[] {
  const { fields } = call;
  const permissions = fields.list("IpPermissions");
  const legacy = LEGACY_PARAMETERS.filter((name) => fields.has(name));
  if (permissions.length === 0 && legacy.length === 0) throw missing("ipPermissions");
  if (permissions.length > 0 && legacy.length > 0) {
    throw new Refusal(
      "InvalidParameterCombination",
      `The parameter ipPermissions cannot be used with the parameter ${legacy[0]}`,
    );
  }
  if (permissions.length === 0) return [readLegacy(call, group)];
  return permissions.flatMap((permission) => readPermission(call, group, permission, options));
}

function readPermission(
  call: Call,
  group: Group,
  permission: Fields,
  { isLenient }: { readonly isLenient: boolean },
): RuleWish[] {
  const match = readMatch(
    permission.text("IpProtocol"),
    permission.integer("FromPort"),
    permission.integer("ToPort"),
  );
  const wishes: RuleWish[] = [];
  const add = (one: Fields, peer: Peer) =>
    wishes.push({ ...match, peer, description: readRuleDescription(one.text("Description")) });
  for (const one of permission.list("IpRanges")) {
    add(one, { kind: "ipv4", cidr: readCidr(one.requiredText("CidrIp"), 4) });
  }
  for (const one of permission.list("Ipv6Ranges")) {
    add(one, { kind: "ipv6", cidr: readCidr(one.requiredText("CidrIpv6"), 6) });
  }
  for (const one of permission.list("Groups")) {
    add(one, readGroupPeer(call, group, one, isLenient));
  }
  for (const one of permission.list("PrefixListIds")) {
    const id = one.requiredText("PrefixListId");
    if (!isLenient) find(call.account.prefixLists, KINDS.prefixList, id);
    add(one, { kind: "prefixList", prefixListId: id });
  }
  if (wishes.length === 0) throw noPeer();
  return wishes;
}

function noPeer(): Refusal {
  return new Refusal(
    "MissingParameter",
    "Missing source specification: include source security group or CIDR information",
  );
}

function readGroupPeer(call: Call, group: Group, one: Fields, isLenient: boolean): Peer {
  const name = one.text("GroupName");
  const id = one.text("GroupId") ?? (name === undefined ? "" : groupIdByName(call, group, name));
  if (id === "") throw missing("groupId");
  return groupPeer(call, group, {
    groupId: id,
    ownerId: one.text("UserId"),
    peeringId: one.text("VpcPeeringConnectionId"),
    isLenient,
  });
}

function groupIdByName({ account }: Call, group: Group, name: string): string {
  for (const other of account.groups.by("group-name", name)) {
    if (other.vpcId === group.vpcId) return other.id;
  }
  throw new Refusal("InvalidGroup.NotFound", `The security group '${name}' does not exist`);
}

/** A reference to a group of this VPC, of a peered VPC, or of another account. */
export function groupPeer(
  call: Call,
  group: Group,
  wanted: {
    readonly groupId: string;
    readonly ownerId: string | undefined;
    readonly peeringId: string | undefined;
    readonly isLenient: boolean;
  },
): Peer {
  const { account } = call;
  const ownerId = wanted.ownerId ?? account.settings.accountId;
  if (ownerId !== account.settings.accountId) {
    // A group of another account cannot be looked up from here; only its form is checked.
    if (!isWellFormed("sg", wanted.groupId)) throw notInAccount(wanted.groupId);
    return {
      kind: "group",
      groupId: wanted.groupId,
      ownerId,
      ...(wanted.peeringId !== undefined && { peeringId: wanted.peeringId }),
    };
  }
  const peer = account.groups.get(wanted.groupId);
  if (peer === undefined && wanted.isLenient) {
    return { kind: "group", groupId: wanted.groupId, ownerId };
  }
  const found = peer ?? find(account.groups, KINDS.group, wanted.groupId);
  if (found.vpcId === group.vpcId) return { kind: "group", groupId: found.id, ownerId };
  return peeredGroup(call, group, found, wanted.isLenient);
}

function notInAccount(groupId: string): Refusal {
  return new Refusal("InvalidGroup.NotFound", `The security group '${groupId}' does not exist`);
}

function peeredGroup({ account }: Call, group: Group, peer: Group, isLenient: boolean): Peer {
  const ownerId = account.settings.accountId;
  for (const peering of account.peerings.by("vpcId", group.vpcId)) {
    const ends = [peering.requesterVpcId, peering.accepterVpcId];
    if (peering.status !== "active" || !ends.includes(peer.vpcId)) continue;
    return {
      kind: "group",
      groupId: peer.id,
      ownerId,
      vpcId: peer.vpcId,
      peeringId: peering.id,
    };
  }
  if (isLenient) return { kind: "group", groupId: peer.id, ownerId };
  throw new Refusal(
    "InvalidGroup.NotFound",
    "You have specified two resources that belong to different networks.",
  );
}

function readLegacy(call: Call, group: Group): RuleWish {
  const { fields } = call;
  const cidr = fields.text("CidrIp");
  const name = fields.text("SourceSecurityGroupName");
  if (name !== undefined && cidr === undefined) {
    // A source group stands for all of its traffic and takes no ports. Source: API reference.
    const ownerId = call.account.settings.accountId;
    const peer = { kind: "group", groupId: groupIdByName(call, group, name), ownerId } as const;
    return { protocol: "-1", fromPort: -1, toPort: -1, peer, description: undefined };
  }
  const match = readMatch(
    fields.text("IpProtocol"),
    fields.integer("FromPort"),
    fields.integer("ToPort"),
  );
  if (cidr === undefined) throw noPeer();
  return { ...match, peer: { kind: "ipv4", cidr: readCidr(cidr, 4) }, description: undefined };
}
