import { choosesPod } from "../../network-policies/policy-set.ts";
import type { ReadPolicy } from "../../network-policies/read-policy.ts";
import type { Both } from "../../reach/joint-pods.ts";
import { policiesOf } from "../../reach/policy-vocabulary.ts";
import type { SecurityGroupRule } from "../../world/cloud.ts";
import type { Pod } from "../../world/cluster.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import { isPlacedByNode } from "../class-key.ts";
import { editKey, type WorldEdit } from "../edit.ts";
import type { Party } from "../party.ts";
import type { PortSegment } from "../port-segments.ts";
import type { Kind } from "./kinds.ts";

// A pair of which neither end is touched by any edit has the verdicts it had. What an end is made
// of, its class tells; besides that verdicts rest on the rules of its groups, on the policies that
// select it, and on the labels of its namespace. Anything else may touch everybody.

/** Traffic by position of its segment: 1 where something may have changed. */
export type SegmentMask = Uint8Array;

/** What edits touch. */
export interface EditScope {
  /** What may have changed between members of a kind and others. */
  readonly maskOf: (kind: Kind) => SegmentMask;
}

interface Scopes {
  isEverything: boolean;
  /** By group: traffic of its rules that differ. */
  readonly groups: Map<string, SegmentMask>;
  readonly namespaces: Set<string>;
  readonly policies: Both<Set<string>>;
}

/** Says what the edits between two worlds touch. */
export function editScope(
  edits: readonly WorldEdit[],
  worlds: Both<WorldIndex>,
  segments: readonly PortSegment[],
): EditScope {
  const all = new Uint8Array(segments.length).fill(1);
  const none = new Uint8Array(segments.length);
  const scopes: Scopes = {
    isEverything: isEverythingTouched(worlds),
    groups: new Map(),
    namespaces: new Set(),
    policies: { before: new Set(), after: new Set() },
  };
  for (const edit of edits) addEdit(edit, scopes, worlds, segments);
  if (scopes.isEverything) return { maskOf: () => all };
  const selecting = {
    before: chosenPolicies(worlds.before, scopes.policies.before),
    after: chosenPolicies(worlds.after, scopes.policies.after),
  };
  return {
    maskOf: (kind) => {
      const { before, after } = kind;
      if (before?.classId !== after?.classId) return all;
      const ends = [before, after].flatMap((party) => party ?? []);
      const isChosen =
        isSelected(before, selecting.before, worlds.before) ||
        isSelected(after, selecting.after, worlds.after) ||
        ends.some((party) => scopes.namespaces.has(podOf(party)?.namespace ?? ""));
      if (isChosen) return all;
      const masks = [...new Set(ends.flatMap(groupsOf))].flatMap(
        (id) => scopes.groups.get(id) ?? [],
      );
      return masks.length === 0 ? none : masks.reduce(union);
    },
  };
}

/** Traffic that is in either. */
export function union(a: SegmentMask, b: SegmentMask): SegmentMask {
  return a.map((bit, at) => bit | b[at]);
}

/** A port of a node leads to pods, whose groups and policies are asked as well. */
export function hasNodePorts({ services }: WorldIndex): boolean {
  return services !== undefined && services.byNodePort.size > 0;
}

// Where policies are read for the first time no edit may tell, and those who enforce strictly close
// all pods.
function isEverythingTouched({ before, after }: Both<WorldIndex>): boolean {
  const wasRead = before.networkPolicies !== undefined;
  const isNewlyRead = wasRead !== (after.networkPolicies !== undefined);
  return isNewlyRead || hasNodePorts(before) || hasNodePorts(after);
}

function addEdit(
  edit: WorldEdit,
  scopes: Scopes,
  worlds: Both<WorldIndex>,
  segments: readonly PortSegment[],
): void {
  switch (edit.kind) {
    // What becomes of the end itself its class tells.
    case "pod":
    case "node":
    case "serviceAccount":
    case "policy":
      return;
    case "namespace":
      scopes.namespaces.add(editKey(edit));
      return;
    case "networkPolicy":
    case "clusterNetworkPolicy":
    case "adminNetworkPolicy":
    case "baselineAdminNetworkPolicy": {
      const title = `${policyTitles[edit.kind]} ${editKey(edit)}`;
      scopes.policies.before.add(title);
      scopes.policies.after.add(title);
      return;
    }
    case "rule":
      addRule(editKey(edit), scopes, worlds, segments);
      return;
    case "group":
      addGroup(editKey(edit), scopes, worlds, segments);
      return;
    case "prefixList":
      for (const { groupId } of referring(editKey(edit), worlds)) {
        scopes.groups.set(groupId, new Uint8Array(segments.length).fill(1));
      }
      return;
    case "interface":
      scopes.isEverything ||= isPublic(editKey(edit), worlds);
      return;
    case "settings":
    case "service":
    case "endpointSlice":
    case "ingress":
    case "eniConfig":
    case "vpc":
    case "subnet":
    case "routeTable":
    case "routeTables":
    case "route":
    case "networkAcl":
    case "networkAcls":
    case "aclEntry":
      scopes.isEverything = true;
      return;
    default:
      edit satisfies never;
  }
}

