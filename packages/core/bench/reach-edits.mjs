// What one pod, policy or group changed takes in live reachability.
import { LiveReach } from "@trunkline/core/reach";
import { clusters, questions } from "./reach-clusters.mjs";

/** Edits of policies, and of groups. */
const editCount = 1000;

/** Microseconds of CPU of a pod that goes or comes back, by rate over many. */
export function measurePodChange(random) {
  const world = clusters["10k"](random);
  const live = new LiveReach(world, { questions });
  const chosen = Array.from({ length: 20_000 }, () => {
    return world.pods[Math.floor(random() * world.pods.length)];
  });
  for (const pod of chosen) live.setPod(pod);
  const before = process.cpuUsage();
  for (const pod of chosen) {
    live.removePod(pod.namespace, pod.name);
    live.setPod(pod);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / chosen.length / 2;
}

/** An edit like what people do: other rules for a policy, no policy, another peer for a group. */
function editsOf(world, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const { networkPolicies, groups } = world;
  const policy = () => {
    const { podSelector, policyTypes } = pick(networkPolicies).spec;
    const [own, other] = [pick(networkPolicies), pick(networkPolicies)];
    return { ...own, spec: { ...other.spec, podSelector, policyTypes } };
  };
  const group = () => {
    const [one, other] = [pick(groups), pick(groups)];
    const at = Math.floor(random() * one.rules.length);
    const { peer } = other.rules[at % other.rules.length];
    return { ...one, rules: one.rules.map((rule, i) => (i === at ? { ...rule, peer } : rule)) };
  };
  return { policy, group };
}

/** Microseconds of CPU of edits of policies and groups, by rate, and how many compiled anew. */
export function measureEdits(name, random) {
  const world = clusters[name](random);
  const live = new LiveReach(world, { questions });
  const { policy, group } = editsOf(world, random);
  const policies = Array.from({ length: editCount }, policy);
  const groups = Array.from({ length: editCount }, group);
  const rate = (edits, edit) => {
    const all = [];
    let recompiled = 0;
    for (const one of edits) {
      const before = process.cpuUsage();
      const isPatched = edit(one) === "patched";
      const { user, system } = process.cpuUsage(before);
      if (isPatched) all.push(user + system);
      else recompiled++;
    }
    return { meanUs: all.reduce((sum, one) => sum + one, 0) / all.length, recompiled };
  };
  const runs = {
    policy: () => rate(policies, (one) => live.setNetworkPolicy(one)),
    group: () => rate(groups, (one) => live.setGroup(one)),
  };
  // The first round runs in the interpreter and counts for nobody.
  for (const run of Object.values(runs)) run();
  return Object.entries(runs).map(([what, run]) => ({ name, what, ...run() }));
}
