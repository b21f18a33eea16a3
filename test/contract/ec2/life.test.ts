import { describe, expect, it } from "vitest";
import {
  type Cloud,
  foreignEndpoint,
  launch,
  makeInterface,
  makeTrunk,
  openCloud,
} from "./support/cloud.ts";

// Each name is a statement about EC2; the figures are those that users report.
const COUNT = 40;

/** Expects most values between the first two bounds, and all of them below the third. */
function expectSpread(values: readonly number[], [min, max, tail]: readonly number[]): void {
  expect(Math.min(...values)).toBeGreaterThanOrEqual(min);
  expect(Math.max(...values)).toBeLessThanOrEqual(tail);
  const usual = values.filter((value) => value <= max).length;
  expect(usual / values.length).toBeGreaterThan(0.8);
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan((max - min) / 4);
}

async function attachOne(cloud: Cloud): Promise<string> {
  const eniId = await makeInterface(cloud);
  const instanceId = await launch(cloud, "m5.24xlarge");
  cloud.clock.advance(120_000);
  const { AttachmentId } = await cloud.ec2.attachNetworkInterface({
    NetworkInterfaceId: eniId,
    InstanceId: instanceId,
    DeviceIndex: 1,
  });
  return AttachmentId ?? "";
}

describe.skipIf(foreignEndpoint !== undefined)("time in EC2", () => {
  it("a create takes 150 to 400 ms, an associate 200 to 500, a delete 100 to 300, a read less", async () => {
    await using cloud = await openCloud({ latencyScale: 1 });
    const { ec2, emulator } = cloud;
    for (let n = 0; n < COUNT; n++) {
      const NetworkInterfaceId = await makeInterface(cloud);
      await ec2.describeSubnets({});
      await ec2.deleteNetworkInterface({ NetworkInterfaceId });
    }
    const latencies = (action: string) =>
      (emulator?.audit() ?? [])
        .filter((entry) => entry.action === action)
        .map((entry) => entry.latencyMs);
    expectSpread(latencies("CreateNetworkInterface"), [150, 400, 1000]);
    expectSpread(latencies("DeleteNetworkInterface"), [100, 300, 800]);
    expectSpread(latencies("DescribeSubnets"), [20, 80, 400]);
    const trunkId = await makeTrunk(cloud);
    const BranchInterfaceId = await makeInterface(cloud);
    for (let n = 0; n < COUNT; n++) {
      const { InterfaceAssociation } = await ec2.associateTrunkInterface({
        BranchInterfaceId,
        TrunkInterfaceId: trunkId,
        VlanId: 1,
      });
      await ec2.disassociateTrunkInterface({ AssociationId: InterfaceAssociation?.AssociationId });
    }
    expectSpread(latencies("AssociateTrunkInterface"), [200, 500, 1000]);
  });

  it("an attach takes 2 to 6 s with a tail of 20, a detach 2 to 10 s with a tail of 180", async () => {
    await using cloud = await openCloud({ stateScale: 1 });
    const { clock, ec2, emulator } = cloud;
    const attachmentId = await attachOne(cloud);
    const [eni] = [...(emulator?.account.enis.by("attachment.attachment-id", attachmentId) ?? [])];
    const takes = { attach: [] as number[], detach: [] as number[] };
    const lasts = () => (emulator?.account.enis.need(eni.id).changesAtMs ?? 0) - clock.nowMs();
    let current = attachmentId;
    for (let n = 0; n < COUNT; n++) {
      takes.attach.push(lasts());
      clock.advance(20_000);
      await ec2.detachNetworkInterface({ AttachmentId: current });
      takes.detach.push(lasts());
      clock.advance(180_000);
      const { AttachmentId } = await ec2.attachNetworkInterface({
        NetworkInterfaceId: eni.id,
        InstanceId: eni.attachment?.instanceId,
        DeviceIndex: 1,
      });
      current = AttachmentId ?? "";
    }
    expectSpread(takes.attach, [2000, 6000, 20_000]);
    expectSpread(takes.detach, [2000, 10_000, 180_000]);
  });

  it.each([
    [0, undefined, "available"],
    [3000, "detached", "in-use"],
  ])("detached is visible for %i ms", async (detachedVisibleMs, attachment, status) => {
    await using cloud = await openCloud({ stateScale: 0.001, detachedVisibleMs });
    const AttachmentId = await attachOne(cloud);
    cloud.clock.advance(1000);
    await cloud.ec2.detachNetworkInterface({ AttachmentId });
    cloud.clock.advance(1000);
    const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
      Filters: [{ Name: "attachment.device-index", Values: ["1"] }],
    });
    const free = await cloud.ec2.describeNetworkInterfaces({
      Filters: [{ Name: "status", Values: ["available"] }],
    });
    const [eni] = NetworkInterfaces?.length ? NetworkInterfaces : (free.NetworkInterfaces ?? []);
    expect([eni?.Attachment?.Status, eni?.Status]).toEqual([attachment, status]);
    cloud.clock.advance(3000);
    expect(
      (
        await cloud.ec2.describeNetworkInterfaces({
          Filters: [{ Name: "status", Values: ["available"] }],
        })
      ).NetworkInterfaces,
    ).toHaveLength(1);
  });

  it("an instance sees its own addresses up to 18 s late, and the API up to 10 s", async () => {
    await using cloud = await openCloud({ lagScale: 1 });
    const { clock, ec2, endpoint } = cloud;
    const instanceId = await launch(cloud);
    clock.advance(60_000);
    const base = `${endpoint}/_trunkline/metadata/${instanceId}/latest`;
    const put = { method: "PUT", headers: { "x-aws-ec2-metadata-token-ttl-seconds": "600" } };
    const token = await (await fetch(`${base}/api/token`, put)).text();
    const get = async (path: string) => {
      const headers = { "x-aws-ec2-metadata-token": token };
      return (await fetch(`${base}/meta-data/${path}`, { headers })).text();
    };
    const macs = `network/interfaces/macs/${await get("mac")}`;
    const NetworkInterfaceId = await get(`${macs}/interface-id`);
    const waits: number[] = [];
    for (let n = 1; n < 10; n++) {
      await ec2.assignPrivateIpAddresses({ NetworkInterfaceId, SecondaryPrivateIpAddressCount: 1 });
      const startedMs = clock.nowMs();
      while ((await get(`${macs}/local-ipv4s`)).split("\n").length <= n) clock.advance(250);
      waits.push(clock.nowMs() - startedMs);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(18_250);
    expect(Math.max(...waits)).toBeGreaterThan(2000);
  });

  it("reads of one resource type are as late as was configured", async () => {
    const lags = { "network-interface": { minMs: 4000, maxMs: 4000, tailMs: 4000 } };
    await using cloud = await openCloud({ lags });
    const count = async () =>
      (await cloud.ec2.describeNetworkInterfaces({})).NetworkInterfaces?.length;
    await makeInterface(cloud);
    cloud.clock.advance(3999);
    expect(await count()).toBe(0);
    cloud.clock.advance(1);
    expect(await count()).toBe(1);
  });
});

