import { describe, expect, it } from "vitest";
import { failure, startHarness } from "../../test-support/harness.ts";
import { allocate, N1, resolveTo } from "../../test-support/pods.ts";

describe("lists", () => {
  it("give every branch once, page by page, in the order of VLAN ids", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    for (let index = 0; index < 5; index++) await allocate(h, resolveTo(h, `api-${index}`, "sg-a"));
    const first = await h.client.listBranches({ pageSize: 2 });
    const second = await h.client.listBranches({ pageSize: 2, pageToken: first.nextPageToken });
    await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-api-0" });
    const third = await h.client.listBranches({ pageSize: 2, pageToken: second.nextPageToken });
    const pages = [first, second, third];
    expect(pages.flatMap(({ branches }) => branches.map(({ vlanId }) => vlanId))).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect(third.nextPageToken).toBe("");
    expect(third.revision).toBeGreaterThan(first.revision);
    const released = await h.client.listBranches({ nodeName: "n1", states: [4] });
    expect(released.branches).toMatchObject([{ vlanId: 1, pod: { name: "api-0" } }]);
    expect((await h.client.listBranches({ nodeName: "n9" })).branches).toEqual([]);
  });

  it("refuse sizes out of range and tokens that are none", async () => {
    await using h = await startHarness();
    for (const request of [{ pageSize: -1 }, { pageSize: 1001 }, { pageToken: "?" }]) {
      expect((await failure(h.client.listBranches(request))).code).toBe("INVALID_ARGUMENT");
      expect((await failure(h.client.listNodes(request))).code).toBe("INVALID_ARGUMENT");
    }
  });
});

describe("one branch", () => {
  it("is found by its pod while that holds it, and by its interface", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const { reused: _reused, ...branch } = await allocate(h, resolveTo(h, "api", "sg-a"));
    const byPod = { key: { $case: "podUid", value: "uid-api" } } as const;
    const byEni = { key: { $case: "eniId", value: branch.eniId } } as const;
    expect((await h.client.getBranch(byPod)).branch).toEqual(branch);
    expect((await h.client.getBranch(byEni)).branch).toEqual(branch);
    await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-api" });
    expect((await failure(h.client.getBranch(byPod))).code).toBe("NOT_FOUND");
    expect((await h.client.getBranch(byEni)).branch).toMatchObject({ state: 4 });
    expect((await failure(h.client.getBranch({}))).code).toBe("INVALID_ARGUMENT");
  });
});

describe("calls of later versions", () => {
  it("answer that they are not built", async () => {
    await using h = await startHarness();
    const calls = [h.client.setBranchGroups({}), h.client.reconcile({}), h.client.listFindings({})];
    for (const call of calls) expect((await failure(call)).code).toBe("NOT_IMPLEMENTED");
  });
});
