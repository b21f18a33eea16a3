import type { NodeRecord } from "../src/records.ts";

/** A node of a type with room for few branches. */
export function nodeFixture(overrides: Partial<NodeRecord> = {}): NodeRecord {
  const subnet = { subnetId: "subnet-1", subnetCidr: "10.0.0.0/24" };
  return {
    name: "n1",
    instanceId: "i-00000001",
    instanceType: "m5.large",
    vpcCidrs: ["10.0.0.0/16"],
    primary: {
      eniId: "eni-aaaaaaaa",
      macAddress: "02:00:00:00:00:aa",
      deviceIndex: 0,
      ipv4Address: "10.0.0.10",
      groupIds: ["sg-node"],
      foreignAddresses: [],
      ...subnet,
    },
    trunk: {
      eniId: "eni-bbbbbbbb",
      macAddress: "02:00:00:00:00:bb",
      deviceIndex: 2,
      isOurs: true,
      ...subnet,
    },
    branchLimit: 4,
    eniLimit: 3,
    ipv4PerEni: 10,
    isRemoving: false,
    ...overrides,
  };
}
