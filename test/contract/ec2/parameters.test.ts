import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, codeOf, foreignEndpoint, openCloud, refused } from "./support/cloud.ts";

const root = join(import.meta.dirname, "../../..");
const sources = join(root, "packages/ec2-emulator/src");

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud({ quotas: { addresses: 5 } });
});
afterAll(() => cloud[Symbol.asyncDispose]());

describe("parameters of launches, subnets and addresses", () => {
  const run = (more: object) =>
    cloud.ec2.runInstances({
      ImageId: "ami-0123456789abcdef0",
      InstanceType: "m5.large",
      MinCount: 1,
      MaxCount: 1,
      SubnetId: cloud.subnetId,
      ...more,
    });

  it("place an instance, and name its groups and IPv6 addresses", async () => {
    const { ec2, vpcId, subnetId, groupId } = cloud;
    const { Ipv6CidrBlockAssociation } = await ec2.associateVpcCidrBlock({
      VpcId: vpcId,
      AmazonProvidedIpv6CidrBlock: true,
    });
    const block = Ipv6CidrBlockAssociation?.Ipv6CidrBlock?.replace("/56", "/64") ?? "";
    await ec2.associateSubnetCidrBlock({ SubnetId: subnetId, Ipv6CidrBlock: block });
    const address = block.replace("/64", "77");
    const { Instances } = await run({
      SecurityGroups: ["app"],
      Ipv6Addresses: [{ Ipv6Address: address }],
      Placement: { GroupName: "rack", Tenancy: "dedicated" },
    });
    expect(Instances).toMatchObject([
      {
        Placement: { GroupName: "rack", Tenancy: "dedicated", AvailabilityZone: "us-west-2a" },
        SecurityGroups: [{ GroupId: groupId }],
        NetworkInterfaces: [{ Ipv6Addresses: [{ Ipv6Address: address }] }],
      },
    ]);
    expect(await codeOf(run({ SecurityGroups: ["nobody"] }))).toBe("InvalidGroup.NotFound");
    const elsewhere = run({ Placement: { AvailabilityZone: "us-west-2b" } });
    expect(await codeOf(elsewhere)).toBe("InvalidParameterValue");
  });

  it("hold a launch to the limits of its type", async () => {
    const { subnetId, otherZoneSubnetId } = cloud;
    const spec = (DeviceIndex: number, more: object = {}) => ({
      DeviceIndex,
      SubnetId: subnetId,
      ...more,
    });
    const launch = (...NetworkInterfaces: object[]) =>
      codeOf(run({ SubnetId: undefined, NetworkInterfaces }));
    expect(await launch(spec(0, { SecondaryPrivateIpAddressCount: 10 }))).toBe(
      "InvalidInterface.IpAddressLimitExceeded",
    );
    expect(await launch(spec(0, { NetworkCardIndex: 3 }))).toBe("InvalidParameterValue");
    expect(await launch(spec(0), spec(0))).toBe("InvalidParameterCombination");
    expect(await launch(spec(0), spec(1, { SubnetId: otherZoneSubnetId }))).toBe(
      "InvalidParameterCombination",
    );
  });

  it("say how a subnet names what is launched in it", async () => {
    const { ec2, subnetId } = cloud;
    const modify = (more: object) => ec2.modifySubnetAttribute({ SubnetId: subnetId, ...more });
    await modify({ EnableDns64: { Value: true } });
    await modify({ EnableResourceNameDnsARecordOnLaunch: { Value: true } });
    await modify({ PrivateDnsHostnameTypeOnLaunch: "resource-name" });
    const { Subnets } = await ec2.describeSubnets({ SubnetIds: [subnetId] });
    expect(Subnets).toMatchObject([
      {
        EnableDns64: true,
        PrivateDnsNameOptionsOnLaunch: {
          HostnameType: "resource-name",
          EnableResourceNameDnsARecord: true,
          EnableResourceNameDnsAAAARecord: false,
        },
      },
    ]);
    expect(await codeOf(modify({}))).toBe("InvalidParameterCombination");
  });

  it("ask for one public address, and for the region that is here", async () => {
    const { ec2 } = cloud;
    const asked = { Address: "203.0.113.77" };
    expect((await ec2.allocateAddress(asked)).PublicIp).toBe("203.0.113.77");
    expect(await codeOf(ec2.allocateAddress(asked))).toBe("InvalidAddress.NotFound");
    expect(await codeOf(ec2.allocateAddress({ NetworkBorderGroup: "eu-west-1" }))).toBe(
      "InvalidParameterValue",
    );
    const Filters = [{ Name: "region-name", Values: ["eu-*"] }];
    expect((await ec2.describeRegions({ Filters })).Regions).toEqual([]);
    expect(await codeOf(ec2.describeRegions({ RegionNames: ["eu-west-1"] }))).toBe(
      "InvalidParameterValue",
    );
  });
});

describe.skipIf(foreignEndpoint !== undefined)("a parameter", () => {
  it("that asks for what is not here is refused, unless it says false", async () => {
    const { ec2, vpcId } = cloud;
    const make = (more: object) =>
      ec2.createSubnet({ VpcId: vpcId, CidrBlock: "10.0.9.0/24", ...more });
    expect(await refused(make({ Ipv6Native: true }))).toEqual({
      code: "UnsupportedOperation",
      status: 400,
      message: "The parameter Ipv6Native of CreateSubnet is not supported here.",
    });
    await make({ Ipv6Native: false });
  });

  it("is read, or refused, or named on the page of the emulator with the reason", () => {
    const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) =>
      /^(?:actions|domain|front|wire)\/.*(?<!\.test)\.ts$/.test(file),
    );
    const texts = files.filter((file) => file !== "wire/parameters.ts").map(readSource);
    const words = new Set(texts.join("\n").match(/\w+/g));
    const page = new Set(readFileSync(join(root, "docs/ec2-emulator.md"), "utf8").match(/\w+/g));
    const names = readSource("wire/parameters.ts").match(/(?<=["\s])[A-Z]\w+(?=["\s])/g) ?? [];
    expect(names.length).toBeGreaterThan(500);
    expect(names.filter((name) => !words.has(name) && !page.has(name))).toEqual([]);
  });
});

function readSource(file: string): string {
  return readFileSync(join(sources, file), "utf8");
}
