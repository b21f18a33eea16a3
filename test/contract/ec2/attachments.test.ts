import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Cloud,
  codeOf,
  foreignEndpoint,
  launch,
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

describe("attach and detach", () => {
  it("go through attached and back to available", async () => {
    const { ec2 } = cloud;
    const instanceId = await launch(cloud);
    const eniId = await makeInterface(cloud);
    const target = { NetworkInterfaceId: eniId, InstanceId: instanceId };
    const { AttachmentId } = await ec2.attachNetworkInterface({ ...target, DeviceIndex: 1 });
    const describeIt = async () => {
      const found = await ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [eniId] });
      return found.NetworkInterfaces?.[0];
    };
    expect(await describeIt()).toMatchObject({
      Status: "in-use",
      Attachment: { AttachmentId, Status: "attached", DeleteOnTermination: false, DeviceIndex: 1 },
    });
    expect(await refused(ec2.deleteNetworkInterface({ NetworkInterfaceId: eniId }))).toMatchObject({
      code: "InvalidParameterValue",
      message: `Network interface '${eniId}' is currently in use.`,
    });
    expect(await refused(ec2.attachNetworkInterface({ ...target, DeviceIndex: 2 }))).toMatchObject({
      code: "InvalidNetworkInterface.InUse",
      message: `Interface: [${eniId}] in use.`,
    });
    await ec2.detachNetworkInterface({ AttachmentId });
    const after = await describeIt();
    expect([after?.Status, after?.Attachment]).toEqual(["available", undefined]);
    await ec2.deleteNetworkInterface({ NetworkInterfaceId: eniId });
    expect(await codeOf(ec2.deleteNetworkInterface({ NetworkInterfaceId: eniId }))).toBe(
      "InvalidNetworkInterfaceID.NotFound",
    );
  });

  it("refuse what stands in the way", async () => {
    const { ec2, otherZoneSubnetId } = cloud;
    const instanceId = await launch(cloud);
    const eniId = await makeInterface(cloud);
    const attach = (NetworkInterfaceId: string, more: object = {}) =>
      ec2.attachNetworkInterface({
        NetworkInterfaceId,
        InstanceId: instanceId,
        DeviceIndex: 1,
        ...more,
      });
    expect(await refused(attach(eniId, { DeviceIndex: 0 }))).toMatchObject({
      code: "InvalidParameterValue",
      message: `Instance '${instanceId}' already has an interface attached at device index '0'.`,
    });
    const farAway = await makeInterface(cloud, { SubnetId: otherZoneSubnetId });
    expect(await codeOf(attach(farAway))).toBe("InvalidParameterCombination");
    expect(await codeOf(attach(nobody.eni))).toBe("InvalidNetworkInterfaceID.NotFound");
    expect(await codeOf(attach(eniId, { InstanceId: nobody.instance }))).toBe(
      "InvalidInstanceID.NotFound",
    );
    expect(await codeOf(attach(eniId, { InstanceId: "i-x" }))).toBe("InvalidInstanceID.Malformed");
    const wide = await makeInterface(cloud, { SecondaryPrivateIpAddressCount: 10 });
    expect(await codeOf(attach(wide))).toBe("InvalidInterface.IpAddressLimitExceeded");
    await attach(eniId);
    await attach(await makeInterface(cloud), { DeviceIndex: 2 });
    expect(await refused(attach(await makeInterface(cloud), { DeviceIndex: 3 }))).toMatchObject({
      code: "AttachmentLimitExceeded",
      message: "Interface count 4 exceeds the limit for m5.large",
    });
    const primary = await ec2.describeNetworkInterfaces({
      Filters: [
        { Name: "attachment.instance-id", Values: [instanceId] },
        { Name: "attachment.device-index", Values: ["0"] },
      ],
    });
    const primaryId = primary.NetworkInterfaces?.[0]?.Attachment?.AttachmentId;
    expect(await refused(ec2.detachNetworkInterface({ AttachmentId: primaryId }))).toMatchObject({
      code: "OperationNotPermitted",
      message:
        "The network interface at device index 0 and networkCard index 0 cannot be detached.",
    });
    expect(await codeOf(ec2.detachNetworkInterface({ AttachmentId: nobody.attachment }))).toBe(
      "InvalidAttachmentID.NotFound",
    );
    expect(await codeOf(ec2.detachNetworkInterface({ AttachmentId: "eni-attach-x" }))).toBe(
      "InvalidNetworkInterfaceAttachmentId.Malformed",
    );
  });

  it("refuse an instance that is gone", async () => {
    const instanceId = await launch(cloud);
    const eniId = await makeInterface(cloud);
    await cloud.ec2.terminateInstances({ InstanceIds: [instanceId] });
    const call = cloud.ec2.attachNetworkInterface({
      NetworkInterfaceId: eniId,
      InstanceId: instanceId,
      DeviceIndex: 1,
    });
    expect(await codeOf(call)).toBe("IncorrectState");
  });
});

