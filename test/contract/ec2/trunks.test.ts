import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Cloud,
  codeOf,
  launch,
  makeInterface,
  makeTrunk,
  nobody,
  openCloud,
  refused,
} from "./support/cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

async function statusOf(eniId: string): Promise<string> {
  const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
    NetworkInterfaceIds: [eniId],
  });
  const eni = NetworkInterfaces?.[0];
  return `${eni?.Status} ${eni?.InterfaceType}`;
}

function associate(BranchInterfaceId: string, TrunkInterfaceId: string, VlanId?: number) {
  return cloud.ec2.associateTrunkInterface({ BranchInterfaceId, TrunkInterfaceId, VlanId });
}

describe("a branch", () => {
  it("made as a plain interface is associated, seen as a branch, and given back", async () => {
    const { ec2 } = cloud;
    const trunkId = await makeTrunk(cloud);
    const branchId = await makeInterface(cloud);
    const { InterfaceAssociation, ClientToken } = await associate(branchId, trunkId, 7);
    expect(InterfaceAssociation).toMatchObject({
      BranchInterfaceId: branchId,
      TrunkInterfaceId: trunkId,
      InterfaceProtocol: "VLAN",
      VlanId: 7,
    });
    expect(ClientToken).toBeTruthy();
    expect(await statusOf(branchId)).toBe("associated branch");
    const AssociationId = InterfaceAssociation?.AssociationId ?? "";
    expect(AssociationId).toMatch(/^trunk-assoc-[0-9a-f]{17}$/);
    const { InterfaceAssociations } = await ec2.describeTrunkInterfaceAssociations({
      Filters: [
        { Name: "trunk-interface-association.trunk-interface-id", Values: [trunkId] },
        { Name: "interface-protocol", Values: ["VLAN"] },
      ],
    });
    expect(InterfaceAssociations).toEqual([InterfaceAssociation]);
    expect(await codeOf(ec2.deleteNetworkInterface({ NetworkInterfaceId: branchId }))).toBe(
      "InvalidParameterValue",
    );
    const answer = await ec2.disassociateTrunkInterface({ AssociationId });
    expect(answer).toMatchObject({ Return: true, ClientToken: expect.any(String) });
    expect(await statusOf(branchId)).toBe("available interface");
    expect(await codeOf(ec2.disassociateTrunkInterface({ AssociationId }))).toBe(
      "InvalidAssociationID.NotFound",
    );
    await ec2.deleteNetworkInterface({ NetworkInterfaceId: branchId });
  });

  it("is in no instance's list of interfaces", async () => {
    const trunkId = await makeTrunk(cloud);
    await associate(await makeInterface(cloud), trunkId, 1);
    const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
      NetworkInterfaceIds: [trunkId],
    });
    const instanceId = NetworkInterfaces?.[0]?.Attachment?.InstanceId ?? "";
    const { Reservations } = await cloud.ec2.describeInstances({ InstanceIds: [instanceId] });
    const listed = Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? [];
    expect(listed.map((eni) => eni.InterfaceType)).toEqual(["interface", "trunk"]);
  });

  it("cannot be attached, or associated twice", async () => {
    const trunkId = await makeTrunk(cloud);
    const branchId = await makeInterface(cloud, { InterfaceType: "branch" });
    await associate(branchId, trunkId, 1);
    expect(await codeOf(associate(branchId, trunkId, 2))).toBe("InvalidNetworkInterface.InUse");
    const attach = cloud.ec2.attachNetworkInterface({
      NetworkInterfaceId: branchId,
      InstanceId: await launch(cloud),
      DeviceIndex: 1,
    });
    expect(await codeOf(attach)).toBe("InvalidNetworkInterface.InUse");
  });

  it("takes a VLAN id of 1 to 4094 that is free on its trunk, or a GRE key", async () => {
    const trunkId = await makeTrunk(cloud);
    const [a, b] = [await makeInterface(cloud), await makeInterface(cloud)];
    await associate(a, trunkId, 120);
    expect(await refused(associate(b, trunkId, 120))).toMatchObject({
      code: "InvalidParameterValue",
      message: expect.stringContaining("VLAN ID 120 is already in use"),
    });
    for (const vlanId of [0, -1, 4095]) {
      expect(await codeOf(associate(b, trunkId, vlanId))).toBe("InvalidParameterValue");
    }
    expect(await codeOf(associate(b, trunkId))).toBe("MissingParameter");
    const gre = await cloud.ec2.associateTrunkInterface({
      BranchInterfaceId: b,
      TrunkInterfaceId: trunkId,
      GreKey: 9,
    });
    expect(gre.InterfaceAssociation).toMatchObject({ InterfaceProtocol: "GRE", GreKey: 9 });
  });

  it("needs a trunk that is one, is attached, and is in its zone", async () => {
    const { otherZoneSubnetId } = cloud;
    const branchId = await makeInterface(cloud);
    const plain = await makeInterface(cloud);
    expect(await codeOf(associate(branchId, plain, 1))).toBe("InvalidParameterValue");
    expect(await codeOf(associate(branchId, nobody.eni, 1))).toBe(
      "InvalidNetworkInterfaceID.NotFound",
    );
    const loose = await makeInterface(cloud, { InterfaceType: "trunk" });
    expect(await codeOf(associate(branchId, loose, 1))).toBe("IncorrectState");
    const trunkId = await makeTrunk(cloud);
    const farAway = await makeInterface(cloud, { SubnetId: otherZoneSubnetId });
    expect(await codeOf(associate(farAway, trunkId, 1))).toBe("InvalidParameterValue");
    expect(await codeOf(associate(loose, trunkId, 1))).toBe("InvalidParameterValue");
  });

  it("is one of as many as the instance type carries", async () => {
    const trunkId = await makeTrunk(cloud, "m7g.medium");
    for (let vlanId = 1; vlanId <= 4; vlanId++) {
      await associate(await makeInterface(cloud), trunkId, vlanId);
    }
    expect(await refused(associate(await makeInterface(cloud), trunkId, 5))).toMatchObject({
      code: "AttachmentLimitExceeded",
      message: "Branch interface count 5 exceeds the limit for m7g.medium",
    });
  });

  it("becomes available when its trunk goes with the instance", async () => {
    const { ec2 } = cloud;
    const trunkId = await makeTrunk(cloud);
    const branchId = await makeInterface(cloud);
    await associate(branchId, trunkId, 1);
    const trunk = await ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [trunkId] });
    const attachment = trunk.NetworkInterfaces?.[0]?.Attachment;
    await ec2.modifyNetworkInterfaceAttribute({
      NetworkInterfaceId: trunkId,
      Attachment: { AttachmentId: attachment?.AttachmentId, DeleteOnTermination: true },
    });
    await ec2.terminateInstances({ InstanceIds: [attachment?.InstanceId ?? ""] });
    expect(await statusOf(branchId)).toBe("available interface");
    expect(await codeOf(ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [trunkId] }))).toBe(
      "InvalidNetworkInterfaceID.NotFound",
    );
  });

  it("is associated once for a token, however often the call is repeated", async () => {
    const trunkId = await makeTrunk(cloud);
    const input = {
      BranchInterfaceId: await makeInterface(cloud),
      TrunkInterfaceId: trunkId,
      VlanId: 3,
      ClientToken: "again",
    };
    const first = await cloud.ec2.associateTrunkInterface(input);
    const second = await cloud.ec2.associateTrunkInterface(input);
    expect(second.InterfaceAssociation).toEqual(first.InterfaceAssociation);
    const other = cloud.ec2.associateTrunkInterface({ ...input, VlanId: 4 });
    expect(await codeOf(other)).toBe("IdempotentParameterMismatch");
  });
});

