import { describe, expect, it } from "vitest";
import { readEc2Describe } from "./read-ec2-describe.ts";

const base = { Egress: false, RuleAction: "allow", CidrBlock: "10.0.0.0/8" };
const acl = (...entries: readonly object[]) => ({
  NetworkAcls: [
    {
      NetworkAclId: "acl-1",
      VpcId: "vpc-1",
      Associations: [{ SubnetId: "subnet-b" }, { SubnetId: "subnet-a" }],
      Entries: entries,
    },
  ],
});

describe("a network ACL", () => {
  it("has entries of both families with ports, types or neither, by number", () => {
    const ipv6 = { CidrBlock: undefined, Ipv6CidrBlock: "::/0" };
    const { cloud, problems } = readEc2Describe([
      acl(
        { ...base, RuleNumber: 100, Protocol: "6", PortRange: { From: 1, To: 2 } },
        { ...base, RuleNumber: 20, Protocol: "1", IcmpTypeCode: { Type: -1, Code: 0 } },
        { ...base, RuleNumber: 30, Protocol: "-1", RuleAction: "deny", ...ipv6 },
      ),
    ]);
    const inbound = { isEgress: false, action: "allow", fromPort: -1, toPort: -1 };
    expect(problems).toEqual([]);
    expect(cloud.networkAcls).toEqual([
      {
        networkAclId: "acl-1",
        vpcId: "vpc-1",
        subnetIds: ["subnet-a", "subnet-b"],
        isDefault: false,
        entries: [
          { ...inbound, ruleNumber: 20, protocol: 1, cidr: "10.0.0.0/8" },
          { ...inbound, ruleNumber: 30, action: "deny", protocol: -1, cidr: "::/0" },
          { ...inbound, ruleNumber: 100, protocol: 6, fromPort: 1, toPort: 2, cidr: "10.0.0.0/8" },
        ],
      },
    ]);
  });

  it("is absent, and not empty, when nobody described it", () => {
    expect("networkAcls" in readEc2Describe([{ Vpcs: [] }]).cloud).toBe(false);
    expect(readEc2Describe([{ NetworkAcls: [] }]).cloud.networkAcls).toEqual([]);
  });

  it("with an entry that lacks what decides is a problem for each", () => {
    const { problems } = readEc2Describe([acl({ RuleNumber: 0 }, { ...base, RuleNumber: 40_000 })]);
    expect(problems.map(({ field }) => field)).toEqual([
      "NetworkAcls[0].Entries[0].RuleNumber",
      "NetworkAcls[0].Entries[0].RuleAction",
      "NetworkAcls[0].Entries[0]",
      "NetworkAcls[0].Entries[1].RuleNumber",
    ]);
  });
});
