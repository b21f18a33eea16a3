import type { IpPermission } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Cloud,
  codeOf,
  foreignEndpoint,
  nobody,
  openCloud,
  refused,
} from "./support/cloud.ts";

let cloud: Cloud;
let made = 0;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

async function newGroup(vpcId = cloud.vpcId): Promise<string> {
  const { GroupId } = await cloud.ec2.createSecurityGroup({
    GroupName: `group-${++made}`,
    Description: "one of many",
    VpcId: vpcId,
  });
  return GroupId ?? "";
}

const tcp = (port: number, cidr = "10.0.0.0/8"): IpPermission => ({
  IpProtocol: "tcp",
  FromPort: port,
  ToPort: port,
  IpRanges: [{ CidrIp: cidr }],
});

function open(GroupId: string, ...IpPermissions: IpPermission[]) {
  return cloud.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions });
}

async function ingressOf(groupId: string): Promise<IpPermission[]> {
  const { SecurityGroups } = await cloud.ec2.describeSecurityGroups({ GroupIds: [groupId] });
  return SecurityGroups?.[0]?.IpPermissions ?? [];
}

describe("a rule", () => {
  it("is canonical, and has one item and id for each peer", async () => {
    const groupId = await newGroup();
    const answer = await open(groupId, {
      IpProtocol: "6",
      FromPort: 443,
      ToPort: 443,
      IpRanges: [{ CidrIp: "100.68.0.18/18", Description: "load balancers" }],
      UserIdGroupPairs: [{ GroupId: cloud.groupId }],
    });
    expect(answer.SecurityGroupRules).toMatchObject([
      {
        SecurityGroupRuleId: expect.stringMatching(/^sgr-[0-9a-f]{17}$/),
        GroupId: groupId,
        IsEgress: false,
        IpProtocol: "tcp",
        FromPort: 443,
        ToPort: 443,
        CidrIpv4: "100.68.0.0/18",
        Description: "load balancers",
      },
      { ReferencedGroupInfo: { GroupId: cloud.groupId, UserId: expect.any(String) } },
    ]);
    const { SecurityGroupRules } = await cloud.ec2.describeSecurityGroupRules({
      Filters: [{ Name: "group-id", Values: [groupId] }],
    });
    const egress = SecurityGroupRules?.find((rule) => rule.IsEgress);
    expect(egress).toMatchObject({ IpProtocol: "-1", FromPort: -1, ToPort: -1 });
    expect(SecurityGroupRules).toHaveLength(3);
  });

  it("is shown with others of its protocol and ports together", async () => {
    const groupId = await newGroup();
    await open(groupId, tcp(80, "10.0.0.0/16"));
    await open(groupId, tcp(80, "10.1.0.0/16"), tcp(81, "10.1.0.0/16"));
    const shown = (await ingressOf(groupId)).map((one) => [one.FromPort, one.IpRanges?.length]);
    expect(shown).toEqual([
      [80, 2],
      [81, 1],
    ]);
  });

  const wrongRules: [string, IpPermission, string, string?][] = [
    ["no protocol", { FromPort: 1, ToPort: 1 }, "InvalidParameterValue", "Invalid value 'null'"],
    ["an unknown protocol", { ...tcp(1), IpProtocol: "xyz" }, "InvalidParameterValue", "'xyz'"],
    ["protocol 256", { ...tcp(1), IpProtocol: "256" }, "InvalidParameterValue"],
    ["one port", { ...tcp(1), ToPort: undefined }, "InvalidParameterValue", "portRange"],
    ["port -1", { ...tcp(1), FromPort: -1 }, "InvalidPermission.Malformed", "port (-1) out of"],
    ["port 65536", { ...tcp(1), ToPort: 65536 }, "InvalidPermission.Malformed"],
    ["ports back to front", { ...tcp(2), ToPort: 1 }, "InvalidParameterValue", "portRange"],
    [
      "a code for every ICMP type",
      { ...tcp(0), IpProtocol: "icmp", FromPort: -1, ToPort: 3 },
      "InvalidParameterValue",
    ],
    ["no peer", { ...tcp(1), IpRanges: [] }, "MissingParameter", "Missing source specification"],
    ["a CIDR that is none", tcp(1, "10.0.0/8"), "InvalidParameterValue", "is malformed"],
    ["a prefix of /33", tcp(1, "10.0.0.0/33"), "InvalidParameterValue"],
    ["IPv6 as IPv4", tcp(1, "::/0"), "InvalidParameterValue"],
    [
      "an unknown group",
      { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: nobody.group }] },
      "InvalidGroup.NotFound",
    ],
    [
      "an unknown prefix list",
      { IpProtocol: "-1", PrefixListIds: [{ PrefixListId: nobody.list }] },
      "InvalidPrefixListID.NotFound",
    ],
    [
      "a description of other characters",
      { ...tcp(1), IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "a|b" }] },
      "InvalidParameterValue",
    ],
    [
      "a description of 256 characters",
      { ...tcp(1), IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "a".repeat(256) }] },
      "InvalidParameterValue",
    ],
  ];
  it.each(wrongRules)("with %s is refused", async (_, rule, code, text = "") => {
    expect(await refused(open(cloud.groupId, rule))).toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  });

  it("and its kin are added all or none", async () => {
    const groupId = await newGroup();
    await open(groupId, tcp(80));
    expect(await refused(open(groupId, tcp(81), tcp(80)))).toEqual({
      code: "InvalidPermission.Duplicate",
      status: 400,
      message:
        'the specified rule "peer: 10.0.0.0/8, TCP, from port: 80, to port: 80, ALLOW" ' +
        "already exists",
    });
    expect(await codeOf(open(groupId, tcp(82), tcp(82)))).toBe("InvalidParameterValue");
    expect(await ingressOf(groupId)).toHaveLength(1);
  });

  it("counts against the quota of its direction and family", async () => {
    const groupId = await newGroup();
    const many = Array.from({ length: 60 }, (_, n) => tcp(1000 + n));
    await open(groupId, ...many);
    expect(await codeOf(open(groupId, tcp(9)))).toBe("RulesPerSecurityGroupLimitExceeded");
    const ipv6 = { IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] };
    await open(groupId, ipv6);
    const peer = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: cloud.groupId }] };
    expect(await codeOf(open(groupId, peer))).toBe("RulesPerSecurityGroupLimitExceeded");
    await cloud.ec2.authorizeSecurityGroupEgress({ GroupId: groupId, IpPermissions: [peer] });
  });

  it("is revoked by what it says or by its id, or not at all", async () => {
    const { ec2 } = cloud;
    const groupId = await newGroup();
    const { SecurityGroupRules = [] } = await open(groupId, tcp(80), tcp(81));
    const revoke = (more: object) => ec2.revokeSecurityGroupIngress({ GroupId: groupId, ...more });
    const [first, second] = SecurityGroupRules.map((rule) => rule.SecurityGroupRuleId ?? "");
    expect(await refused(revoke({ IpPermissions: [tcp(80), tcp(99)] }))).toMatchObject({
      code: "InvalidPermission.NotFound",
      message: "The specified rule does not exist in this security group.",
    });
    expect(await ingressOf(groupId)).toHaveLength(2);
    const answer = await revoke({ IpPermissions: [tcp(80)] });
    expect(answer).toMatchObject({
      Return: true,
      UnknownIpPermissions: [],
      RevokedSecurityGroupRules: [{ SecurityGroupRuleId: first, CidrIpv4: "10.0.0.0/8" }],
    });
    await revoke({ SecurityGroupRuleIds: [second] });
    expect(await codeOf(revoke({ SecurityGroupRuleIds: [nobody.rule] }))).toBe(
      "InvalidSecurityGroupRuleId.NotFound",
    );
    expect(await ingressOf(groupId)).toEqual([]);
  });

  it("is modified under its id, with the same kind of peer", async () => {
    const { ec2 } = cloud;
    const groupId = await newGroup();
    const { SecurityGroupRules = [] } = await open(groupId, tcp(80));
    const id = SecurityGroupRules[0]?.SecurityGroupRuleId ?? "";
    const modify = (SecurityGroupRule: object, SecurityGroupRuleId = id) =>
      ec2.modifySecurityGroupRules({
        GroupId: groupId,
        SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
      });
    const ports = { IpProtocol: "tcp", FromPort: 90, ToPort: 91 };
    await modify({ ...ports, CidrIpv4: "10.2.0.0/16", Description: "moved" });
    const { SecurityGroupRules: after } = await ec2.describeSecurityGroupRules({
      SecurityGroupRuleIds: [id],
    });
    expect(after?.[0]).toMatchObject({
      FromPort: 90,
      CidrIpv4: "10.2.0.0/16",
      Description: "moved",
    });
    expect(await codeOf(modify({ ...ports, CidrIpv6: "::/0" }))).toBe("InvalidParameterValue");
    expect(await codeOf(modify({ ...ports }))).toBe("MissingParameter");
    const two = { ...ports, CidrIpv4: "10.0.0.0/8", CidrIpv6: "::/0" };
    expect(await codeOf(modify(two))).toBe("InvalidParameterCombination");
    expect(await codeOf(modify({ CidrIpv4: "10.0.0.0/8" }))).toBe("InvalidParameterValue");
    expect(await codeOf(modify({ ...ports, CidrIpv4: "10.0.0.0/8" }, nobody.rule))).toBe(
      "InvalidSecurityGroupRuleId.NotFound",
    );
    await ec2.updateSecurityGroupRuleDescriptionsIngress({
      GroupId: groupId,
      SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId: id, Description: "told" }],
    });
    expect((await ingressOf(groupId))[0]?.IpRanges?.[0]?.Description).toBe("told");
  });

  it("refers to a group of another VPC only over a peering", async () => {
    const { ec2, vpcId } = cloud;
    const other = await ec2.createVpc({ CidrBlock: "10.20.0.0/16" });
    const otherVpcId = other.Vpc?.VpcId ?? "";
    const far = await newGroup(otherVpcId);
    const near = await newGroup();
    const rule = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: far }] };
    expect(await refused(open(near, rule))).toMatchObject({
      code: "InvalidGroup.NotFound",
      message: "You have specified two resources that belong to different networks.",
    });
    const { VpcPeeringConnection } = await ec2.createVpcPeeringConnection({
      VpcId: vpcId,
      PeerVpcId: otherVpcId,
    });
    const peering = { VpcPeeringConnectionId: VpcPeeringConnection?.VpcPeeringConnectionId };
    await ec2.acceptVpcPeeringConnection(peering);
    await open(near, rule);
    const { SecurityGroupReferenceSet } = await ec2.describeSecurityGroupReferences({
      GroupId: [far],
    });
    expect(SecurityGroupReferenceSet).toEqual([
      { GroupId: far, ReferencingVpcId: vpcId, ...peering },
    ]);
    await ec2.deleteVpcPeeringConnection(peering);
    const stale = await ec2.describeStaleSecurityGroups({ VpcId: vpcId });
    expect(stale.StaleSecurityGroupSet?.map((group) => group.GroupId)).toEqual([near]);
  });
});