it("an associated branch is in no listing of available interfaces, and is after its trunk", async () => {
  await using cloud = await openCloud();
  const { ec2 } = cloud;
  const trunkId = await makeTrunk(cloud);
  const branchId = await makeInterface(cloud);
  await ec2.associateTrunkInterface({
    BranchInterfaceId: branchId,
    TrunkInterfaceId: trunkId,
    VlanId: 3,
  });
  const available = async () => {
    const Filters = [{ Name: "status", Values: ["available"] }];
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({ Filters });
    return NetworkInterfaces?.map((eni) => eni.NetworkInterfaceId);
  };
  expect(await available()).toEqual([]);
  const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
    NetworkInterfaceIds: [trunkId],
  });
  const { InstanceId, DeleteOnTermination } = NetworkInterfaces?.[0]?.Attachment ?? {};
  expect(DeleteOnTermination).toBe(false);
  await ec2.terminateInstances({ InstanceIds: [InstanceId ?? ""] });
  // The primary interface went with the instance, the trunk was attached later and stays.
  expect(await available()).toEqual([trunkId, branchId]);
});

it.skipIf(foreignEndpoint !== undefined)("a knob for what does not exist is refused", async () => {
  const bucket = { capacity: 1, refillPerSec: 1 };
  const start = openCloud({
    buckets: { "DescribeVpcs:whole": bucket, "DescribeInstances:whole": bucket, Dance: bucket },
    lags: { pod: { minMs: 0, maxMs: 0, tailMs: 0 } },
  });
  await expect(start).rejects.toThrow(
    /buckets\.DescribeVpcs:whole: .*\n.*buckets\.Dance: .*\n.*lags\.pod: /,
  );
});
