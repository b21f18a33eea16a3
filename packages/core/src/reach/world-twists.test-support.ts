import type { Random } from "../clock.ts";
import type { AnyPolicy } from "../network-policies/cluster.test-support.ts";
import type { SecurityGroup, SecurityGroupRule } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import type { World } from "../world/world.ts";
import { tierTraps, unionTraps } from "./policy-traps.test-support.ts";

// Layers hide each other: where groups refuse everything no policy shows what it does. Half of the
// worlds are twisted so that one layer decides, and that more of it meets.

/** Lists of policies of a world. */
type PolicyLists = Pick<World, AnyPolicy["list"]>;

const lists = [
  "networkPolicies",
  "clusterNetworkPolicies",
  "adminNetworkPolicies",
  "baselineAdminNetworkPolicies",
] as const;

/** A world as it is, or with one layer laid bare. */
export function twistedWorld(world: World, random: Random): World {
  const chance = random();
  if (chance < 0.2) return world;
  const unplaced = random() < 0.25 ? 0.6 : 0.03;
  const placed = { ...world, pods: world.pods.map((pod) => placedPod(pod, unplaced, random)) };
  if (chance < 0.4) return openedGroups(metGroups(withoutPolicies(placed), random), 0.4, random);
  return withTraps(openedGroups(placed, chance < 0.85 ? 1 : 0.5, random), random);
}

// Many of one node, one namespace and one label; some without a node.
function placedPod(pod: Pod, unplaced: number, random: Random): Pod {
  const { nodeName, ...rest } = pod;
  const own = random() < 0.3 ? "n1" : nodeName;
  const labels = random() < 0.4 ? { ...pod.labels, app: random() < 0.7 ? "web" : "" } : pod.labels;
  const placed = random() < unplaced || own === undefined ? {} : { nodeName: own };
  const namespace = random() < 0.6 ? "shop" : pod.namespace;
  return { ...rest, namespace, labels, ...placed };
}

function withoutPolicies(world: World): World {
  const { networkPolicies, clusterNetworkPolicies, ...others } = world;
  const { adminNetworkPolicies, baselineAdminNetworkPolicies, ...rest } = others;
  return rest;
}

// Groups that mean themselves and each other, and some text that is no CIDR.
function metGroups(world: World, random: Random): World {
  const groups = world.groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule): SecurityGroupRule => {
      const chance = random();
      if (chance < 0.03) return { ...rule, peer: { kind: "cidr", cidr: "10.0.0.0" } };
      if (chance > 0.4) return rule;
      return { ...rule, ...allTraffic, peer: { kind: "group", groupId: group.groupId } };
    }),
  }));
  return { ...world, groups };
}

const allTraffic = { protocol: -1, fromPort: -1, toPort: -1 };

// Groups that let everything pass, with some chance for either direction.
function openedGroups(world: World, chance: number, random: Random): World {
  const groups = world.groups.map((group) =>
    [true, false].reduce((own, isEgress) => {
      return random() < chance ? opened(own, isEgress) : own;
    }, group),
  );
  return { ...world, groups };
}

function opened(group: SecurityGroup, isEgress: boolean): SecurityGroup {
  const rules = ["0.0.0.0/0", "::/0"].map((cidr, at): SecurityGroupRule => {
    const ruleId = `sgr-${group.groupId}-open-${Number(isEgress)}-${at}`;
    return { ruleId, isEgress, ...allTraffic, peer: { kind: "cidr", cidr } };
  });
  return { ...group, rules: [...group.rules, ...rules] };
}

function withTraps(world: World, random: Random): World {
  const kind = random();
  const traps = [
    ...(kind < 0.5 ? tierTraps(random) : []),
    ...(kind > 0.35 ? unionTraps(random) : []),
  ];
  // What is there already stays in few worlds, since it decides most pairs.
  const own = random() < 0.3 ? policiesOf(world) : {};
  return { ...world, settings: askedSettings(world, random), ...merged(own, traps) };
}

function askedSettings({ settings }: World, random: Random): World["settings"] {
  const { networkPolicyEngine, ...rest } = settings;
  const chance = random();
  if (chance < 0.6) return rest;
  return chance < 0.8 ? { ...rest, networkPolicyEngine: "calico" } : settings;
}

function policiesOf(world: World): PolicyLists {
  const present = lists.filter((list) => world[list] !== undefined);
  return Object.fromEntries(present.map((list) => [list, world[list]]));
}

function merged(own: PolicyLists, traps: readonly AnyPolicy[]): PolicyLists {
  const entries = lists.map((list) => {
    const more = traps.filter((one) => one.list === list).map(({ policy }) => policy);
    const known = own[list] ?? [];
    // There is one of this kind.
    const kept = list === "baselineAdminNetworkPolicies" && more.length > 0 ? [] : known;
    return [list, [...kept, ...more]];
  });
  return Object.fromEntries(entries);
}
