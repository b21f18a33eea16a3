import { describe, expect, it } from "vitest";
import { accountFixture } from "../../test-support/cloud-account.ts";
import { failure, startHarness } from "../../test-support/harness.ts";
import {
  allocate,
  branchesOf,
  callCount,
  N1,
  resolveTo,
  trunksOf,
} from "../../test-support/pods.ts";

type Interface = ReturnType<typeof accountFixture>["NetworkInterfaces"][number];

function attached(id: string, deviceIndex: number, more: object = {}): Interface {
  const [primary] = accountFixture().NetworkInterfaces;
  if (!primary) throw new Error("no primary interface");
  const Attachment = {
    AttachmentId: `eni-attach-${id}`,
    InstanceId: N1.instanceId,
    DeviceIndex: deviceIndex,
  };
  return {
    ...primary,
    NetworkInterfaceId: `eni-${id}`,
    MacAddress: `02:00:00:00:02:0${deviceIndex}`,
    PrivateIpAddress: `10.0.1.4${deviceIndex}`,
    Attachment,
    ...more,
  };
}

function accountWith(...interfaces: Interface[]) {
  const account = accountFixture();
  return { ...account, NetworkInterfaces: [...account.NetworkInterfaces, ...interfaces] };
}

describe("a trunk", () => {
  it("is created once, at the highest free device index, and dies with its instance", async () => {
    await using h = await startHarness();
    const [first, joined] = await Promise.all([h.client.ensureTrunk(N1), h.client.ensureTrunk(N1)]);
    const again = await h.client.ensureTrunk(N1);
    expect(joined.node).toEqual(first.node);
    expect(again.node).toEqual(first.node);
    expect([first.created, again.created]).toEqual([true, false]);
    expect(first.capacity).toMatchObject({ branchLimit: 9, allocatableCount: 9 });
    expect(first.node).toMatchObject({
      name: "n1",
      instanceType: "m5.large",
      primaryEniId: "eni-n1",
      primaryIpv4Address: "10.0.1.11",
      groupIds: ["sg-node"],
      vpcCidrs: ["10.0.0.0/16"],
      trunk: { deviceIndex: 2, subnetId: "subnet-1", subnetCidr: "10.0.1.0/26" },
    });
    expect(trunksOf(h)).toMatchObject([
      {
        id: first.node?.trunk?.eniId,
        description: "aws-k8s-trunk-eni",
        groupIds: ["sg-node"],
        attachment: { instanceId: N1.instanceId, deviceIndex: 2, deleteOnTermination: true },
        tags: {
          "eks:eni:owner": "trunkline",
          "kubernetes.io/cluster/shop": "owned",
          "node.k8s.amazonaws.com/instance_id": N1.instanceId,
        },
      },
    ]);
    const { items } = await h.client.listNodes({});
    expect(items.map(({ node }) => node)).toEqual([first.node]);
  });

  it("that is attached already is adopted, and left alone if somebody else made it", async () => {
    const theirs = attached("theirs", 1, { InterfaceType: "trunk" });
    await using h = await startHarness({}, { account: accountWith(theirs) });
    const { node, created } = await h.client.ensureTrunk(N1);
    expect({ created, eniId: node?.trunk?.eniId }).toEqual({ created: false, eniId: "eni-theirs" });
    await h.client.removeNode({ nodeName: "n1", force: false });
    expect(trunksOf(h)).toHaveLength(1);
    expect((await h.client.listNodes({})).items).toEqual([]);
  });

  it("is refused by types that cannot trunk, with the reason, and where no slot is free", async () => {
    const full = accountWith(attached("x", 1), attached("y", 2));
    await using h = await startHarness({}, { account: full });
    const t3 = await failure(
      h.client.ensureTrunk({ nodeName: "n3", instanceId: "i-00000000000000003" }),
    );
    expect(t3).toMatchObject({ code: "UNSUPPORTED", facts: { instanceType: "t3.large" } });
    expect(t3.message).toContain("without trunk interfaces");
    const m4 = await failure(
      h.client.ensureTrunk({ nodeName: "n4", instanceId: "i-00000000000000004" }),
    );
    expect(m4.message).toContain("m4.large runs on the Xen hypervisor");
    const n1 = await failure(h.client.ensureTrunk(N1));
    expect(n1.code).toBe("QUOTA");
    expect(n1.message).toContain("3/3 in use");
    const none = await failure(h.client.ensureTrunk({ nodeName: "n9", instanceId: "i-0000ffff" }));
    expect(none.code).toBe("NOT_FOUND");
    expect(trunksOf(h)).toEqual([]);
  });

  it("is undone when a step is refused, and made on the next call", async () => {
    await using h = await startHarness();
    h.proxy.faults.set("AttachNetworkInterface", [{ code: "UnauthorizedOperation", status: 403 }]);
    const error = await failure(h.client.ensureTrunk(N1));
    expect(error.code).toBe("NOT_PERMITTED");
    expect(error.message).toContain("AttachNetworkInterface");
    expect(trunksOf(h)).toEqual([]);
    expect((await h.client.ensureTrunk(N1)).created).toBe(true);
  });

  it.each(["CreateNetworkInterface", "AttachNetworkInterface", "ModifyNetworkInterfaceAttribute"])(
    "is made once when the answer of %s is lost",
    async (action) => {
      await using h = await startHarness();
      h.proxy.faults.set(action, ["loseAnswer"]);
      expect((await failure(h.client.ensureTrunk(N1))).code).toBe("NOT_READY");
      await h.restart();
      const { node } = await h.client.ensureTrunk(N1);
      expect(trunksOf(h)).toMatchObject([
        { id: node?.trunk?.eniId, attachment: { deleteOnTermination: true } },
      ]);
    },
  );

  it("belongs to one node and one instance", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const other = { nodeName: "n1", instanceId: "i-00000000000000002" };
    expect((await failure(h.client.ensureTrunk(other))).code).toBe("ALREADY_EXISTS");
    const twin = { ...N1, nodeName: "n2" };
    expect((await failure(h.client.ensureTrunk(twin))).code).toBe("ALREADY_EXISTS");
    expect(trunksOf(h)).toHaveLength(1);
  });

  it("is answered from the ledger while EC2 cannot be reached", async () => {
    await using h = await startHarness();
    const { node } = await h.client.ensureTrunk(N1);
    h.proxy.faults.set("DescribeInstances", ["loseRequest"]);
    expect((await h.client.ensureTrunk(N1)).node).toEqual(node);
  });
});

