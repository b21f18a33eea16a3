import { type AnyPolicy, cluster } from "../network-policies/cluster.test-support.ts";
import type { World } from "../world/world.ts";

/** The cluster of network policies, in which no group refuses anything. */
export function openCluster(policies: readonly AnyPolicy[]): World {
  const world = cluster(policies);
  const everything = { protocol: -1, fromPort: -1, toPort: -1 };
  const open = [true, false].map((isEgress) => ({
    ruleId: `sgr-open-${isEgress}`,
    isEgress,
    ...everything,
    peer: { kind: "cidr", cidr: "0.0.0.0/0" } as const,
  }));
  return { ...world, groups: world.groups.map((group) => ({ ...group, rules: open })) };
}
