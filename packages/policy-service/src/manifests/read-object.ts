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
import {
  at,
  type Field,
  isMapping,
  labels,
  type Path,
  requiredText,
  shown,
  text,
} from "./fields.ts";
import type { RawObject } from "./parse-documents.ts";
import { type Problem, pathText, type Source } from "./problem.ts";
import {
  readAdminPolicyObject,
  readBaselinePolicyObject,
  readClusterPolicyObject,
  readNetworkPolicyObject,
} from "./read-network-policies.ts";
import { readPod } from "./read-pod.ts";
import { readPolicy } from "./read-policy.ts";

/** An object of a kind that matters, typed. */
export type KnownObject =
  | { readonly kind: "Namespace"; readonly value: Namespace }
  | { readonly kind: "ServiceAccount"; readonly value: ServiceAccount }
  | { readonly kind: "Pod"; readonly value: Pod }
  | { readonly kind: "Node"; readonly value: NodeObject }
  | { readonly kind: "SecurityGroupPolicy"; readonly value: SecurityGroupPolicy }
  | { readonly kind: "NetworkPolicy"; readonly value: NetworkPolicy }
  | { readonly kind: "ClusterNetworkPolicy"; readonly value: ClusterNetworkPolicy }
  | { readonly kind: "AdminNetworkPolicy"; readonly value: AdminNetworkPolicy }
  | { readonly kind: "BaselineAdminNetworkPolicy"; readonly value: BaselineAdminNetworkPolicy };

/** A typed object with the place where it was written. */
export type PlacedObject = KnownObject & {
  /** Where it was written; the first call may have to look it up. */
  readonly place: () => Source;
  /** "SecurityGroupPolicy shop/api"; no two objects of a world have the same. */
  readonly subject: string;
};

/** What became of one object. */
export type ReadOutcome =
  | { readonly kind: "object"; readonly object: PlacedObject }
  | { readonly kind: "ignored"; readonly ignoredKind: string }
  | { readonly kind: "wrong"; readonly problems: readonly Problem[] };

/** The kinds that are read, with the one apiVersion of each that is understood. */
const API_VERSIONS: ReadonlyMap<string, string> = new Map([
  ["Namespace", "v1"],
  ["ServiceAccount", "v1"],
  ["Pod", "v1"],
  ["Node", "v1"],
  ["SecurityGroupPolicy", "vpcresources.k8s.aws/v1beta1"],
  ["NetworkPolicy", "networking.k8s.io/v1"],
  ["ClusterNetworkPolicy", "policy.networking.k8s.io/v1alpha2"],
  ["AdminNetworkPolicy", "policy.networking.k8s.io/v1alpha1"],
  ["BaselineAdminNetworkPolicy", "policy.networking.k8s.io/v1alpha1"],
]);

/** Kinds whose name other projects use as well, for objects that are none of ours. */
const SHARED_KINDS = new Set(["NetworkPolicy", "ClusterNetworkPolicy"]);

/** Kinds that are in no namespace. */
const CLUSTER_KINDS = new Set([
  "Namespace",
  "Node",
  "ClusterNetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
]);

/** Source: Kubernetes object names, "DNS Subdomain Names" (RFC 1123). */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
/** Namespaces are DNS labels. */
const NAMESPACE_NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Turns one object as written into one of core's types, with every problem it has. */
export function readObject(raw: RawObject): ReadOutcome {
  const problems: Problem[] = [];
  const kind = raw.value.kind;
  const subject = describeSubject(raw.value);
  const report = (path: Path, description: string) => {
    // A mapping that is a list, say, is noticed by everybody who looks for a key in it.
    if (problems.some((p) => p.path === pathText(path) && p.description === description)) return;
    const place = { file: raw.file, line: raw.lineOf(path) };
    problems.push({ ...place, subject, path: pathText(path), description });
  };
  const object: Field = { value: raw.value, path: [], report };
  const known = typeof kind === "string" ? API_VERSIONS.get(kind) : undefined;
  if (typeof kind !== "string" || kind === "") {
    report(["kind"], kind === undefined ? "missing" : `must be text, found ${shown(kind)}`);
  } else if (known === undefined) {
    return { kind: "ignored", ignoredKind: kind };
  } else if (isOfOtherProject(kind, known, raw.value.apiVersion)) {
    return { kind: "ignored", ignoredKind: `${kind} of ${groupOf(raw.value.apiVersion)}` };
  }
  checkApiVersion(at(object, "apiVersion"), known);
  const value = known === undefined ? undefined : readKnown(object, kind as KnownObject["kind"]);
  if (problems.length > 0 || value === undefined) return { kind: "wrong", problems };
  return { kind: "object", object: { ...value, place: raw.place, subject } };
}

