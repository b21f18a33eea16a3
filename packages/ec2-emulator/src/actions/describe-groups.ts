import type { Group, Rule } from "../account/group-rows.ts";
import type { Call, Decider } from "../domain/call.ts";
import { BY_ID, idsOf, type Lookups } from "../domain/candidates.ts";
import { type DescribeSpec, describe } from "../domain/describe.ts";
import { find, KINDS, malformedId } from "../domain/kinds.ts";
import { renderPermissions, renderRule } from "../render/rules.ts";
import { arn, tagSet } from "../render/shared.ts";
import type { FilterSpec } from "../wire/filters.ts";
import { readFilters } from "../wire/filters.ts";
import { isWellFormed } from "../wire/ids.ts";
import { COMMON_PAGES } from "../wire/paging.ts";
import { Refusal } from "../wire/refusal.ts";
import type { TreeObject } from "../wire/xml.ts";

type RuleValue = (rule: Rule, call: Call) => string | undefined;

/** What `ip-permission.X` and `egress.ip-permission.X` look at. */
const RULE_VALUES: Readonly<Record<string, RuleValue>> = {
  cidr: ({ peer }) => (peer.kind === "ipv4" ? peer.cidr : undefined),
  "ipv6-cidr": ({ peer }) => (peer.kind === "ipv6" ? peer.cidr : undefined),
  "prefix-list-id": ({ peer }) => (peer.kind === "prefixList" ? peer.prefixListId : undefined),
  "group-id": ({ peer }) => (peer.kind === "group" ? peer.groupId : undefined),
  "group-name": ({ peer }, { view }) =>
    peer.kind === "group" ? view.groups.get(peer.groupId)?.name : undefined,
  "user-id": ({ peer }) => (peer.kind === "group" ? peer.ownerId : undefined),
  protocol: (rule) => rule.protocol,
  "from-port": (rule) => (rule.protocol === "-1" ? undefined : String(rule.fromPort)),
  "to-port": (rule) => (rule.protocol === "-1" ? undefined : String(rule.toPort)),
};

function rulesOf(group: Group, call: Call, isEgress: boolean): Rule[] {
  return [...call.view.rules.by("group-id", group.id)].filter((rule) => rule.isEgress === isEgress);
}

function ruleFilters(prefix: string, isEgress: boolean): FilterSpec<Group, Call> {
  return Object.fromEntries(
    Object.entries(RULE_VALUES).map(([name, value]) => [
      `${prefix}${name}`,
      (group: Group, call: Call) => rulesOf(group, call, isEgress).map((rule) => value(rule, call)),
    ]),
  );
}

/** What finds the groups by their rules: index of the rules under which a value stands. */
const RULE_INDEXES: Readonly<Record<string, string>> = {
  cidr: "cidr",
  "ipv6-cidr": "cidr",
  "prefix-list-id": "prefixListId",
  "group-id": "peerGroupId",
};

function ruleLookups(prefix: string, isEgress: boolean): Lookups {
  const groupOf = (rule: Rule) => (rule.isEgress === isEgress ? rule.groupId : undefined);
  const lookups = Object.entries(RULE_INDEXES).map(([name, index]) => {
    const keys = (value: string, { view }: Call) => idsOf(view.rules.by(index, value), groupOf);
    return [`${prefix}${name}`, { index: BY_ID, keys }] as const;
  });
  return Object.fromEntries(lookups);
}

const groupSpec: DescribeSpec<Group> = {
  source: (view) => view.groups,
  kind: KINDS.group,
  idParameter: "GroupId",
  filters: {
    ...ruleFilters("ip-permission.", false),
    ...ruleFilters("egress.ip-permission.", true),
    description: (group) => [group.description],
    "group-id": (group) => [group.id],
    "group-name": (group) => [group.name],
    "owner-id": (group) => [group.ownerId],
    "tag-key": (group) => Object.keys(group.tags),
    "vpc-id": (group) => [group.vpcId],
  },
  lookups: {
    ...ruleLookups("ip-permission.", false),
    ...ruleLookups("egress.ip-permission.", true),
    "group-id": { index: BY_ID },
  },
  pages: COMMON_PAGES,
  render: renderGroup,
};

