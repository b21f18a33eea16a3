import type { NodeObject } from "../../world/cluster.ts";
import { at, type Field, labels, report, requiredText, rootField, text } from "../field.ts";
import { type ObjectProblem, problemList } from "../input-problem.ts";
import { isMapping, type Mapping, shown } from "../plain.ts";
import { readCniSettings } from "./cni-settings.ts";
import { isKnownKind, KNOWN_KINDS, type KnownKind, type KnownObject } from "./known-kinds.ts";
import { readEndpointSlice } from "./read-endpoint-slice.ts";
import { readEniConfig, readIngress } from "./read-ingress.ts";
import {
  readAdminPolicyObject,
  readBaselinePolicyObject,
  readClusterPolicyObject,
  readNetworkPolicyObject,
} from "./read-network-policies.ts";
import { readOwner, readPod } from "./read-pod.ts";
import { readSecurityGroupPolicy } from "./read-security-group-policy.ts";
import { readService } from "./read-service.ts";
import { readWorkload, type WorkloadKind } from "./read-workload.ts";

/** A typed object with its name for people. */
export type NamedObject = KnownObject & {
  /** "SecurityGroupPolicy shop/api"; no two objects of a world have the same. */
  readonly subject: string;
};

/** What became of one object. */
export type ReadOutcome =
  | { readonly kind: "object"; readonly object: NamedObject }
  | { readonly kind: "ignored"; readonly ignoredKind: string }
  | { readonly kind: "wrong"; readonly problems: readonly ObjectProblem[] };

/** The controller's label comes before the VPC CNI's default. Source: amazon-vpc-cni-k8s README, ENI_CONFIG_LABEL_DEF. */
const ENI_CONFIG_LABELS = ["vpc.amazonaws.com/eniConfig", "k8s.amazonaws.com/eniConfig"];

/** Source: Kubernetes object names, "DNS Subdomain Names" (RFC 1123). */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
/** Namespaces are DNS labels. */
const NAMESPACE_NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Reads one Kubernetes object into a typed one, with every problem it has; throws nothing.
 *
 * Kinds that do not matter for networking are passed over, so are objects of other projects whose
 * kind has the name of one that matters, as Calico's NetworkPolicy.
 */
export function readObject(value: Mapping): ReadOutcome {
  const { kind, apiVersion } = value;
  const subject = subjectOf(value);
  const { problems, report: take } = problemList(subject);
  const object = rootField(value, take);
  if (typeof kind !== "string" || kind === "") {
    const what = kind === undefined ? "missing" : `must be text, found ${shown(kind)}`;
    report(at(object, "kind"), what);
    requiredText(at(object, "apiVersion"));
    return { kind: "wrong", problems };
  }
  if (!isKnownKind(kind)) return { kind: "ignored", ignoredKind: kind };
  if (isOfOtherProject(kind, apiVersion)) {
    return { kind: "ignored", ignoredKind: `${kind} of ${groupOf(apiVersion)}` };
  }
  checkApiVersion(at(object, "apiVersion"), KNOWN_KINDS[kind].apiVersion);
  const known = readKnown(object, kind);
  if (problems.length > 0) return { kind: "wrong", problems };
  return { kind: "object", object: { ...known, subject } };
}

function isOfOtherProject(kind: KnownKind, apiVersion: unknown): boolean {
  const { isShared, apiVersion: own } = KNOWN_KINDS[kind];
  if (!isShared || typeof apiVersion !== "string" || !apiVersion.includes("/")) return false;
  // A group without a dot is Kubernetes' own, and a mistake here.
  return groupOf(apiVersion).includes(".") && groupOf(apiVersion) !== groupOf(own);
}

function groupOf(apiVersion: unknown): string {
  return String(apiVersion).split("/")[0];
}

function checkApiVersion(field: Field, known: string): void {
  const version = requiredText(field);
  if (version === undefined || version === known) return;
  report(field, `unknown: ${shown(version)}; this kind is read as ${known}`);
}

function readKnown(object: Field, kind: KnownKind): KnownObject {
  const name = readName(at(object, "metadata", "name"), NAME, "DNS subdomain");
  const namespace = KNOWN_KINDS[kind].isNamespaced ? readNamespaceOf(object) : "";
  const own = labels(at(object, "metadata", "labels"));
  switch (kind) {
    case "Namespace":
      // Kubernetes sets this label on every namespace and lets nobody change it.
      return { kind, value: { name, labels: { ...own, "kubernetes.io/metadata.name": name } } };
    case "ServiceAccount":
      return { kind, value: { namespace, name, labels: own } };
    case "Pod":
      return { kind, value: readPod(object, namespace, name), owner: readOwner(object) };
    case "Node":
      return { kind, value: readNode(object, name) };
    case "Service":
      return { kind, value: readService(object, namespace, name) };
    case "EndpointSlice":
      return { kind, value: readEndpointSlice(object, namespace, name) };
    case "Ingress":
      return { kind, value: readIngress(object, namespace, name) };
    case "ENIConfig":
      return { kind, value: readEniConfig(object, name) };
    case "SecurityGroupPolicy":
      return { kind, value: readSecurityGroupPolicy(object, namespace, name) };
    case "NetworkPolicy":
      return { kind, value: readNetworkPolicyObject(object, namespace, name) };
    case "ClusterNetworkPolicy":
      return { kind, value: readClusterPolicyObject(object, name) };
    case "AdminNetworkPolicy":
      return { kind, value: readAdminPolicyObject(object, name) };
    case "BaselineAdminNetworkPolicy":
      return { kind, value: readBaselinePolicyObject(object, name) };
    default:
      return workload(object, kind, namespace, name);
  }
}

function workload(object: Field, kind: WorkloadKind, namespace: string, name: string): KnownObject {
  const isCni = kind === "DaemonSet" && namespace === "kube-system" && name === "aws-node";
  return {
    kind: "Workload",
    value: readWorkload(object, kind, namespace, name),
    cni: isCni ? readCniSettings(object) : {},
  };
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
    report(field, `must be a ${form}, found ${shown(name)}`);
  }
  return name ?? "";
}

function readNode(object: Field, name: string): NodeObject {
  const providerId = text(at(object, "spec", "providerID")) ?? "";
  // "aws:///us-west-2a/i-0abc"; Fargate nodes end in something that is no instance.
  const last = providerId.slice(providerId.lastIndexOf("/") + 1);
  const own = labels(at(object, "metadata", "labels"));
  const eniConfig = ENI_CONFIG_LABELS.find((key) => Object.hasOwn(own, key));
  return {
    name,
    labels: own,
    ...(eniConfig === undefined ? {} : { eniConfig: own[eniConfig] }),
    ...(last.startsWith("i-") ? { instanceId: last } : {}),
  };
}

function subjectOf(value: Mapping): string {
  const metadata = isMapping(value["metadata"]) ? value["metadata"] : {};
  const kind = typeof value["kind"] === "string" ? value["kind"] : "object";
  const name = typeof metadata["name"] === "string" ? metadata["name"] : "?";
  const namespace = typeof metadata["namespace"] === "string" ? metadata["namespace"] : "default";
  const isNamespaced = !isKnownKind(kind) || KNOWN_KINDS[kind].isNamespaced;
  return isNamespaced ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}
