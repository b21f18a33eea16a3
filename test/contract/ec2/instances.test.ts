import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, codeOf, launch, nobody, openCloud, refused } from "./support/cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

describe("RunInstances", () => {
  it("makes instances of one reservation, each with a primary interface that goes with it", async () => {
    const { ec2, subnetId, groupId } = cloud;
    const answer = await ec2.runInstances({
      ImageId: "ami-0123456789abcdef0",
      InstanceType: "m7g.medium",
      MinCount: 2,
      MaxCount: 2,
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnetId, Groups: [groupId] }],
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: "n" }] }],
    });
    expect(answer.Instances).toHaveLength(2);
    const { Reservations } = await ec2.describeInstances({
      Filters: [{ Name: "reservation-id", Values: [answer.ReservationId ?? ""] }],
    });
    expect(Reservations).toHaveLength(1);
    expect(Reservations?.[0]?.Instances?.[1]).toMatchObject({
      Architecture: "arm64",
      InstanceType: "m7g.medium",
      State: { Code: 16, Name: "running" },
      SubnetId: subnetId,
      SecurityGroups: [{ GroupId: groupId }],
      Tags: [{ Key: "Name", Value: "n" }],
      NetworkInterfaces: [
        {
          InterfaceType: "interface",
          Status: "in-use",
          Attachment: { DeviceIndex: 0, NetworkCardIndex: 0, DeleteOnTermination: true },
        },
      ],
    });
  });

  it("refuses what it cannot make, and makes nothing then", async () => {
    const { ec2, subnetId } = cloud;
    const before = (await ec2.describeNetworkInterfaces({})).NetworkInterfaces?.length;
    const run = (more: object) =>
      ec2.runInstances({
        ImageId: "ami-0123456789abcdef0",
        InstanceType: "m5.large",
        MinCount: 1,
        MaxCount: 1,
        ...more,
      });
    expect(await codeOf(run({ SubnetId: nobody.subnet }))).toBe("InvalidSubnetID.NotFound");
    expect(await codeOf(run({ SubnetId: subnetId, InstanceType: "m5.tiny" }))).toBe(
      "InvalidParameterValue",
    );
    expect(await codeOf(run({ SubnetId: subnetId, MinCount: 2 }))).toBe("InvalidParameterValue");
    const four = [0, 1, 2, 3].map((DeviceIndex) => ({ DeviceIndex, SubnetId: subnetId }));
    expect(await codeOf(run({ NetworkInterfaces: four }))).toBe("AttachmentLimitExceeded");
    expect((await ec2.describeNetworkInterfaces({})).NetworkInterfaces).toHaveLength(before ?? 0);
  });
});

describe("instances", () => {
  it("are found by id only when they are there", async () => {
    const { ec2 } = cloud;
    expect(await refused(ec2.describeInstances({ InstanceIds: [nobody.instance] }))).toMatchObject({
      code: "InvalidInstanceID.NotFound",
      message: `The instance ID '${nobody.instance}' does not exist`,
    });
    expect(await codeOf(ec2.describeInstances({ InstanceIds: ["bad"] }))).toBe(
      "InvalidInstanceID.Malformed",
    );
    const both = { InstanceIds: [await launch(cloud)], MaxResults: 5 };
    expect(await codeOf(ec2.describeInstances(both))).toBe("InvalidParameterCombination");
  });

  it("stop, start and end", async () => {
    const { ec2 } = cloud;
    const InstanceIds = [await launch(cloud)];
    const state = async () => {
      const { Reservations } = await ec2.describeInstances({ InstanceIds });
      return Reservations?.[0]?.Instances?.[0]?.State?.Name;
    };
    const { StoppingInstances } = await ec2.stopInstances({ InstanceIds });
    expect(StoppingInstances?.[0]).toMatchObject({
      CurrentState: { Name: "stopping", Code: 64 },
      PreviousState: { Name: "running" },
    });
    expect(await state()).toBe("stopped");
    await ec2.startInstances({ InstanceIds });
    expect(await state()).toBe("running");
    await ec2.terminateInstances({ InstanceIds });
    expect(await state()).toBe("terminated");
    expect(await codeOf(ec2.startInstances({ InstanceIds }))).toBe("IncorrectInstanceState");
  });
});

describe("DescribeInstanceTypes", () => {
  it("tells the limits of a type, and names those that are none", async () => {
    const { ec2 } = cloud;
    const { InstanceTypes } = await ec2.describeInstanceTypes({ InstanceTypes: ["m5.large"] });
    expect(InstanceTypes?.[0]).toMatchObject({
      Hypervisor: "nitro",
      BareMetal: false,
      NetworkInfo: {
        MaximumNetworkInterfaces: 3,
        Ipv4AddressesPerInterface: 10,
        MaximumNetworkCards: 1,
        NetworkCards: [{ NetworkCardIndex: 0, MaximumNetworkInterfaces: 3 }],
      },
    });
    const wrong = ec2.describeInstanceTypes({ InstanceTypes: ["m5.tiny" as "m5.large"] });
    expect(await refused(wrong)).toMatchObject({
      code: "InvalidInstanceType",
      message: "The following supplied instance types do not exist: [m5.tiny]",
    });
  });
});

describe("tags", () => {
  it("are added, replaced, found and taken away, with a value only when it is the same", async () => {
    const { ec2, groupId, subnetId } = cloud;
    const Resources = [groupId, subnetId];
    await ec2.createTags({ Resources, Tags: [{ Key: "team", Value: "a" }] });
    await ec2.createTags({ Resources: [groupId], Tags: [{ Key: "team", Value: "b" }] });
    const found = async () => {
      const { Tags } = await ec2.describeTags({ Filters: [{ Name: "key", Values: ["team"] }] });
      return Tags?.map((tag) => `${tag.ResourceType} ${tag.Value}`).sort();
    };
    expect(await found()).toEqual(["security-group b", "subnet a"]);
    await ec2.deleteTags({ Resources, Tags: [{ Key: "team", Value: "b" }] });
    expect(await found()).toEqual(["subnet a"]);
    const { Subnets } = await ec2.describeSubnets({
      Filters: [{ Name: "tag:team", Values: ["a"] }],
    });
    expect(Subnets?.map((subnet) => subnet.SubnetId)).toEqual([subnetId]);
  });

  it("are refused on nothing, on the unknown, above fifty, and with a reserved key", async () => {
    const { ec2, groupId } = cloud;
    const tag = (Resources: string[], Key = "k", count = 1) =>
      ec2.createTags({
        Resources,
        Tags: Array.from({ length: count }, (_, n) => ({ Key: `${Key}${n}`, Value: "v" })),
      });
    expect(await refused(tag([]))).toMatchObject({
      code: "MissingParameter",
      message: "The request must contain the parameter resourceIdSet",
    });
    expect(await codeOf(tag(["nonsense"]))).toBe("InvalidID");
    expect(await codeOf(tag([nobody.eni]))).toBe("InvalidNetworkInterfaceID.NotFound");
    expect(await codeOf(tag([groupId], "aws:"))).toBe("InvalidParameterValue");
    expect(await codeOf(tag([groupId], "k", 51))).toBe("TagLimitExceeded");
  });
});
