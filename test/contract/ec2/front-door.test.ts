import { EC2 } from "@aws-sdk/client-ec2";
import { systemClock } from "@trunkline/process";
import { describe, expect, it } from "vitest";
import {
  clientOf,
  codeOf,
  foreignEndpoint,
  launch,
  makeInterface,
  makeTrunk,
  openCloud,
  refused,
} from "./support/cloud.ts";

// What an operator orders of the emulator; real EC2 has none of it.
describe.skipIf(foreignEndpoint !== undefined)("throttling", () => {
  it("lets a burst through, then as many as come back, each action by itself", async () => {
    await using cloud = await openCloud({ throttle: "documented" });
    const { ec2, clock } = cloud;
    clock.advance(60_000);
    const createUntilRefused = async () => {
      for (let n = 0; ; n++) {
        const made = await refused(makeInterface(cloud)).catch(() => undefined);
        if (made !== undefined) return { n, ...made };
      }
    };
    expect(await createUntilRefused()).toMatchObject({
      n: 100,
      code: "RequestLimitExceeded",
      status: 503,
      message: expect.stringContaining("throttled on ec2:CreateNetworkInterface"),
    });
    await ec2.describeSubnets({});
    clock.advance(1000);
    expect((await createUntilRefused()).n).toBe(5);
  });

  it("gives whole listings a smaller bucket than pages", async () => {
    await using cloud = await openCloud({ throttle: "documented" });
    const list = (more: object = {}) => cloud.ec2.describeNetworkInterfaces(more);
    for (let n = 0; n < 50; n++) await list();
    expect(await codeOf(list())).toBe("RequestLimitExceeded");
    await list({ MaxResults: 5 });
  });

  it("has the bucket sizes and latencies that were configured", async () => {
    await using cloud = await openCloud({
      buckets: { CreateTags: { capacity: 1, refillPerSec: 0.5 } },
      latencies: { CreateTags: { minMs: 100, maxMs: 100, tailMs: 100 } },
    });
    const tag = { Resources: [cloud.groupId], Tags: [{ Key: "a", Value: "b" }] };
    const before = cloud.clock.nowMs();
    await cloud.ec2.createTags(tag);
    expect(cloud.clock.nowMs() - before).toBe(100);
    expect(await codeOf(cloud.ec2.createTags(tag))).toBe("RequestLimitExceeded");
    cloud.clock.advance(2000);
    await cloud.ec2.createTags(tag);
  });

  it("is shared with another tenant, as noise", async () => {
    await using cloud = await openCloud({ throttle: "documented" });
    cloud.emulator?.front.addFault({
      kind: "throttleNoise",
      callsPerSec: 1000,
      actions: ["CreateTags"],
    });
    cloud.clock.advance(1000);
    const tag = { Resources: [cloud.groupId], Tags: [{ Key: "a", Value: "b" }] };
    expect(await codeOf(cloud.ec2.createTags(tag))).toBe("RequestLimitExceeded");
    await cloud.ec2.deleteTags(tag);
  });
});

