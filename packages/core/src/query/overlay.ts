import { type FieldProblem, invalid } from "../errors/trunkline-error.ts";
import type { NetworkAcl } from "../world/network-acl.ts";
import type { World } from "../world/world.ts";
import { editKey, keyOf, type ListedKind, type ListedObjects, type WorldEdit } from "./edit.ts";
import { requireWithin } from "./limits.ts";

/**
 * The world as it would be after some edits; shares everything that they leave alone.
 *
 * Edits of one kind are made in their order, those of groups and route tables before those of
 * rules and routes. The revision grows by one. Throws INVALID_ARGUMENT with every problem: an
 * object to add that exists, one to change or remove that does not, tables that were not read.
 */
export function overlay(world: World, edits: readonly WorldEdit[]): World {
  requireWithin("edits", edits.length);
  if (edits.length === 0) return world;
  const problems: Problem[] = [];
  const next = editWorld(world, new Draft(edits, problems));
  if (problems.length === 0) return next;
  const fields: readonly FieldProblem[] = problems
    .sort((a, b) => a.at - b.at)
    .map(({ at, description }) => ({ field: `edits[${at}]`, description }));
  throw invalid(`${edits.length} edits cannot be made`, fields);
}

function editWorld(world: World, draft: Draft): World {
  const groups = draft.list("group", world.groups);
  const tables = editRoutes(draft, editTables(world, draft));
  const { networkAcls: _acls, ...rest } = world;
  return {
    ...rest,
    revision: world.revision + 1,
    namespaces: draft.list("namespace", world.namespaces),
    serviceAccounts: draft.list("serviceAccount", world.serviceAccounts),
    pods: draft.list("pod", world.pods),
    nodes: draft.list("node", world.nodes),
    policies: draft.list("policy", world.policies),
    ...editOptionalLists(world, draft),
    vpcs: draft.list("vpc", world.vpcs),
    subnets: draft.list("subnet", world.subnets),
    routeTables: tables,
    ...editAcls(world, draft),
    groups: editRules(draft, groups),
    prefixLists: draft.list("prefixList", world.prefixLists),
    interfaces: draft.list("interface", world.interfaces),
    settings: draft.only("settings")?.object ?? world.settings,
  };
}

// An absent list stays absent until something is added to it.
function editOptionalLists(world: World, draft: Draft): Partial<World> {
  const edited = <K extends ListedKind>(kind: K, list: readonly ListedObjects[K][] | undefined) => {
    const next = draft.list(kind, list ?? []);
    return next.length === 0 ? list && next : next;
  };
  const lists = {
    networkPolicies: edited("networkPolicy", world.networkPolicies),
    clusterNetworkPolicies: edited("clusterNetworkPolicy", world.clusterNetworkPolicies),
    adminNetworkPolicies: edited("adminNetworkPolicy", world.adminNetworkPolicies),
    baselineAdminNetworkPolicies: edited(
      "baselineAdminNetworkPolicy",
      world.baselineAdminNetworkPolicies,
    ),
    services: edited("service", world.services),
    endpointSlices: edited("endpointSlice", world.endpointSlices),
    ingresses: edited("ingress", world.ingresses),
    eniConfigs: edited("eniConfig", world.eniConfigs),
  };
  const present = Object.entries(lists).filter(([, list]) => list !== undefined);
  return Object.fromEntries(present);
}

function editTables(world: World, draft: Draft): World["routeTables"] {
  const whole = draft.only("routeTables");
  const tables = whole === undefined ? world.routeTables : whole.object;
  if (tables !== undefined) return draft.list("routeTable", tables);
  for (const kind of ["routeTable", "route"] as const) {
    draft.refuse(kind, "route tables were not read");
  }
  return undefined;
}

function editRules(draft: Draft, groups: World["groups"]): World["groups"] {
  const all = groups.flatMap(({ groupId, rules }) => rules.map((rule) => ({ groupId, rule })));
  const touched = draft.parents(
    "rule",
    groups.map(({ groupId }) => groupId),
  );
  if (touched.size === 0) return groups;
  const own = all.filter(({ groupId }) => touched.has(groupId));
  const next = draft.list("rule", own);
  return groups.map((group) => {
    if (!touched.has(group.groupId)) return group;
    const rules = next.filter(({ groupId }) => groupId === group.groupId);
    return { ...group, rules: rules.map(({ rule }) => rule) };
  });
}

function editRoutes(draft: Draft, tables: World["routeTables"]): World["routeTables"] {
  if (tables === undefined) return undefined;
  const touched = draft.parents(
    "route",
    tables.map(({ routeTableId }) => routeTableId),
  );
  if (touched.size === 0) return tables;
  const own = tables.filter(({ routeTableId }) => touched.has(routeTableId));
  const next = draft.list(
    "route",
    own.flatMap(({ routeTableId, routes }) => routes.map((route) => ({ routeTableId, route }))),
  );
  return tables.map((table) => {
    if (!touched.has(table.routeTableId)) return table;
    const routes = next.filter(({ routeTableId }) => routeTableId === table.routeTableId);
    return { ...table, routes: routes.map(({ route }) => route) };
  });
}

