import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CniCall, cniRequest } from "../support/cni.ts";
import type { NodePod } from "../support/messages.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { instanceId, podRef } from "../support/world.ts";
import { contractWorld, podNamed, SMALL_BRANCH_LIMIT } from "./contract-world.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(contractWorld, { nodes: ["n1", "small"] });
});
afterAll(() => stack?.[Symbol.asyncDispose]());

function request(podName: string, command: string, others: Partial<CniCall> = {}) {
  const pod = podNamed(podName);
  return { cni: cniRequest({ command, socket: "/not/used/by/the/daemon", pod, ...others }) };
}

interface AddResponse {
  readonly result: Uint8Array;
  readonly pod: NodePod;
}

function add(podName: string, others?: Partial<CniCall>): Promise<AddResponse> {
  return stack.node("n1").call("Add", request(podName, "ADD", others));
}

function refusedAdd(podName: string, others?: Partial<CniCall>) {
  return stack.node("n1").failure("Add", request(podName, "ADD", others));
}

function remove(podName: string, others?: Partial<CniCall>): Promise<{ deleted: boolean }> {
  return stack.node("n1").call("Delete", request(podName, "DEL", others));
}

function resultOf({ result }: AddResponse): unknown {
  return JSON.parse(Buffer.from(result).toString("utf8"));
}

describe("Add", () => {
  it("gives a selected pod a branch and a CNI result, and the same when repeated", async () => {
    const first = await add("n1-app-0");
    expect(first.pod).toMatchObject({
      ...podRef(podNamed("n1-app-0")),
      containerId: "sandbox-n1-app-0",
      ifName: "eth0",
      network: "pods",
      kind: "ATTACHMENT_KIND_BRANCH",
      groupIds: ["sg-app"],
      mode: "strict",
      state: "ready",
    });
    const { branch } = await stack.ipam.call<{ branch: { ipv4Address: string; vlanId: number } }>(
      "GetBranch",
      { podUid: first.pod.uid },
    );
    expect(first.pod).toMatchObject({ ipv4Address: branch.ipv4Address, vlanId: branch.vlanId });
    expect(resultOf(first)).toMatchObject({
      cniVersion: "1.0.0",
      ips: [{ address: `${branch.ipv4Address}/32` }],
    });
    expect(await add("n1-app-0")).toEqual(first);
  });

  it("gives a pod that no policy selects an address of the node", async () => {
    const { pod } = await add("n1-plain-0");
    expect(pod).toMatchObject({
      kind: "ATTACHMENT_KIND_ORDINARY",
      eniId: "eni-n1",
      vlanId: 0,
      groupIds: ["sg-node"],
      mode: "",
    });
  });

  it("refuses beyond the branch limit with RESOURCE_EXHAUSTED and CNI code 11", async () => {
    await stack.node("small").call("Status");
    for (let index = 0; index < SMALL_BRANCH_LIMIT; index++) {
      await stack.node("small").call("Add", request(`small-app-${index}`, "ADD"));
    }
    const failure = await stack
      .node("small")
      .failure("Add", request(`small-app-${SMALL_BRANCH_LIMIT}`, "ADD"));
    expect(failure).toMatchObject({
      status: "RESOURCE_EXHAUSTED",
      reason: "BRANCH_EXHAUSTED",
      domain: "trunkline.dev",
      facts: { cniCode: "11" },
    });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
  });

  it("lets a pod that is not known yet wait: NOT_FOUND, CNI code 11", async () => {
    const pod = { name: "nobody", nodeName: "n1" };
    const failure = await refusedAdd("n1-app-1", { pod });
    expect(failure).toMatchObject({ status: "NOT_FOUND", facts: { cniCode: "11" } });
    expect(failure.message).toContain("shop/nobody");
  });

  it("lets a pod that was re-created wait: ABORTED, CNI code 11", async () => {
    const pod = { ...podNamed("n1-app-1"), uid: "uid-of-before" };
    const failure = await refusedAdd("n1-app-1", { pod });
    expect(failure).toMatchObject({ status: "ABORTED", facts: { cniCode: "11" } });
  });

  it("refuses a pod of another node: PERMISSION_DENIED, CNI code 100", async () => {
    const failure = await refusedAdd("n2-app-0");
    expect(failure).toMatchObject({ status: "PERMISSION_DENIED", facts: { cniCode: "100" } });
  });

  it("refuses a wrong environment with CNI code 4 and every problem", async () => {
    const env = { CNI_NETNS: "", CNI_IFNAME: "much-too-long-a-name", CNI_CONTAINERID: "-bad-" };
    const failure = await refusedAdd("n1-app-1", { env });
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", facts: { cniCode: "4" } });
    for (const name of ["CNI_NETNS", "CNI_IFNAME", "CNI_CONTAINERID"]) {
      expect(failure.message).toContain(name);
    }
  });

  it("refuses a configuration that is no JSON with CNI code 6", async () => {
    const failure = await refusedAdd("n1-app-1", { stdin: "{not json" });
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", facts: { cniCode: "6" } });
  });

  it("refuses a wrong configuration with CNI code 7", async () => {
    const failure = await refusedAdd("n1-app-1", { config: { name: "" } });
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", facts: { cniCode: "7" } });
  });

  it("refuses an empty request", async () => {
    expect((await stack.node("n1").failure("Add")).status).toBe("INVALID_ARGUMENT");
  });
});

