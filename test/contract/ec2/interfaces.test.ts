import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Cloud,
  codeOf,
  foreignEndpoint,
  makeInterface,
  nobody,
  openCloud,
  refused,
} from "./support/cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

describe("CreateNetworkInterface", () => {
  it("answers the whole interface, pending, with the default group and the next address", async () => {
    const { NetworkInterface: eni, ClientToken } = await cloud.ec2.createNetworkInterface({
      SubnetId: cloud.subnetId,
      Description: "of a pod",
      TagSpecifications: [
        { ResourceType: "network-interface", Tags: [{ Key: "owner", Value: "trunkline" }] },
      ],
    });
    expect(eni?.NetworkInterfaceId).toMatch(/^eni-[0-9a-f]{17}$/);
    expect(eni).toMatchObject({
      Description: "of a pod",
      InterfaceType: "interface",
      RequesterManaged: false,
      SourceDestCheck: true,
      Status: "pending",
      SubnetId: cloud.subnetId,
      VpcId: cloud.vpcId,
      TagSet: [{ Key: "owner", Value: "trunkline" }],
      Groups: [{ GroupName: "default" }],
      Ipv6Addresses: [],
    });
    expect(eni?.MacAddress).toMatch(/^0[26ae](?::[0-9a-f]{2}){5}$/);
    expect(eni?.PrivateIpAddress).toMatch(/^10\.0\.1\./);
    expect(eni?.PrivateIpAddresses).toHaveLength(1);
    expect(eni?.Attachment).toBeUndefined();
    expect(ClientToken).toBeTruthy();
    const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
      NetworkInterfaceIds: [eni?.NetworkInterfaceId ?? ""],
    });
    expect(NetworkInterfaces?.[0]?.Status).toBe("available");
  });

  it("repeats its answer for a token, and refuses the token with other parameters", async () => {
    const input = { SubnetId: cloud.subnetId, ClientToken: "t1", Description: "a" };
    const first = await cloud.ec2.createNetworkInterface(input);
    const second = await cloud.ec2.createNetworkInterface(input);
    expect(second.NetworkInterface).toEqual(first.NetworkInterface);
    const other = cloud.ec2.createNetworkInterface({ ...input, Description: "b" });
    expect(await codeOf(other)).toBe("IdempotentParameterMismatch");
  });

  it("knows its subnets, groups and types", async () => {
    const { ec2, subnetId } = cloud;
    const foreign = await ec2.createVpc({ CidrBlock: "10.9.0.0/16" });
    const strange = await ec2.createSecurityGroup({
      GroupName: "strange",
      Description: "of another VPC",
      VpcId: foreign.Vpc?.VpcId,
    });
    const make = (more: object) => ec2.createNetworkInterface({ SubnetId: subnetId, ...more });
    expect(await codeOf(ec2.createNetworkInterface({ SubnetId: nobody.subnet }))).toBe(
      "InvalidSubnetID.NotFound",
    );
    expect(await codeOf(ec2.createNetworkInterface({ SubnetId: "" }))).toBe("MissingParameter");
    expect(await refused(make({ Groups: [nobody.group] }))).toMatchObject({
      code: "InvalidSecurityGroupID.NotFound",
      message: `The securityGroup ID '${nobody.group}' does not exist`,
    });
    expect(await refused(make({ Groups: [strange.GroupId] }))).toMatchObject({
      code: "InvalidParameter",
      message: expect.stringContaining("belong to different networks"),
    });
    expect(await codeOf(make({ InterfaceType: "tunnel" }))).toBe("InvalidParameterValue");
  });

  it("refuses more groups than the quota, in the words of this action", async () => {
    const ids = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (n) => {
        const group = await cloud.ec2.createSecurityGroup({
          GroupName: `many-${n}`,
          Description: "one of six",
          VpcId: cloud.vpcId,
        });
        return group.GroupId ?? "";
      }),
    );
    const create = cloud.ec2.createNetworkInterface({ SubnetId: cloud.subnetId, Groups: ids });
    expect(await refused(create)).toMatchObject({
      code: "InvalidParameterValue",
      message: expect.stringContaining(
        "exceeded limit 5 on the number of interface security group memberships",
      ),
    });
    const eniId = await makeInterface(cloud);
    const modify = cloud.ec2.modifyNetworkInterfaceAttribute({
      NetworkInterfaceId: eniId,
      Groups: ids,
    });
    expect(await codeOf(modify)).toBe("SecurityGroupsPerInterfaceLimitExceeded");
  });

  it("makes addresses as asked and refuses those that cannot be had", async () => {
    const make = (more: object) =>
      cloud.ec2.createNetworkInterface({ SubnetId: cloud.subnetId, ...more });
    const made = await make({ PrivateIpAddress: "10.0.1.200", SecondaryPrivateIpAddressCount: 2 });
    expect(made.NetworkInterface?.PrivateIpAddress).toBe("10.0.1.200");
    expect(made.NetworkInterface?.PrivateIpAddresses?.map((one) => one.Primary)).toEqual([
      true,
      false,
      false,
    ]);
    expect(await codeOf(make({ PrivateIpAddress: "10.0.1.200" }))).toBe("InvalidIPAddress.InUse");
    expect(await codeOf(make({ PrivateIpAddress: "10.0.9.1" }))).toBe("InvalidParameterValue");
    expect(await codeOf(make({ PrivateIpAddress: "10.0.1.3" }))).toBe("InvalidParameterValue");
    expect(await codeOf(make({ PrivateIpAddress: "10.0.1.255" }))).toBe("InvalidParameterValue");
    expect(await codeOf(make({ Ipv6AddressCount: 1 }))).toBe("InvalidParameterValue");
    const both = { PrivateIpAddress: "10.0.1.201", Ipv4PrefixCount: 1 };
    expect(await codeOf(make({ ...both, SecondaryPrivateIpAddressCount: 1 }))).toBe(
      "InvalidParameterCombination",
    );
    const twice = [
      { PrivateIpAddress: "10.0.1.202", Primary: true },
      { PrivateIpAddress: "10.0.1.203", Primary: true },
    ];
    expect(await codeOf(make({ PrivateIpAddresses: twice }))).toBe("InvalidParameterCombination");
  });

  it("answers 412 to a dry run and makes nothing", async () => {
    const create = cloud.ec2.createNetworkInterface({
      SubnetId: cloud.subnetId,
      Description: "dry",
      DryRun: true,
    });
    expect(await refused(create)).toEqual({
      code: "DryRunOperation",
      status: 412,
      message: "Request would have succeeded, but DryRun flag is set.",
    });
    const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
      Filters: [{ Name: "description", Values: ["dry"] }],
    });
    expect(NetworkInterfaces).toEqual([]);
  });
});

