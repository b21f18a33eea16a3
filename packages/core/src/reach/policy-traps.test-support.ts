import type { Random } from "../clock.ts";
import { type AnyPolicy, anp, banp, cnp, np } from "../network-policies/cluster.test-support.ts";
import type { LabelSelector } from "../world/cluster.ts";
import type {
  IpBlock,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from "../world/network-policy.ts";

// Policies that meet: all speak of the same few pods, addresses and ports, so that it shows which of
// them comes first, what passes on, which hole masks which entry, and whose name a port has.

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)];
}

function times<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

const expression = (key: string, operator: "NotIn" | "Exists" | "DoesNotExist") => {
  const values = operator === "NotIn" ? { values: ["web", ""] } : {};
  return { matchExpressions: [{ key, operator, ...values }] };
};

const allSelectors: readonly LabelSelector[] = [
  { matchLabels: { app: "web" } },
  { matchLabels: { app: "" } },
  { matchLabels: { empty: "" } },
  expression("app", "NotIn"),
  expression("team", "DoesNotExist"),
  expression("empty", "Exists"),
];
const allNodes: readonly LabelSelector[] = [
  {},
  { matchLabels: { zone: "web" } },
  expression("zone", "NotIn"),
];

// Blocks inside each other, and holes whose edges are addresses that pods have. Neighbours meet: the
// hole of one is the block of the next.
const allBlocks: readonly IpBlock[] = [
  { cidr: "0.0.0.0/0" },
  { cidr: "0.0.0.0/0", except: ["10.0.1.0/24"] },
  { cidr: "10.0.0.0/16", except: ["10.0.1.0/24", "10.0.2.8/29"] },
  { cidr: "10.0.1.0/24" },
  { cidr: "10.0.1.0/24", except: ["10.0.1.2/31"] },
  { cidr: "10.0.1.2/31" },
  { cidr: "10.0.1.0/30", except: ["10.0.1.2/32", "10.0.1.1/32"] },
  { cidr: "10.0.1.2/32" },
  { cidr: "10.0.0.0/16" },
  { cidr: "::/0", except: ["2001:db8::1/128"] },
  { cidr: "2001:db8::/64", except: ["2001:db8::/127"] },
  { cidr: "2001:db8::/64" },
];

/** What a rule says of ports, in the words of each kind of policy. */
interface Port {
  /** Of a NetworkPolicy. */
  readonly own: NetworkPolicyPort;
  /** Of a ClusterNetworkPolicy, and of the kinds before it. */
  readonly protocols: object;
  readonly port: object;
}

const single = (name: "tcp" | "udp" | "sctp", number: number): Port => {
  const protocol = name.toUpperCase() as "TCP" | "UDP" | "SCTP";
  return {
    own: { protocol, port: number },
    protocols: { [name]: { destinationPort: { number } } },
    port: { portNumber: { protocol, port: number } },
  };
};
const range = (start: number, end: number): Port => ({
  own: { port: start, endPort: end },
  protocols: { tcp: { destinationPort: { range: { start, end } } } },
  port: { portRange: { protocol: "TCP", start, end } },
});
const named = (protocol: "TCP" | "UDP", name: string): Port => ({
  own: { protocol, port: name },
  protocols: { destinationNamedPort: name },
  port: { namedPort: name },
});
// Ports that are taken for each other: one number of several protocols, ranges that begin alike,
// one name of two protocols.
const allPorts: readonly (readonly Port[])[] = [
  [single("tcp", 80), single("udp", 80), single("sctp", 80)],
  [single("tcp", 80), range(80, 443), range(80, 8080)],
  [named("TCP", "http"), named("UDP", "http"), single("tcp", 8080)],
  [named("TCP", "http"), named("UDP", "dns"), range(80, 443)],
];

/** The few things that the policies of one world speak of, so that they meet. */
interface Palette {
  readonly selectors: readonly LabelSelector[];
  readonly namespaces: readonly LabelSelector[];
  readonly nodes: readonly LabelSelector[];
  readonly blocks: readonly IpBlock[];
  readonly ports: readonly Port[];
}

