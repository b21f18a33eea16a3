import fc from "fast-check";
import { type Random, seededRandom } from "../clock.ts";
import { fuzzRule } from "../image/fuzz-world.test-support.ts";
import { arbitraryPolicies } from "../network-policies/arbitrary-policies.test-support.ts";
import type { AnyPolicy } from "../network-policies/cluster.test-support.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import type { NetworkInterface, SecurityGroup } from "../world/cloud.ts";
import type { NamedPort, Pod } from "../world/cluster.ts";
import { aclEntry } from "../world/edits.test-support.ts";
import { networkInterface } from "../world/fixture-f.test-support.ts";
import type { NetworkAcl } from "../world/network-acl.ts";
import type { World } from "../world/world.ts";
import { brokenPolicy } from "./policy-traps.test-support.ts";
import type { PortQuestion } from "./questions.ts";
import { twistedWorld } from "./world-twists.test-support.ts";

// Worlds for pairs of pods: every place a pod can have, groups full of traps, policies of all
// kinds, and much that is not known.

const nodeNames = ["n1", "n2", "n3"];
const namespaces = ["shop", "shop", "bank", "ops"];
const values = ["web", "api", "db", "tool", "a", "b", ""];
const hosts = ["10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.2.1", "10.0.2.9", "10.0.0.2", "8.8.8.8"];

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)];
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

function some<T>(list: readonly T[], chance: number, random: Random): T[] {
  return list.filter(() => random() < chance);
}

function addressesFor(at: number, random: Random): readonly string[] {
  const v4 = random() < 0.6 && at < hosts.length ? hosts[at] : `10.0.${at & 3}.${20 + at}`;
  const v6 = random() < 0.3 ? "2001:db8::1" : `2001:db8::${20 + at}`;
  return pick([[v4], [v4], [v4], [v4, v6], [v6, v4], [v6], []], random);
}

function portsOf(random: Random): readonly NamedPort[] | undefined {
  const named: readonly NamedPort[] = [
    { name: "http", protocol: "TCP", port: pick([80, 8080, 9090], random) },
    { name: "dns", protocol: "UDP", port: 5353 },
    { name: "http", protocol: "UDP", port: 80 },
  ];
  return random() < 0.1 ? undefined : some(named, 0.5, random);
}

function labelsOf(random: Random): Record<string, string> {
  const keys = some(["app", "team", "empty", "zone", "pod-template-hash"], 0.5, random);
  if (random() < 0.06) keys.push("eks.amazonaws.com/fargate-profile");
  return Object.fromEntries(keys.map((key) => [key, pick(values, random)]));
}

/** A pod with its interface, when it holds one. */
interface Held {
  readonly pod: Pod;
  readonly interfaces: readonly NetworkInterface[];
}

/** A pod in some place. */
export function fuzzPod(at: number, groupIds: readonly string[], random: Random): Held {
  const addresses = addressesFor(at, random);
  const name = `p${at}`;
  const chance = random();
  const isBranch = chance < 0.5;
  const hasEni = isBranch && random() < 0.85;
  const ports = portsOf(random);
  const pod: Pod = {
    namespace: pick(namespaces, random),
    name,
    uid: name,
    labels: labelsOf(random),
    serviceAccount: "default",
    hostNetwork: chance > 0.85,
    addresses,
    ...(random() < 0.9 ? { nodeName: pick(nodeNames, random) } : {}),
    ...(random() < 0.05 ? { phase: "Succeeded" as const } : { phase: "Running" as const }),
    ...(random() < 0.8 ? { mode: pick(["strict", "standard"] as const, random) } : {}),
    ...(ports === undefined ? {} : { ports }),
    ...(isBranch ? { branchEniId: `eni-${name}` } : {}),
  };
  const eni = networkInterface(`eni-${name}`, "", [], {
    interfaceType: "branch",
    groupIds: some([...groupIds, "sg-lost"], 0.3, random),
    addresses,
    ...(random() < 0.03 ? { vpcId: "vpc-other" } : {}),
    ...(random() < 0.2 ? { subnetId: "subnet-pub-a" } : {}),
  });
  return { pod, interfaces: hasEni ? [eni] : [] };
}