describe("a small subnet", () => {
  it("has eleven addresses to give and then refuses", async () => {
    const { ec2, vpcId } = cloud;
    const { Subnet } = await ec2.createSubnet({ VpcId: vpcId, CidrBlock: "10.0.9.0/28" });
    expect(Subnet?.AvailableIpAddressCount).toBe(11);
    const input = { SubnetId: Subnet?.SubnetId ?? "" };
    for (let n = 0; n < 11; n++) await ec2.createNetworkInterface(input);
    expect(await codeOf(ec2.createNetworkInterface(input))).toBe(
      "InsufficientFreeAddressesInSubnet",
    );
    const prefix = ec2.createNetworkInterface({ ...input, Ipv4PrefixCount: 1 });
    expect(await codeOf(prefix)).toBe("InsufficientFreeAddressesInSubnet");
    expect(await codeOf(ec2.deleteSubnet(input))).toBe("DependencyViolation");
  });

  it("tells fragmented space from short space when a prefix is asked for", async () => {
    const { ec2, vpcId } = cloud;
    const { Subnet } = await ec2.createSubnet({ VpcId: vpcId, CidrBlock: "10.0.10.0/26" });
    const SubnetId = Subnet?.SubnetId ?? "";
    // One address in each of the two blocks that hold no reserved address.
    for (const PrivateIpAddress of ["10.0.10.20", "10.0.10.40"]) {
      await ec2.createNetworkInterface({ SubnetId, PrivateIpAddress });
    }
    const one = ec2.createNetworkInterface({ SubnetId, Ipv4PrefixCount: 1 });
    expect(await codeOf(one)).toBe("InsufficientCidrBlocks");
    const many = await refused(ec2.createNetworkInterface({ SubnetId, Ipv4PrefixCount: 4 }));
    expect(many).toMatchObject({
      code: "InvalidParameterValue",
      message: "There aren't sufficient free Ipv4 addresses or prefixes",
    });
  });
});

