import type { SecurityGroup, SecurityGroupRule } from "../world/cloud.ts";
import type { World } from "../world/world.ts";
import { keyOf, type ListedKind, type ListedObjects, type WorldEdit } from "./edit.ts";
import { requireWithin } from "./limits.ts";
import { isSameValue } from "./same-value.ts";

/**
 * The edits that turn one world into another, by kind, then by key; `overlay` takes them.
 *
 * Rules are compared one by one. Those that differ in nothing but their id or description, which
 * decide nothing, are the same. Where ids are too mixed up to name rules by, the edit is the group.
 */
export function compareWorlds(before: World, after: World): readonly WorldEdit[] {
  const edits: WorldEdit[] = [
    ...compareLists("namespace", before.namespaces, after.namespaces),
    ...compareLists("serviceAccount", before.serviceAccounts, after.serviceAccounts),
    ...compareLists("pod", before.pods, after.pods),
    ...compareLists("node", before.nodes, after.nodes),
    ...compareLists("policy", before.policies, after.policies),
    ...compareOptionalLists(before, after),
    ...compareLists("vpc", before.vpcs, after.vpcs),
    ...compareLists("subnet", before.subnets, after.subnets),
    ...compareTables(before, after),
    ...compareAcls(before, after),
    ...compareGroups(before, after),
    ...compareLists("prefixList", before.prefixLists, after.prefixLists),
    ...compareLists("interface", before.interfaces, after.interfaces),
  ];
  if (!isSameValue(before.settings, after.settings)) {
    edits.push({ action: "change", kind: "settings", object: after.settings });
  }
  requireWithin("edits", edits.length);
  return edits;
}

// A list that is absent is as good as an empty one.
function compareOptionalLists(before: World, after: World): readonly WorldEdit[] {
  const compare = <K extends ListedKind>(
    kind: K,
    listOf: (world: World) => readonly ListedObjects[K][] | undefined,
  ) => compareLists(kind, listOf(before) ?? [], listOf(after) ?? []);
  return [
    ...compare("networkPolicy", (world) => world.networkPolicies),
    ...compare("clusterNetworkPolicy", (world) => world.clusterNetworkPolicies),
    ...compare("adminNetworkPolicy", (world) => world.adminNetworkPolicies),
    ...compare("baselineAdminNetworkPolicy", (world) => world.baselineAdminNetworkPolicies),
    ...compare("service", (world) => world.services),
    ...compare("endpointSlice", (world) => world.endpointSlices),
    ...compare("ingress", (world) => world.ingresses),
    ...compare("eniConfig", (world) => world.eniConfigs),
  ];
}

function compareLists<K extends ListedKind>(
  kind: K,
  before: readonly ListedObjects[K][],
  after: readonly ListedObjects[K][],
): readonly WorldEdit[] {
  const name = keyOf[kind] as (object: ListedObjects[K]) => string;
  const old = new Map(before.map((object) => [name(object), object]));
  const now = new Map(after.map((object) => [name(object), object]));
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key) => {
    const object = now.get(key);
    // Kind and object belong together; the union of all edits cannot say so for any K.
    if (object === undefined) return [{ action: "remove", kind, key } as WorldEdit];
    const was = old.get(key);
    if (was === undefined) return [{ action: "add", kind, object } as unknown as WorldEdit];
    if (isSameValue(was, object)) return [];
    return [{ action: "change", kind, object } as unknown as WorldEdit];
  });
}

function compareTables(before: World, after: World): readonly WorldEdit[] {
  const [old, now] = [before.routeTables, after.routeTables];
  if (old !== undefined && now !== undefined) return compareLists("routeTable", old, now);
  if (old === now) return [];
  return [{ action: "change", kind: "routeTables", object: now }];
}

function compareAcls(before: World, after: World): readonly WorldEdit[] {
  const [old, now] = [before.networkAcls, after.networkAcls];
  if (old !== undefined && now !== undefined) return compareLists("networkAcl", old, now);
  if (old === now) return [];
  return [{ action: "change", kind: "networkAcls", object: now }];
}

function compareGroups(before: World, after: World): readonly WorldEdit[] {
  const old = new Map(before.groups.map((group) => [group.groupId, group]));
  return compareLists("group", before.groups, after.groups).flatMap((edit) => {
    if (edit.kind !== "group" || edit.action !== "change") return [edit];
    const was = old.get(edit.object.groupId);
    return was === undefined ? [edit] : compareGroup(was, edit.object, edit);
  });
}

function compareGroup(
  before: SecurityGroup,
  after: SecurityGroup,
  whole: WorldEdit,
): readonly WorldEdit[] {
  if (!isSameValue({ ...before, rules: [] }, { ...after, rules: [] })) return [whole];
  const [left, right] = withoutCommon(before.rules, after.rules);
  const old = left.map((rule) => ({ groupId: before.groupId, rule }));
  const now = right.map((rule) => ({ groupId: before.groupId, rule }));
  return isNamedApart(before.rules, left, right) ? compareLists("rule", old, now) : [whole];
}

// What is left when rules that mean the same are struck out pair by pair.
function withoutCommon(
  before: readonly SecurityGroupRule[],
  after: readonly SecurityGroupRule[],
): readonly [readonly SecurityGroupRule[], readonly SecurityGroupRule[]] {
  const right = [...after];
  const left = before.filter((rule) => {
    const at = right.findIndex((other) => isSameValue(meaning(rule), meaning(other)));
    if (at >= 0) right.splice(at, 1);
    return at < 0;
  });
  return [left, right];
}

function meaning(rule: SecurityGroupRule) {
  return { ...rule, ruleId: undefined, description: undefined };
}

// A new rule must not have the id of one that stays, and no id may stand for two.
function isNamedApart(
  before: readonly SecurityGroupRule[],
  left: readonly SecurityGroupRule[],
  right: readonly SecurityGroupRule[],
): boolean {
  const gone = new Set(left.map(({ ruleId }) => ruleId));
  const staying = before.filter((rule) => !left.includes(rule)).map(({ ruleId }) => ruleId);
  const taken = new Set(staying);
  const isUnique = (ids: readonly string[]) => new Set(ids).size === ids.length;
  return (
    isUnique(before.map(({ ruleId }) => ruleId)) &&
    isUnique(right.map(({ ruleId }) => ruleId)) &&
    right.every(({ ruleId }) => gone.has(ruleId) || !taken.has(ruleId))
  );
}