function paletteOf(random: Random): Palette {
  const at = Math.floor(random() * (allBlocks.length - 2));
  return {
    selectors: [{}, {}, pick(allSelectors, random), pick(allSelectors, random)],
    namespaces: random() < 0.6 ? [{}] : [{}, { matchLabels: { team: "a" } }],
    nodes: allNodes,
    blocks: [...allBlocks.slice(at, at + 3), pick(allBlocks, random)],
    ports: pick(allPorts, random),
  };
}

function podsOf({ namespaces, selectors }: Palette, random: Random) {
  if (random() < 0.4) return { namespaces: pick(namespaces, random) };
  const podSelector = pick(selectors, random);
  return { pods: { namespaceSelector: pick(namespaces, random), podSelector } };
}

const actions = ["Allow", "Deny", "Pass", "Pass"] as const;

/** One rule of a cluster-wide policy, not yet in the words of a kind. */
interface TierRule {
  readonly action: (typeof actions)[number];
  readonly peer: object;
  readonly ports: readonly Port[] | undefined;
}

/** Where rules stand: Pass and peers that are no pods have their places. */
interface TierPlace {
  readonly hasPass: boolean;
  readonly isEgress: boolean;
}

function tierRule(palette: Palette, { hasPass, isEgress }: TierPlace, random: Random): TierRule {
  const action = pick(hasPass ? actions : actions.slice(0, 2), random);
  const count = 1 + Number(random() < 0.2);
  const ports = random() < 0.4 ? undefined : times(count, () => pick(palette.ports, random));
  const hasNames = ports?.some(({ port }) => "namedPort" in port) ?? false;
  if (!isEgress || hasNames || random() < 0.6) {
    return { action, peer: podsOf(palette, random), ports };
  }
  const networks = times(1 + Number(random() < 0.3), () => pick(palette.blocks, random).cidr);
  const peer = random() < 0.5 ? { networks } : { nodes: pick(palette.nodes, random) };
  return { action, peer, ports };
}

/** A cluster-wide policy, not yet in the words of a kind. */
interface TierPolicy {
  readonly subject: object;
  readonly priority: number;
  readonly ingress: readonly TierRule[];
  readonly egress: readonly TierRule[];
}

function tierPolicy(palette: Palette, hasPass: boolean, random: Random): TierPolicy {
  const rules = (isEgress: boolean) =>
    times(1 + Math.floor(random() * 3), () => tierRule(palette, { hasPass, isEgress }, random));
  return {
    subject: podsOf(palette, random),
    priority: pick([1, 1, 2, 3], random),
    ingress: rules(false),
    egress: rules(true),
  };
}

/** Some cluster-wide policies of each tier, a few of one priority, a few broken. */
export function tierTraps(random: Random): readonly AnyPolicy[] {
  const palette = paletteOf(random);
  const admin = times(2 + Math.floor(random() * 3), (at) => {
    const policy = tierPolicy(palette, true, random);
    return random() < 0.5 ? asCluster(`t-${at}`, "Admin", policy) : asAdmin(`t-${at}`, policy);
  });
  const baseline = times(Math.floor(random() * 3), (at) =>
    asCluster(`b-${at}`, "Baseline", tierPolicy(palette, true, random)),
  );
  const last = random() < 0.4 ? [asBaseline(tierPolicy(palette, false, random))] : [];
  const all = [...admin, ...baseline, ...last];
  const broken = random() < 0.15 ? Math.floor(random() * all.length) : -1;
  return all.map((one, at) => (at === broken ? brokenPolicy(one) : one));
}

/** The same policy as no API server would store it. */
export function brokenPolicy(one: AnyPolicy): AnyPolicy {
  const ingress = [{ ports: [{ port: 0 }] }];
  // The spec becomes what no list may hold.
  return { ...one, policy: { ...one.policy, spec: { ...one.policy.spec, ingress } } } as never;
}

