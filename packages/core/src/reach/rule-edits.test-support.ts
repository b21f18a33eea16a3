import fc from "fast-check";
import type { Random } from "../clock.ts";
import { fuzzRule } from "../image/fuzz-world.test-support.ts";
import { arbitraryNetworkPolicy } from "../network-policies/arbitrary-policies.test-support.ts";
import type { SecurityGroup } from "../world/cloud.ts";
import type { NetworkPolicy } from "../world/network-policy.ts";
import type { World } from "../world/world.ts";
import type { LiveReach, ReachEdit } from "./live-reach.ts";
import { fuzzReachCase, type ReachCase } from "./reach-world.test-support.ts";

/** A world after an edit, and what the edit took. */
export interface EditedWorld {
  readonly world: World;
  readonly edit: ReachEdit;
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)];
}

function nameOf({ namespace, name }: NetworkPolicy): string {
  return `${namespace}/${name}`;
}

/** Removes a NetworkPolicy, makes one of parts of others, or one that is new in every way. */
export function editPolicy(world: World, live: LiveReach, random: Random): EditedWorld {
  const { networkPolicies = [] } = world;
  const chance = random();
  if (chance < 0.25 && networkPolicies.length > 0) {
    const gone = pick(networkPolicies, random);
    const edit = live.removeNetworkPolicy(gone.namespace, gone.name);
    const kept = networkPolicies.filter((one) => nameOf(one) !== nameOf(gone));
    return { world: { ...world, networkPolicies: kept }, edit };
  }
  const policy =
    chance < 0.9 && networkPolicies.length > 0
      ? mixedPolicy(networkPolicies, random)
      : freshPolicy(random);
  const kept = networkPolicies.filter((one) => nameOf(one) !== nameOf(policy));
  const edit = live.setNetworkPolicy(policy);
  return { world: { ...world, networkPolicies: [...kept, policy] }, edit };
}

// Of one the pods it selects, of another its rules: nobody is told apart whom others do not.
function mixedPolicy(policies: readonly NetworkPolicy[], random: Random): NetworkPolicy {
  const [named, selecting, ruling] = [0, 1, 2].map(() => pick(policies, random));
  const { podSelector: _, ...rules } = ruling.spec;
  const { podSelector } = selecting.spec;
  const isNew = random() < 0.3;
  const name = isNew ? `${pick(["a", "p", "z"], random)}-${Math.floor(random() * 9)}` : named.name;
  return { namespace: named.namespace, name, spec: { ...rules, podSelector } };
}

function freshPolicy(random: Random): NetworkPolicy {
  const seed = Math.floor(random() * 2 ** 31);
  const [{ policy }] = fc.sample(arbitraryNetworkPolicy, { seed, numRuns: 1 });
  // The one kind that this generator makes.
  return policy as NetworkPolicy;
}

/** Takes a rule of a group away, adds one, or gives one to another group. */
export function editGroup(world: World, live: LiveReach, random: Random): EditedWorld {
  const old = pick(world.groups, random);
  const groupIds = world.groups.map(({ groupId }) => groupId);
  const kept = old.rules.filter(() => random() < 0.7);
  const borrowed = pick(world.groups, random).rules.map((rule, at) => {
    return { ...rule, ruleId: `sgr-b-${at}` };
  });
  const fresh = fuzzRule(`sgr-new-${Math.floor(random() * 99)}`, groupIds, random);
  const chance = random();
  const rules = [...kept, ...(chance < 0.5 ? borrowed : chance < 0.6 ? [fresh] : [])];
  const group: SecurityGroup = { ...old, rules };
  const edit = live.setGroup(group);
  const groups = world.groups.map((one) => (one === old ? group : one));
  return { world: { ...world, groups }, edit };
}

/** The case of a seed with pods that have one address each, of IPv4: their pairs keep rules. */
export function oneFamilyCase(seed: number): ReachCase {
  const { world, ...rest } = fuzzReachCase(seed);
  const only = (addresses: readonly string[], other: string) => {
    const [first = other] = addresses.filter((text) => !text.includes(":"));
    return [first];
  };
  const pods = world.pods.map((pod, at) => {
    return { ...pod, addresses: only(pod.addresses, `10.0.3.${at + 1}`) };
  });
  const interfaces = world.interfaces.map((eni, at) => {
    return { ...eni, addresses: only(eni.addresses, `10.0.7.${at + 1}`) };
  });
  return { ...rest, world: { ...world, pods, interfaces } };
}
