import type { LabelSelector, Pod } from "../world/cluster.ts";
import type { World } from "../world/world.ts";

// A second reading of the same API texts that shares nothing with the evaluator but the types of
// manifests. It does not match rules against a packet: it writes down every packet that a rule is
// about, as a text, and then looks the packet up. Only for worlds in which everything is known and
// valid and no priority occurs twice.

/** A packet between two ends of the small cluster. */
export interface Packet {
  readonly source: Somebody;
  readonly destination: Somebody;
  readonly protocol: string;
  readonly port: number;
}

/** Whoever has an address: a pod, a process on a node, or nobody known. */
export interface Somebody {
  readonly address: string;
  readonly pod?: Pod;
  readonly node?: string;
}

type Rule = Readonly<Record<string, unknown>>;

/** May the packet pass the policies at its source (egress) or destination (ingress)? */
export function bruteForce(world: World, packet: Packet, side: "ingress" | "egress"): boolean {
  const own = side === "ingress" ? packet.destination : packet.source;
  const far = side === "ingress" ? packet.source : packet.destination;
  const me = own.pod;
  if (me === undefined || me.hostNetwork || far.pod === me) return true;
  const isOwnNode = far.node !== undefined && far.node === me.nodeName;
  if (side === "ingress" && isOwnNode) return true;
  const admin = [
    ...(world.adminNetworkPolicies ?? []).map(({ spec }) => ({ ...spec, tier: "Admin" })),
    ...(world.clusterNetworkPolicies ?? []).map(({ spec }) => spec),
  ];
  const byTier = (tier: string) =>
    admin.filter((spec) => spec.tier === tier).sort((a, b) => a.priority - b.priority);
  const asked = { world, packet, side, me, far };
  const first = firstWord(byTier("Admin"), asked);
  if (first === "Deny") return false;
  if (first === "Allow" || first === "Accept") return true;
  const isolating = (world.networkPolicies ?? []).filter(({ namespace, spec }) => {
    return (
      namespace === me.namespace &&
      selects(spec.podSelector, me.labels) &&
      sides(spec).includes(side)
    );
  });
  if (isolating.length > 0) {
    if (isOwnNode) return true;
    return isolating.some(({ namespace, spec }) => {
      const rules = (spec[side] ?? []) as readonly Rule[];
      return rules.some((rule) => npPackets(rule, namespace, asked).has(text(packet)));
    });
  }
  const baseline = [
    ...byTier("Baseline"),
    ...(world.baselineAdminNetworkPolicies ?? []).map((p) => p.spec),
  ];
  return firstWord(baseline, asked) !== "Deny";
}

interface Asked {
  readonly world: World;
  readonly packet: Packet;
  readonly side: "ingress" | "egress";
  readonly me: Pod;
  readonly far: Somebody;
}

function text({ source, destination, protocol, port }: Packet): string {
  return `${source.address}>${destination.address}:${protocol}/${port}`;
}

// The action of the first rule whose packets hold this one.
function firstWord(specs: readonly object[], asked: Asked): string | undefined {
  for (const spec of specs as readonly Rule[]) {
    if (!isIn(spec.subject as Rule, asked.me, asked.world)) continue;
    for (const rule of (spec[asked.side] as readonly Rule[] | undefined) ?? []) {
      const isUnknown = peersOf(rule).some((peer) => !knownKeys(asked.side).some((k) => k in peer));
      if (isUnknown && rule.action !== "Allow" && rule.action !== "Accept") return "Deny";
      if (!isUnknown && clusterPackets(rule, asked).has(text(asked.packet)))
        return String(rule.action);
    }
  }
  return undefined;
}

function knownKeys(side: Asked["side"]): readonly string[] {
  return side === "ingress" ? ["namespaces", "pods"] : ["namespaces", "pods", "networks", "nodes"];
}

function peersOf(rule: Rule): readonly Rule[] {
  return (rule.from ?? rule.to ?? []) as readonly Rule[];
}

// Every packet of the far end that the rule is about, over all ports that any rule can name.
function clusterPackets(rule: Rule, asked: Asked): ReadonlySet<string> {
  const { far, world } = asked;
  const isMeant = peersOf(rule).some((peer) => {
    if (peer.networks !== undefined) {
      return (peer.networks as readonly string[]).some((cidr) => bitsMatch(cidr, far.address));
    }
    if (peer.nodes !== undefined) {
      const node = world.nodes.find(({ name }) => name === far.node);
      return node !== undefined && selects(peer.nodes as LabelSelector, node.labels);
    }
    return far.pod !== undefined && !far.pod.hostNetwork && isIn(peer, far.pod, world);
  });
  const list = (rule.protocols ?? rule.ports) as readonly Rule[] | undefined;
  return isMeant ? packetsOf(list, asked, clusterPorts) : new Set();
}