// An absent list stays absent until the whole of it is given.
function editAcls(world: World, draft: Draft): Pick<World, "networkAcls"> {
  const whole = draft.only("networkAcls");
  const given = whole === undefined ? world.networkAcls : whole.object;
  if (given === undefined) {
    for (const kind of ["networkAcl", "aclEntry"] as const) {
      draft.refuse(kind, "network ACLs were not read");
    }
    return {};
  }
  return { networkAcls: editEntries(draft, draft.list("networkAcl", given)) };
}

function editEntries(draft: Draft, acls: readonly NetworkAcl[]): readonly NetworkAcl[] {
  const touched = draft.parents(
    "aclEntry",
    acls.map(({ networkAclId }) => networkAclId),
  );
  if (touched.size === 0) return acls;
  const own = acls.filter(({ networkAclId }) => touched.has(networkAclId));
  const next = draft.list(
    "aclEntry",
    own.flatMap(({ networkAclId, entries }) => entries.map((entry) => ({ networkAclId, entry }))),
  );
  return acls.map((acl) => {
    if (!touched.has(acl.networkAclId)) return acl;
    const entries = next.filter(({ networkAclId }) => networkAclId === acl.networkAclId);
    return { ...acl, entries: entries.map(({ entry }) => entry) };
  });
}

type EditOf<K extends WorldEdit["kind"]> = Extract<WorldEdit, { readonly kind: K }>;

interface Placed<K extends WorldEdit["kind"]> {
  readonly edit: EditOf<K>;
  readonly at: number;
}

interface Problem {
  /** Position of the edit. */
  readonly at: number;
  readonly description: string;
}

const holders = { rule: "group", route: "table", aclEntry: "network ACL" } as const;

/** Edits on their way into a world, with the problems that they meet. */
class Draft {
  readonly #edits: readonly WorldEdit[];
  readonly #problems: Problem[];
  readonly #refused = new Set<WorldEdit>();

  constructor(edits: readonly WorldEdit[], problems: Problem[]) {
    this.#edits = edits;
    this.#problems = problems;
  }

  /** The list of a kind after the edits of that kind. */
  list<K extends ListedKind>(
    kind: K,
    list: readonly ListedObjects[K][],
  ): readonly ListedObjects[K][] {
    const edits = this.#of(kind);
    if (edits.length === 0) return list;
    const key = keyOf[kind] as (object: ListedObjects[K]) => string;
    const present = new Set(list.map(key));
    const touched = new Map<string, ListedObjects[K] | undefined>();
    for (const { edit, at } of edits) {
      const name = editKey(edit);
      const exists = touched.has(name) ? touched.get(name) !== undefined : present.has(name);
      if (exists === isAddition(edit)) {
        this.#report(at, `${kind} ${name} ${exists ? "exists already" : "does not exist"}`);
      }
      // The object of an edit of kind K is one of kind K; the union hides it.
      touched.set(name, "object" in edit ? (edit.object as ListedObjects[K]) : undefined);
    }
    return merge(list, key, touched);
  }

  /** The last edit of a kind of which there is one object only. */
  only<K extends "settings" | "routeTables" | "networkAcls">(kind: K): EditOf<K> | undefined {
    return this.#of(kind).at(-1)?.edit;
  }

  /** Ids of the groups, tables or ACLs that edits of what they hold are about. */
  parents(kind: keyof typeof holders, known: readonly string[]): ReadonlySet<string> {
    const ids = new Set(known);
    const touched = new Set<string>();
    for (const { edit, at } of this.#of(kind)) {
      const key = editKey(edit);
      const id = key.slice(0, key.indexOf("/"));
      if (ids.has(id)) touched.add(id);
      else this.#refuse(edit, at, `${holders[kind]} ${id} does not exist`);
    }
    return touched;
  }

  /** Refuses all edits of a kind. */
  refuse(kind: ListedKind, because: string): void {
    for (const { edit, at } of this.#of(kind)) this.#refuse(edit, at, because);
  }

  #of<K extends WorldEdit["kind"]>(kind: K): readonly Placed<K>[] {
    return this.#edits.flatMap((edit, at) => {
      if (edit.kind !== kind || this.#refused.has(edit)) return [];
      return [{ edit: edit as EditOf<K>, at }];
    });
  }

  #refuse(edit: WorldEdit, at: number, because: string): void {
    this.#refused.add(edit);
    this.#report(at, because);
  }

  #report(at: number, description: string): void {
    this.#problems.push({ at, description });
  }
}

function isAddition(edit: WorldEdit): boolean {
  return edit.action === "add";
}

// Objects stay where they are; new ones come last.
function merge<T>(
  list: readonly T[],
  key: (object: T) => string,
  touched: ReadonlyMap<string, T | undefined>,
): readonly T[] {
  const rest = new Map(touched);
  const kept = list.flatMap((object) => {
    const name = key(object);
    if (!touched.has(name)) return [object];
    const next = rest.get(name);
    rest.delete(name);
    return next === undefined ? [] : [next];
  });
  return [...kept, ...[...rest.values()].filter((object) => object !== undefined)];
}