/** DescribeSecurityGroups, by id, by name in the default VPC, or by filter. */
export const describeSecurityGroups: Decider = (call) => {
  const names = call.fields.texts("GroupName");
  if (names.length > 0) return { securityGroupInfo: groupsByName(call, names) };
  const { items, nextToken } = describe(call, groupSpec);
  return { securityGroupInfo: items, nextToken };
};

function groupsByName(call: Call, names: readonly string[]): TreeObject[] {
  return names.map((name) => {
    for (const group of call.view.groups.by("group-name", name)) {
      if (call.view.vpcs.get(group.vpcId)?.isDefault) return renderGroup(group, call);
    }
    throw new Refusal(
      "InvalidGroup.NotFound",
      `The security group '${name}' does not exist in default VPC`,
    );
  });
}

function renderGroup(group: Group, call: Call): TreeObject {
  const { settings } = call.account;
  const rules = [...call.view.rules.by("group-id", group.id)];
  return {
    groupId: group.id,
    groupName: group.name,
    groupDescription: group.description,
    ownerId: group.ownerId,
    vpcId: group.vpcId,
    securityGroupArn: arn(settings, `security-group/${group.id}`),
    ipPermissions: renderPermissions(rules.filter((rule) => !rule.isEgress)),
    ipPermissionsEgress: renderPermissions(rules.filter((rule) => rule.isEgress)),
    tagSet: tagSet(group.tags),
  };
}

const ruleSpec: DescribeSpec<Rule> = {
  source: (view) => view.rules,
  kind: KINDS.rule,
  idParameter: "SecurityGroupRuleId",
  filters: {
    "group-id": (rule) => [rule.groupId],
    "security-group-rule-id": (rule) => [rule.id],
    "tag-key": (rule) => Object.keys(rule.tags),
  },
  lookups: { "security-group-rule-id": { index: BY_ID } },
  pages: COMMON_PAGES,
  render: (rule, call) => renderRule(rule, call.account.settings),
};

/** DescribeSecurityGroupRules: one item for each single peer. */
export const describeSecurityGroupRules: Decider = (call) => {
  for (const filter of readFilters(call.fields)) {
    if (filter.name !== "group-id" || !filter.isExact) continue;
    for (const id of filter.literals) {
      if (call.account.groups.get(id) === undefined && !isWellFormed("sg", id)) {
        throw malformedId(KINDS.group, id);
      }
    }
  }
  const { items, nextToken } = describe(call, ruleSpec);
  return { securityGroupRuleSet: items, nextToken };
};

const forVpcFilters: FilterSpec<Group, Call> = {
  "group-id": (group) => [group.id],
  description: (group) => [group.description],
  "group-name": (group) => [group.name],
  "owner-id": (group) => [group.ownerId],
  "primary-vpc-id": (group) => [group.vpcId],
  "tag-key": (group) => Object.keys(group.tags),
};

/** GetSecurityGroupsForVpc: the groups that an interface of the VPC may carry. */
export const getSecurityGroupsForVpc: Decider = (call) => {
  const vpc = find(call.view.vpcs, KINDS.vpc, call.fields.requiredText("VpcId"));
  const { items, nextToken } = describe<Group>(call, {
    source: (view) => view.groups,
    kind: KINDS.group,
    idParameter: "GroupId",
    filters: forVpcFilters,
    lookups: { "group-id": { index: BY_ID }, "primary-vpc-id": { index: "vpc-id" } },
    pages: COMMON_PAGES,
    isHidden: (group) => group.vpcId !== vpc.id,
    render: (group) => ({
      groupId: group.id,
      groupName: group.name,
      description: group.description,
      ownerId: group.ownerId,
      primaryVpcId: group.vpcId,
      tagSet: tagSet(group.tags),
    }),
  });
  return { securityGroupForVpcSet: items, nextToken };
};
