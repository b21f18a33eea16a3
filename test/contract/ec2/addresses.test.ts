import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, codeOf, launch, makeInterface, nobody, openCloud } from "./support/cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

async function primaryOf(instanceId: string): Promise<string> {
  const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
    Filters: [{ Name: "attachment.instance-id", Values: [instanceId] }],
  });
  return NetworkInterfaces?.[0]?.NetworkInterfaceId ?? "";
}

describe("secondary addresses", () => {
  it("are answered without those that were there, and go again", async () => {
    const { ec2 } = cloud;
    const NetworkInterfaceId = await makeInterface(cloud);
    const assign = (more: object) => ec2.assignPrivateIpAddresses({ NetworkInterfaceId, ...more });
    await assign({ SecondaryPrivateIpAddressCount: 2 });
    const { AssignedPrivateIpAddresses } = await assign({ PrivateIpAddresses: ["10.0.1.77"] });
    expect(AssignedPrivateIpAddresses).toEqual([{ PrivateIpAddress: "10.0.1.77" }]);
    const unassign = (PrivateIpAddresses: string[]) =>
      ec2.unassignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses });
    await unassign(["10.0.1.77"]);
    expect(await codeOf(unassign(["10.0.1.77"]))).toBe("InvalidParameterValue");
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      NetworkInterfaceIds: [NetworkInterfaceId],
    });
    const eni = NetworkInterfaces?.[0];
    expect(eni?.PrivateIpAddresses).toHaveLength(3);
    expect(await codeOf(unassign([eni?.PrivateIpAddress ?? ""]))).toBe("InvalidParameterValue");
  });

  it("stay below the limit of the instance type", async () => {
    const { ec2 } = cloud;
    const NetworkInterfaceId = await primaryOf(await launch(cloud, "m5.large"));
    const assign = (count: number) =>
      ec2.assignPrivateIpAddresses({ NetworkInterfaceId, SecondaryPrivateIpAddressCount: count });
    await assign(9);
    expect(await codeOf(assign(1))).toBe("PrivateIpAddressLimitExceeded");
  });

  it("move to another interface only when that is allowed", async () => {
    const { ec2 } = cloud;
    const from = await makeInterface(cloud);
    const to = await makeInterface(cloud);
    const PrivateIpAddresses = ["10.0.1.99"];
    await ec2.assignPrivateIpAddresses({ NetworkInterfaceId: from, PrivateIpAddresses });
    const move = { NetworkInterfaceId: to, PrivateIpAddresses };
    expect(await codeOf(ec2.assignPrivateIpAddresses(move))).toBe("InvalidIPAddress.InUse");
    await ec2.assignPrivateIpAddresses({ ...move, AllowReassignment: true });
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      Filters: [{ Name: "addresses.private-ip-address", Values: PrivateIpAddresses }],
    });
    expect(NetworkInterfaces?.map((eni) => eni.NetworkInterfaceId)).toEqual([to]);
  });

  it("need a way, and one only", async () => {
    const NetworkInterfaceId = await makeInterface(cloud);
    const assign = (more: object) =>
      cloud.ec2.assignPrivateIpAddresses({ NetworkInterfaceId, ...more });
    expect(await codeOf(assign({}))).toBe("MissingParameter");
    const two = { SecondaryPrivateIpAddressCount: 1, Ipv4PrefixCount: 1 };
    expect(await codeOf(assign(two))).toBe("InvalidParameterCombination");
    const nowhere = { NetworkInterfaceId: nobody.eni, SecondaryPrivateIpAddressCount: 1 };
    expect(await codeOf(assign(nowhere))).toBe("InvalidNetworkInterfaceID.NotFound");
  });
});