describe("a trunk", () => {
  it("is one on an instance, and of a type that carries trunks", async () => {
    const instanceId = await launch(cloud, "m5.large");
    const attach = async (DeviceIndex: number, InstanceId: string) =>
      cloud.ec2.attachNetworkInterface({
        NetworkInterfaceId: await makeInterface(cloud, { InterfaceType: "trunk" }),
        InstanceId,
        DeviceIndex,
      });
    await attach(1, instanceId);
    expect(await codeOf(attach(2, instanceId))).toBe("AttachmentLimitExceeded");
    expect(await refused(attach(1, await launch(cloud, "t3.medium")))).toMatchObject({
      code: "UnsupportedOperation",
      message: "The instance type t3.medium does not support trunk interfaces.",
    });
  });
});

describe("an interface permission", () => {
  it("is granted once, listed, and goes with its interface", async () => {
    const { ec2 } = cloud;
    const eniId = await makeInterface(cloud);
    const grant = () =>
      ec2.createNetworkInterfacePermission({
        NetworkInterfaceId: eniId,
        AwsAccountId: "111122223333",
        Permission: "INSTANCE-ATTACH",
      });
    const first = await grant();
    expect(first.InterfacePermission).toMatchObject({
      NetworkInterfaceId: eniId,
      AwsAccountId: "111122223333",
      Permission: "INSTANCE-ATTACH",
      PermissionState: { State: "granted" },
    });
    expect((await grant()).InterfacePermission).toEqual(first.InterfacePermission);
    const listed = () =>
      ec2.describeNetworkInterfacePermissions({
        Filters: [{ Name: "network-interface-permission.network-interface-id", Values: [eniId] }],
      });
    expect((await listed()).NetworkInterfacePermissions).toHaveLength(1);
    await ec2.deleteNetworkInterface({ NetworkInterfaceId: eniId });
    expect((await listed()).NetworkInterfacePermissions).toEqual([]);
    expect(await codeOf(grant())).toBe("InvalidNetworkInterfaceID.NotFound");
  });
});
