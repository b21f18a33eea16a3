import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AccountView, accountFaults } from "../support/account-view.ts";
import { cni } from "../support/cni.ts";
import { eventually } from "../support/eventually.ts";
import { saysNoStack } from "../support/says-no-stack.ts";
import { nodeEniId } from "../support/world.ts";
import { type FaultStack, startFaultStack } from "./fault-stack.ts";
import { faultWorld, podNamed } from "./fault-world.ts";

// One system through all outages: each must leave it as if nothing had happened.

let faults: FaultStack;
let objects: string[];
let account: AccountView;
beforeAll(async () => {
  faults = await startFaultStack();
});
afterAll(() => faults?.[Symbol.asyncDispose]());
beforeEach(async () => {
  objects = await faults.kernelObjects();
  account = await faults.stack.account.read();
});
afterEach(async () => {
  expect(await faults.kernelObjects()).toEqual(objects);
  expect(accountFaults(await faults.stack.account.read())).toEqual([]);
});

/** ADD that must be refused so that the runtime asks again, naming who is missing. */
async function waits(podName: string, missing: string): Promise<void> {
  const error = await faults.refusedAdd(podName);
  expect(error.code).toBe(11);
  expect(`${error.msg} ${error.details}`).toContain(missing);
  saysNoStack(error.text);
}

async function groupsOf(address: string): Promise<(string | undefined)[]> {
  const { interfaces } = await faults.stack.account.read();
  const eni = interfaces.find((each) => each.PrivateIpAddress === address.replace("/32", ""));
  return eni?.Groups?.map((group) => group.GroupName) ?? [];
}

async function stateOf(podUid: string): Promise<string> {
  const { branches } = await faults.stack.ipam.call<{
    branches: { pod: { uid: string }; state: string }[];
  }>("ListBranches");
  return branches.find((branch) => branch.pod.uid === podUid)?.state ?? "none";
}

describe("an outage", () => {
  it("of policy-service lets the pod wait, never with the node's groups", async () => {
    const { stack } = faults;
    await stack.stop("policy-service");
    await waits("n1-app-0", "policy-service");
    await waits("n1-plain-0", "policy-service");
    await stack.nothingLeft(account);
    expect(await faults.kernelObjects()).toEqual(objects);
    await stack.start("policy-service");
    const { ips } = await faults.add("n1-app-0");
    expect(await groupsOf(ips[0]?.address ?? "")).toEqual(["app"]);
    await faults.remove("n1-app-0");
  });

  it("of policy-service that ends while ADD waits ends with the pod's own groups", async () => {
    const { stack } = faults;
    await stack.start("node-daemon n2", { addTimeoutMs: 30_000 });
    await eventually(() => stack.node("n2").call("Status"));
    await stack.stop("policy-service");
    const call = {
      socket: stack.nodeAddress("n2").slice("unix:".length),
      pod: podNamed("n2-app-0"),
    };
    const adding = cni({ command: "ADD", ...call });
    await eventually(async () => {
      const { pods } = await stack.node("n2").call<{ pods: { state: string }[] }>("ListPods");
      return pods.some((pod) => pod.state === "adding");
    });
    await stack.start("policy-service");
    const { code, document } = await adding;
    expect(code).toBe(0);
    const { ips } = document as { ips: { address: string }[] };
    expect(await groupsOf(ips[0]?.address ?? "")).toEqual(["app"]);
    expect(await cni({ command: "DEL", ...call })).toMatchObject({ code: 0, stdout: "" });
  });

  it("of ipam-service lets the pod wait, and its branch is where it was", async () => {
    const { stack } = faults;
    const first = await faults.add("n1-app-0");
    const during = await faults.kernelObjects();
    const held = { podUid: "uid-n1-app-0" };
    const branch = await stack.ipam.call("GetBranch", held);
    await stack.stop("ipam-service");
    await waits("n1-app-1", "ipam-service");
    expect(await faults.kernelObjects()).toEqual(during);
    await stack.start("ipam-service");
    expect(await eventually(() => stack.ipam.call("GetBranch", held))).toEqual(branch);
    expect(await faults.add("n1-app-0")).toEqual(first);
    await faults.add("n1-app-1");
    await faults.ask("Delete", "n1-app-1");
    await faults.remove("n1-app-0");
  });

  it("of ipam-service, killed, does not hold up DEL; the release is made up for", async () => {
    const { stack } = faults;
    await faults.add("n1-app-2");
    await stack.stop("ipam-service", "SIGKILL");
    await faults.remove("n1-app-2");
    expect(await faults.kernelObjects()).toEqual(objects);
    await stack.start("ipam-service");
    await eventually(async () => {
      expect(await stateOf("uid-n1-app-2")).toBe("BRANCH_STATE_QUARANTINED");
    }, 20_000);
  });

  it("of the node daemon, killed between ADD and DEL, is made up for by its next start", async () => {
    const { stack } = faults;
    await faults.add("n1-app-3");
    await faults.add("n1-plain-0");
    const during = await faults.kernelObjects();
    expect(during.length).toBeGreaterThan(objects.length);
    await stack.stop("node-daemon n1", "SIGKILL");
    await waits("n1-app-4", "node daemon");
    await stack.start("node-daemon n1");
    expect(await faults.kernelObjects()).toEqual(during);
    await faults.remove("n1-app-3");
    await faults.remove("n1-plain-0");
    expect(await stateOf("uid-n1-app-3")).toBe("BRANCH_STATE_QUARANTINED");
    // A second DEL of what is gone is success, too.
    await faults.remove("n1-app-3");
  });
});

describe("after all outages", () => {
  it("nothing is left in the account once the nodes are forgotten", async () => {
    const { stack } = faults;
    await stack.stop("node-daemon n1");
    await stack.stop("node-daemon n2");
    for (const nodeName of ["n1", "n2"]) await stack.ipam.call("RemoveNode", { nodeName });
    const { interfaces, associations } = await stack.account.read();
    expect(associations).toEqual([]);
    const given = new Set(faultWorld.nodes.map((node) => nodeEniId(node.name)));
    expect(
      interfaces.map((each) => each.NetworkInterfaceId).filter((id) => !given.has(id ?? "")),
    ).toEqual([]);
    expect(interfaces.flatMap((each) => each.PrivateIpAddresses?.slice(1) ?? [])).toEqual([]);
    expect(await stack.ipam.call("ListNodes")).toMatchObject({ items: [] });
  });
});
