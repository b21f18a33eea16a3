import { ResolvePodResponse_Source as Source } from "@trunkline/proto/policy";
import { describe, expect, it } from "vitest";
import { failure, startHarness, until } from "../../test-support/harness.ts";
import { allocate, branchesOf, callCount, N1, podRef, resolveTo } from "../../test-support/pods.ts";

describe("a branch", () => {
  it("is created with the resolved groups, tagged, and associated with the lowest VLAN id", async () => {
    await using h = await startHarness();
    const { node } = await h.client.ensureTrunk(N1);
    const branch = await allocate(h, resolveTo(h, "api", "sg-a", "sg-b"));
    expect(branch).toMatchObject({
      vlanId: 1,
      groupIds: ["sg-a", "sg-b"],
      policies: ["shop/p"],
      subnetCidr: "10.0.1.0/26",
      gateway: "10.0.1.1",
      nodeName: "n1",
      trunkEniId: node?.trunk?.eniId,
      reused: false,
    });
    const [eni] = branchesOf(h);
    expect(eni).toMatchObject({
      id: branch.eniId,
      groupIds: ["sg-a", "sg-b"],
      association: { id: branch.associationId, trunkId: node?.trunk?.eniId, key: 1 },
      tags: {
        "eks:eni:owner": "trunkline",
        "kubernetes.io/cluster/shop": "owned",
        "node.k8s.amazonaws.com/instance_id": N1.instanceId,
        "vpcresources.k8s.aws/vlan-id": "1",
        "vpcresources.k8s.aws/trunk-eni-id": node?.trunk?.eniId,
      },
    });
    expect(callCount(h, "CreateNetworkInterfacePermission")).toBe(0);
  });

  it("is the same one for repeats of a call, also at the same time", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const pod = resolveTo(h, "api", "sg-a");
    const all = await Promise.all([allocate(h, pod), allocate(h, pod), allocate(h, pod)]);
    const again = await allocate(h, pod);
    expect(new Set([...all, again].map((branch) => branch.eniId)).size).toBe(1);
    expect(again.reused).toBe(true);
    expect(branchesOf(h)).toHaveLength(1);
  });

  it("comes back to its owner at once and to others after its quarantine", async () => {
    await using h = await startHarness({ quarantineSec: 0.3 });
    await h.client.ensureTrunk(N1);
    const first = await allocate(h, resolveTo(h, "api-0", "sg-a"));
    const released = await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-api-0" });
    expect(released).toMatchObject({ released: true, branch: { state: 4, eniId: first.eniId } });
    expect(released.branch?.reusableTimeMs).toBeGreaterThan(0n);
    const reborn = { ...resolveTo(h, "api-0", "sg-a"), uid: "uid-2" };
    expect(await allocate(h, reborn)).toMatchObject({ eniId: first.eniId, reused: true });
    await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-2" });
    const stranger = await allocate(h, resolveTo(h, "web", "sg-a"));
    expect(stranger.eniId).not.toBe(first.eniId);
    const isHeld = async () => {
      const { branches } = await h.client.listBranches({ states: [5] });
      return branches.length === 1;
    };
    await until(isHeld);
    const changeCount = callCount(h, "ModifyNetworkInterfaceAttribute");
    const third = await allocate(h, resolveTo(h, "job", "sg-c"));
    expect(third).toMatchObject({ eniId: first.eniId, groupIds: ["sg-c"], reused: true });
    expect(callCount(h, "ModifyNetworkInterfaceAttribute")).toBe(changeCount + 1);
    expect(h.emulator.account.enis.get(first.eniId)?.groupIds).toEqual(["sg-c"]);
  });

  it("is deleted when it has been idle, and its VLAN id is free again", async () => {
    await using h = await startHarness({ quarantineSec: 0, heldSec: 0 });
    await h.client.ensureTrunk(N1);
    await allocate(h, resolveTo(h, "api", "sg-a"));
    await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-api" });
    await until(() => branchesOf(h).length === 0);
    await until(async () => (await h.client.listBranches({})).branches.length === 0);
    expect((await allocate(h, resolveTo(h, "web", "sg-a"))).vlanId).toBe(1);
    const found = await failure(h.client.getBranch({ key: { $case: "podUid", value: "uid-api" } }));
    expect(found.code).toBe("NOT_FOUND");
  });

  it("is refused on a full trunk with the counts and a time to come back", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const names = Array.from({ length: 9 }, (_, index) => `api-${index}`);
    const branches = await Promise.all(
      names.map((name) => allocate(h, resolveTo(h, name, "sg-a"))),
    );
    expect(branches.map(({ vlanId }) => vlanId).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(branches.map(({ ipv4Address }) => ipv4Address)).size).toBe(9);
    await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-api-4" });
    const error = await failure(allocate(h, resolveTo(h, "web", "sg-a")));
    expect(error).toMatchObject({
      code: "BRANCH_EXHAUSTED",
      facts: { branchLimit: "9", allocatedCount: "8", quarantinedCount: "1", cniCode: "11" },
    });
    expect(Number(error.facts["retryAfterMs"])).toBeGreaterThan(25_000);
    const { capacity } = await h.client.getCapacity({ nodeName: "n1" });
    expect(capacity).toMatchObject({
      branchLimit: 9,
      allocatedCount: 8,
      quarantinedCount: 1,
      heldCount: 0,
      allocatableCount: 0,
      eniLimit: 3,
      ipv4PerEni: 10,
    });
  });
});

