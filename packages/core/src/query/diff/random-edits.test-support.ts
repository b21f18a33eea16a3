import fc from "fast-check";
import type { Random } from "../../clock.ts";
import { tierTraps, unionTraps } from "../../reach/policy-traps.test-support.ts";
import { arbitraryRule, arbitraryWorld } from "../../world/arbitrary-world.test-support.ts";
import type { NetworkInterface, SecurityGroup } from "../../world/cloud.ts";
import type { Labels, Pod } from "../../world/cluster.ts";
import { networkInterface, pod, rule } from "../../world/fixture-f.test-support.ts";
import type { World } from "../../world/world.ts";

// Two worlds with a few edits of any kind between them.

/** Makes a choice of a list. */
export function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)];
}

function sampled<T>(arbitrary: fc.Arbitrary<T>, random: Random): T {
  return fc.sample(arbitrary, { seed: Math.floor(random() * 2 ** 31), numRuns: 1 })[0];
}

const labelSets: readonly Labels[] = [{ app: "web" }, { app: "api", team: "a" }, { empty: "" }, {}];
const ports = [{ name: "http", protocol: "TCP", port: 80 }] as const;

/** A small world, at times with network policies, of which alone it depends then. */
export function smallWorld(random: Random, hasPolicies: boolean): World {
  const world = sampled(arbitraryWorld, random);
  const pods = world.pods.map((one) => ({ ...one, labels: pick(labelSets, random), ports }));
  const namespaces = [{ name: "shop", labels: { team: "a" } }];
  const plain = { ...world, namespaces, pods: pods.map((one) => placed(one, random)) };
  if (hasPolicies) return { ...plain, groups: plain.groups.map(opened), ...policies(random) };
  return random() < 0.7 ? plain : { ...plain, ...policies(random) };
}

function opened(group: SecurityGroup): SecurityGroup {
  const texts = ["in all from 0.0.0.0/0", "out all to 0.0.0.0/0"];
  const open = texts.map((text, at) => rule(text, `sgr-open-${at}`));
  return { ...group, rules: [...group.rules, ...open] };
}

function placed(one: Pod, random: Random): Pod {
  if (random() < 0.85) return one;
  const { nodeName: _, ...rest } = one;
  return random() < 0.5 ? rest : { ...one, hostNetwork: true };
}

function policies(random: Random): Pick<World, "networkPolicies" | "adminNetworkPolicies"> {
  const traps = [...tierTraps(random), ...unionTraps(random)];
  const of = (list: string) => {
    return traps.filter((one) => one.list === list).map((one) => one.policy);
  };
  // Each policy stands beside the name of its own list.
  return {
    networkPolicies: of("networkPolicies"),
    adminNetworkPolicies: of("adminNetworkPolicies"),
    clusterNetworkPolicies: of("clusterNetworkPolicies"),
  } as never;
}

type Edit = (world: World, random: Random) => World;

function changeOne<T>(list: readonly T[], random: Random, change: (one: T) => T): readonly T[] {
  const at = Math.floor(random() * list.length);
  return list.map((one, position) => (position === at ? change(one) : one));
}

const podEdit =
  (change: (one: Pod, random: Random) => Pod): Edit =>
  (world, random) => ({
    ...world,
    pods: changeOne(world.pods, random, (one) => change(one, random)),
  });

const groupEdit =
  (change: (one: SecurityGroup, random: Random) => SecurityGroup): Edit =>
  (world, random) => ({
    ...world,
    groups: changeOne(world.groups, random, (one) => change(one, random)),
  });

const eniEdit =
  (change: (one: NetworkInterface, random: Random) => NetworkInterface): Edit =>
  (world, random) => ({
    ...world,
    interfaces: changeOne(world.interfaces, random, (one) => change(one, random)),
  });

/** By what they do. */
export const randomEdits: Readonly<Record<string, Edit>> = {
  "a rule more": groupEdit((group, random) => {
    return { ...group, rules: [...group.rules, sampled(arbitraryRule, random)] };
  }),
  "a rule less": groupEdit((group) => ({ ...group, rules: group.rules.slice(1) })),
  "a rule otherwise": groupEdit((group, random) => ({
    ...group,
    rules: group.rules.map((rule, at) => {
      return at === 0 ? { ...sampled(arbitraryRule, random), ruleId: rule.ruleId } : rule;
    }),
  })),
  "a group gone": (world, random) => {
    const gone = pick(world.groups, random);
    return { ...world, groups: world.groups.filter((group) => group !== gone) };
  },
  "a prefix list otherwise": (world) => ({
    ...world,
    prefixLists: world.prefixLists.map((list) => ({ ...list, cidrs: ["10.0.1.12/31"] })),
  }),
  "a pod moved": podEdit((one) => ({ ...one, nodeName: one.nodeName === "n1" ? "n2" : "n1" })),
  "a pod with other labels": podEdit((one, random) => {
    return { ...one, labels: pick(labelSets, random) };
  }),
  "a pod with other ports": podEdit((one) => {
    return { ...one, ports: [{ name: "http", protocol: "TCP", port: 443 }] };
  }),
  "a pod in the other mode": podEdit((one) => {
    return { ...one, mode: one.mode === "strict" ? "standard" : "strict" };
  }),
  "a pod gone": (world, random) => {
    const gone = pick(world.pods, random);
    return { ...world, pods: world.pods.filter((one) => one !== gone) };
  },
  "a pod more": (world) => ({
    ...world,
    pods: [...world.pods, pod("shop/later", { nodeName: "n1", addresses: ["10.0.1.23"] })],
  }),
  "an interface with other groups": eniEdit((eni, random) => {
    return { ...eni, groupIds: eni.groupIds.filter(() => random() < 0.5) };
  }),
  "an interface gone": (world, random) => {
    const gone = pick(world.interfaces, random);
    return { ...world, interfaces: world.interfaces.filter((eni) => eni !== gone) };
  },
  "a public address": eniEdit((eni) => ({ ...eni, publicAddress: "203.0.113.7" })),
  "an interface more": (world) => ({
    ...world,
    interfaces: [
      ...world.interfaces,
      networkInterface("eni-db2", "10.0.1.60", ["sg-a"], { tags: { Name: "db2" } }),
    ],
  }),
  "a namespace with other labels": (world) => {
    return { ...world, namespaces: [{ name: "shop", labels: { team: "b" } }] };
  },
  "a node with other labels": (world) => ({
    ...world,
    nodes: world.nodes.map((node, at) => (at === 0 ? { ...node, labels: { zone: "web" } } : node)),
  }),
  "a policy less": (world) => ({ ...world, ...without(world, "networkPolicies") }),
  "an admin policy less": (world) => ({ ...world, ...without(world, "adminNetworkPolicies") }),
  "other policies": (world, random) => ({ ...world, ...policies(random) }),
  "the other mode": (world) => {
    const mode = world.settings.mode === "strict" ? "standard" : "strict";
    return { ...world, settings: { ...world.settings, mode } };
  },
  "external SNAT": (world) => {
    return { ...world, settings: { ...world.settings, externalSnat: true } };
  },
  "no route tables": (world) => ({ ...world, routeTables: undefined }),
};

function without(world: World, list: "networkPolicies" | "adminNetworkPolicies") {
  return world[list] === undefined ? {} : { [list]: world[list].slice(1) };
}