function npPackets(rule: Rule, namespace: string, asked: Asked): ReadonlySet<string> {
  const { far, world } = asked;
  const peers = peersOf(rule);
  const isMeant =
    peers.length === 0 ||
    peers.some(({ ipBlock, podSelector, namespaceSelector }) => {
      if (ipBlock !== undefined) {
        const { cidr, except = [] } = ipBlock as { cidr: string; except?: string[] };
        return bitsMatch(cidr, far.address) && !except.some((one) => bitsMatch(one, far.address));
      }
      if (far.pod === undefined || far.pod.hostNetwork) return false;
      const inNamespace =
        namespaceSelector === undefined
          ? far.pod.namespace === namespace
          : selects(namespaceSelector as LabelSelector, namespaceLabels(world, far.pod.namespace));
      return inNamespace && selects((podSelector ?? {}) as LabelSelector, far.pod.labels);
    });
  const list = rule.ports as readonly Rule[] | undefined;
  return isMeant ? packetsOf(list?.length === 0 ? undefined : list, asked, npPorts) : new Set();
}

type Ports = (entry: Rule, named: (name: string, protocol?: string) => string[]) => string[];

function packetsOf(list: readonly Rule[] | undefined, { packet }: Asked, ports: Ports) {
  if (list === undefined) return new Set([text(packet)]);
  const named = (name: string, protocol?: string) =>
    (packet.destination.pod?.hostNetwork ? [] : (packet.destination.pod?.ports ?? []))
      .filter((one) => one.name === name && (protocol ?? one.protocol) === one.protocol)
      .map((one) => `${one.protocol}/${one.port}`);
  const known = list.flatMap((entry) => ports(entry, named));
  const { source, destination } = packet;
  return new Set(known.map((one) => `${source.address}>${destination.address}:${one}`));
}

const npPorts: Ports = ({ protocol = "TCP", port, endPort }, named) => {
  if (typeof port === "string") return named(port, String(protocol));
  if (port === undefined) return span(String(protocol), 0, 65_535);
  return span(String(protocol), Number(port), Number(endPort ?? port));
};

const clusterPorts: Ports = (entry, named) => {
  const name = entry.destinationNamedPort ?? entry.namedPort;
  if (name !== undefined) return named(String(name));
  const number = entry.portNumber as { protocol?: string; port: number } | undefined;
  if (number !== undefined) return span(number.protocol ?? "TCP", number.port, number.port);
  const range = entry.portRange as { protocol?: string; start: number; end: number } | undefined;
  if (range !== undefined) return span(range.protocol ?? "TCP", range.start, range.end);
  const [[protocol, value]] = Object.entries(entry) as [string, { destinationPort?: Rule }][];
  const destination = value.destinationPort;
  const spread = destination?.range as { start: number; end: number } | undefined;
  if (spread !== undefined) return span(protocol.toUpperCase(), spread.start, spread.end);
  const only = destination === undefined ? undefined : Number(destination.number);
  return span(protocol.toUpperCase(), only ?? 0, only ?? 65_535);
};

// Every port that a test asks for, written out.
const portsAsked = [0, 80, 443, 5353, 8080, 9090];

function span(protocol: string, from: number, to: number): string[] {
  return portsAsked.filter((one) => from <= one && one <= to).map((one) => `${protocol}/${one}`);
}

// policyTypes: what is listed; else Ingress, and Egress where there is an egress rule.
function sides(spec: { policyTypes?: readonly string[]; egress?: readonly unknown[] }): string[] {
  const listed = (spec.policyTypes ?? []).map((type) => type.toLowerCase());
  if (listed.length > 0) return listed;
  return (spec.egress ?? []).length > 0 ? ["ingress", "egress"] : ["ingress"];
}

function isIn(choice: Rule, pod: Pod, world: World): boolean {
  const labels = namespaceLabels(world, pod.namespace);
  if (choice.namespaces !== undefined) return selects(choice.namespaces as LabelSelector, labels);
  const both = choice.pods as { namespaceSelector: LabelSelector; podSelector: LabelSelector };
  return selects(both.namespaceSelector, labels) && selects(both.podSelector, pod.labels);
}

function namespaceLabels(world: World, name: string): Record<string, string> {
  const found = world.namespaces.find((one) => one.name === name);
  return { ...found?.labels, "kubernetes.io/metadata.name": name };
}

function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => {
    return { key, operator: "In", values: [value] };
  });
  for (const { key, operator, values = [] } of [...wanted, ...(selector.matchExpressions ?? [])]) {
    const isListed = key in labels && values.includes(labels[key]);
    if (operator === "In" && !isListed) return false;
    if (operator === "NotIn" && isListed) return false;
    if (operator === "Exists" && !(key in labels)) return false;
    if (operator === "DoesNotExist" && key in labels) return false;
  }
  return true;
}

// Addresses as rows of bits; the two families have rows of different length.
function bitsMatch(cidr: string, address: string): boolean {
  const [base, length] = cidr.split("/");
  const [a, b] = [bits(base), bits(address)];
  return a.length === b.length && a.slice(0, Number(length)) === b.slice(0, Number(length));
}

function bits(address: string): string {
  if (!address.includes(":")) {
    return address
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");
  }
  const dotted = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    return [256 * a + Number(b), 256 * c + Number(d)].map((n) => n.toString(16)).join(":");
  });
  const [head, tail = ""] = dotted.split("::");
  const groups = (part: string) => part.split(":").filter((one) => one !== "");
  const gap = 8 - groups(head).length - groups(tail).length;
  const all = [
    ...groups(head),
    ...new Array(dotted.includes("::") ? gap : 0).fill("0"),
    ...groups(tail),
  ];
  return all.map((one) => Number.parseInt(one, 16).toString(2).padStart(16, "0")).join("");
}
