import { beforeAll, describe, expect, it } from "vitest";
import type { AllocateBranchResponse, Branch } from "../support/messages.ts";
import { groupId, instanceId, NODE_GROUP_ID, podRef, subnetId, uidOf } from "../support/world.ts";
import { podNamed, SMALL_BRANCH_LIMIT } from "./contract-world.ts";
import { stack } from "./ipam-stack.ts";

beforeAll(async () => {
  const names = ["n1", "n2", "small", "tight"];
  await Promise.all(
    names.map((nodeName) =>
      stack.ipam.call("EnsureTrunk", { nodeName, instanceId: instanceId(nodeName) }),
    ),
  );
});

function request(podName: string, nodeName = podNamed(podName).nodeName) {
  return { nodeName, pod: podRef(podNamed(podName)) };
}

function allocate(podName: string): Promise<AllocateBranchResponse> {
  return stack.ipam.call("AllocateBranch", request(podName));
}

async function branchOf(podName: string): Promise<Branch> {
  const { branch } = await allocate(podName);
  if (branch === undefined) throw new Error(`${podName} got no branch`);
  return branch;
}

function release(podName: string): Promise<{ released: boolean; branch: Branch | null }> {
  const { nodeName, pod } = request(podName);
  return stack.ipam.call("ReleaseBranch", { nodeName, podUid: pod.uid });
}

describe("AllocateBranch", () => {
  it("makes a branch with the groups of the pod's policy, and says the same when repeated", async () => {
    const first = await allocate("n1-app-0");
    expect(first).toMatchObject({
      attachment: "branch",
      reused: false,
      branch: {
        nodeName: "n1",
        groupIds: [groupId("app")],
        policies: ["shop/app"],
        state: "BRANCH_STATE_ALLOCATED",
        subnetCidr: "10.0.1.0/24",
        gateway: "10.0.1.1",
        subnetId: subnetId("a"),
        pod: podRef(podNamed("n1-app-0")),
      },
    });
    expect((await allocate("n1-app-0")).branch).toEqual(first.branch);
    const { interfaces, associations } = await stack.account.read();
    const eni = interfaces.find((each) => each.NetworkInterfaceId === first.branch?.eniId);
    expect(eni).toMatchObject({
      Description: "aws-k8s-branch-eni",
      MacAddress: first.branch?.macAddress,
      PrivateIpAddress: first.branch?.ipv4Address,
      Groups: [{ GroupId: groupId("app") }],
    });
    expect(
      associations.filter((each) => each.BranchInterfaceId === first.branch?.eniId),
    ).toMatchObject([
      {
        AssociationId: first.branch?.associationId,
        TrunkInterfaceId: first.branch?.trunkEniId,
        VlanId: first.branch?.vlanId,
      },
    ]);
  });

  it("makes one branch when a request comes twice at once", async () => {
    const [one, two] = await Promise.all([branchOf("n1-app-1"), branchOf("n1-app-1")]);
    expect(one).toEqual(two);
    expect(one.vlanId).not.toBe((await branchOf("n1-app-0")).vlanId);
  });

  it("joins the groups of two policies in order and without duplicates", async () => {
    const branch = await branchOf("both");
    expect(branch.groupIds).toEqual([groupId("mon"), groupId("app"), groupId("g1")]);
    expect(branch.policies).toEqual(["shop/both-1", "shop/both-2"]);
  });

  it("says that a pod no policy selects is an ordinary one, with the node's groups", async () => {
    const answer = await allocate("n1-plain-0");
    expect(answer).toMatchObject({
      attachment: "ordinary",
      ordinary: { groupIds: [NODE_GROUP_ID] },
    });
    expect(answer.ordinary?.reason).toContain("shop");
  });

  it("refuses for a node without trunk with NOT_FOUND and its name", async () => {
    const failure = await stack.ipam.failure("AllocateBranch", request("unensured-app-0"));
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain("unensured");
  });

  it("refuses a pod that does not exist with NOT_FOUND and its name", async () => {
    const pod = { namespace: "shop", name: "nobody", uid: "uid-nobody" };
    const failure = await stack.ipam.failure("AllocateBranch", { nodeName: "n1", pod });
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain("shop/nobody");
  });

  it("refuses a pod of another node with PERMISSION_DENIED", async () => {
    const failure = await stack.ipam.failure("AllocateBranch", request("n2-app-0", "n1"));
    expect(failure).toMatchObject({ status: "PERMISSION_DENIED", reason: "NOT_PERMITTED" });
    expect(failure.message).toMatch(/n1/);
  });

  it("refuses a pod that was re-created with ABORTED", async () => {
    const { nodeName, pod } = request("n1-app-2");
    const old = { nodeName, pod: { ...pod, uid: "uid-of-before" } };
    const failure = await stack.ipam.failure("AllocateBranch", old);
    expect(failure).toMatchObject({ status: "ABORTED", reason: "STALE_REVISION" });
  });

  it("refuses a group that does not exist with NOT_FOUND and facts.groupId", async () => {
    const before = await stack.account.read();
    const failure = await stack.ipam.failure("AllocateBranch", request("lost"));
    expect(failure).toMatchObject({
      status: "NOT_FOUND",
      reason: "NOT_FOUND",
      facts: { groupId: groupId("missing") },
    });
    expect(failure.message).toContain(groupId("missing"));
    await stack.nothingLeft(before);
  });

  it("refuses more groups than an interface may have with QUOTA", async () => {
    const before = await stack.account.read();
    const failure = await stack.ipam.failure("AllocateBranch", request("many"));
    expect(failure).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "QUOTA" });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
    await stack.nothingLeft(before);
  });

  it("refuses when the subnet has no address with SUBNET_FULL", async () => {
    await branchOf("tight-app-0");
    const failure = await stack.ipam.failure("AllocateBranch", request("tight-app-1"));
    expect(failure).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "SUBNET_FULL" });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
    expect(failure.message).toContain(subnetId("tight"));
  });

  it("refuses beyond the branch limit with BRANCH_EXHAUSTED, quarantined ones included", async () => {
    for (let index = 0; index < SMALL_BRANCH_LIMIT; index++) await branchOf(`small-app-${index}`);
    const last = `small-app-${SMALL_BRANCH_LIMIT}`;
    const failure = await stack.ipam.failure("AllocateBranch", request(last));
    expect(failure).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "BRANCH_EXHAUSTED" });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
    expect(failure.message).toContain(String(SMALL_BRANCH_LIMIT));
    await release("small-app-0");
    const again = await stack.ipam.failure("AllocateBranch", request(last));
    expect(again.reason).toBe("BRANCH_EXHAUSTED");
  });

  it("gives a released branch back to its owner at once", async () => {
    const before = await branchOf("n1-app-5");
    await release("n1-app-5");
    const again = await allocate("n1-app-5");
    expect(again).toMatchObject({ reused: true, branch: { eniId: before.eniId } });
  });

  it("refuses an empty request with every field that is missing", async () => {
    const failure = await stack.ipam.failure("AllocateBranch");
    expect(failure.status).toBe("INVALID_ARGUMENT");
    const fields = failure.violations.map((each) => each.field);
    expect(fields).toContain("node_name");
    expect(fields.some((field) => field.startsWith("pod"))).toBe(true);
  });
});

