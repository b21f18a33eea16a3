import type {
  AdminNetworkPolicy,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  Namespace,
  NetworkPolicy,
  NodeObject,
  Pod,
  SecurityGroupPolicy,
  ServiceAccount,
} from "@trunkline/core";
import { parseDocuments } from "./parse-documents.ts";
import type { Problem, Source } from "./problem.ts";
import { type KnownObject, type PlacedObject, readObject } from "./read-object.ts";

/** The Kubernetes side of a world. Lists are sorted, so equal content is equal data. */
export interface Cluster {
  readonly namespaces: readonly Namespace[];
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly pods: readonly Pod[];
  readonly nodes: readonly NodeObject[];
  readonly policies: readonly SecurityGroupPolicy[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly clusterNetworkPolicies: readonly ClusterNetworkPolicy[];
  readonly adminNetworkPolicies: readonly AdminNetworkPolicy[];
  readonly baselineAdminNetworkPolicies: readonly BaselineAdminNetworkPolicy[];
}

/** What one file says; depends on nothing but its name and text. */
export interface ParsedFile {
  readonly objects: readonly PlacedObject[];
  readonly problems: readonly Problem[];
  /** Kinds that do not matter here, one entry per object. */
  readonly ignoredKinds: readonly string[];
}

/** What a folder says. */
export interface Manifests {
  /** Complete only if there are no problems. */
  readonly cluster: Cluster;
  /** Place of each object by its subject, "SecurityGroupPolicy shop/api". */
  readonly places: ReadonlyMap<string, () => Source>;
  readonly problems: readonly Problem[];
  /** Number of objects passed over, by kind. */
  readonly ignoredKinds: ReadonlyMap<string, number>;
}

/** Objects of all kinds that a world may have; a larger folder is a mistake or an attack. */
const OBJECTS_MAX = 500_000;

/** Parses one file. */
export function parseFile(file: string, text: string): ParsedFile {
  const documents = parseDocuments(file, text);
  const objects: PlacedObject[] = [];
  const problems = [...documents.problems];
  const ignoredKinds: string[] = [];
  for (const raw of documents.objects) {
    const outcome = readObject(raw);
    if (outcome.kind === "object") objects.push(outcome.object);
    else if (outcome.kind === "ignored") ignoredKinds.push(outcome.ignoredKind);
    else problems.push(...outcome.problems);
  }
  return { objects, problems, ignoredKinds };
}

/** Puts files together; an object that is written twice is a problem at both places. */
export function assemble(files: readonly ParsedFile[]): Manifests {
  const objects = files.flatMap((file) => file.objects);
  const problems = files.flatMap((file) => file.problems);
  const places = new Map<string, () => Source>();
  for (const { subject, place } of objects) {
    const first = places.get(subject);
    if (first === undefined) places.set(subject, place);
    else problems.push(duplicate(subject, place(), first()));
  }
  if (objects.length > OBJECTS_MAX) {
    const description = `${objects.length} objects, at most ${OBJECTS_MAX} are read`;
    problems.push({ file: ".", line: 1, subject: "", path: "", description });
  }
  const ignoredKinds = new Map<string, number>();
  for (const kind of files.flatMap((file) => file.ignoredKinds)) {
    ignoredKinds.set(kind, (ignoredKinds.get(kind) ?? 0) + 1);
  }
  return { cluster: complete(objects), places, problems, ignoredKinds };
}

function duplicate(subject: string, source: Source, first: Source): Problem {
  const description = `is written twice, first in ${first.file}:${first.line}`;
  return { ...source, subject, path: "", description };
}

/**
 * Adds what a cluster has without anybody writing it: the namespaces that objects are in, and the
 * service account "default" of each namespace.
 */
function complete(objects: readonly PlacedObject[]): Cluster {
  const written = {
    namespaces: valuesOf(objects, "Namespace"),
    serviceAccounts: valuesOf(objects, "ServiceAccount"),
    pods: valuesOf(objects, "Pod"),
    policies: valuesOf(objects, "SecurityGroupPolicy"),
    networkPolicies: valuesOf(objects, "NetworkPolicy"),
  };
  const { namespaces, serviceAccounts, pods, policies, networkPolicies } = written;
  const namespaceNames = new Set(namespaces.map(({ name }) => name));
  const implied = new Set(
    [...serviceAccounts, ...pods, ...policies, ...networkPolicies].map((one) => one.namespace),
  );
  for (const name of implied) {
    if (namespaceNames.has(name)) continue;
    namespaces.push({ name, labels: { "kubernetes.io/metadata.name": name } });
  }
  const withDefault = new Set(
    serviceAccounts.filter(({ name }) => name === "default").map(({ namespace }) => namespace),
  );
  for (const { name: namespace } of namespaces) {
    if (withDefault.has(namespace)) continue;
    serviceAccounts.push({ namespace, name: "default", labels: {} });
  }
  return {
    namespaces: sorted(namespaces),
    serviceAccounts: sorted(serviceAccounts),
    pods: sorted(pods),
    nodes: sorted(valuesOf(objects, "Node")),
    policies: sorted(policies),
    networkPolicies: sorted(networkPolicies),
    clusterNetworkPolicies: sorted(valuesOf(objects, "ClusterNetworkPolicy")),
    adminNetworkPolicies: sorted(valuesOf(objects, "AdminNetworkPolicy")),
    baselineAdminNetworkPolicies: sorted(valuesOf(objects, "BaselineAdminNetworkPolicy")),
  };
}

type ValueOf<Kind extends KnownObject["kind"]> = Extract<KnownObject, { kind: Kind }>["value"];

function valuesOf<Kind extends KnownObject["kind"]>(
  objects: readonly PlacedObject[],
  kind: Kind,
): ValueOf<Kind>[] {
  // The kind decides the type of the value; the compiler cannot follow a type parameter here.
  return objects.filter((object) => object.kind === kind).map((o) => o.value as ValueOf<Kind>);
}

function sorted<Named extends { readonly name: string; readonly namespace?: string }>(
  values: readonly Named[],
): Named[] {
  const keyed = values.map((value) => ({ value, key: `${value.namespace ?? ""}/${value.name}` }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ value }) => value);
}
