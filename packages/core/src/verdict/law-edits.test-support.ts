import { type Cidr, cidrOf } from "../net/cidr.ts";
import type { NetworkInterface, SecurityGroup, SecurityGroupRule } from "../world/cloud.ts";
import type { World } from "../world/world.ts";
import type { Explanation, Flow } from "./explanation.ts";

/** Changes every group. */
export function withGroups(world: World, edit: (group: SecurityGroup) => SecurityGroup): World {
  return { ...world, groups: world.groups.map(edit) };
}

/** Changes every rule. */
export function withRules(
  world: World,
  edit: (rule: SecurityGroupRule) => readonly SecurityGroupRule[],
): World {
  return withGroups(world, (group) => ({ ...group, rules: group.rules.flatMap(edit) }));
}

/** Changes every interface. */
export function withInterfaces(
  world: World,
  edit: (eni: NetworkInterface) => NetworkInterface,
): World {
  return { ...world, interfaces: world.interfaces.map(edit) };
}

/** True for pods on branches and for the database: ends that no node is behind. */
export function isBranchOrOther(end: Flow["source"]): boolean {
  return (
    (end.kind === "pod" && end.name.startsWith("p") && end.name.length === 2) ||
    (end.kind === "name" && end.name === "db1")
  );
}

/** The two halves of a block; a block of one address stays whole. */
export function halves(cidr: Cidr): readonly Cidr[] {
  const { prefixLength } = cidr;
  if (prefixLength === (cidr.family === 4 ? 32 : 128)) return [cidr];
  const bit = 31 - (prefixLength & 31);
  if (cidr.family === 4) {
    return [cidr.base, cidr.base | (1 << bit)].map((ip) =>
      cidrOf({ family: 4, ip }, prefixLength + 1),
    );
  }
  const upper = cidr.base.map((word, at) => (at === prefixLength >> 5 ? word | (1 << bit) : word));
  const [a, b, c, d] = upper;
  return [
    cidrOf({ family: 6, ip: cidr.base }, prefixLength + 1),
    cidrOf({ family: 6, ip: [a, b, c, d] }, prefixLength + 1),
  ];
}

/** Without the order of rules that share an id by chance. */
export function withoutTies(explanation: Explanation) {
  const { steps, ...rest } = explanation;
  return { ...rest, steps: steps.map(({ rules: _rules, text: _text, ...step }) => step) };
}