// Calico has a NetworkPolicy too, and AWS a ClusterNetworkPolicy; their fields differ.
function isOfOtherProject(kind: string, known: string, apiVersion: unknown): boolean {
  if (!SHARED_KINDS.has(kind) || typeof apiVersion !== "string") return false;
  return apiVersion.includes("/") && groupOf(apiVersion) !== groupOf(known);
}

function groupOf(apiVersion: unknown): string {
  return String(apiVersion).split("/")[0];
}

function checkApiVersion(field: Field, known: string | undefined): void {
  const version = requiredText(field);
  if (version === undefined || known === undefined || version === known) return;
  field.report(field.path, `unknown: ${shown(version)}; this kind is read as ${known}`);
}

function readKnown(object: Field, kind: KnownObject["kind"]): KnownObject | undefined {
  const name = readName(at(object, "metadata", "name"), NAME, "DNS subdomain");
  const namespace = CLUSTER_KINDS.has(kind) ? "" : readNamespaceOf(object);
  const own = labels(at(object, "metadata", "labels"));
  switch (kind) {
    case "Namespace":
      // Kubernetes sets this label on every namespace and lets nobody change it.
      return { kind, value: { name, labels: { ...own, "kubernetes.io/metadata.name": name } } };
    case "ServiceAccount":
      return { kind, value: { namespace, name, labels: own } };
    case "Pod":
      return { kind, value: readPod(object, namespace, name) };
    case "Node":
      return { kind, value: readNode(object, name) };
    case "SecurityGroupPolicy":
      return { kind, value: readPolicy(object, namespace, name) };
    case "NetworkPolicy":
      return { kind, value: readNetworkPolicyObject(object, namespace, name) };
    case "ClusterNetworkPolicy":
      return { kind, value: readClusterPolicyObject(object, name) };
    case "AdminNetworkPolicy":
      return { kind, value: readAdminPolicyObject(object, name) };
    case "BaselineAdminNetworkPolicy":
      return { kind, value: readBaselinePolicyObject(object, name) };
    default:
      return kind satisfies never;
  }
}

function readNamespaceOf(object: Field): string {
  const field = at(object, "metadata", "namespace");
  // kubectl puts an object that names no namespace into "default".
  if (field.value === undefined) return "default";
  return readName(field, NAMESPACE_NAME, "DNS label");
}

function readName(field: Field, pattern: RegExp, form: string): string {
  const name = requiredText(field);
  if (name !== undefined && !pattern.test(name)) {
    field.report(field.path, `must be a ${form}, found ${shown(name)}`);
  }
  return name ?? "";
}

function readNode(object: Field, name: string): NodeObject {
  const providerId = text(at(object, "spec", "providerID")) ?? "";
  // "aws:///us-west-2a/i-0abc"; Fargate nodes end in something that is no instance.
  const last = providerId.slice(providerId.lastIndexOf("/") + 1);
  return {
    name,
    labels: labels(at(object, "metadata", "labels")),
    ...(last.startsWith("i-") ? { instanceId: last } : {}),
  };
}

function describeSubject(value: RawObject["value"]): string {
  const metadata = isMapping(value.metadata) ? value.metadata : {};
  const kind = typeof value.kind === "string" ? value.kind : "object";
  const name = typeof metadata.name === "string" ? metadata.name : "?";
  const namespace = typeof metadata.namespace === "string" ? metadata.namespace : "default";
  return CLUSTER_KINDS.has(kind) ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
