import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemText } from "../input-problem.ts";
import { readEc2Describe } from "./read-ec2-describe.ts";

describe("answers", () => {
  it("that overlap say a row once", () => {
    const answer = { Vpcs: [{ VpcId: "vpc-1", CidrBlock: "10.0.0.0/16" }] };
    const { cloud, problems } = readEc2Describe([answer, answer]);
    expect(problems).toEqual([]);
    expect(cloud.vpcs).toHaveLength(1);
  });

  it("name the keys that do not matter", () => {
    expect(readEc2Describe([{ Addresses: [], Vpcs: [] }]).ignoredKeys).toEqual(["Addresses"]);
  });

  it.each<[string, unknown, string]>([
    ["that are cut off", { Vpcs: [], NextToken: "x" }, "NextToken: more pages follow"],
    ["of nothing", null, "must be the answer of a describe action, found null"],
    ["that are rows", [{ VpcId: "vpc-1" }], "must be the answer of a describe action, found [{"],
    ["whose list is none", { Vpcs: {} }, "Vpcs: must be a list, found {}"],
    ["of entries alone", { Entries: [] }, "Entries: of which list?"],
    ["with a row that is none", { Vpcs: [7] }, "Vpcs[0]: must be a mapping, found 7"],
    ["with a row without id", { Vpcs: [{}] }, "Vpc ?: Vpcs[0].VpcId: missing"],
    [
      "with a protocol that nobody knows",
      { SecurityGroups: [{ GroupId: "sg-1", IpPermissions: [{ IpProtocol: "carrier" }] }] },
      'SecurityGroup sg-1: SecurityGroups[0].IpPermissions[0].IpProtocol: must be a protocol, found "carrier"',
    ],
    [
      "with a rule without a peer",
      { SecurityGroupRules: [{ SecurityGroupRuleId: "sgr-1" }] },
      "SecurityGroupRule sgr-1: SecurityGroupRules[0]: names no peer",
    ],
    [
      "with a port out of range",
      {
        SecurityGroupRules: [
          { SecurityGroupRuleId: "sgr-1", CidrIpv4: "10.0.0.0/8", FromPort: 65_536 },
        ],
      },
      "SecurityGroupRule sgr-1: SecurityGroupRules[0].FromPort: must be a whole number of -1..65535",
    ],
    [
      "with a CIDR that is none",
      { Subnets: [{ SubnetId: "subnet-1", CidrBlock: "10.0.0.0/33" }] },
      'Subnet subnet-1: Subnets[0].CidrBlock: must be a CIDR, found "10.0.0.0/33"',
    ],
    [
      "with an address that is none",
      { NetworkInterfaces: [{ NetworkInterfaceId: "eni-1", PrivateIpAddress: "10.0.0" }] },
      'NetworkInterface eni-1: NetworkInterfaces[0].PrivateIpAddress: must be an address, found "10.0.0"',
    ],
    [
      "that contradict themselves",
      { Vpcs: [{ VpcId: "vpc-1" }, { VpcId: "vpc-1", CidrBlock: "10.0.0.0/8" }] },
      "Vpc vpc-1: Vpcs[1]: is described twice",
    ],
    [
      "with fewer rules than permissions",
      {
        SecurityGroups: [
          {
            GroupId: "sg-1",
            IpPermissions: [
              { IpProtocol: "-1", IpRanges: [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "10.0.0.0/9" }] },
            ],
          },
        ],
        SecurityGroupRules: [
          { SecurityGroupRuleId: "sgr-1", GroupId: "sg-1", CidrIpv4: "10.0.0.0/8" },
        ],
      },
      "SecurityGroup sg-1: SecurityGroups[0]: 2 rules here, 1 in SecurityGroupRules",
    ],
  ])("%s are a problem with its place", (_what, document, text) => {
    const { problems } = readEc2Describe([{}, document]);
    expect(problems.map(problemText)).toEqual([expect.stringContaining(text)]);
    expect(problems.map((problem) => problem.document)).toEqual([1]);
  });

  it("of any content become rows or problems, and never an exception", () => {
    const anything = fc.jsonValue({ maxDepth: 4 });
    const keys = ["VpcId", "GroupId", "IpPermissions", "CidrIpv4", "TagSet", "PrivateIpAddresses"];
    const row = fc.oneof(
      anything,
      fc.record(Object.fromEntries(keys.map((key) => [key, anything])), { requiredKeys: [] }),
    );
    const list = fc.oneof(anything, fc.array(row));
    const lists = ["Vpcs", "SecurityGroups", "SecurityGroupRules", "NetworkInterfaces"];
    const document = fc.oneof(
      anything,
      fc.record(Object.fromEntries(lists.map((key) => [key, list])), { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(fc.array(document, { maxLength: 3 }), (documents) => {
        const { problems } = readEc2Describe(documents);
        for (const { description } of problems) expect(description).not.toBe("");
      }),
      { numRuns: 300 },
    );
  });
});
