import type { EC2 } from "@aws-sdk/client-ec2";
import { systemClock } from "@trunkline/process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Cloud,
  clientOf,
  codeOf,
  foreignEndpoint,
  launch,
  makeInterface,
  makeTrunk,
  openCloud,
  refused,
} from "./support/cloud.ts";

const team = { key: "team", value: "net" };
const tagsOf = (Key = "team", Value = "net") => [{ Key, Value }];

describe.skipIf(foreignEndpoint !== undefined)("a denial", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await openCloud();
  });
  afterAll(() => cloud[Symbol.asyncDispose]());

  const deny = async (actions: string[], more: object, calls: () => Promise<void>) => {
    const id = cloud.emulator?.front.addFault({ kind: "deny", actions, ...more });
    await calls();
    cloud.emulator?.front.removeFault(id ?? "");
  };

  it("by action names the action, and lets others through", async () => {
    await deny(["Delete*"], {}, async () => {
      const eniId = await makeInterface(cloud);
      const gone = await refused(cloud.ec2.deleteNetworkInterface({ NetworkInterfaceId: eniId }));
      expect(gone).toMatchObject({
        code: "UnauthorizedOperation",
        status: 403,
        message: expect.stringContaining("ec2:DeleteNetworkInterface"),
      });
    });
  });

  it("looks at the tags that a creation gives", async () => {
    await deny(["CreateNetworkInterface"], { unlessTag: team }, async () => {
      expect(await codeOf(makeInterface(cloud))).toBe("UnauthorizedOperation");
      const wrong = [{ ResourceType: "network-interface", Tags: tagsOf("team", "app") }];
      expect(await codeOf(makeInterface(cloud, { TagSpecifications: wrong }))).toBe(
        "UnauthorizedOperation",
      );
      const right = [{ ResourceType: "network-interface", Tags: tagsOf() }];
      await makeInterface(cloud, { TagSpecifications: right });
    });
  });

  it("finds the interface behind an attachment, and every resource of a list", async () => {
    const { ec2, groupId } = cloud;
    const eniId = await makeInterface(cloud);
    const { AttachmentId } = await ec2.attachNetworkInterface({
      NetworkInterfaceId: eniId,
      InstanceId: await launch(cloud),
      DeviceIndex: 1,
    });
    const tag = (...Resources: string[]) => ec2.createTags({ Resources, Tags: tagsOf("x") });
    await deny(
      ["DetachNetworkInterface", "CreateTags"],
      { unlessTag: { key: "team" } },
      async () => {
        expect(await codeOf(ec2.detachNetworkInterface({ AttachmentId }))).toBe(
          "UnauthorizedOperation",
        );
        cloud.emulator?.account.enis.put({
          ...cloud.emulator.account.enis.need(eniId),
          tags: { team: "any" },
        });
        expect(await codeOf(tag(eniId, groupId))).toBe("UnauthorizedOperation");
        await tag(eniId);
        await ec2.detachNetworkInterface({ AttachmentId });
      },
    );
  });

  it("protects what carries a tag", async () => {
    const { ec2 } = cloud;
    const [open, kept] = [await makeInterface(cloud), await makeInterface(cloud)];
    await ec2.createTags({ Resources: [kept], Tags: tagsOf("keep", "") });
    const remove = (NetworkInterfaceId: string) =>
      ec2.deleteNetworkInterface({ NetworkInterfaceId });
    await deny(["DeleteNetworkInterface"], { ifTag: { key: "keep" } }, async () => {
      expect(await codeOf(remove(kept))).toBe("UnauthorizedOperation");
      await remove(open);
    });
  });
});

describe.skipIf(foreignEndpoint !== undefined)("late reads", () => {
  it("are ordered for one type and reader, and end", async () => {
    await using cloud = await openCloud();
    const { clock, ec2, emulator } = cloud;
    const late = clientOf(cloud.endpoint, "AKIDLATE");
    const order = { resourceTypes: ["network-interface"], reader: "AKIDLATE" };
    const front = emulator?.front;
    front?.addFault({ kind: "staleReads", minMs: 3000, maxMs: 3000, forMs: 60_000, ...order });
    const eniId = await makeInterface(cloud);
    const { GroupId } = await ec2.createSecurityGroup({
      GroupName: "late",
      Description: "seen at once",
      VpcId: cloud.vpcId,
    });
    const count = async (client: EC2) => {
      const { NetworkInterfaces } = await client.describeNetworkInterfaces({});
      return NetworkInterfaces?.length;
    };
    expect([await count(ec2), await count(late)]).toEqual([1, 0]);
    await late.describeSecurityGroups({ GroupIds: [GroupId ?? ""] });
    clock.advance(3000);
    expect(await count(late)).toBe(1);
    await ec2.deleteNetworkInterface({ NetworkInterfaceId: eniId });
    expect([await count(ec2), await count(late)]).toEqual([0, 1]);
    clock.advance(60_000);
    expect(await count(late)).toBe(0);
    late.destroy();
    const wrong = () =>
      front?.addFault({ kind: "staleReads", resourceTypes: ["pod"], minMs: 1, maxMs: 1 });
    expect(wrong).toThrow(/"pod" is no resource type/);
  });
});

