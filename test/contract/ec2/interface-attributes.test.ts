import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, codeOf, launch, makeInterface, nobody, openCloud } from "./support/cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud({ quotas: { addresses: 5 } });
});
afterAll(() => cloud[Symbol.asyncDispose]());

describe("ModifyNetworkInterfaceAttribute of what moves no packet here", () => {
  const read = async (eniId: string) => {
    const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
      NetworkInterfaceIds: [eniId],
    });
    return NetworkInterfaces?.[0];
  };

  it("keeps ENA Express and queues with the attachment, and needs one", async () => {
    const { ec2 } = cloud;
    const eniId = await makeInterface(cloud);
    const srd = { EnaSrdEnabled: true, EnaSrdUdpSpecification: { EnaSrdUdpEnabled: true } };
    const modify = (more: object) =>
      ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId: eniId, ...more });
    expect(await codeOf(modify({ EnaSrdSpecification: srd }))).toBe("IncorrectState");
    const { AttachmentId } = await ec2.attachNetworkInterface({
      NetworkInterfaceId: eniId,
      InstanceId: await launch(cloud),
      DeviceIndex: 1,
      EnaSrdSpecification: { EnaSrdEnabled: true },
      EnaQueueCount: 4,
    });
    const off = { EnaSrdUdpEnabled: false };
    expect((await read(eniId))?.Attachment).toMatchObject({
      EnaSrdSpecification: { EnaSrdEnabled: true, EnaSrdUdpSpecification: off },
      EnaQueueCount: 4,
    });
    await modify({ EnaSrdSpecification: srd });
    expect((await read(eniId))?.Attachment?.EnaSrdSpecification).toEqual(srd);
    await modify({ Attachment: { AttachmentId, EnaQueueCount: 2 } });
    expect((await read(eniId))?.Attachment?.EnaQueueCount).toBe(2);
    await modify({ Attachment: { AttachmentId, DefaultEnaQueueCount: true } });
    expect((await read(eniId))?.Attachment?.EnaQueueCount).toBeUndefined();
    const udpAlone = { EnaSrdEnabled: false, EnaSrdUdpSpecification: { EnaSrdUdpEnabled: true } };
    expect(await codeOf(modify({ EnaSrdSpecification: udpAlone }))).toBe(
      "InvalidParameterCombination",
    );
  });

  it("gives and takes a public address, on the primary interface alone", async () => {
    const { ec2 } = cloud;
    const instanceId = await launch(cloud);
    const { Reservations } = await ec2.describeInstances({ InstanceIds: [instanceId] });
    const [primary] = Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? [];
    const primaryId = primary?.NetworkInterfaceId ?? "";
    const modify = (NetworkInterfaceId: string, AssociatePublicIpAddress: boolean) =>
      ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId, AssociatePublicIpAddress });
    const isWanted = async () => {
      const Attribute = "associatePublicIpAddress" as const;
      const asked = { NetworkInterfaceId: primaryId, Attribute };
      return (await ec2.describeNetworkInterfaceAttribute(asked)).AssociatePublicIpAddress;
    };
    expect(await isWanted()).toBe(false);
    await modify(primaryId, true);
    await modify(primaryId, true);
    expect(await isWanted()).toBe(true);
    expect((await read(primaryId))?.Association).toMatchObject({
      PublicIp: expect.stringMatching(/^[0-9.]+$/),
      IpOwnerId: "amazon",
    });
    await modify(primaryId, false);
    expect((await read(primaryId))?.Association).toBeUndefined();

    const later = await makeInterface(cloud);
    await modify(later, true);
    expect((await read(later))?.Association).toBeUndefined();
    await ec2.runInstances({
      ImageId: "ami-0123456789abcdef0",
      InstanceType: "m5.large",
      MinCount: 1,
      MaxCount: 1,
      NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: later }],
    });
    expect((await read(later))?.Association?.PublicIp).toBeTruthy();
  });

  it("replaces the subnets that it is associated with", async () => {
    const { ec2, subnetId, otherZoneSubnetId } = cloud;
    const eniId = await makeInterface(cloud);
    const modify = (...AssociatedSubnetIds: string[]) =>
      ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId: eniId, AssociatedSubnetIds });
    expect((await read(eniId))?.AssociatedSubnets).toBeUndefined();
    await modify(subnetId);
    await modify(otherZoneSubnetId);
    expect((await read(eniId))?.AssociatedSubnets).toEqual([otherZoneSubnetId]);
    expect(await codeOf(modify(nobody.subnet))).toBe("InvalidSubnetID.NotFound");
  });
});

describe("what is shown of an interface", () => {
  it("has DNS names only where the VPC has host names and DNS switched on", async () => {
    await using own = await openCloud();
    const { ec2, vpcId } = own;
    await makeInterface(own, { PrivateIpAddress: "10.0.1.9" });
    const name = "ip-10-0-1-9.us-west-2.compute.internal";
    const shown = async () => {
      const byAddress = [{ Name: "private-ip-address", Values: ["10.0.1.9"] }];
      const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({ Filters: byAddress });
      const [eni] = NetworkInterfaces ?? [];
      return [eni?.PrivateDnsName, eni?.PrivateIpAddresses?.[0]?.PrivateDnsName];
    };
    const byName = [{ Name: "private-dns-name", Values: [name] }];
    const found = async () =>
      (await ec2.describeNetworkInterfaces({ Filters: byName })).NetworkInterfaces?.length;
    expect([await shown(), await found()]).toEqual([[undefined, undefined], 0]);
    await ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsHostnames: { Value: true } });
    expect([await shown(), await found()]).toEqual([[name, name], 1]);
    await ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsSupport: { Value: false } });
    expect([await shown(), await found()]).toEqual([[undefined, undefined], 0]);
    const asked = { VpcId: vpcId, Attribute: "enableDnsHostnames" as const };
    expect((await ec2.describeVpcAttribute(asked)).EnableDnsHostnames?.Value).toBe(true);
  });

  it("names the service that manages it", async () => {
    const { ec2 } = cloud;
    const Principal = "eks.amazonaws.com";
    const eniId = await makeInterface(cloud, { Operator: { Principal } });
    const Filters = [{ Name: "operator.principal", Values: [Principal] }];
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({ Filters });
    expect(NetworkInterfaces).toMatchObject([
      { NetworkInterfaceId: eniId, Operator: { Managed: true, Principal } },
    ]);
  });
});

it("a new VPC says that it has no IPv6 block, and its listing says nothing", async () => {
  const { Vpc } = await cloud.ec2.createVpc({ CidrBlock: "10.9.0.0/16" });
  expect(Vpc?.Ipv6CidrBlockAssociationSet).toEqual([]);
  const { Vpcs } = await cloud.ec2.describeVpcs({ VpcIds: [Vpc?.VpcId ?? ""] });
  expect(Vpcs?.[0]?.Ipv6CidrBlockAssociationSet).toBeUndefined();
});
