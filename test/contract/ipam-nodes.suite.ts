import { describe, expect, it } from "vitest";
import type { Capacity, IpamNode } from "../support/messages.ts";
import { instanceId, NODE_GROUP_ID, nodeEniId, podRef, subnetId } from "../support/world.ts";
import { podNamed, SMALL_BRANCH_LIMIT } from "./contract-world.ts";
import { stack } from "./ipam-stack.ts";

interface EnsureTrunkResponse {
  readonly node: IpamNode;
  readonly capacity: Capacity;
  readonly created: boolean;
}

function ensure(name: string): Promise<EnsureTrunkResponse> {
  return stack.ipam.call("EnsureTrunk", { nodeName: name, instanceId: instanceId(name) });
}

function refusal(name: string, instance = instanceId(name)) {
  return stack.ipam.failure("EnsureTrunk", { nodeName: name, instanceId: instance });
}

describe("EnsureTrunk", () => {
  it("makes one trunk per node and says the same when repeated", async () => {
    const first = await ensure("fresh");
    expect(first).toMatchObject({
      created: true,
      node: {
        name: "fresh",
        instanceId: instanceId("fresh"),
        instanceType: "m5.large",
        primaryEniId: nodeEniId("fresh"),
        primaryIpv4Address: "10.0.1.20",
        groupIds: [NODE_GROUP_ID],
        vpcCidrs: ["10.0.0.0/16"],
        trunk: { subnetCidr: "10.0.1.0/24" },
      },
      capacity: { branchLimit: 9, allocatableCount: 9, eniLimit: 3, ipv4PerEni: 10 },
    });
    expect(await ensure("fresh")).toEqual({ ...first, created: false });
    const { interfaces } = await stack.account.read();
    const trunks = interfaces
      .filter((each) => each.Attachment?.InstanceId === instanceId("fresh"))
      .slice(1);
    expect(trunks).toMatchObject([
      {
        NetworkInterfaceId: first.node.trunk.eniId,
        InterfaceType: "trunk",
        Description: "aws-k8s-trunk-eni",
        Groups: [{ GroupId: NODE_GROUP_ID }],
      },
    ]);
  });

  it("makes one trunk when two callers ask at once", async () => {
    const answers = await Promise.all([ensure("n2"), ensure("n2")]);
    expect(answers[0].node).toEqual(answers[1].node);
    const { interfaces } = await stack.account.read();
    expect(
      interfaces.filter((each) => each.Attachment?.InstanceId === instanceId("n2")),
    ).toHaveLength(2);
  });

  it("refuses an instance that does not exist with NOT_FOUND and its id", async () => {
    const failure = await refusal("ghost", "i-0123456789abcdef0");
    expect(failure).toMatchObject({
      status: "NOT_FOUND",
      reason: "NOT_FOUND",
      domain: "trunkline.dev",
    });
    expect(failure.message).toContain("i-0123456789abcdef0");
  });

  it("refuses a type that cannot trunk with FAILED_PRECONDITION and its name", async () => {
    const failure = await refusal("burst");
    expect(failure).toMatchObject({ status: "FAILED_PRECONDITION", reason: "UNSUPPORTED" });
    expect(failure.message).toContain("t3.large");
  });

  it("refuses an instance without a free interface slot with QUOTA", async () => {
    const failure = await refusal("crowded");
    expect(failure).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "QUOTA" });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
    expect(failure.message).toContain(instanceId("crowded"));
    expect(failure.message).toContain("3/3");
  });

  it("refuses when the subnet has no address with SUBNET_FULL and the subnet", async () => {
    const failure = await refusal("full");
    expect(failure).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "SUBNET_FULL" });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
    expect(failure.message).toContain(subnetId("full"));
  });

  it("refuses an empty request with every field that is missing", async () => {
    const failure = await stack.ipam.failure("EnsureTrunk");
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", reason: "INVALID_ARGUMENT" });
    expect(failure.violations.map((each) => each.field).sort()).toEqual([
      "instance_id",
      "node_name",
    ]);
  });
});

