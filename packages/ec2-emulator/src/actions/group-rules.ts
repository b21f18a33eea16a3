import { type Group, isSameRule, peerKey, type Rule, ruleKey } from "../account/group-rows.ts";
import type { Call, Decider } from "../domain/call.ts";
import { find, KINDS, malformedId } from "../domain/kinds.ts";
import { type RuleWish, readRuleWishes } from "../domain/read-permissions.ts";
import { checkRuleQuota } from "../domain/rule-quota.ts";
import { ruleText } from "../domain/rule-text.ts";
import { readOwnTags } from "../domain/tags.ts";
import { renderPermissions, renderRevoked, renderRule } from "../render/rules.ts";
import { isWellFormed, newId } from "../wire/ids.ts";
import { Refusal } from "../wire/refusal.ts";

/** AuthorizeSecurityGroupIngress: all rules or none. */
export const authorizeIngress: Decider = (call) => authorize(call, false);
/** AuthorizeSecurityGroupEgress: all rules or none. */
export const authorizeEgress: Decider = (call) => authorize(call, true);
/** RevokeSecurityGroupIngress, by permission or by rule id. */
export const revokeIngress: Decider = (call) => revoke(call, false);
/** RevokeSecurityGroupEgress, by permission or by rule id. */
export const revokeEgress: Decider = (call) => revoke(call, true);

/** The group that a rule action names: by id, or by name in the default VPC. */
export function readGroup({ fields, account }: Call): Group {
  const id = fields.text("GroupId");
  const name = fields.text("GroupName");
  if (id !== undefined && id !== "") {
    if (account.groups.get(id) === undefined && !isWellFormed("sg", id)) {
      throw malformedId(KINDS.group, id);
    }
    return find(account.groups, KINDS.group, id);
  }
  if (name === undefined || name === "") {
    throw new Refusal(
      "MissingParameter",
      "The request must contain the parameter groupName or groupId",
    );
  }
  for (const group of account.groups.by("group-name", name)) {
    if (account.vpcs.get(group.vpcId)?.isDefault) return group;
  }
  throw new Refusal(
    "InvalidGroup.NotFound",
    `The security group '${name}' does not exist in default VPC`,
  );
}

function authorize(call: Call, isEgress: boolean) {
  const { account } = call;
  const group = readGroup(call);
  const wishes = readRuleWishes(call, group);
  const tags = readOwnTags(
    call.fields,
    "security-group-rule",
    account.settings.quotas.tagsPerResource,
  );
  refuseRepeats(wishes, isEgress);
  const existing = [...account.rules.by("group-id", group.id)];
  for (const wish of wishes) {
    if (findRule(existing, wish, isEgress) !== undefined) throw duplicate(wish);
  }
  const rules = wishes.map((wish) => addRule(call, group, { wish, isEgress, tags }));
  checkRuleQuota(account, group.id);
  return {
    return: true,
    securityGroupRuleSet: rules.map((rule) => renderRule(rule, account.settings)),
  };
}

function refuseRepeats(wishes: readonly RuleWish[], isEgress: boolean): void {
  const keys = new Set(wishes.map((wish) => ruleKey({ ...wish, isEgress })));
  if (keys.size === wishes.length) return;
  throw new Refusal("InvalidParameterValue", "The same permission must not appear multiple times");
}

/** The rule of a group that says what is wished. */
export function findRule(
  rules: readonly Rule[],
  wish: RuleWish,
  isEgress: boolean,
): Rule | undefined {
  const wanted = { ...wish, isEgress };
  return rules.find((rule) => isSameRule(rule, wanted));
}

/** InvalidPermission.Duplicate with the rule in EC2's words. */
export function duplicate(wish: Pick<RuleWish, "protocol" | "fromPort" | "toPort" | "peer">) {
  const peer = wish.peer.kind === "group" ? wish.peer.groupId : peerKey(wish.peer);
  return new Refusal(
    "InvalidPermission.Duplicate",
    `the specified rule "${ruleText(wish, peer)}" already exists`,
  );
}

/** Stores one rule. */
export function addRule(
  { account, random }: Pick<Call, "account" | "random">,
  group: Pick<Group, "id">,
  what: { readonly wish: RuleWish; readonly isEgress: boolean; readonly tags: Rule["tags"] },
): Rule {
  const { protocol, fromPort, toPort, peer, description } = what.wish;
  return account.rules.put({
    id: newId("sgr", random),
    groupId: group.id,
    isEgress: what.isEgress,
    protocol,
    fromPort,
    toPort,
    peer,
    ...(description !== undefined && { description }),
    tags: what.tags,
  });
}

function revoke(call: Call, isEgress: boolean) {
  const group = readGroup(call);
  const ids = call.fields.texts("SecurityGroupRuleId");
  if (ids.length > 0) return answerRevoked(call, revokeByIds(call, group, { ids, isEgress }), []);
  const existing = [...call.account.rules.by("group-id", group.id)];
  const wishes = readRuleWishes(call, group, { isLenient: true });
  const found: Rule[] = [];
  const unknown: RuleWish[] = [];
  for (const wish of wishes) {
    const rule = findRule(existing, wish, isEgress);
    if (rule === undefined) unknown.push(wish);
    else found.push(rule);
  }
  if (unknown.length > 0 && !call.account.vpcs.get(group.vpcId)?.isDefault) {
    throw new Refusal(
      "InvalidPermission.NotFound",
      "The specified rule does not exist in this security group.",
    );
  }
  return answerRevoked(call, found, unknown);
}

function answerRevoked({ account }: Call, found: readonly Rule[], unknown: readonly RuleWish[]) {
  for (const rule of found) account.rules.delete(rule.id);
  return {
    return: true,
    unknownIpPermissionSet: renderPermissions(unknown),
    revokedSecurityGroupRuleSet: found.map(renderRevoked),
  };
}

function revokeByIds(
  { account, fields }: Call,
  group: Group,
  wanted: { readonly ids: readonly string[]; readonly isEgress: boolean },
): Rule[] {
  if (fields.has("IpPermissions")) {
    throw new Refusal(
      "InvalidParameterCombination",
      "The parameters securityGroupRuleIds and ipPermissions cannot be used together",
    );
  }
  return [...new Set(wanted.ids)].map((id) => {
    const rule = find(account.rules, KINDS.rule, id);
    if (rule.groupId === group.id && rule.isEgress === wanted.isEgress) return rule;
    throw new Refusal(
      "InvalidSecurityGroupRuleId.NotFound",
      `The security group rule ID '${id}' does not exist`,
    );
  });
}