function nodeInterfaces(groupIds: readonly string[], random: Random): readonly NetworkInterface[] {
  return nodeNames.map((name, at) =>
    networkInterface(`eni-${name}`, "", [], {
      groupIds: some(groupIds, 0.4, random),
      addresses: pick([[`10.0.0.${at + 1}`], [`10.0.0.${at + 1}`, `2001:db8::f${at}`]], random),
      instanceId: `i-${name}`,
      deviceIndex: 0,
    }),
  );
}

function fuzzGroups(groupIds: readonly string[], random: Random): readonly SecurityGroup[] {
  return groupIds.map((groupId) => {
    const rules = times(Math.floor(random() * 10), (at) => {
      return fuzzRule(`sgr-${groupId}-${at}`, groupIds, random);
    });
    // Broad rules, or no verdict would ever be an ALLOW.
    const cidr = pick(["0.0.0.0/0", "::/0", "10.0.0.0/16", "10.0.1.0/24"], random);
    const isEgress = random() < 0.5;
    const peer = { kind: "cidr", cidr } as const;
    const all = { protocol: -1, fromPort: -1, toPort: -1, peer };
    const broad = { ruleId: `sgr-${groupId}-all`, isEgress, ...all };
    return { groupId, name: groupId, vpcId: "vpc-f", rules: [...rules, broad] };
  });
}

/** Policies, some broken, some of equal priority. */
function fuzzPolicies(random: Random): readonly AnyPolicy[] {
  const seed = Math.floor(random() * 2 ** 31);
  const [policies] = fc.sample(arbitraryPolicies, { seed, numRuns: 1 });
  return policies.map((one) => twisted(one, random));
}

function twisted(one: AnyPolicy, random: Random): AnyPolicy {
  const { policy } = one;
  const spec = policy.spec as unknown as Record<string, unknown>;
  if (random() < 0.04) return brokenPolicy(one);
  if ("priority" in spec && random() < 0.5) return withSpec(one, { ...spec, priority: 10 });
  return one;
}

// The spec stays what its list holds, or becomes what no list may hold.
function withSpec(one: AnyPolicy, spec: Record<string, unknown>): AnyPolicy {
  return { ...one, policy: { ...one.policy, spec } } as unknown as AnyPolicy;
}

/** A world from a seed. */
function fuzzReachWorld(random: Random): World {
  const groupIds = times(2 + Math.floor(random() * 4), (at) => `sg-${at}`);
  const held = times(4 + Math.floor(random() * 9), (at) => fuzzPod(at, groupIds, random));
  const policies = random() < 0.85 ? fuzzPolicies(random) : undefined;
  const selector = { matchLabels: { app: pick(values, random) } };
  const own = { namespace: "shop", name: "sgp", podSelector: selector };
  const engine = pick(["aws", "calico", "none", "other", undefined, undefined] as const, random);
  const of = (list: AnyPolicy["list"]) => {
    if (policies === undefined) return {};
    return { [list]: policies.filter((one) => one.list === list).map(({ policy }) => policy) };
  };
  return {
    revision: 1,
    namespaces: [
      { name: "shop", labels: { team: "a", empty: "" } },
      { name: "bank", labels: { team: "b" } },
    ],
    serviceAccounts: [],
    pods: held.map(({ pod }) => pod),
    nodes: nodeNames.slice(0, 2 + Math.round(random())).map((name) => {
      return { name, labels: { zone: pick(values, random) }, instanceId: `i-${name}` };
    }),
    policies: [{ ...own, groupIds: some(groupIds, 0.5, random) }],
    vpcs: [{ vpcId: "vpc-f", cidrs: ["10.0.0.0/16", "2001:db8::/56"] }],
    subnets: [],
    routeTables: [],
    groups: fuzzGroups(groupIds, random),
    prefixLists: [
      { prefixListId: "pl-1", name: "pl-1", maxEntries: 9, cidrs: ["10.0.1.0/30", "::/0"] },
      { prefixListId: "pl-0", name: "pl-0", maxEntries: 9, cidrs: [] },
    ],
    interfaces: [
      ...held.flatMap(({ interfaces }) => interfaces),
      ...nodeInterfaces(groupIds, random),
    ],
    settings: {
      mode: pick(["strict", "standard"] as const, random),
      externalSnat: false,
      ...(engine === undefined ? {} : { networkPolicyEngine: engine }),
    },
    ...of("networkPolicies"),
    ...of("clusterNetworkPolicies"),
    ...of("adminNetworkPolicies"),
    ...of("baselineAdminNetworkPolicies"),
  };
}

