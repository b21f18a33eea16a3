import type { WorldSpec } from "../support/world.ts";
import { instanceId, podRef } from "../support/world.ts";
import { type LoadPod, shuffled } from "./workload.ts";

/** Branches on one m5.24xlarge. Source: the branch limits of instance types, AWS. */
const BRANCHES_PER_NODE = 107;

/** A world in which every pod may have a branch: as many pods per node as it has branches. */
export function loadWorld(nodeCount: number): WorldSpec {
  const nodes = Array.from({ length: nodeCount }, (_, index) => ({
    name: `node-${index}`,
    type: "m5.24xlarge",
    subnet: "load",
    address: `10.0.${index >> 7}.${10 + (index & 127)}`,
  }));
  return {
    vpcCidr: "10.0.0.0/16",
    subnets: [{ name: "load", cidr: "10.0.0.0/16" }],
    groups: ["app"],
    nodes,
    pods: nodes.flatMap(({ name }) =>
      Array.from({ length: BRANCHES_PER_NODE }, (_, index) => ({
        name: `${name}-pod-${index}`,
        nodeName: name,
        role: "app",
      })),
    ),
    policies: [{ name: "app", role: "app", groups: ["app"] }],
  };
}

/** The pods of the world in an order by chance, so that a level works on all nodes at once. */
export function loadPods(world: WorldSpec, seed: number): LoadPod[] {
  const pods = world.pods.map((pod) => ({ ...podRef(pod), nodeName: pod.nodeName }));
  return shuffled(pods, seed);
}

/** The nodes as EnsureTrunk names them. */
export function trunkRequests(world: WorldSpec): { nodeName: string; instanceId: string }[] {
  return world.nodes.map(({ name }) => ({ nodeName: name, instanceId: instanceId(name) }));
}