describe("removing a node", () => {
  it("is refused while pods hold branches, and leaves nothing when forced", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    await allocate(h, resolveTo(h, "api-0", "sg-a"));
    await allocate(h, resolveTo(h, "api-1", "sg-a"));
    await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-api-1" });
    const busy = await failure(h.client.removeNode({ nodeName: "n1", force: false }));
    expect(busy.code).toBe("UNSUPPORTED");
    expect(busy.message).toContain("still holds 1 branches");
    const { deletedCount } = await h.client.removeNode({ nodeName: "n1", force: true });
    expect(deletedCount).toBe(2);
    expect(branchesOf(h)).toEqual([]);
    expect(trunksOf(h)).toEqual([]);
    expect((await h.client.listBranches({})).branches).toEqual([]);
    expect(await h.client.removeNode({ nodeName: "n1", force: true })).toEqual({ deletedCount: 0 });
  });

  it("works when the instance is gone with its trunk", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    await allocate(h, resolveTo(h, "api", "sg-a"));
    const { EC2Client, TerminateInstancesCommand } = await import("@aws-sdk/client-ec2");
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const ec2 = new EC2Client({ endpoint: h.emulator.endpoint, region: "us-west-2", credentials });
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [N1.instanceId] }));
    ec2.destroy();
    await h.client.removeNode({ nodeName: "n1", force: true });
    expect(trunksOf(h)).toEqual([]);
    expect(branchesOf(h)).toEqual([]);
    expect((await h.client.listNodes({})).items).toEqual([]);
    expect(callCount(h, "DeleteNetworkInterface")).toBeGreaterThan(0);
  });
});
