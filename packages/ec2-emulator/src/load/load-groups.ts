import type { Peer, PrefixList, Rule } from "../account/group-rows.ts";
import { peerKey, ruleKey } from "../account/group-rows.ts";
import { makeVpcDefaults } from "../domain/make-vpc.ts";
import type { RuleWish } from "../domain/read-permissions.ts";
import { readCidr, readMatch } from "../domain/rule-text.ts";
import { newId } from "../wire/ids.ts";
import type { Member, Permission } from "./document.ts";
import { attempt, isNew, type Loading, problem, tagsOf } from "./loading.ts";

/** Loads prefix lists, groups and their rules. */
export function loadGroups(loading: Loading): void {
  const { document } = loading;
  for (const name of ["PrefixLists", "ManagedPrefixLists"] as const) {
    for (const [i, list] of document[name].entries()) {
      loadPrefixList(loading, list, `${name}[${i}]`);
    }
  }
  for (const [i, group] of document.SecurityGroups.entries()) {
    loadGroup(loading, group, `SecurityGroups[${i}]`);
  }
  // Rules come after all groups, because groups refer to each other.
  const listed = indexListedRules(loading);
  for (const [i, group] of document.SecurityGroups.entries()) {
    const field = `SecurityGroups[${i}]`;
    loadRules(loading, { group, field: `${field}.IpPermissions`, isEgress: false, listed });
    loadRules(loading, { group, field: `${field}.IpPermissionsEgress`, isEgress: true, listed });
  }
  for (const rule of listed.values()) addMissing(loading, rule);
  for (const vpc of loading.account.vpcs.all()) makeVpcDefaults(loading, vpc, { group: true });
}

function loadPrefixList(loading: Loading, list: Member<"PrefixLists">, field: string): void {
  const { account } = loading;
  const id = list.PrefixListId;
  if (!isNew(loading, account.prefixLists, { field: `${field}.PrefixListId`, id })) return;
  const family = list.AddressFamily === "IPv6" ? 6 : 4;
  const entries = list.Entries.flatMap(({ Cidr, Description }, i) => {
    const cidr = attempt(loading, `${field}.Entries[${i}].Cidr`, () => readCidr(Cidr, family));
    if (cidr === undefined) return [];
    return [{ cidr, ...(Description !== undefined && { description: Description }) }];
  });
  const maxEntries = list.MaxEntries ?? Math.max(1, entries.length);
  if (entries.length > maxEntries) {
    problem(loading, `${field}.Entries`, `${entries.length} entries are more than ${maxEntries}`);
  }
  const row: PrefixList = {
    id,
    name: list.PrefixListName || id,
    ownerId: list.OwnerId ?? account.settings.accountId,
    family: list.AddressFamily,
    maxEntries,
    state: "create-complete",
    version: list.Version,
    versions: [{ version: list.Version, entries }],
    tags: tagsOf(list.Tags),
  };
  account.prefixLists.put(row);
}

function loadGroup(loading: Loading, group: Member<"SecurityGroups">, field: string): void {
  const { account } = loading;
  const id = group.GroupId;
  if (!isNew(loading, account.groups, { field: `${field}.GroupId`, id })) return;
  if (account.vpcs.get(group.VpcId) === undefined) {
    problem(loading, `${field}.VpcId`, `${group.VpcId} is not among the Vpcs`);
  }
  account.groups.put({
    id,
    name: group.GroupName,
    description: group.Description,
    vpcId: group.VpcId,
    ownerId: account.settings.accountId,
    tags: tagsOf(group.Tags),
  });
}

type ListedRules = Map<string, Rule>;

/** The rules of the list SecurityGroupRules, which know their ids, by group and what they say. */
function indexListedRules(loading: Loading): ListedRules {
  const listed: ListedRules = new Map();
  for (const [i, rule] of loading.document.SecurityGroupRules.entries()) {
    const field = `SecurityGroupRules[${i}]`;
    const match = attempt(loading, field, () =>
      readMatch(rule.IpProtocol, rule.FromPort, rule.ToPort),
    );
    const peer = readListedPeer(loading, rule, field);
    if (match === undefined || peer === undefined) continue;
    const row: Rule = {
      ...match,
      id: rule.SecurityGroupRuleId,
      groupId: rule.GroupId,
      isEgress: rule.IsEgress,
      peer,
      ...(rule.Description !== undefined && { description: rule.Description }),
      tags: tagsOf(rule.Tags),
    };
    listed.set(`${row.groupId} ${ruleKey(row)}`, row);
  }
  return listed;
}