describe.skipIf(foreignEndpoint !== undefined)("a burst, a loss and a jump", () => {
  it("of 500 and 503 lasts as long as was said, and counts as asked", async () => {
    await using cloud = await openCloud();
    const { clock, ec2, emulator } = cloud;
    const front = emulator?.front;
    front?.addFault({
      kind: "error",
      code: "InternalFailure",
      actions: ["Describe*"],
      forMs: 5000,
    });
    expect(await refused(ec2.describeVpcs({}))).toMatchObject({
      code: "InternalFailure",
      status: 500,
    });
    clock.advance(5000);
    await ec2.describeVpcs({});
    front?.addFault({ kind: "error", code: "RequestLimitExceeded", count: 1 });
    expect(await refused(ec2.describeVpcs({}))).toMatchObject({ status: 503 });
    await ec2.describeVpcs({});
  });

  it("of an answer leaks an interface to a caller without a token", async () => {
    await using cloud = await openCloud();
    cloud.emulator?.front.addFault({
      kind: "dropResponse",
      actions: ["CreateNetworkInterface"],
      count: 1,
    });
    await expect(makeInterface(cloud)).rejects.toThrow();
    await makeInterface(cloud);
    expect((await cloud.ec2.describeNetworkInterfaces({})).NetworkInterfaces).toHaveLength(2);
  });

  it("delivers a call twice, and only a token keeps the second from counting", async () => {
    await using cloud = await openCloud();
    cloud.emulator?.front.addFault({ kind: "duplicate" });
    const { ec2, subnetId } = cloud;
    const eniId = await makeInterface(cloud);
    expect((await ec2.describeNetworkInterfaces({})).NetworkInterfaces).toHaveLength(1);
    await ec2.assignPrivateIpAddresses({
      NetworkInterfaceId: eniId,
      SecondaryPrivateIpAddressCount: 1,
    });
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({});
    expect(NetworkInterfaces?.[0]?.PrivateIpAddresses).toHaveLength(3);
    expect(subnetId).toBe(NetworkInterfaces?.[0]?.SubnetId);
  });

  it("of the clock, back as well, refills no bucket twice", async () => {
    await using cloud = await openCloud({ throttle: "documented" });
    const tag = { Resources: [cloud.groupId], Tags: [{ Key: "a", Value: "b" }] };
    const burst = async () => {
      for (let count = 0; ; count++) {
        const code = await codeOf(cloud.ec2.createTags(tag)).catch(() => undefined);
        if (code !== undefined) return count;
      }
    };
    const jump = (byMs: number) => cloud.emulator?.front.addFault({ kind: "clockJump", byMs });
    expect(await burst()).toBe(100);
    jump(-60_000);
    expect(await burst()).toBe(0);
    jump(1000);
    expect(await burst()).toBe(10);
  });

  it("of a trunk leaves its branches available, and somebody's edit shows", async () => {
    await using cloud = await openCloud();
    const { ec2, emulator } = cloud;
    const trunkId = await makeTrunk(cloud);
    const branchId = await makeInterface(cloud);
    const { InterfaceAssociation } = await ec2.associateTrunkInterface({
      BranchInterfaceId: branchId,
      TrunkInterfaceId: trunkId,
      VlanId: 7,
    });
    emulator?.front.addFault({ kind: "foreignEdit", eniId: branchId, description: "mine now" });
    emulator?.front.addFault({ kind: "vanish", eniId: trunkId });
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      Filters: [{ Name: "status", Values: ["available"] }],
    });
    expect(NetworkInterfaces).toMatchObject([
      { NetworkInterfaceId: branchId, Description: "mine now" },
    ]);
    const { AssociationId } = InterfaceAssociation ?? {};
    expect(await codeOf(ec2.disassociateTrunkInterface({ AssociationId }))).toBe(
      "InvalidAssociationID.NotFound",
    );
  });
});

describe.skipIf(foreignEndpoint !== undefined)("the audit log", () => {
  it("has what was refused at the door, and the calls of the neighbours", async () => {
    const credentials = [{ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" }];
    await using cloud = await openCloud({ credentials, clock: systemClock });
    const { emulator, endpoint } = cloud;
    await fetch(`${endpoint}/?Action=DescribeVpcs`);
    await fetch(endpoint, { method: "POST", body: "{}", headers: { "content-type": "text/json" } });
    await fetch(`${endpoint}/clusters/none`);
    const seen = emulator?.audit().slice(-3) ?? [];
    expect(seen.map(({ action, code, status }) => [action, code, status])).toEqual([
      ["DescribeVpcs", "MissingAuthenticationToken", 403],
      ["", "InvalidRequest", 400],
      ["DescribeCluster", "ResourceNotFoundException", 404],
    ]);
  });

  it("counts any number of made-up actions as one", async () => {
    await using cloud = await openCloud();
    for (let n = 0; n < 20; n++) await fetch(`${cloud.endpoint}/?Action=Invented${n}%22`);
    await fetch(`${cloud.endpoint}/?Version=2011-06-15&Action=GetCallerIdentity`);
    const metrics = await (await fetch(`${cloud.endpoint}/metrics`)).text();
    const name = "trunkline_ec2_emulator_calls_total";
    expect(metrics).toContain(`${name}{action="unknown",code="InvalidAction"} 20\n`);
    expect(metrics).toContain(`${name}{action="GetCallerIdentity",code="ok"} 1\n`);
    expect(metrics).not.toContain("Invented");
  });
});