describe("DescribeNetworkInterfaces", () => {
  it("fails as a whole for one unknown id, which it names in quotes", async () => {
    const eniId = await makeInterface(cloud);
    const call = cloud.ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [eniId, nobody.eni] });
    expect(await refused(call)).toEqual({
      code: "InvalidNetworkInterfaceID.NotFound",
      status: 400,
      message: `The networkInterface ID '${nobody.eni}' does not exist`,
    });
    const malformed = cloud.ec2.describeNetworkInterfaces({ NetworkInterfaceIds: ["eni-x"] });
    expect(await codeOf(malformed)).toBe("InvalidNetworkInterfaceId.Malformed");
  });

  it("pages through a filter with a token that is bound to the query", async () => {
    for (let n = 0; n < 12; n++) await makeInterface(cloud, { Description: "paged" });
    const Filters = [{ Name: "description", Values: ["pag?d"] }];
    const seen = new Set<string>();
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await cloud.ec2.describeNetworkInterfaces({ Filters, MaxResults: 5, NextToken });
      for (const eni of page.NetworkInterfaces ?? []) seen.add(eni.NetworkInterfaceId ?? "");
      NextToken = page.NextToken;
      pages++;
    } while (NextToken !== undefined);
    expect([seen.size, pages]).toEqual([12, 3]);
    const first = await cloud.ec2.describeNetworkInterfaces({ Filters, MaxResults: 5 });
    const other = cloud.ec2.describeNetworkInterfaces({
      MaxResults: 5,
      NextToken: first.NextToken,
    });
    expect(await codeOf(other)).toBe("InvalidNextToken");
    expect(await codeOf(cloud.ec2.describeNetworkInterfaces({ MaxResults: 1 }))).toBe(
      "InvalidParameterValue",
    );
    const both = cloud.ec2.describeNetworkInterfaces({
      MaxResults: 5,
      NetworkInterfaceIds: [...seen],
    });
    expect(await codeOf(both)).toBe("InvalidParameterCombination");
  });

  it("finds every interface on some page, also one whose deletion was a dry run", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.push(await makeInterface(cloud, { Description: "dry-paged" }));
    const dry = cloud.ec2.deleteNetworkInterface({ NetworkInterfaceId: ids[1], DryRun: true });
    expect(await codeOf(dry)).toBe("DryRunOperation");
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await cloud.ec2.describeNetworkInterfaces({ MaxResults: 5, NextToken });
      for (const eni of page.NetworkInterfaces ?? []) seen.push(eni.NetworkInterfaceId ?? "");
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(seen).toEqual(expect.arrayContaining(ids));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("refuses a filter that it does not know", async () => {
    const call = cloud.ec2.describeNetworkInterfaces({
      Filters: [{ Name: "colour", Values: ["x"] }],
    });
    expect(await refused(call)).toMatchObject({
      code: "InvalidParameterValue",
      message: "The filter 'colour' is invalid",
    });
  });
});

describe.skipIf(foreignEndpoint !== undefined)("the quota of interfaces", () => {
  it("is an error of its own", async () => {
    await using small = await openCloud({ quotas: { interfaces: 1 } });
    await makeInterface(small);
    expect(await codeOf(makeInterface(small))).toBe("NetworkInterfaceLimitExceeded");
  });
});
