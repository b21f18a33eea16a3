import type { IpPermission } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, codeOf, makeInterface, nobody, openCloud, refused } from "./support/cloud.ts";

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

async function _ingressOf(groupId: string): Promise<IpPermission[]> {
  const { SecurityGroups } = await cloud.ec2.describeSecurityGroups({ GroupIds: [groupId] });
  return SecurityGroups?.[0]?.IpPermissions ?? [];
}

describe("a new group", () => {
  it("sends everything and receives nothing", async () => {
    const answer = await cloud.ec2.createSecurityGroup({
      GroupName: "fresh",
      Description: "just made",
      VpcId: cloud.vpcId,
      TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "k", Value: "v" }] }],
    });
    expect(answer).toMatchObject({
      GroupId: expect.stringMatching(/^sg-[0-9a-f]{17}$/),
      Tags: [{ Key: "k", Value: "v" }],
      SecurityGroupArn: expect.stringContaining("security-group/sg-"),
    });
    const { SecurityGroups } = await cloud.ec2.describeSecurityGroups({
      GroupIds: [answer.GroupId ?? ""],
    });
    expect(SecurityGroups?.[0]).toMatchObject({
      GroupName: "fresh",
      Description: "just made",
      IpPermissions: [],
      IpPermissionsEgress: [
        {
          IpProtocol: "-1",
          IpRanges: [{ CidrIp: "0.0.0.0/0" }],
          Ipv6Ranges: [],
          PrefixListIds: [],
          UserIdGroupPairs: [],
        },
      ],
    });
    expect(SecurityGroups?.[0]?.IpPermissionsEgress?.[0]).not.toHaveProperty("FromPort");
  });

  it.each([
    [{ GroupName: "default" }, "InvalidGroup.Reserved"],
    [{ GroupName: "sg-1" }, "InvalidParameterValue"],
    [{ GroupName: "" }, "InvalidParameterValue"],
    [{ GroupName: "a".repeat(256) }, "InvalidParameterValue"],
    [{ GroupName: "bad|char" }, "InvalidParameterValue"],
    [{ GroupName: "APP " }, "InvalidGroup.Duplicate"],
    [{ Description: "" }, "MissingParameter"],
    [{ Description: "bad|char" }, "InvalidParameterValue"],
    [{ VpcId: nobody.vpc }, "InvalidVpcID.NotFound"],
  ])("is refused with %j", async (wrong, code) => {
    const call = cloud.ec2.createSecurityGroup({
      GroupName: "fine",
      Description: "fine",
      VpcId: cloud.vpcId,
      ...wrong,
    });
    expect(await codeOf(call)).toBe(code);
  });

  it("is deleted only when nothing names it", async () => {
    const { ec2 } = cloud;
    const [used, friend] = [await newGroup(), await newGroup()];
    const self = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: used }] };
    await open(used, self);
    await open(friend, self);
    expect(await refused(ec2.deleteSecurityGroup({ GroupId: used }))).toMatchObject({
      code: "DependencyViolation",
      message: `resource ${used} has a dependent object`,
    });
    await ec2.revokeSecurityGroupIngress({ GroupId: friend, IpPermissions: [self] });
    const eniId = await makeInterface(cloud, { Groups: [used] });
    expect(await codeOf(ec2.deleteSecurityGroup({ GroupId: used }))).toBe("DependencyViolation");
    await ec2.deleteNetworkInterface({ NetworkInterfaceId: eniId });
    const answer = await ec2.deleteSecurityGroup({ GroupId: used });
    expect(answer).toMatchObject({ Return: true, GroupId: used });
    expect(await refused(ec2.deleteSecurityGroup({ GroupId: used }))).toMatchObject({
      code: "InvalidGroup.NotFound",
      message: `The security group '${used}' does not exist`,
    });
    const { SecurityGroups } = await ec2.describeSecurityGroups({
      Filters: [
        { Name: "group-name", Values: ["default"] },
        { Name: "vpc-id", Values: [cloud.vpcId] },
      ],
    });
    const standard = { GroupId: SecurityGroups?.[0]?.GroupId };
    expect(await codeOf(ec2.deleteSecurityGroup(standard))).toBe("CannotDelete");
  });
});

describe("describing groups", () => {
  it("knows unknown and malformed ids, and filters by what rules say", async () => {
    const { ec2, vpcId } = cloud;
    const groupId = await newGroup();
    await open(groupId, tcp(5432));
    const { SecurityGroups } = await ec2.describeSecurityGroups({
      Filters: [
        { Name: "ip-permission.to-port", Values: ["5432"] },
        { Name: "ip-permission.protocol", Values: ["tcp"] },
      ],
    });
    expect(SecurityGroups?.map((group) => group.GroupId)).toEqual([groupId]);
    expect(await codeOf(ec2.describeSecurityGroups({ GroupIds: [nobody.group] }))).toBe(
      "InvalidGroup.NotFound",
    );
    expect(await codeOf(ec2.describeSecurityGroups({ GroupIds: ["foo"] }))).toBe(
      "InvalidGroupId.Malformed",
    );
    const malformed = ec2.describeSecurityGroupRules({
      Filters: [{ Name: "group-id", Values: ["foo"] }],
    });
    expect(await codeOf(malformed)).toBe("InvalidGroupId.Malformed");
    const forVpc = await ec2.getSecurityGroupsForVpc({ VpcId: vpcId });
    expect(forVpc.SecurityGroupForVpcs?.map((group) => group.GroupId)).toContain(groupId);
  });
});
