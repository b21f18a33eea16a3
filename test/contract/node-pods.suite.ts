import { describe, expect, it } from "vitest";
import type { NodePod } from "../support/messages.ts";
import { instanceId } from "../support/world.ts";
import { nodeRequest } from "./node-calls.ts";
import { n1, stack } from "./node-stack.ts";

describe("Check", () => {
  it("is content with what Add made", async () => {
    await n1.add("n1-app-2");
    expect(await n1.client.call("Check", nodeRequest("n1-app-2", "CHECK"))).toEqual({});
  });

  it("lists what differs: FAILED_PRECONDITION reason DRIFT, CNI code 100", async () => {
    const config = { prevResult: { ips: [{ address: "10.9.9.9/32" }] } };
    const failure = await stack
      .node("n1")
      .failure("Check", nodeRequest("n1-app-2", "CHECK", { config }));
    expect(failure).toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "DRIFT",
      facts: { cniCode: "100" },
    });
    expect(failure.message).toContain("10.9.9.9/32");
  });

  it("refuses an attachment it has no record of: NOT_FOUND, CNI code 3", async () => {
    const failure = await n1.client.failure("Check", nodeRequest("n1-app-5", "CHECK"));
    expect(failure).toMatchObject({ status: "NOT_FOUND", facts: { cniCode: "3" } });
  });
});

describe("Delete", () => {
  it("takes the attachment back, and a repeat is success", async () => {
    const { pod } = await n1.add("n1-app-3");
    expect(await n1.remove("n1-app-3")).toEqual({ deleted: true });
    expect(await n1.remove("n1-app-3")).toEqual({ deleted: false });
    const { branch } = await stack.ipam.call<{ branch: { state: string } }>("GetBranch", {
      eniId: pod.eniId,
    });
    expect(branch.state).toBe("BRANCH_STATE_QUARANTINED");
  });

  it("works without a network namespace", async () => {
    await n1.add("n1-app-4");
    expect(await n1.remove("n1-app-4", { env: { CNI_NETNS: undefined } })).toEqual({
      deleted: true,
    });
  });

  it("refuses a wrong environment with CNI code 4", async () => {
    const failure = await stack
      .node("n1")
      .failure("Delete", nodeRequest("n1-app-3", "DEL", { env: { CNI_CONTAINERID: "" } }));
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", facts: { cniCode: "4" } });
  });
});

describe("Collect", () => {
  it("deletes the attachments of a network that are not valid any more", async () => {
    const other = { config: { name: "other" } };
    await n1.add("n1-app-1", other);
    await n1.add("n1-app-5", other);
    const valid = [{ containerId: "sandbox-n1-app-1", ifName: "eth0" }];
    const collect = () => n1.client.call("Collect", { network: "other", valid });
    expect(await collect()).toEqual({
      deleted: [{ containerId: "sandbox-n1-app-5", ifName: "eth0" }],
    });
    expect(await collect()).toEqual({ deleted: [] });
    expect(await n1.remove("n1-app-1", other)).toEqual({ deleted: true });
  });

  it("refuses a request without network", async () => {
    const failure = await n1.client.failure("Collect");
    expect(failure.violations).toMatchObject([{ field: "network" }]);
  });
});

describe("Status", () => {
  it("names the node, its datapath, its mode and its trunk", async () => {
    const status = await n1.client.call<Record<string, unknown>>("Status");
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

describe("a node that has no trunk", () => {
  it("answers Status with UNAVAILABLE and CNI code 50, Add with CNI code 11, and deletes", async () => {
    await stack.start("node-daemon burst");
    const node = stack.node("burst");
    const status = await node.failure("Status");
    expect(status).toMatchObject({
      status: "UNAVAILABLE",
      reason: "NOT_READY",
      domain: "trunkline.dev",
      facts: { cniCode: "50" },
    });
    expect(status.retryAfterMs).toBeGreaterThan(0);
    expect(await node.failure("Add", nodeRequest("n1-app-5", "ADD"))).toMatchObject({
      status: "UNAVAILABLE",
      facts: { cniCode: "11" },
    });
    expect(await node.call("Delete", nodeRequest("n1-app-5", "DEL"))).toEqual({ deleted: false });
  });
});

describe("ListPods", () => {
  interface Page {
    readonly pods: readonly NodePod[];
    readonly nextPageToken: string;
  }

  it("lists by namespace and name, page by page", async () => {
    await Promise.all([n1.add("n1-plain-0"), n1.add("n1-app-0"), n1.add("n1-plain-1")]);
    const whole = await n1.client.call<Page>("ListPods");
    const names = whole.pods.map((pod) => `${pod.namespace}/${pod.name}`);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(["shop/n1-app-0", "shop/n1-plain-0"]));
    const paged: NodePod[] = [];
    let pageToken = "";
    do {
      const page = await n1.client.call<Page>("ListPods", { pageSize: 1, pageToken });
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
    const failure = await n1.client.failure("ListPods", wrong);
    expect(failure.status).toBe("INVALID_ARGUMENT");
    expect(failure.violations).toMatchObject([{ field }]);
  });
});

describe("GetPod", () => {
  it("returns a pod with its kernel objects and no drift", async () => {
    const { pod } = await n1.add("n1-app-0");
    const answer = await n1.client.call<{
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
    const failure = await n1.client.failure("GetPod", { namespace: "shop", name: "nobody" });
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain("shop/nobody");
  });

  it("refuses an empty request with every field that is missing", async () => {
    const failure = await n1.client.failure("GetPod");
    expect(failure.violations.map((each) => each.field).sort()).toEqual(["name", "namespace"]);
  });
});
