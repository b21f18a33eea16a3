import { describe, expect, it } from "vitest";
import { groupId, NODE_GROUP_ID, nodeEniId, podRef } from "../support/world.ts";
import { podNamed, SMALL_BRANCH_LIMIT } from "./contract-world.ts";
import { type AddResponse, nodeRequest } from "./node-calls.ts";
import { n1, stack } from "./node-stack.ts";

function resultOf({ result }: AddResponse): unknown {
  return JSON.parse(Buffer.from(result).toString("utf8"));
}

describe("Add", () => {
  it("gives a selected pod a branch and a CNI result, and the same when repeated", async () => {
    const first = await n1.add("n1-app-0");
    expect(first.pod).toMatchObject({
      ...podRef(podNamed("n1-app-0")),
      containerId: "sandbox-n1-app-0",
      ifName: "eth0",
      network: "pods",
      kind: "ATTACHMENT_KIND_BRANCH",
      groupIds: [groupId("app")],
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
    expect(await n1.add("n1-app-0")).toEqual(first);
  });

  it("gives a pod that no policy selects an address of the node", async () => {
    const { pod } = await n1.add("n1-plain-0");
    expect(pod).toMatchObject({
      kind: "ATTACHMENT_KIND_ORDINARY",
      eniId: nodeEniId("n1"),
      vlanId: 0,
      groupIds: [NODE_GROUP_ID],
      mode: "",
    });
  });

  it("refuses beyond the branch limit with RESOURCE_EXHAUSTED and CNI code 11", async () => {
    await stack.node("small").call("Status");
    for (let index = 0; index < SMALL_BRANCH_LIMIT; index++) {
      await stack.node("small").call("Add", nodeRequest(`small-app-${index}`, "ADD"));
    }
    const failure = await stack
      .node("small")
      .failure("Add", nodeRequest(`small-app-${SMALL_BRANCH_LIMIT}`, "ADD"));
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
    const failure = await n1.refusedAdd("n1-app-1", { pod });
    expect(failure).toMatchObject({ status: "NOT_FOUND", facts: { cniCode: "11" } });
    expect(failure.message).toContain("shop/nobody");
  });

  it("lets a pod that was re-created wait: ABORTED, CNI code 11", async () => {
    const pod = { ...podNamed("n1-app-1"), uid: "uid-of-before" };
    const failure = await n1.refusedAdd("n1-app-1", { pod });
    expect(failure).toMatchObject({ status: "ABORTED", facts: { cniCode: "11" } });
  });

  it("refuses a pod of another node: PERMISSION_DENIED, CNI code 100", async () => {
    const failure = await n1.refusedAdd("n2-app-0");
    expect(failure).toMatchObject({ status: "PERMISSION_DENIED", facts: { cniCode: "100" } });
  });

  it("refuses a container that has its interface elsewhere: ALREADY_EXISTS, CNI code 100", async () => {
    await n1.add("n1-app-0");
    const failure = await n1.refusedAdd("n1-app-0", { netns: "/var/run/netns/another" });
    expect(failure).toMatchObject({ status: "ALREADY_EXISTS", facts: { cniCode: "100" } });
    expect(failure.message).toContain("sandbox-n1-app-0");
  });

  it("refuses a second interface of a container: FAILED_PRECONDITION, CNI code 100", async () => {
    await n1.add("n1-app-0");
    const failure = await n1.refusedAdd("n1-app-0", { env: { CNI_IFNAME: "eth1" } });
    expect(failure).toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "UNSUPPORTED",
      facts: { cniCode: "100" },
    });
  });

  it("refuses a wrong environment with CNI code 4 and every problem", async () => {
    const env = { CNI_NETNS: "", CNI_IFNAME: "much-too-long-a-name", CNI_CONTAINERID: "-bad-" };
    const failure = await n1.refusedAdd("n1-app-1", { env });
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", facts: { cniCode: "4" } });
    for (const name of ["CNI_NETNS", "CNI_IFNAME", "CNI_CONTAINERID"]) {
      expect(failure.message).toContain(name);
    }
  });

  it("refuses a configuration that is no JSON with CNI code 6", async () => {
    const failure = await n1.refusedAdd("n1-app-1", { stdin: "{not json" });
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", facts: { cniCode: "6" } });
  });

  it("refuses a wrong configuration with CNI code 7", async () => {
    const failure = await n1.refusedAdd("n1-app-1", { config: { name: "" } });
    expect(failure).toMatchObject({ status: "INVALID_ARGUMENT", facts: { cniCode: "7" } });
  });

  it("refuses an empty request", async () => {
    expect((await n1.client.failure("Add")).status).toBe("INVALID_ARGUMENT");
  });
});