describe("Check", () => {
  it("is content with what Add made", async () => {
    await add("n1-app-2");
    expect(await stack.node("n1").call("Check", request("n1-app-2", "CHECK"))).toEqual({});
  });

  it("refuses an attachment it has no record of: NOT_FOUND, CNI code 3", async () => {
    const failure = await stack.node("n1").failure("Check", request("n1-app-5", "CHECK"));
    expect(failure).toMatchObject({ status: "NOT_FOUND", facts: { cniCode: "3" } });
  });
});

describe("Delete", () => {
  it("takes the attachment back, and a repeat is success", async () => {
    const { pod } = await add("n1-app-3");
    expect(await remove("n1-app-3")).toEqual({ deleted: true });
    expect(await remove("n1-app-3")).toEqual({ deleted: false });
    const { branch } = await stack.ipam.call<{ branch: { state: string } }>("GetBranch", {
      eniId: pod.eniId,
    });
    expect(branch.state).toBe("BRANCH_STATE_QUARANTINED");
  });

  it("works without a network namespace", async () => {
    await add("n1-app-4");
    expect(await remove("n1-app-4", { env: { CNI_NETNS: undefined } })).toEqual({ deleted: true });
  });

  it("refuses a wrong environment with CNI code 4", async () => {
    const failure = await stack
      .node("n1")
      .failure("Delete", request("n1-app-3", "DEL", { env: { CNI_CONTAINERID: "" } }));
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", facts: { cniCode: "4" } });
  });
});

describe("Status", () => {
  it("names the node, its datapath, its mode and its trunk", async () => {
    const status = await stack.node("n1").call<Record<string, unknown>>("Status");
    expect(status).toMatchObject({
      nodeName: "n1",
      datapath: "plan",
      mode: "strict",
      branchLimit: 9,
    });
    const { node } = await stack.ipam.call<{ node: { trunk: { eniId: string } } }>("EnsureTrunk", {
      nodeName: "n1",
      instanceId: instanceId("n1"),
    });
    expect(status.trunkEniId).toBe(node.trunk.eniId);
  });
});

describe("ListPods", () => {
  interface Page {
    readonly pods: readonly NodePod[];
    readonly nextPageToken: string;
  }

  it("lists by namespace and name, page by page", async () => {
    await Promise.all([add("n1-plain-0"), add("n1-app-0"), add("n1-plain-1")]);
    const whole = await stack.node("n1").call<Page>("ListPods");
    const names = whole.pods.map((pod) => `${pod.namespace}/${pod.name}`);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(["shop/n1-app-0", "shop/n1-plain-0"]));
    const paged: NodePod[] = [];
    let pageToken = "";
    do {
      const page = await stack.node("n1").call<Page>("ListPods", { pageSize: 1, pageToken });
      paged.push(...page.pods);
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && paged.length < 100);
    expect(paged).toEqual(whole.pods);
  });

  it.each([
    ["page_size", { pageSize: 1001 }],
    ["page_size", { pageSize: -1 }],
    ["page_token", { pageToken: "not-a-token" }],
  ])("refuses a wrong %s with INVALID_ARGUMENT: %o", async (field, wrong) => {
    const failure = await stack.node("n1").failure("ListPods", wrong);
    expect(failure.status).toBe("INVALID_ARGUMENT");
    expect(failure.violations).toMatchObject([{ field }]);
  });
});

describe("GetPod", () => {
  it("returns a pod with its kernel objects and no drift", async () => {
    const { pod } = await add("n1-app-0");
    const answer = await stack.node("n1").call<{
      pod: NodePod;
      desired: { kind: string; namespace: string; text: string }[];
      drift: string[];
    }>("GetPod", { namespace: "shop", name: "n1-app-0" });
    expect(answer.pod).toEqual(pod);
    expect(answer.drift).toEqual([]);
    const kinds = new Set(answer.desired.map((each) => each.kind));
    expect([...kinds]).toEqual(expect.arrayContaining(["link", "route", "rule"]));
    expect(answer.desired.some((each) => each.text.includes(pod.hostVeth))).toBe(true);
  });

  it("refuses an unknown pod with NOT_FOUND and its name", async () => {
    const failure = await stack.node("n1").failure("GetPod", { namespace: "shop", name: "nobody" });
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain("shop/nobody");
  });

  it("refuses an empty request with every field that is missing", async () => {
    const failure = await stack.node("n1").failure("GetPod");
    expect(failure.violations.map((each) => each.field).sort()).toEqual(["name", "namespace"]);
  });
});
