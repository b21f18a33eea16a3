import type { SecurityGroup, SecurityGroupRule } from "../../world/cloud.ts";
import { at, type Field, report, text } from "../field.ts";
import type { InputProblem } from "../input-problem.ts";
import type { Cloud } from "./cloud.ts";
import { type ListName, listRows, type Row } from "./list-rows.ts";
import { readNetworkAcl } from "./read-acl.ts";
import { readGroup, readRule } from "./read-group.ts";
import { readInterface } from "./read-interface.ts";
import { readInstance, readRouteTable, readSubnet, readVpc } from "./read-network.ts";
import { readPrefixList } from "./read-prefix-list.ts";

/** What EC2's answers say. */
export interface Ec2Reading {
  /** Complete only if there are no problems: a row with one is left out. */
  readonly cloud: Cloud;
  readonly problems: readonly InputProblem[];
  /** What is not known and makes verdicts UNKNOWN, one sentence each. */
  readonly notes: readonly string[];
  /** Keys that do not matter here, such as "Addresses". */
  readonly ignoredKeys: readonly string[];
}

/**
 * Reads what `aws ec2 describe-… --output json` prints into the EC2 side of a world.
 *
 * Takes any number of documents, and any number of lists in one: Vpcs, Subnets, RouteTables,
 * NetworkAcls, SecurityGroups, SecurityGroupRules, PrefixLists (each with its Entries or Cidrs),
 * NetworkInterfaces and Reservations; the emulator's dump is one such document. Rules have their real ids where
 * SecurityGroupRules is there, and made-up ones ("sg-1/ingress#1") else. Throws nothing: what is
 * wrong is in `problems`, with its place. At most 1,000,000 rows a list.
 */
export function readEc2Describe(documents: readonly unknown[]): Ec2Reading {
  const { rows, lists, problems: first, ignoredKeys } = listRows(documents);
  const problems = [...first];
  const read = <Value>(list: ListName, readOne: (row: Field) => Value) =>
    readAll(rows, { list, readOne, problems });
  const prefixLists = read("PrefixLists", (row) => ({
    id: text(at(row, "PrefixListId")),
    list: readPrefixList(row),
  }));
  const isRouted = lists.has("RouteTables");
  const routeTables = read("RouteTables", readRouteTable);
  const networkAcls = sortedBy(read("NetworkAcls", readNetworkAcl), (one) => one.networkAclId);
  const cloud: Cloud = {
    vpcs: sortedBy(read("Vpcs", readVpc), (one) => one.vpcId),
    subnets: sortedBy(read("Subnets", readSubnet), (one) => one.subnetId),
    routeTables: isRouted ? sortedBy(routeTables, (one) => one.routeTableId) : undefined,
    ...(lists.has("NetworkAcls") ? { networkAcls } : {}),
    groups: readGroups(rows, problems),
    prefixLists: sortedBy(
      prefixLists.flatMap(({ list }) => list ?? []),
      (one) => one.prefixListId,
    ),
    interfaces: sortedBy(read("NetworkInterfaces", readInterface), (one) => one.eniId),
    instances: sortedBy(read("Instances", readInstance).flat(), (one) => one.instanceId),
  };
  const notes = [
    ...(isRouted ? [] : ["no route tables: verdicts on paths that leave a subnet may be UNKNOWN"]),
    ...prefixLists
      .filter(({ list }) => list === undefined)
      .map(({ id }) => `${id} comes without entries: verdicts that rest on it are UNKNOWN`),
  ];
  return { cloud, problems, notes, ignoredKeys };
}

interface Wanted<Value> {
  readonly list: ListName;
  readonly readOne: (row: Field) => Value;
  readonly problems: InputProblem[];
}

/** Reads the rows of one list. Answers overlap, so a row may come again if it says the same. */
function readAll<Value>(
  rows: readonly Row[],
  { list, readOne, problems }: Wanted<Value>,
): readonly Value[] {
  const known = new Map<string, Value>();
  return rows.flatMap((row) => {
    if (row.list !== list) return [];
    const value = readOne(row.field);
    const before = known.get(row.subject);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(value)) {
      report(row.field, "is described twice, and not in the same words");
    }
    known.set(row.subject, value);
    for (const problem of row.problems) problems.push(row.place(problem));
    return row.problems.length === 0 && before === undefined ? [value] : [];
  });
}

function readGroups(rows: readonly Row[], problems: InputProblem[]): readonly SecurityGroup[] {
  const rulesOf = new Map<string, SecurityGroupRule[]>();
  const readOne = (row: Field) => ({
    groupId: text(at(row, "GroupId")) ?? "",
    rule: readRule(row),
  });
  for (const { groupId, rule } of readAll(rows, {
    list: "SecurityGroupRules",
    readOne,
    problems,
  })) {
    const own = rulesOf.get(groupId);
    if (own === undefined) rulesOf.set(groupId, [rule]);
    else own.push(rule);
  }
  const groups = readAll(rows, {
    list: "SecurityGroups",
    readOne: (row) => withRuleIds(row, rulesOf),
    problems,
  });
  return sortedBy(groups, (one) => one.groupId);
}

// Both lists describe the same rules; where they disagree one of them is older or incomplete.
function withRuleIds(
  row: Field,
  rulesOf: ReadonlyMap<string, readonly SecurityGroupRule[]>,
): SecurityGroup {
  const group = readGroup(row);
  const rules = rulesOf.get(group.groupId);
  if (rules === undefined) return group;
  const isDescribed = ["IpPermissions", "IpPermissionsEgress"].some(
    (key) => at(row, key).value !== undefined,
  );
  if (isDescribed && rules.length !== group.rules.length) {
    const both = `${group.rules.length} rules here, ${rules.length} in SecurityGroupRules`;
    report(row, `${both}: describe both again, without a filter`);
  }
  return { ...group, rules: sortedBy(rules, (rule) => rule.ruleId) };
}

function sortedBy<Item>(items: readonly Item[], idOf: (item: Item) => string): readonly Item[] {
  return [...items].sort((a, b) => (idOf(a) < idOf(b) ? -1 : Number(idOf(a) > idOf(b))));
}