describe("no branch", () => {
  it("goes to a pod that no policy selects: it is ordinary", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    h.pods.set("shop/web", { nodeName: "n1", source: Source.SOURCE_NODE });
    const answer = await h.client.allocateBranch({ nodeName: "n1", pod: podRef("web") });
    expect(answer.attachment).toEqual({
      $case: "ordinary",
      value: {
        reason: "no SecurityGroupPolicy in namespace shop selects the pod",
        groupIds: ["sg-node"],
      },
    });
  });

  it.each([
    ["another node's pod", { nodeName: "n2", groupIds: ["sg-a"] }, "NOT_PERMITTED", "n2"],
    ["an unscheduled pod", { nodeName: "", groupIds: ["sg-a"] }, "NOT_PERMITTED", "not bound"],
    [
      "a pod with another uid",
      { nodeName: "n1", pod: podRef("api", "u2") },
      "STALE_REVISION",
      "u2",
    ],
    ["a pod that has ended", { nodeName: "n1", finished: true }, "NOT_FOUND", "has ended"],
    [
      "a host-network pod",
      { nodeName: "n1", source: Source.SOURCE_HOST_NETWORK },
      "INVALID_ARGUMENT",
      "host network",
    ],
    ["a policy without groups", { nodeName: "n1", groupIds: [] }, "UNSUPPORTED", "no groups"],
    [
      "a pod with more groups than an interface takes",
      { nodeName: "n1", groupIds: Array.from({ length: 17 }, (_, index) => `sg-${index}`) },
      "QUOTA",
      "gets 17 groups from shop/p",
    ],
    ["an unknown group", { nodeName: "n1", groupIds: ["sg-nope"] }, "NOT_FOUND", "sg-nope"],
  ] as const)("goes to %s", async (_what, answer, code, text) => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    h.pods.set("shop/api", {
      ...answer,
      groupIds: [...("groupIds" in answer ? answer.groupIds : [])],
    });
    const error = await failure(allocate(h, podRef("api")));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
    if (text === "sg-nope") expect(error.facts["groupId"]).toBe("sg-nope");
    expect(branchesOf(h)).toEqual([]);
    const { branches } = await h.client.listBranches({});
    expect(branches).toEqual([]);
  });

  it("goes out while the policy service cannot be reached", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const pod = resolveTo(h, "api", "sg-a");
    await h.stopPolicy();
    const error = await failure(allocate(h, pod));
    expect(error.code).toBe("NOT_READY");
    expect(error.message).toContain("policy-service");
    expect(branchesOf(h)).toEqual([]);
  });

  it("goes to a pod of an unknown node, and wrong requests list everything wrong", async () => {
    await using h = await startHarness();
    expect((await failure(allocate(h, resolveTo(h, "api", "sg-a")))).code).toBe("NOT_FOUND");
    const pod = { namespace: "Shop", name: "", uid: "u" };
    const wrong = await failure(h.client.allocateBranch({ nodeName: "", pod }));
    expect(wrong.code).toBe("INVALID_ARGUMENT");
    expect(wrong.problems.map(({ field }) => field)).toEqual([
      "node_name",
      "pod.namespace",
      "pod.name",
    ]);
  });
});
