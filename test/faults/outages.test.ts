import { describe, expect, it } from "vitest";
import { saysNoStack } from "../support/says-no-stack.ts";
import { groupId } from "../support/world.ts";
import { type FaultStack, startFaultStack } from "./fault-stack.ts";

async function groupsOf(faults: FaultStack, address: string): Promise<(string | undefined)[]> {
  const { interfaces } = await faults.stack.account.read();
  const eni = interfaces.find((each) => each.PrivateIpAddress === address.replace("/32", ""));
  return eni?.Groups?.map((group) => group.GroupId) ?? [];
}

describe.concurrent("an outage", () => {
  it("of policy-service lets the pod wait, never with the node's groups", async () => {
    await using faults = await startFaultStack();
    const { stack } = faults;
    const before = await stack.account.read();
    const objects = await faults.kernelObjects();
    await stack.stop("policy-service");
    for (const pod of ["n1-app-0", "n1-plain-0"]) {
      const error = await faults.refusedAdd(pod);
      expect(error.code).toBe(11);
      expect(`${error.msg} ${error.details}`).toContain("policy-service");
      saysNoStack(error.text);
    }
    await stack.nothingLeft(before);
    expect(await faults.kernelObjects()).toEqual(objects);
    await stack.start("policy-service");
    const { ips } = await faults.add("n1-app-0");
    expect(await groupsOf(faults, ips[0]?.address ?? "")).toEqual([groupId("app")]);
    await faults.remove("n1-app-0");
    expect(await faults.kernelObjects()).toEqual(objects);
  });

  it("of policy-service that ends while ADD waits ends with the pod's own groups", async () => {
    await using faults = await startFaultStack({ "node-daemon n1": { addTimeoutMs: 20_000 } });
    await faults.stack.stop("policy-service");
    const adding = faults.add("n1-app-0");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await faults.stack.start("policy-service");
    const { ips } = await adding;
    expect(await groupsOf(faults, ips[0]?.address ?? "")).toEqual([groupId("app")]);
  });

  it("of ipam-service lets the pod wait, and its branch is where it was", async () => {
    await using faults = await startFaultStack();
    const { stack } = faults;
    const first = await faults.add("n1-app-0");
    const { branch } = await stack.ipam.call<{ branch: object }>("GetBranch", {
      podUid: "uid-n1-app-0",
    });
    const objects = await faults.kernelObjects();
    await stack.stop("ipam-service");
    const error = await faults.refusedAdd("n1-app-1");
    expect(error.code).toBe(11);
    expect(`${error.msg} ${error.details}`).toContain("ipam-service");
    saysNoStack(error.text);
    expect(await faults.kernelObjects()).toEqual(objects);
    await stack.start("ipam-service");
    expect(await stack.ipam.call("GetBranch", { podUid: "uid-n1-app-0" })).toEqual({ branch });
    expect(await faults.add("n1-app-0")).toEqual(first);
    await faults.add("n1-app-1");
  });

  it("of ipam-service does not hold up DEL; the release is made up for", async () => {
    await using faults = await startFaultStack();
    const { stack } = faults;
    const before = await faults.kernelObjects();
    await faults.add("n1-app-0");
    await stack.stop("ipam-service", "SIGKILL");
    await faults.remove("n1-app-0");
    expect(await faults.kernelObjects()).toEqual(before);
    await stack.start("ipam-service");
    await expect
      .poll(() => stateOf(faults, "uid-n1-app-0"), { timeout: 15_000 })
      .toBe("BRANCH_STATE_QUARANTINED");
  });

  it("of the node daemon between ADD and DEL is made up for by its next start", async () => {
    await using faults = await startFaultStack();
    const { stack } = faults;
    const before = await faults.kernelObjects();
    await faults.add("n1-app-0");
    await faults.add("n1-plain-0");
    const during = await faults.kernelObjects();
    expect(during.length).toBeGreaterThan(before.length);
    await stack.stop("node-daemon n1", "SIGKILL");
    const error = await faults.refusedAdd("n1-app-1");
    expect(error.code).toBe(11);
    saysNoStack(error.text);
    await stack.start("node-daemon n1");
    expect(await faults.kernelObjects()).toEqual(during);
    await faults.remove("n1-app-0");
    await faults.remove("n1-plain-0");
    expect(await faults.kernelObjects()).toEqual(before);
    expect(await stateOf(faults, "uid-n1-app-0")).toBe("BRANCH_STATE_QUARANTINED");
  });
});

async function stateOf(faults: FaultStack, podUid: string): Promise<string> {
  const { branches } = await faults.stack.ipam.call<{
    branches: { pod: { uid: string }; state: string }[];
  }>("ListBranches");
  return branches.find((branch) => branch.pod.uid === podUid)?.state ?? "none";
}