// The records that follow have the keys of their manifests, which the types cannot see in parts.
function asCluster(name: string, tier: "Admin" | "Baseline", policy: TierPolicy): AnyPolicy {
  const rule =
    (to: "from" | "to") =>
    ({ action, peer, ports }: TierRule) => ({
      action: action === "Allow" ? "Accept" : action,
      [to]: [peer],
      ...(ports && { protocols: ports.map((one) => one.protocols) }),
    });
  const { ingress, egress } = policy;
  const rules = { ingress: ingress.map(rule("from")), egress: egress.map(rule("to")) };
  return cnp(name, { ...policy, tier, ...rules } as never);
}

function adminParts({ subject, ingress, egress }: TierPolicy) {
  const rule =
    (to: "from" | "to") =>
    ({ action, peer, ports }: TierRule) => ({
      action,
      [to]: [peer],
      ...(ports && { ports: ports.map((one) => one.port) }),
    });
  return { subject, ingress: ingress.map(rule("from")), egress: egress.map(rule("to")) };
}

function asAdmin(name: string, policy: TierPolicy): AnyPolicy {
  return anp(name, { ...adminParts(policy), priority: policy.priority } as never);
}

function asBaseline(policy: TierPolicy): AnyPolicy {
  return banp(adminParts(policy) as never);
}

function peerOf({ blocks, selectors, namespaces }: Palette, random: Random): NetworkPolicyPeer {
  if (random() < 0.65) return { ipBlock: pick(blocks, random) };
  const own = { podSelector: pick(selectors, random) };
  return random() < 0.4 ? own : { ...own, namespaceSelector: pick(namespaces, random) };
}

type UnionRule = Pick<NetworkPolicyIngressRule & NetworkPolicyEgressRule, "from" | "to" | "ports">;

function unionRule(palette: Palette, key: "from" | "to", random: Random): UnionRule {
  const peers = times(1 + Math.floor(random() * 3), () => peerOf(palette, random));
  return { ...(random() < 0.15 ? {} : { [key]: peers }), ...portsOf(palette, random) };
}

function portsOf({ ports }: Palette, random: Random): Pick<UnionRule, "ports"> {
  if (random() < 0.4) return {};
  return { ports: times(1 + Number(random() < 0.3), () => pick(ports, random).own) };
}

// As many entries as one address has room for in some engines, or one more, for all and for some.
function crowdedRules(palette: Palette, key: "from" | "to", random: Random): UnionRule[] {
  const count = pick([24, 25, 25], random);
  const first = pick([0, 12, count], random);
  const entries = times(count, (at) => ({ port: at % 12 === 0 ? 80 : 1000 + at }));
  const rules = [
    { ports: entries.slice(0, first) },
    { [key]: [peerOf(palette, random)], ports: entries.slice(first) },
  ];
  return rules.filter(({ ports }) => ports.length > 0);
}

/** Two to four NetworkPolicies of one namespace, for all or many of its pods, a few broken. */
export function unionTraps(random: Random): readonly AnyPolicy[] {
  const palette = paletteOf(random);
  const namespace = pick(["shop", "shop", "shop", "ops"], random);
  const isCrowded = random() < 0.3;
  const rules = (key: "from" | "to") =>
    isCrowded
      ? crowdedRules(palette, key, random)
      : times(1 + Math.floor(random() * 2), () => unionRule(palette, key, random));
  return times(isCrowded ? 1 : 2 + Math.floor(random() * 2), (at) => {
    const policyTypes = pick([["Ingress"], ["Egress"], ["Ingress", "Egress"]] as const, random);
    const spec = { podSelector: pick(palette.selectors, random), policyTypes };
    const policy = np(`${namespace}/t-${at}`, {
      ...spec,
      ingress: rules("from"),
      egress: rules("to"),
    });
    return random() < 0.05 ? brokenPolicy(policy) : policy;
  });
}