/** Choices of a caller. */
function fuzzOptions(random: Random): EvaluateOptions {
  return {
    model: pick(["documented", "datapath"] as const, random),
    networkPolicyModel: pick(["spec", "aws"] as const, random),
    networkPolicyEnforcing: pick(["standard", "standard", "strict"] as const, random),
    ...(random() < 0.1 ? { networkAcls: "required" as const } : {}),
    ...(random() < 0.2 ? { mode: pick(["strict", "standard"] as const, random) } : {}),
  };
}

/** What is asked in fuzzed worlds: both sides of what rules name. */
export const fuzzQuestions: readonly PortQuestion[] = [
  { protocol: 6, port: 80 },
  { protocol: 6, port: 443 },
  { protocol: 6, port: 8080 },
  { protocol: 17, port: 5353 },
  { protocol: 17, port: 80 },
  { protocol: 132, port: 80 },
  { protocol: 1, port: 0, icmpType: 8, icmpCode: 0 },
  { protocol: 1, port: 0 },
  { protocol: 58, port: 0, icmpType: 128, icmpCode: 0 },
  { protocol: 47, port: 0 },
  { protocol: 6, port: 65_535 },
];

/** A world with a caller's choices. */
export interface ReachCase {
  readonly world: World;
  readonly options: EvaluateOptions;
  readonly random: Random;
}

/** The case of a seed. */
export function fuzzReachCase(seed: number): ReachCase {
  const { world, options, random } = plainReachCase(seed);
  const twist = seededRandom(seed + 2 ** 24);
  // Tables of prefixes have more to get wrong than the specification.
  const model = twist() < 0.3 ? ({ networkPolicyModel: "aws" } as const) : {};
  const twisted = twistedWorld(world, twist);
  const acls = twist() < 0.2 ? { networkAcls: fuzzAcls(twist) } : {};
  return { world: { ...twisted, ...acls }, options: { ...options, ...model }, random };
}

// Mostly such that everything passes; each subnet that interfaces name has one, or the first alone.
function fuzzAcls(random: Random): readonly NetworkAcl[] {
  const acl = (networkAclId: string, subnetIds: readonly string[]): NetworkAcl => {
    const allowed = random() < 0.7 ? ["0.0.0.0/0", "::/0"] : ["0.0.0.0/0"];
    const own = random() < 0.3 ? ["in 5 deny tcp/80 x 10.0.0.0/16"] : [];
    const open = ["in", "out"].flatMap((way) =>
      allowed.map((cidr, at) => `${way} ${10 + at} allow all x ${cidr}`),
    );
    const entries = [...own, ...open].map(aclEntry);
    return { networkAclId, vpcId: "vpc-f", subnetIds, isDefault: false, entries };
  };
  const ofNodes = acl("acl-1", ["subnet-priv-a"]);
  return random() < 0.2 ? [ofNodes] : [ofNodes, acl("acl-2", ["subnet-pub-a"])];
}

/** The same without a twist, as cases were when some seeds failed. */
export function plainReachCase(seed: number): ReachCase {
  const random = seededRandom(seed);
  return { world: fuzzReachWorld(random), options: fuzzOptions(random), random };
}
