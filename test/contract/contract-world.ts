import type { NodeSpec, PodSpec, WorldSpec } from "../support/world.ts";

// One world for all contract tests, with a node for each way in which a call can be refused.

const pods = (nodeName: string, role: string, count: number): PodSpec[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `${nodeName}-${role}-${index}`,
    nodeName,
    role,
  }));

const node = (name: string, type: string, address: string, subnet = "a"): NodeSpec => ({
  name,
  type,
  subnet,
  address,
});

/** Branch limit of m7g.medium, and addresses per interface without the primary one. Source: AWS. */
export const SMALL_BRANCH_LIMIT = 4;
export const SMALL_SECONDARY_LIMIT = 3;

export const contractWorld: WorldSpec = {
  vpcCidr: "10.0.0.0/16",
  subnets: [
    { name: "a", cidr: "10.0.1.0/24" },
    // A /28 has 11 addresses to give. Source: EC2 keeps the first four and the last of a subnet.
    { name: "tight", cidr: "10.0.2.0/28" },
    { name: "full", cidr: "10.0.2.16/28" },
  ],
  groups: ["app", "mon", "g1", "g2", "g3", "g4", "g5", "g6"],
  nodes: [
    node("n1", "m5.large", "10.0.1.11"),
    node("n2", "m5.large", "10.0.1.12"),
    node("small", "m7g.medium", "10.0.1.13"),
    node("spare", "m5.large", "10.0.1.14"),
    node("burst", "t3.large", "10.0.1.15"),
    { ...node("crowded", "m5.large", "10.0.1.16"), extraCount: 2 },
    node("fresh", "m5.large", "10.0.1.20"),
    node("tight", "m5.large", "10.0.2.4", "tight"),
    node("full", "m5.large", "10.0.2.20", "full"),
    node("unensured", "m5.large", "10.0.1.30"),
  ],
  // Leaves one address for a trunk and one for a branch; leaves none.
  fillers: [
    { subnet: "tight", firstAddress: "10.0.2.5", count: 8 },
    { subnet: "full", firstAddress: "10.0.2.21", count: 10 },
  ],
  pods: [
    ...pods("n1", "app", 7),
    ...pods("n1", "plain", 2),
    ...pods("n2", "app", 1),
    ...pods("small", "app", SMALL_BRANCH_LIMIT + 1),
    ...pods("small", "plain", SMALL_SECONDARY_LIMIT + 1),
    ...pods("spare", "app", 2),
    ...pods("tight", "app", 2),
    ...pods("tight", "plain", 1),
    ...pods("unensured", "app", 1),
    { name: "both", nodeName: "n1", role: "both" },
    { name: "lost", nodeName: "n1", role: "lost" },
    { name: "many", nodeName: "n1", role: "many" },
    { name: "host", nodeName: "n1", role: "app", hostNetwork: true },
    { name: "accountless", nodeName: "n1", role: "app", serviceAccount: "nobody" },
  ],
  policies: [
    { name: "app", role: "app", groups: ["app"] },
    { name: "both-1", role: "both", groups: ["mon", "app"] },
    { name: "both-2", role: "both", groups: ["app", "g1"] },
    { name: "lost", role: "lost", groups: ["missing"] },
    { name: "many", role: "many", groups: ["g1", "g2", "g3", "g4", "g5", "g6"] },
  ],
};

/** The pod of that name. */
export function podNamed(name: string): PodSpec {
  const pod = contractWorld.pods.find((each) => each.name === name);
  if (pod === undefined) throw new Error(`no pod ${name}`);
  return pod;
}
