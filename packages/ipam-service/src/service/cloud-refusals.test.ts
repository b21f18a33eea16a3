import { describe, expect, it } from "vitest";
import { failure, startHarness, until } from "../../test-support/harness.ts";
import { allocate, branchesOf, callCount, N1, resolveTo } from "../../test-support/pods.ts";

describe("what EC2 refuses", () => {
  it.each([
    ["UnauthorizedOperation", 403, "NOT_PERMITTED"],
    ["NetworkInterfaceLimitExceeded", 400, "QUOTA"],
    ["InsufficientFreeAddressesInSubnet", 400, "SUBNET_FULL"],
    ["IdempotentParameterMismatch", 400, "DRIFT"],
  ] as const)(
    "with %s reaches the caller as itself, and nothing is left",
    async (ec2Code, status, code) => {
      await using h = await startHarness();
      await h.client.ensureTrunk(N1);
      h.proxy.faults.set("CreateNetworkInterface", [{ code: ec2Code, status }]);
      const error = await failure(allocate(h, resolveTo(h, "api", "sg-a")));
      expect(error).toMatchObject({ code, facts: { action: "CreateNetworkInterface", ec2Code } });
      expect(error.message).toContain("EC2 refused CreateNetworkInterface");
      expect((await h.client.listBranches({})).branches).toEqual([]);
      expect((await allocate(h, resolveTo(h, "api", "sg-a"))).vlanId).toBe(1);
    },
  );

  it("for its rate is asked again, a few times, before the caller is told", async () => {
    await using h = await startHarness({ ec2BudgetFactor: 20 });
    await h.client.ensureTrunk(N1);
    const throttled = { code: "RequestLimitExceeded", status: 503 };
    h.proxy.faults.set("CreateNetworkInterface", [throttled, throttled]);
    expect((await allocate(h, resolveTo(h, "api", "sg-a"))).vlanId).toBe(1);
    h.proxy.faults.set(
      "CreateNetworkInterface",
      Array.from({ length: 4 }, () => throttled),
    );
    const error = await failure(allocate(h, resolveTo(h, "web", "sg-a")));
    expect(error).toMatchObject({ code: "THROTTLED", facts: { retryAfterMs: "2000" } });
    expect(branchesOf(h)).toHaveLength(1);
  });

  it("after the interface was made takes the interface away again", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const refused = { code: "UnauthorizedOperation", status: 403 };
    h.proxy.faults.set("AssociateTrunkInterface", [refused]);
    h.proxy.faults.set("DeleteNetworkInterface", [refused, "loseAnswer"]);
    const error = await failure(allocate(h, resolveTo(h, "api", "sg-a")));
    expect(error).toMatchObject({
      code: "NOT_PERMITTED",
      facts: { action: "AssociateTrunkInterface" },
    });
    // Deletes are repeated until they are done, whatever was answered to them.
    await until(async () => (await h.client.listBranches({})).branches.length === 0);
    expect(branchesOf(h)).toEqual([]);
    expect(callCount(h, "DeleteNetworkInterface")).toBe(2);
  });

  it("of a change of groups leaves the branch as it was, for others", async () => {
    await using h = await startHarness({ quarantineSec: 0 });
    await h.client.ensureTrunk(N1);
    const first = await allocate(h, resolveTo(h, "api", "sg-a"));
    await h.client.releaseBranch({ nodeName: "n1", podUid: "uid-api" });
    await until(async () => (await h.client.listBranches({ states: [5] })).branches.length === 1);
    const error = await failure(allocate(h, resolveTo(h, "web", "sg-0bad0bad")));
    expect(error).toMatchObject({ code: "NOT_FOUND", facts: { groupId: "sg-0bad0bad" } });
    expect(await allocate(h, resolveTo(h, "api", "sg-a"))).toMatchObject({ eniId: first.eniId });
    expect(branchesOf(h)).toMatchObject([{ groupIds: ["sg-a"] }]);
  });

  it("for lack of addresses makes room of what is held on other nodes", async () => {
    await using h = await startHarness({ quarantineSec: 0 });
    await h.client.ensureTrunk(N1);
    await h.client.ensureTrunk({ nodeName: "n2", instanceId: "i-00000000000000002" });
    h.pods.set("shop/far", { nodeName: "n2", groupIds: ["sg-a"] });
    const far = { namespace: "shop", name: "far", uid: "uid-far" };
    await h.client.allocateBranch({ nodeName: "n2", pod: far });
    await h.client.releaseBranch({ nodeName: "n2", podUid: "uid-far" });
    await until(async () => (await h.client.listBranches({ states: [5] })).branches.length === 1);
    const full = { code: "InsufficientFreeAddressesInSubnet", status: 400 };
    h.proxy.faults.set("CreateNetworkInterface", [full]);
    expect((await failure(allocate(h, resolveTo(h, "api", "sg-a")))).code).toBe("SUBNET_FULL");
    await until(() => branchesOf(h).length === 0);
  });

  it("is not asked at all when it cannot be reached: the pod waits", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    await h.proxy[Symbol.asyncDispose]();
    const error = await failure(allocate(h, resolveTo(h, "api", "sg-a")));
    expect(error.code).toBe("NOT_READY");
    expect(error.message).toContain("EC2 cannot be reached for CreateNetworkInterface");
  });

  it("names the right that is missing across accounts", async () => {
    await using h = await startHarness({ interfacePermission: true });
    await h.client.ensureTrunk(N1);
    await allocate(h, resolveTo(h, "api", "sg-a"));
    expect(callCount(h, "CreateNetworkInterfacePermission")).toBe(2);
  });
});