describe("GetCapacity", () => {
  it("counts what is in use and what is in quarantine against the limit", async () => {
    await ensure("small");
    const pod = podRef(podNamed("small-app-0"));
    await stack.ipam.call("AllocateBranch", { nodeName: "small", pod });
    const read = () =>
      stack.ipam.call<{ capacity: Capacity }>("GetCapacity", { nodeName: "small" });
    expect((await read()).capacity).toMatchObject({
      branchLimit: SMALL_BRANCH_LIMIT,
      allocatedCount: 1,
      quarantinedCount: 0,
      allocatableCount: SMALL_BRANCH_LIMIT - 1,
    });
    await stack.ipam.call("ReleaseBranch", { nodeName: "small", podUid: pod.uid });
    expect((await read()).capacity).toMatchObject({
      allocatedCount: 0,
      quarantinedCount: 1,
      allocatableCount: SMALL_BRANCH_LIMIT - 1,
    });
  });

  it("refuses an unknown node with NOT_FOUND and its name", async () => {
    const failure = await stack.ipam.failure("GetCapacity", { nodeName: "unensured" });
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain("unensured");
  });

  it("refuses a request without a name", async () => {
    const failure = await stack.ipam.failure("GetCapacity");
    expect(failure.violations).toMatchObject([{ field: "node_name" }]);
  });
});

describe("ListNodes", () => {
  interface Page {
    readonly items: readonly { node: IpamNode; capacity: Capacity }[];
    readonly nextPageToken: string;
  }

  it("lists the nodes that were ensured by name, page by page", async () => {
    for (const name of ["n1", "n2", "small"]) await ensure(name);
    const whole = await stack.ipam.call<Page>("ListNodes");
    expect(whole.nextPageToken).toBe("");
    const names = whole.items.map((item) => item.node.name);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(["n1", "n2", "small"]));
    const paged: Page["items"][number][] = [];
    let pageToken = "";
    do {
      const page = await stack.ipam.call<Page>("ListNodes", { pageSize: 1, pageToken });
      expect(page.items).toHaveLength(1);
      paged.push(...page.items);
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && paged.length < 100);
    expect(paged.map((item) => item.node)).toEqual(whole.items.map((item) => item.node));
  });

  it.each([
    ["page_size", { pageSize: 1001 }],
    ["page_size", { pageSize: -1 }],
    ["page_token", { pageToken: "not-a-token" }],
  ])("refuses a wrong %s with INVALID_ARGUMENT: %o", async (field, request) => {
    const failure = await stack.ipam.failure("ListNodes", request);
    expect(failure.status).toBe("INVALID_ARGUMENT");
    expect(failure.violations).toMatchObject([{ field }]);
  });
});

describe("RemoveNode", () => {
  it("keeps a node whose pods hold branches unless it is forced, then leaves nothing", async () => {
    const before = await stack.account.read();
    await ensure("spare");
    const pod = podRef(podNamed("spare-app-0"));
    await stack.ipam.call("AllocateBranch", { nodeName: "spare", pod });
    const failure = await stack.ipam.failure("RemoveNode", { nodeName: "spare" });
    expect(failure).toMatchObject({ status: "FAILED_PRECONDITION", reason: "UNSUPPORTED" });
    expect(failure.message).toContain("spare");
    expect(await stack.ipam.call("RemoveNode", { nodeName: "spare", force: true })).toMatchObject({
      deletedCount: 1,
    });
    expect((await stack.ipam.failure("GetCapacity", { nodeName: "spare" })).status).toBe(
      "NOT_FOUND",
    );
    await stack.nothingLeft(before);
  });

  it("counts a node that nobody knows as removed", async () => {
    expect(await stack.ipam.call("RemoveNode", { nodeName: "nobody" })).toMatchObject({
      deletedCount: 0,
    });
  });

  it("refuses a request without a name", async () => {
    const failure = await stack.ipam.failure("RemoveNode");
    expect(failure.violations).toMatchObject([{ field: "node_name" }]);
  });
});