describe.skipIf(foreignEndpoint !== undefined)("a fault", () => {
  it("loses an answer after the call took effect, and the token finds it again", async () => {
    await using cloud = await openCloud();
    const order = { kind: "dropResponse", actions: ["CreateNetworkInterface"], count: 1 };
    const posted = await fetch(`${cloud.endpoint}/_trunkline/faults`, {
      method: "POST",
      body: JSON.stringify(order),
    });
    expect([posted.status, await posted.json()]).toEqual([201, { id: "fault-1" }]);
    const input = { SubnetId: cloud.subnetId, ClientToken: "once" };
    await expect(cloud.ec2.createNetworkInterface(input)).rejects.toThrow();
    const { NetworkInterface } = await cloud.ec2.createNetworkInterface(input);
    const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({});
    expect(NetworkInterfaces?.map((eni) => eni.NetworkInterfaceId)).toEqual([
      NetworkInterface?.NetworkInterfaceId,
    ]);
    expect(cloud.emulator?.audit().filter((entry) => entry.fault === "dropResponse")).toHaveLength(
      1,
    );
  });

  it("answers 5xx without effect, by chance that a seed repeats", async () => {
    const run = async () => {
      await using cloud = await openCloud({ faultSeed: 42 });
      const front = cloud.emulator?.front;
      front?.addFault({
        kind: "error",
        code: "Unavailable",
        actions: ["Create*"],
        probability: 0.5,
      });
      const outcomes: number[] = [];
      for (let n = 0; n < 20; n++) {
        const made = await refused(makeInterface(cloud)).catch(() => ({ status: 200 }));
        outcomes.push(made.status ?? 0);
      }
      return { outcomes, count: cloud.emulator?.account.enis.size };
    };
    const first = await run();
    expect(new Set(first.outcomes)).toEqual(new Set([200, 503]));
    expect(first.count).toBe(first.outcomes.filter((status) => status === 200).length);
    expect(await run()).toEqual(first);
  });

  it("is retried away by a client that asks three times", async () => {
    await using cloud = await openCloud();
    cloud.emulator?.front.addFault({ kind: "error", actions: ["DescribeVpcs"], count: 2 });
    const client = new EC2({
      endpoint: cloud.endpoint,
      region: "us-west-2",
      maxAttempts: 3,
      credentials: { accessKeyId: "A", secretAccessKey: "B" },
    });
    expect((await client.describeVpcs({})).Vpcs).toHaveLength(1);
    client.destroy();
    const seen = cloud.emulator?.audit().filter((entry) => entry.action === "DescribeVpcs");
    expect(seen?.map((entry) => [entry.attempt, entry.status])).toEqual([
      [1, 500],
      [2, 500],
      [3, 200],
    ]);
    expect(new Set(seen?.map((entry) => entry.invocationId)).size).toBe(1);
  });

  it("denies an action unless the interface carries a tag", async () => {
    await using cloud = await openCloud();
    cloud.emulator?.front.addFault({
      kind: "deny",
      actions: ["CreateNetworkInterfacePermission"],
      unlessTag: { key: "eks:eni:owner", value: "eks-vpc-resource-controller" },
    });
    const grant = (NetworkInterfaceId: string) =>
      cloud.ec2.createNetworkInterfacePermission({
        NetworkInterfaceId,
        AwsAccountId: "111122223333",
        Permission: "INSTANCE-ATTACH",
      });
    const eniId = await makeInterface(cloud);
    expect(await refused(grant(eniId))).toMatchObject({
      code: "UnauthorizedOperation",
      status: 403,
    });
    await cloud.ec2.createTags({
      Resources: [eniId],
      Tags: [{ Key: "eks:eni:owner", Value: "eks-vpc-resource-controller" }],
    });
    await grant(eniId);
  });

  it("exhausts a subnet, slows a detach and jumps the clock", async () => {
    await using cloud = await openCloud();
    const { ec2, subnetId, emulator, clock } = cloud;
    const eniId = await makeInterface(cloud);
    const instanceId = await launch(cloud);
    const front = emulator?.front;
    const id = front?.addFault({ kind: "subnetExhausted", subnetId, forMs: 1000 });
    expect(id).toBeTruthy();
    expect(await codeOf(makeInterface(cloud))).toBe("InsufficientFreeAddressesInSubnet");
    clock.advance(1000);
    await makeInterface(cloud);
    const { AttachmentId } = await ec2.attachNetworkInterface({
      NetworkInterfaceId: eniId,
      InstanceId: instanceId,
      DeviceIndex: 1,
    });
    front?.addFault({ kind: "slow", transition: "detach", extraMs: 200_000 });
    await ec2.detachNetworkInterface({ AttachmentId });
    const status = async () => {
      const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
        NetworkInterfaceIds: [eniId],
      });
      return NetworkInterfaces?.[0]?.Attachment?.Status;
    };
    expect(await status()).toBe("detaching");
    front?.addFault({ kind: "clockJump", byMs: 200_000 });
    expect(await status()).toBeUndefined();
  });

  it("lets a trunk vanish, and somebody else edit a branch", async () => {
    await using cloud = await openCloud();
    const { ec2, emulator, groupId } = cloud;
    const trunkId = await makeTrunk(cloud);
    const branchId = await makeInterface(cloud);
    await ec2.associateTrunkInterface({
      BranchInterfaceId: branchId,
      TrunkInterfaceId: trunkId,
      VlanId: 1,
    });
    emulator?.front.addFault({ kind: "foreignEdit", eniId: branchId, groupIds: [groupId] });
    emulator?.front.addFault({ kind: "vanish", eniId: trunkId });
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      NetworkInterfaceIds: [branchId],
    });
    expect(NetworkInterfaces?.[0]).toMatchObject({
      Status: "available",
      Groups: [{ GroupId: groupId }],
    });
  });

  it("that is wrong is refused with every problem", async () => {
    await using cloud = await openCloud();
    const response = await fetch(`${cloud.endpoint}/_trunkline/faults`, {
      method: "POST",
      body: JSON.stringify({ kind: "latency", minMs: -1, count: 0.5 }),
    });
    expect(response.status).toBe(400);
    const { problems } = (await response.json()) as { problems: { field: string }[] };
    expect(problems.map((one) => one.field).sort()).toEqual(["count", "maxMs", "minMs"]);
    const unknown = await fetch(`${cloud.endpoint}/_trunkline/faults/fault-9`, {
      method: "DELETE",
    });
    expect(unknown.status).toBe(404);
  });
});