const policyTitles = {
  networkPolicy: "NetworkPolicy",
  clusterNetworkPolicy: "ClusterNetworkPolicy",
  adminNetworkPolicy: "AdminNetworkPolicy",
  baselineAdminNetworkPolicy: "BaselineAdminNetworkPolicy",
} as const;

function addRule(
  key: string,
  { groups }: Scopes,
  { before, after }: Both<WorldIndex>,
  segments: readonly PortSegment[],
): void {
  const slash = key.indexOf("/");
  const [groupId, ruleId] = [key.slice(0, slash), key.slice(slash + 1)];
  const rules = [before, after].flatMap((index) => {
    return index.groups.get(groupId)?.rules.filter((rule) => rule.ruleId === ruleId) ?? [];
  });
  const own = Uint8Array.from(segments, (segment) => {
    return Number(rules.some((rule) => mayMeet(rule, segment)));
  });
  const known = groups.get(groupId);
  groups.set(groupId, known === undefined ? own : union(known, own));
}

function mayMeet({ protocol, fromPort, toPort }: SecurityGroupRule, segment: PortSegment): boolean {
  if (protocol === -1) return true;
  if (segment.protocol !== protocol) return false;
  const hasPorts = protocol === 6 || protocol === 17;
  if (!hasPorts || fromPort < 0 || toPort < 0) return true;
  return segment.fromPort < 0 || (fromPort <= segment.toPort && segment.fromPort <= toPort);
}

// References to a group that comes or goes mean it or nobody, in some VPCs.
function addGroup(
  groupId: string,
  { groups }: Scopes,
  worlds: Both<WorldIndex>,
  segments: readonly PortSegment[],
): void {
  const touched = [groupId, ...referring(groupId, worlds).map((group) => group.groupId)];
  for (const id of touched) groups.set(id, new Uint8Array(segments.length).fill(1));
}

/** Groups with a rule that names a group or a prefix list. */
function referring(id: string, { before, after }: Both<WorldIndex>) {
  return [...before.world.groups, ...after.world.groups].filter(({ rules }) =>
    rules.some(({ peer }) => {
      if (peer.kind === "group") return peer.groupId === id;
      return peer.kind === "prefixList" && peer.prefixListId === id;
    }),
  );
}

// What is public says which addresses are outside.
function isPublic(eniId: string, { before, after }: Both<WorldIndex>): boolean {
  const [was, is] = [before, after].map((index) => index.interfaces.get(eniId)?.publicAddress);
  return was !== is;
}

function chosenPolicies({ networkPolicies }: WorldIndex, titles: ReadonlySet<string>) {
  if (networkPolicies === undefined) return [];
  return policiesOf(networkPolicies).filter(({ title }) => titles.has(title));
}

// One that is broken may select whom it likes, of a namespace if it has one.
function isSelected(
  party: Party | undefined,
  policies: readonly ReadPolicy[],
  { networkPolicies }: WorldIndex,
): boolean {
  const pod = party && podOf(party);
  if (pod === undefined || networkPolicies === undefined) return false;
  return policies.some(({ problems, namespace, subject }) => {
    if (problems.length > 0) return namespace === undefined || namespace === pod.namespace;
    return choosesPod(subject, pod, networkPolicies);
  });
}

function podOf({ end }: Party): Pod | undefined {
  return "pod" in end ? end.pod : undefined;
}

// The groups that may be asked at an end; those of the node matter to pods in its hands alone.
function groupsOf({ end }: Party): readonly string[] {
  if (!("own" in end)) return [];
  const own = end.own.groupIds ?? [];
  return "primary" in end && isPlacedByNode(end) ? [...own, ...(end.primary.groupIds ?? [])] : own;
}
