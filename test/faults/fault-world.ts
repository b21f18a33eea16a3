import type { PodSpec, WorldSpec } from "../support/world.ts";

/** Branch limit of m5.large. Source: AWS. */
export const LARGE_BRANCH_LIMIT = 9;

const pods = (nodeName: string, role: string, count: number): PodSpec[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `${nodeName}-${role}-${index}`,
    nodeName,
    role,
  }));

/** Two ordinary nodes, and one of a type that no table has. */
export const faultWorld: WorldSpec = {
  vpcCidr: "10.0.0.0/16",
  subnets: [{ name: "a", cidr: "10.0.1.0/24" }],
  groups: ["app"],
  nodes: [
    { name: "n1", type: "m5.large", subnet: "a", address: "10.0.1.11" },
    { name: "n2", type: "m5.large", subnet: "a", address: "10.0.1.12" },
    { name: "odd", type: "x99.large", subnet: "a", address: "10.0.1.13" },
  ],
  pods: [
    ...pods("n1", "app", LARGE_BRANCH_LIMIT + 1),
    ...pods("n1", "plain", 2),
    ...pods("n2", "app", 1),
    { name: "lost", nodeName: "n1", role: "lost" },
    { name: "elsewhere", nodeName: "n9", role: "app" },
  ],
  policies: [
    { name: "app", role: "app", groups: ["app"] },
    { name: "lost", role: "lost", groups: ["missing"] },
  ],
};

/** The pod of that name. */
export function podNamed(name: string): PodSpec {
  const pod = faultWorld.pods.find((each) => each.name === name);
  if (pod === undefined) throw new Error(`no pod ${name}`);
  return pod;
}
