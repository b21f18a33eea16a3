import { type Group, type Peer, type Rule, ruleKey } from "../account/group-rows.ts";
import { type Call, type Decider, DONE } from "../domain/call.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { groupPeer, readRuleWishes } from "../domain/read-permissions.ts";
import { checkRuleQuota } from "../domain/rule-quota.ts";
import { readCidr, readMatch, readRuleDescription } from "../domain/rule-text.ts";
import type { Fields } from "../wire/fields.ts";
import { missing, Refusal, wrongCombination } from "../wire/refusal.ts";
import { duplicate, findRule, readGroup } from "./group-rules.ts";

const PEERS = ["CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId"] as const;

/** ModifySecurityGroupRules: ids stay, the kind of peer stays, the description is replaced. */
export const modifySecurityGroupRules: Decider = (call) => {
  const { fields, account } = call;
  fields.requiredText("GroupId");
  const group = readGroup(call);
  const changes = fields.list("SecurityGroupRule");
  if (changes.length === 0) throw missing("securityGroupRules");
  for (const change of changes) account.rules.put(changedRule(call, group, change));
  refuseDuplicates(call, group);
  checkRuleQuota(account, group.id);
  return DONE;
};

function changedRule(call: Call, group: Group, change: Fields): Rule {
  const id = change.requiredText("SecurityGroupRuleId");
  const rule = find(call.account.rules, KINDS.rule, id);
  if (rule.groupId !== group.id) {
    throw new Refusal(
      "InvalidSecurityGroupRuleId.NotFound",
      `The security group rule ID '${id}' does not exist`,
    );
  }
  const wanted = change.structure("SecurityGroupRule");
  const match = readMatch(
    wanted.text("IpProtocol"),
    wanted.integer("FromPort"),
    wanted.integer("ToPort"),
  );
  const peer = readPeer(call, group, wanted);
  if (peer.kind !== rule.peer.kind) {
    throw new Refusal(
      "InvalidParameterValue",
      `The kind of peer of the security group rule '${id}' cannot be changed`,
    );
  }
  const { description: _, ...rest } = rule;
  const description = readRuleDescription(wanted.text("Description"));
  return { ...rest, ...match, peer, ...(description !== undefined && { description }) };
}

function readPeer(call: Call, group: Group, wanted: Fields): Peer {
  const sent = PEERS.filter((name) => wanted.has(name));
  const names = "cidrIp, cidrIpv6, prefixListId, or referencedGroupId";
  const [name] = sent;
  if (name === undefined) {
    throw new Refusal("MissingParameter", `The request must contain exactly one of: ${names}`);
  }
  if (sent.length > 1) throw wrongCombination(`Only one of ${names} can be specified`);
  const value = wanted.requiredText(name);
  switch (name) {
    case "CidrIpv4":
      return { kind: "ipv4", cidr: readCidr(value, 4) };
    case "CidrIpv6":
      return { kind: "ipv6", cidr: readCidr(value, 6) };
    case "PrefixListId":
      find(call.account.prefixLists, KINDS.prefixList, value);
      return { kind: "prefixList", prefixListId: value };
    case "ReferencedGroupId":
      return groupPeer(call, group, {
        groupId: value,
        ownerId: undefined,
        peeringId: undefined,
        isLenient: false,
      });
  }
}

function refuseDuplicates({ account }: Call, group: Group): void {
  const keys = new Set<string>();
  for (const rule of account.rules.by("group-id", group.id)) {
    const key = ruleKey(rule);
    if (keys.has(key)) throw duplicate(rule);
    keys.add(key);
  }
}

/** UpdateSecurityGroupRuleDescriptionsIngress. */
export const updateDescriptionsIngress: Decider = (call) => updateDescriptions(call, false);
/** UpdateSecurityGroupRuleDescriptionsEgress. */
export const updateDescriptionsEgress: Decider = (call) => updateDescriptions(call, true);

function updateDescriptions(call: Call, isEgress: boolean) {
  const group = readGroup(call);
  const byId = call.fields.list("SecurityGroupRuleDescription");
  if (byId.length > 0) {
    for (const one of byId) {
      const id = one.requiredText("SecurityGroupRuleId");
      describeRule(call, find(call.account.rules, KINDS.rule, id), one.text("Description"));
    }
    return DONE;
  }
  const rules = [...call.account.rules.by("group-id", group.id)];
  for (const wish of readRuleWishes(call, group, { isLenient: true })) {
    const rule = findRule(rules, wish, isEgress);
    if (rule === undefined) {
      throw new Refusal(
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
      );
    }
    describeRule(call, rule, wish.description);
  }
  return DONE;
}

function describeRule({ account }: Call, rule: Rule, text: string | undefined): void {
  const { description: _, ...rest } = rule;
  const description = readRuleDescription(text);
  account.rules.put({ ...rest, ...(description !== undefined && { description }) });
}
