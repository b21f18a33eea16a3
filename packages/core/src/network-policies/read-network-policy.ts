import type { FieldProblem } from "../errors/trunkline-error.ts";
import type { LabelSelector } from "../world/cluster.ts";
import type { NetworkPolicy } from "../world/network-policy.ts";
import { readIpBlock } from "./read-block.ts";
import type { NamespaceChoice, PolicyPeer, PolicyRule, ReadPolicy } from "./read-policy.ts";
import { layerHint, readNetworkPolicyPort } from "./read-port.ts";
import { readSelector } from "./read-selector.ts";
import {
  at,
  entriesOf,
  isGiven,
  mappingOf,
  type Places,
  report,
  type SpecField,
  specField,
  warn,
  wordOf,
} from "./spec-field.ts";

const everyPod: LabelSelector = {};
const policyTypes = ["Ingress", "Egress"] as const;

/**
 * Reads a NetworkPolicy with every problem it has; throws nothing, whatever the manifest holds.
 *
 * Source: Kubernetes API reference, NetworkPolicy networking.k8s.io/v1, and its validation and
 * defaulting.
 *
 * @param places the same for policies that are read one after the other, so that they share texts.
 */
export function readNetworkPolicy(policy: NetworkPolicy, places?: Places): ReadPolicy {
  const { namespace, name, spec } = policy;
  const root = specField(spec, places);
  const isReadable = mappingOf(root, policyKeys, layerHint);
  const types = readTypes(root);
  const own: NamespaceChoice = { kind: "own", namespace };
  const ingress = readRules(at(root, "ingress"), "from", own);
  const egress = readRules(at(root, "egress"), "to", own);
  const pods = isReadable ? readSelector(at(root, "podSelector")) : everyPod;
  const { problems, warnings } = root.findings;
  return {
    kind: "NetworkPolicy",
    title: `NetworkPolicy ${namespace}/${name}`,
    namespace,
    name,
    tier: "NetworkPolicy",
    priority: 0,
    subject: { namespaces: own, pods },
    ingress: types.includes("Ingress") ? ingress : undefined,
    egress: types.includes("Egress") ? egress : undefined,
    // Most have none, and share it.
    problems: problems.length === 0 ? noFindings : problems,
    warnings: warnings.length === 0 ? noFindings : warnings,
  };
}

const policyKeys = ["podSelector", "policyTypes", "ingress", "egress"];
const peerKeys = ["podSelector", "namespaceSelector", "ipBlock"];
const ruleKeys = { from: ["from", "ports"], to: ["to", "ports"] };
const noFindings: readonly FieldProblem[] = [];

// Ingress is implied even for a policy that speaks of egress alone; the trap has its warning.
function readTypes(root: SpecField): readonly ("Ingress" | "Egress")[] {
  const types: ("Ingress" | "Egress")[] = [];
  for (const entry of entriesOf(at(root, "policyTypes"), 2)) {
    const type = wordOf(entry, policyTypes);
    if (type !== undefined) types.push(type);
  }
  const egress = at(root, "egress");
  const ingress = at(root, "ingress");
  const hasEgress = Array.isArray(egress.value) && egress.value.length > 0;
  if (types.length > 0) {
    const unlisted = "has no effect: policyTypes does not list it";
    if (isGiven(ingress) && !types.includes("Ingress")) warn(ingress, unlisted);
    if (isGiven(egress) && !types.includes("Egress")) warn(egress, unlisted);
    return types;
  }
  if (!hasEgress) return ["Ingress"];
  if (!isGiven(ingress)) warn(root, "no policyTypes and no ingress: isolates ingress as well");
  return ["Ingress", "Egress"];
}

function readRules(
  field: SpecField,
  peersKey: "from" | "to",
  own: NamespaceChoice,
): readonly PolicyRule[] {
  return entriesOf(field).map((rule) => {
    mappingOf(rule, ruleKeys[peersKey], layerHint);
    const peers = entriesOf(at(rule, peersKey));
    const ports = entriesOf(at(rule, "ports"));
    return {
      at: rule.place,
      name: undefined,
      action: "Allow",
      // A list that is missing or empty stands for everybody and for everything.
      peers: peers.length === 0 ? undefined : peers.flatMap((one) => readPeer(one, own) ?? []),
      ports: ports.length === 0 ? undefined : ports.flatMap((p) => readNetworkPolicyPort(p) ?? []),
    };
  });
}

function readPeer(field: SpecField, own: NamespaceChoice): PolicyPeer | undefined {
  if (!mappingOf(field, peerKeys, layerHint)) return undefined;
  const pods = at(field, "podSelector");
  const namespaces = at(field, "namespaceSelector");
  const block = at(field, "ipBlock");
  const hasSelector = isGiven(pods) || isGiven(namespaces);
  if (isGiven(block)) {
    if (hasSelector) report(block, "cannot stand beside a selector in one entry");
    const read = readIpBlock(block);
    return read && { kind: "blocks", at: field.place, blocks: [read] };
  }
  if (!hasSelector)
    return report(field, "names no peer: podSelector, namespaceSelector or ipBlock");
  return {
    kind: "pods",
    at: field.place,
    namespaces: isGiven(namespaces)
      ? { kind: "selected", selector: readSelector(namespaces) }
      : own,
    pods: isGiven(pods) ? readSelector(pods) : everyPod,
  };
}