describe("ReleaseBranch", () => {
  it("puts the branch in quarantine, and a repeat finds nothing", async () => {
    const { eniId, vlanId } = await branchOf("n1-app-3");
    const answer = await release("n1-app-3");
    expect(answer).toMatchObject({
      released: true,
      branch: { eniId, vlanId, state: "BRANCH_STATE_QUARANTINED" },
    });
    const { stateTimeMs, reusableTimeMs } = answer.branch as Branch;
    expect(Number(reusableTimeMs)).toBeGreaterThan(Number(stateTimeMs));
    expect(await release("n1-app-3")).toMatchObject({ released: false, branch: null });
  });

  it("counts an unknown pod as released", async () => {
    const answer = await stack.ipam.call("ReleaseBranch", {
      nodeName: "n1",
      podUid: "uid-of-nobody",
    });
    expect(answer).toMatchObject({ released: false, branch: null });
  });

  it("refuses an empty request with every field that is missing", async () => {
    const failure = await stack.ipam.failure("ReleaseBranch");
    expect(failure.violations.map((each) => each.field).sort()).toEqual(["node_name", "pod_uid"]);
  });
});

describe("GetBranch", () => {
  it("finds a branch by its pod and by its interface", async () => {
    const branch = await branchOf("n1-app-4");
    const podUid = uidOf(podNamed("n1-app-4"));
    expect(await stack.ipam.call("GetBranch", { podUid })).toEqual({ branch });
    expect(await stack.ipam.call("GetBranch", { eniId: branch.eniId })).toEqual({ branch });
  });

  it.each([
    ["pod", { podUid: "uid-of-nobody" }, "uid-of-nobody"],
    ["interface", { eniId: "eni-0123456789abcdef0" }, "eni-0123456789abcdef0"],
  ])("refuses an unknown %s with NOT_FOUND and its name", async (_kind, key, name) => {
    const failure = await stack.ipam.failure("GetBranch", key);
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain(name);
  });

  it("refuses a request without key", async () => {
    expect((await stack.ipam.failure("GetBranch")).violations).toMatchObject([{ field: "key" }]);
  });
});

describe("ListBranches", () => {
  interface Page {
    readonly branches: readonly Branch[];
    readonly nextPageToken: string;
    readonly revision: string;
  }

  it("lists by trunk and VLAN id, page by page, by node and by state", async () => {
    const whole = await stack.ipam.call<Page>("ListBranches");
    expect(whole.branches.length).toBeGreaterThan(3);
    expect(Number(whole.revision)).toBeGreaterThan(0);
    const keys = whole.branches.map((each) => [each.trunkEniId, each.vlanId] as const);
    const ordered = [...keys].sort(([a, m], [b, n]) => (a < b ? -1 : a > b ? 1 : m - n));
    expect(keys).toEqual(ordered);
    const paged: Branch[] = [];
    let pageToken = "";
    do {
      const page = await stack.ipam.call<Page>("ListBranches", { pageSize: 2, pageToken });
      expect(page.branches.length).toBeLessThanOrEqual(2);
      paged.push(...page.branches);
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && paged.length < 1000);
    expect(paged).toEqual(whole.branches);
    const some = await stack.ipam.call<Page>("ListBranches", {
      nodeName: "n1",
      states: ["BRANCH_STATE_QUARANTINED"],
    });
    expect(some.branches).toEqual(
      whole.branches.filter(
        (each) => each.nodeName === "n1" && each.state === "BRANCH_STATE_QUARANTINED",
      ),
    );
    expect(some.branches.length).toBeGreaterThan(0);
  });

  it.each([
    ["page_size", { pageSize: 1001 }],
    ["page_size", { pageSize: -1 }],
    ["page_token", { pageToken: "not-a-token" }],
  ])("refuses a wrong %s with INVALID_ARGUMENT: %o", async (field, wrong) => {
    const failure = await stack.ipam.failure("ListBranches", wrong);
    expect(failure.status).toBe("INVALID_ARGUMENT");
    expect(failure.violations).toMatchObject([{ field }]);
  });
});