describe("ModifyNetworkInterfaceAttribute", () => {
  it("changes one attribute a call, and replaces the groups", async () => {
    const { ec2, groupId } = cloud;
    const eniId = await makeInterface(cloud);
    const modify = (more: object) =>
      ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId: eniId, ...more });
    await modify({ Groups: [groupId] });
    await modify({ Description: { Value: "changed" } });
    await modify({ SourceDestCheck: { Value: false } });
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      NetworkInterfaceIds: [eniId],
    });
    expect(NetworkInterfaces?.[0]).toMatchObject({
      Groups: [{ GroupId: groupId, GroupName: "app" }],
      Description: "changed",
      SourceDestCheck: false,
    });
    expect(await codeOf(modify({}))).toBe("InvalidParameterCombination");
    expect(await codeOf(modify({ Groups: [groupId], Description: { Value: "two at once" } }))).toBe(
      "InvalidParameterCombination",
    );
    expect(await codeOf(modify({ Groups: [nobody.group] }))).toBe(
      "InvalidSecurityGroupID.NotFound",
    );
    const wrong = { AttachmentId: nobody.attachment, DeleteOnTermination: true };
    expect(await codeOf(modify({ Attachment: wrong }))).toBe("InvalidAttachmentID.NotFound");
  });

  it("lets an interface go with its instance, or stay", async () => {
    const { ec2 } = cloud;
    const instanceId = await launch(cloud);
    const [going, staying] = [await makeInterface(cloud), await makeInterface(cloud)];
    const attach = (NetworkInterfaceId: string, DeviceIndex: number) =>
      ec2.attachNetworkInterface({ NetworkInterfaceId, InstanceId: instanceId, DeviceIndex });
    const { AttachmentId } = await attach(going, 1);
    await attach(staying, 2);
    await ec2.modifyNetworkInterfaceAttribute({
      NetworkInterfaceId: going,
      Attachment: { AttachmentId, DeleteOnTermination: true },
    });
    await ec2.terminateInstances({ InstanceIds: [instanceId] });
    const gone = ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [going] });
    expect(await codeOf(gone)).toBe("InvalidNetworkInterfaceID.NotFound");
    const left = await ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [staying] });
    expect(left.NetworkInterfaces?.[0]?.Status).toBe("available");
  });
});

describe.skipIf(foreignEndpoint !== undefined)("time", () => {
  it("passes between attaching and attached, detaching and gone", async () => {
    await using slow = await openCloud({ stateScale: 1, detachedVisibleMs: 1000 });
    const { ec2, clock } = slow;
    const instanceId = await launch(slow);
    clock.advance(120_000);
    const eniId = await makeInterface(slow);
    const state = async () => {
      const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
        NetworkInterfaceIds: [eniId],
      });
      const eni = NetworkInterfaces?.[0];
      return `${eni?.Status} ${eni?.Attachment?.Status}`;
    };
    const { AttachmentId } = await ec2.attachNetworkInterface({
      NetworkInterfaceId: eniId,
      InstanceId: instanceId,
      DeviceIndex: 1,
    });
    expect(await state()).toBe("in-use attaching");
    clock.advance(20_000);
    expect(await state()).toBe("in-use attached");
    await ec2.detachNetworkInterface({ AttachmentId });
    expect(await state()).toBe("in-use detaching");
    clock.advance(180_000);
    expect(await state()).toBe("available undefined");
  });
});