describe.skipIf(foreignEndpoint !== undefined)("a prefix list", () => {
  it("weighs as much as it may hold, and is changed under its version", async () => {
    const { ec2 } = cloud;
    const { PrefixList } = await ec2.createManagedPrefixList({
      PrefixListName: "offices",
      AddressFamily: "IPv4",
      MaxEntries: 60,
      Entries: [{ Cidr: "192.0.2.0/24", Description: "one" }],
    });
    expect(PrefixList).toMatchObject({ State: "create-in-progress", Version: 1, MaxEntries: 60 });
    const id = PrefixList?.PrefixListId ?? "";
    const groupId = await newGroup();
    await open(groupId, { IpProtocol: "-1", PrefixListIds: [{ PrefixListId: id }] });
    expect(await codeOf(open(groupId, tcp(1)))).toBe("RulesPerSecurityGroupLimitExceeded");
    const modify = (CurrentVersion: number, more: object = {}) =>
      ec2.modifyManagedPrefixList({
        PrefixListId: id,
        CurrentVersion,
        AddEntries: [{ Cidr: "198.51.100.0/24" }],
        ...more,
      });
    expect(await codeOf(modify(7))).toBe("PrefixListVersionMismatch");
    const modified = await modify(1, { RemoveEntries: [{ Cidr: "192.0.2.0/24" }] });
    expect(modified.PrefixList).toMatchObject({ Version: 2, State: "modify-in-progress" });
    const entries = async (TargetVersion?: number) => {
      const answer = await ec2.getManagedPrefixListEntries({ PrefixListId: id, TargetVersion });
      return answer.Entries?.map((entry) => entry.Cidr);
    };
    expect([await entries(), await entries(1)]).toEqual([["198.51.100.0/24"], ["192.0.2.0/24"]]);
    const { PrefixLists } = await ec2.describeManagedPrefixLists({ PrefixListIds: [id] });
    expect(PrefixLists?.[0]?.State).toBe("modify-complete");
    expect(await codeOf(ec2.deleteManagedPrefixList({ PrefixListId: id }))).toBe(
      "DependencyViolation",
    );
    expect(await codeOf(ec2.getManagedPrefixListEntries({ PrefixListId: nobody.list }))).toBe(
      "InvalidPrefixListID.NotFound",
    );
  });
});