describe("a delegated prefix", () => {
  it("is aligned, takes sixteen addresses of the subnet and one slot of the interface", async () => {
    const { ec2, vpcId } = cloud;
    const { Subnet } = await ec2.createSubnet({ VpcId: vpcId, CidrBlock: "10.0.20.0/24" });
    const SubnetId = Subnet?.SubnetId ?? "";
    const NetworkInterfaceId = await makeInterface(cloud, { SubnetId });
    const free = async () => {
      const { Subnets } = await ec2.describeSubnets({ SubnetIds: [SubnetId] });
      return Subnets?.[0]?.AvailableIpAddressCount;
    };
    expect(await free()).toBe(250);
    const { AssignedIpv4Prefixes } = await ec2.assignPrivateIpAddresses({
      NetworkInterfaceId,
      Ipv4PrefixCount: 1,
    });
    expect(AssignedIpv4Prefixes?.[0]?.Ipv4Prefix).toMatch(/^10\.0\.20\.\d+\/28$/);
    expect(await free()).toBe(234);
    const Ipv4Prefixes = [AssignedIpv4Prefixes?.[0]?.Ipv4Prefix ?? ""];
    await ec2.unassignPrivateIpAddresses({ NetworkInterfaceId, Ipv4Prefixes });
    expect(await free()).toBe(250);
  });
});

describe("IPv6", () => {
  it("comes with the subnet's block, one by one or as /80 prefixes", async () => {
    const { ec2 } = cloud;
    const { Vpc } = await ec2.createVpc({
      CidrBlock: "10.30.0.0/16",
      AmazonProvidedIpv6CidrBlock: true,
    });
    const block = Vpc?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "";
    const { Subnet } = await ec2.createSubnet({ VpcId: Vpc?.VpcId, CidrBlock: "10.30.1.0/24" });
    const SubnetId = Subnet?.SubnetId ?? "";
    await ec2.associateSubnetCidrBlock({ SubnetId, Ipv6CidrBlock: block.replace("/56", "/64") });
    await ec2.modifySubnetAttribute({ SubnetId, AssignIpv6AddressOnCreation: { Value: true } });
    const { NetworkInterface } = await ec2.createNetworkInterface({ SubnetId });
    expect(NetworkInterface?.Ipv6Address).toBe(NetworkInterface?.Ipv6Addresses?.[0]?.Ipv6Address);
    expect(NetworkInterface?.Ipv6Addresses).toHaveLength(1);
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? "";
    const added = await ec2.assignIpv6Addresses({ NetworkInterfaceId, Ipv6AddressCount: 2 });
    expect(added.AssignedIpv6Addresses).toHaveLength(2);
    const prefixed = await ec2.assignIpv6Addresses({ NetworkInterfaceId, Ipv6PrefixCount: 1 });
    expect(prefixed.AssignedIpv6Prefixes?.[0]).toMatch(/\/80$/);
    const gone = await ec2.unassignIpv6Addresses({
      NetworkInterfaceId,
      Ipv6Addresses: added.AssignedIpv6Addresses,
      Ipv6Prefixes: prefixed.AssignedIpv6Prefixes,
    });
    expect(gone.UnassignedIpv6Addresses).toEqual(added.AssignedIpv6Addresses);
    expect(gone.UnassignedIpv6Prefixes).toEqual(prefixed.AssignedIpv6Prefixes);
    const again = ec2.unassignIpv6Addresses({
      NetworkInterfaceId,
      Ipv6Addresses: added.AssignedIpv6Addresses,
    });
    expect(await codeOf(again)).toBe("InvalidParameterValue");
    await ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId, EnablePrimaryIpv6: true });
    const off = { NetworkInterfaceId, EnablePrimaryIpv6: false };
    expect(await codeOf(ec2.modifyNetworkInterfaceAttribute(off))).toBe("InvalidParameterValue");
  });
});

describe("a public address", () => {
  it("hangs on a private one, shows there, and can be moved", async () => {
    const { ec2 } = cloud;
    const NetworkInterfaceId = await makeInterface(cloud);
    const { AllocationId, PublicIp } = await ec2.allocateAddress({ Domain: "vpc" });
    const { AssociationId } = await ec2.associateAddress({ AllocationId, NetworkInterfaceId });
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      Filters: [{ Name: "association.public-ip", Values: [PublicIp ?? ""] }],
    });
    expect(NetworkInterfaces?.[0]?.Association).toMatchObject({ AllocationId, PublicIp });
    expect(await codeOf(ec2.releaseAddress({ AllocationId }))).toBe("InvalidIPAddress.InUse");
    await ec2.disassociateAddress({ AssociationId });
    await ec2.releaseAddress({ AllocationId });
    expect((await ec2.describeAddresses({})).Addresses).toEqual([]);
  });
});
