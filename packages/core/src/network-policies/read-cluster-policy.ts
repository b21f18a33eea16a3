import type { LabelSelector } from "../world/cluster.ts";
import type {
  AdminNetworkPolicy,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
} from "../world/network-policy.ts";
import { readCidr } from "./read-block.ts";
import type {
  PodChoice,
  PolicyAction,
  PolicyKind,
  PolicyPeer,
  PolicyPort,
  PolicyRule,
  ReadPolicy,
} from "./read-policy.ts";
import { onlyKeyOf, readAdminPort, readClusterProtocol } from "./read-port.ts";
import { readSelector } from "./read-selector.ts";
import {
  at,
  entriesOf,
  isGiven,
  keysOf,
  mappingOf,
  numberOf,
  report,
  reportAt,
  type SpecField,
  specField,
  textOf,
  warn,
  wordOf,
} from "./spec-field.ts";

/** In what the three cluster-wide kinds differ. */
interface Dialect {
  readonly kind: PolicyKind;
  /** The word for each action. */
  readonly actions: Readonly<Partial<Record<string, PolicyAction>>>;
  readonly portsKey: "protocols" | "ports";
  readonly readPort: (field: SpecField) => PolicyPort | undefined;
  /** Rules of a direction, and peers and ports of a rule. Source: the CRDs' maxItems. */
  readonly countMax: number;
}

const clusterDialect: Dialect = {
  kind: "ClusterNetworkPolicy",
  actions: { Accept: "Allow", Deny: "Deny", Pass: "Pass" },
  portsKey: "protocols",
  readPort: readClusterProtocol,
  countMax: 25,
};

const adminDialect: Dialect = {
  kind: "AdminNetworkPolicy",
  actions: { Allow: "Allow", Deny: "Deny", Pass: "Pass" },
  portsKey: "ports",
  readPort: readAdminPort,
  countMax: 100,
};

const baselineDialect: Dialect = {
  ...adminDialect,
  kind: "BaselineAdminNetworkPolicy",
  actions: { Allow: "Allow", Deny: "Deny" },
};

/** CIDRs and domain names of one peer. Source: the CRDs' maxItems. */
const NAMES_PER_PEER_MAX = 25;
const RULE_NAME_LENGTH_MAX = 100;
const PRIORITY_MAX = 1000;
/** Behind every priority there is: the BaselineAdminNetworkPolicy has none. */
const PRIORITY_LAST = PRIORITY_MAX + 1;

/** Reads a ClusterNetworkPolicy v1alpha2 with every problem it has; throws nothing. */
export function readClusterNetworkPolicy({ name, spec }: ClusterNetworkPolicy): ReadPolicy {
  const root = specField(spec);
  mappingOf(root, ["tier", "priority", "subject", "ingress", "egress"]);
  const tier = wordOf(at(root, "tier"), ["Admin", "Baseline"]) ?? "Admin";
  const priority = numberOf(at(root, "priority"), 0, PRIORITY_MAX) ?? 0;
  return { ...common(root, name, clusterDialect), tier, priority };
}

/** Reads an AdminNetworkPolicy v1alpha1 with every problem it has; throws nothing. */
export function readAdminNetworkPolicy({ name, spec }: AdminNetworkPolicy): ReadPolicy {
  const root = specField(spec);
  mappingOf(root, ["priority", "subject", "ingress", "egress"]);
  const priority = numberOf(at(root, "priority"), 0, PRIORITY_MAX) ?? 0;
  return { ...common(root, name, adminDialect), tier: "Admin", priority };
}

/** Reads a BaselineAdminNetworkPolicy v1alpha1 with every problem it has; throws nothing. */
export function readBaselineAdminNetworkPolicy(policy: BaselineAdminNetworkPolicy): ReadPolicy {
  const { name, spec } = policy;
  const root = specField(spec);
  mappingOf(root, ["subject", "ingress", "egress"]);
  if (name !== "default") {
    reportAt("metadata.name", root, `must be "default", found ${JSON.stringify(name)}`);
  }
  const read = common(root, name, baselineDialect);
  return { ...read, tier: "Baseline", priority: PRIORITY_LAST };
}

function common(root: SpecField, name: string, dialect: Dialect) {
  return {
    kind: dialect.kind,
    title: `${dialect.kind} ${name}`,
    namespace: undefined,
    name,
    subject: readSubject(at(root, "subject")),
    ingress: readRules(root, "ingress", dialect),
    egress: readRules(root, "egress", dialect),
    ...root.findings,
  };
}

const everyPod: LabelSelector = {};
const nobody: PodChoice = {
  namespaces: { kind: "selected", selector: { matchExpressions: [{ key: "x", operator: "In" }] } },
  pods: everyPod,
};

function readSubject(field: SpecField): PodChoice {
  const key = onlyKeyOf(field, ["namespaces", "pods"]);
  return key === undefined ? nobody : readPods(at(field, key), key);
}