describe.skipIf(foreignEndpoint !== undefined)("a lagging reader", () => {
  it("sees changes late, each reader at its own time, and everybody in the end", async () => {
    await using cloud = await openCloud({ lagScale: 1 });
    const { clock, endpoint } = cloud;
    clock.advance(20_000);
    const readers = Array.from({ length: 8 }, (_, n) => clientOf(endpoint, `AKIDREADER${n}`));
    const eniId = await makeInterface(cloud);
    const seenBy = async () => {
      const found = await Promise.all(
        readers.map(
          async (reader) => (await reader.describeNetworkInterfaces({})).NetworkInterfaces,
        ),
      );
      return found.map((enis) => enis?.length ?? 0);
    };
    expect(await seenBy()).toEqual(readers.map(() => 0));
    const byId = readers[0].describeNetworkInterfaces({ NetworkInterfaceIds: [eniId] });
    expect(await codeOf(byId)).toBe("InvalidNetworkInterfaceID.NotFound");
    clock.advance(1000);
    const halfway = new Set(await seenBy());
    expect(halfway).toEqual(new Set([0, 1]));
    clock.advance(9000);
    expect(await seenBy()).toEqual(readers.map(() => 1));
    await cloud.ec2.deleteNetworkInterface({ NetworkInterfaceId: eniId });
    expect(await seenBy()).toEqual(readers.map(() => 1));
    clock.advance(10_000);
    expect(await seenBy()).toEqual(readers.map(() => 0));
    for (const reader of readers) reader.destroy();
  });
});

describe.skipIf(foreignEndpoint !== undefined)("signatures", () => {
  it("are checked once there are keys", async () => {
    const credentials = [{ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" }];
    await using cloud = await openCloud({ credentials, clock: systemClock });
    await cloud.ec2.describeVpcs({});
    const stranger = clientOf(cloud.endpoint, "AKIDSTRANGER");
    expect(await refused(stranger.describeVpcs({}))).toMatchObject({
      code: "AuthFailure",
      status: 401,
    });
    stranger.destroy();
    const forger = new EC2({
      endpoint: cloud.endpoint,
      region: "us-west-2",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "guess" },
    });
    expect(await refused(forger.describeVpcs({}))).toMatchObject({
      code: "SignatureDoesNotMatch",
      status: 403,
    });
    forger.destroy();
    const role = "Action=AssumeRole&RoleArn=arn:aws:iam::1:role/r&RoleSessionName=s";
    const open = await fetch(`${cloud.endpoint}/?Version=2011-06-15&${role}`);
    expect(open.status).toBe(403);
    const bare = await fetch(`${cloud.endpoint}/?Action=DescribeVpcs`);
    expect([bare.status, await bare.text()]).toEqual([
      403,
      expect.stringContaining("MissingAuthenticationToken"),
    ]);
  });
});