function readListedPeer(
  loading: Loading,
  rule: Member<"SecurityGroupRules">,
  field: string,
): Peer | undefined {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } = rule;
  return attempt(loading, field, (): Peer => {
    if (CidrIpv4 !== undefined) return { kind: "ipv4", cidr: readCidr(CidrIpv4, 4) };
    if (CidrIpv6 !== undefined) return { kind: "ipv6", cidr: readCidr(CidrIpv6, 6) };
    if (PrefixListId !== undefined) return { kind: "prefixList", prefixListId: PrefixListId };
    const ownerId = ReferencedGroupInfo?.UserId ?? loading.account.settings.accountId;
    return { kind: "group", groupId: ReferencedGroupInfo?.GroupId ?? "", ownerId };
  });
}

interface RulesOfGroup {
  readonly group: Member<"SecurityGroups">;
  readonly field: string;
  readonly isEgress: boolean;
  readonly listed: ListedRules;
}

function loadRules(loading: Loading, { group, field, isEgress, listed }: RulesOfGroup): void {
  const { account, random } = loading;
  const permissions = isEgress ? group.IpPermissionsEgress : group.IpPermissions;
  const seen = new Set<string>();
  for (const [i, permission] of permissions.entries()) {
    const at = `${field}[${i}]`;
    for (const wish of readWishes(loading, permission, at)) {
      const key = `${group.GroupId} ${ruleKey({ ...wish, isEgress })}`;
      if (seen.has(key)) problem(loading, at, `the rule for ${peerKey(wish.peer)} is there twice`);
      seen.add(key);
      const { description, ...rest } = wish;
      const known = listed.get(key);
      listed.delete(key);
      account.rules.put({
        ...rest,
        id: known?.id ?? newId("sgr", random),
        groupId: group.GroupId,
        isEgress,
        ...(description !== undefined && { description }),
        tags: known?.tags ?? {},
      });
    }
  }
}

function readWishes(loading: Loading, permission: Permission, field: string): RuleWish[] {
  const { account } = loading;
  const { IpProtocol, FromPort, ToPort } = permission;
  const match = attempt(loading, field, () => readMatch(IpProtocol, FromPort, ToPort));
  if (match === undefined) return [];
  const wishes: RuleWish[] = [];
  const add = (at: string, description: string | undefined, read: () => Peer) => {
    const peer = attempt(loading, `${field}.${at}`, read);
    if (peer !== undefined) wishes.push({ ...match, peer, description });
  };
  for (const { CidrIp, Description } of permission.IpRanges) {
    add("IpRanges", Description, () => ({ kind: "ipv4", cidr: readCidr(CidrIp, 4) }));
  }
  for (const { CidrIpv6, Description } of permission.Ipv6Ranges) {
    add("Ipv6Ranges", Description, () => ({ kind: "ipv6", cidr: readCidr(CidrIpv6, 6) }));
  }
  for (const { PrefixListId, Description } of permission.PrefixListIds) {
    if (account.prefixLists.get(PrefixListId) === undefined) {
      problem(loading, `${field}.PrefixListIds`, `${PrefixListId} is not among the PrefixLists`);
    }
    add("PrefixListIds", Description, () => ({ kind: "prefixList", prefixListId: PrefixListId }));
  }
  for (const { GroupId, UserId, Description } of permission.UserIdGroupPairs) {
    const ownerId = UserId ?? account.settings.accountId;
    const groupId = account.groups.get(GroupId)?.id;
    if (ownerId === account.settings.accountId && groupId === undefined) {
      problem(loading, `${field}.UserIdGroupPairs`, `${GroupId} is not among the SecurityGroups`);
    }
    const peer = { kind: "group", groupId: groupId ?? GroupId, ownerId } as const;
    add("UserIdGroupPairs", Description, () => peer);
  }
  return wishes;
}

function addMissing(loading: Loading, rule: Rule): void {
  if (loading.account.groups.get(rule.groupId) === undefined) {
    problem(loading, "SecurityGroupRules", `${rule.groupId} is not among the SecurityGroups`);
    return;
  }
  loading.account.rules.put(rule);
}