function readPods(field: SpecField, key: "namespaces" | "pods"): PodChoice {
  if (key === "namespaces") {
    return { namespaces: { kind: "selected", selector: readSelector(field) }, pods: everyPod };
  }
  mappingOf(field, ["namespaceSelector", "podSelector"]);
  const selector = readSelector(at(field, "namespaceSelector"));
  return {
    namespaces: { kind: "selected", selector },
    pods: readSelector(at(field, "podSelector")),
  };
}

function readRules(
  root: SpecField,
  direction: "ingress" | "egress",
  dialect: Dialect,
): readonly PolicyRule[] | undefined {
  const field = at(root, direction);
  if (!isGiven(field)) return undefined;
  return entriesOf(field, dialect.countMax).map((rule) => readRule(rule, direction, dialect));
}

function readRule(field: SpecField, direction: "ingress" | "egress", dialect: Dialect): PolicyRule {
  const peersKey = direction === "ingress" ? "from" : "to";
  const { portsKey, countMax } = dialect;
  mappingOf(field, ["name", "action", peersKey, portsKey]);
  const action = dialect.actions[wordOf(at(field, "action"), Object.keys(dialect.actions)) ?? ""];
  const peerFields = entriesOf(at(field, peersKey), countMax);
  if (peerFields.length === 0) report(at(field, peersKey), "needs at least one peer");
  const portFields = entriesOf(at(field, portsKey), countMax);
  if (portFields.length === 0 && isGiven(at(field, portsKey))) {
    report(at(field, portsKey), "needs at least one entry, or none of the key itself");
  }
  const peers = peerFields.map((peer) => readPeer(peer, direction, action));
  const ports = portFields.flatMap((port) => dialect.readPort(port) ?? []);
  if (direction === "egress") checkNamedPorts(field, peers, ports);
  const known = peers.filter((peer) => peer !== undefined);
  const rule: PolicyRule = {
    at: field.path,
    name: readName(at(field, "name")),
    action: action ?? "Deny",
    peers: known,
    ports: portFields.length === 0 ? undefined : ports,
  };
  return known.length < peers.length ? failClosed(rule) : rule;
}

/**
 * What a rule means that has a peer of a kind nobody here knows: an Allow covers nothing, anything
 * else denies everything. Source: network-policy-api, ClusterNetworkPolicyIngressPeer.
 */
function failClosed(rule: PolicyRule): PolicyRule {
  if (rule.action === "Allow") return { ...rule, peers: [] };
  return { ...rule, action: "Deny", peers: undefined, ports: undefined };
}

function readName(field: SpecField): string | undefined {
  if (!isGiven(field)) return undefined;
  const name = textOf(field);
  if (name !== undefined && name.length > RULE_NAME_LENGTH_MAX) {
    report(field, `has ${name.length} characters, at most ${RULE_NAME_LENGTH_MAX} are allowed`);
  }
  return name;
}

const ingressPeers = ["namespaces", "pods"] as const;
const egressPeers = ["namespaces", "pods", "nodes", "networks", "domainNames"] as const;

// Undefined for a kind of peer that is not known; that is no problem but fails closed.
function readPeer(
  field: SpecField,
  direction: "ingress" | "egress",
  action: PolicyAction | undefined,
): PolicyPeer | undefined {
  const known: readonly (typeof egressPeers)[number][] =
    direction === "ingress" ? ingressPeers : egressPeers;
  const given = keysOf(field);
  if (given.length > 1) report(field, `must have exactly one kind, has ${given.join(" and ")}`);
  const key = known.find((one) => one === given[0]);
  if (key === undefined) {
    warn(field, `no peer of a known kind (${known.join(", ")}): the rule fails closed`);
    return undefined;
  }
  const form = at(field, key);
  switch (key) {
    case "namespaces":
    case "pods":
      return { kind: "pods", at: field.path, ...readPods(form, key) };
    case "nodes":
      return { kind: "nodes", at: field.path, nodes: readSelector(form) };
    case "networks":
      return { kind: "blocks", at: field.path, blocks: readNetworks(form) };
    case "domainNames":
      return { kind: "domains", at: field.path, names: readDomains(form, action) };
  }
}

function readNetworks(field: SpecField) {
  return entriesOf(field, NAMES_PER_PEER_MAX).flatMap((entry) => {
    const cidr = readCidr(entry);
    return cidr === undefined ? [] : [{ cidr, except: [] }];
  });
}

function readDomains(field: SpecField, action: PolicyAction | undefined): readonly string[] {
  if (action === "Deny") report(field, "works in Accept rules only");
  if (action === "Pass") warn(field, "works in Accept rules only, and in Pass with AWS");
  return entriesOf(field, NAMES_PER_PEER_MAX).flatMap((entry) => textOf(entry) ?? []);
}

function checkNamedPorts(
  rule: SpecField,
  peers: readonly (PolicyPeer | undefined)[],
  ports: readonly PolicyPort[],
): void {
  const isNameless = peers.some((peer) => peer !== undefined && peer.kind !== "pods");
  if (!isNameless || !ports.some(({ kind }) => kind === "named")) return;
  report(rule, "named ports exist on pods only, not on networks, nodes or domainNames");
}
