import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type IpamDouble, startIpamDouble } from "./support/ipam-double.ts";
import {
  cniRequest,
  failure,
  startTestNode,
  type TestNode,
  until,
  untilReady,
} from "./support/node.ts";

const api = { pod: "api", uid: "uid-1", containerId: "c1" };

let ipam: IpamDouble;
let node: TestNode;

beforeEach(async () => {
  ipam = await startIpamDouble();
  node = await startTestNode({ ipamAddress: ipam.address });
  await untilReady(node);
});

afterEach(async () => {
  await node.close();
  await ipam.stop();
});

function add(sandbox: Parameters<typeof cniRequest>[0], config?: object) {
  return node.client.add({ cni: cniRequest(sandbox, config) });
}

function remove(sandbox: Parameters<typeof cniRequest>[0]) {
  return node.client.delete({ cni: cniRequest(sandbox) });
}

/** What the plan says is on the node, apart from what was there before. */
async function planned(): Promise<readonly string[]> {
  const text = await readFile(join(node.folder, "state", "plan.json"), "utf8");
  const placed = JSON.parse(text) as {
    object: { kind: string; key?: string; priority?: number };
  }[];
  return placed
    .map(({ object }) => object)
    .filter(({ kind, key, priority }) => !isNodeWide(kind, key, priority))
    .map((object) => JSON.stringify(object));
}

function isNodeWide(kind: string, key = "", priority = 0): boolean {
  const isSetting = kind === "sysctl" && !key.startsWith("net/ipv6/conf");
  return kind === "uplink" || isSetting || (kind === "rule" && [0, 20].includes(priority));
}

describe("ADD", () => {
  it("answers with the pod's address, links and way out", async () => {
    const { result, pod } = await add(api);
    expect(JSON.parse(Buffer.from(result).toString())).toMatchObject({
      cniVersion: "1.1.0",
      interfaces: [
        { name: expect.stringMatching(/^vlan[0-9a-f]{11}$/), mtu: 9001 },
        { name: "eth0", sandbox: "/run/netns/c1", mtu: 9001 },
      ],
      ips: [{ address: "192.168.120.10/32", gateway: "192.168.120.1", interface: 1 }],
      routes: [{ dst: "0.0.0.0/0", gw: "169.254.1.1" }],
    });
    expect(pod).toMatchObject({ name: "api", vlanId: 1, mode: "strict", state: "ready" });
    const { desired, drift } = await node.client.getPod({ namespace: "shop", name: "api" });
    expect(drift).toEqual([]);
    expect(desired.map((object) => object.text)).toContain("10: iif vlan.eth.1 lookup 101");
  });

  it("answers in the shape of each version", async () => {
    for (const cniVersion of ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"]) {
      const { result } = await add(api, { cniVersion });
      const document = JSON.parse(Buffer.from(result).toString());
      expect(document.cniVersion).toBe(cniVersion);
      expect("version" in document.ips[0]).toBe(cniVersion.startsWith("0."));
      expect("mtu" in document.interfaces[1]).toBe(cniVersion === "1.1.0");
    }
  });

  it("gives the same answer when it is repeated, without asking again", async () => {
    const first = await add(api);
    const second = await add(api);
    expect(second).toEqual(first);
    expect(ipam.calls.filter((call) => call.startsWith("allocateBranch"))).toHaveLength(1);
  });

  it("wires a pod without policy over the main table", async () => {
    ipam.ordinary.add("shop/web");
    const { pod } = await add({ pod: "web", uid: "uid-2", containerId: "c2" });
    expect(pod).toMatchObject({
      kind: 2,
      vlanId: 0,
      mode: "",
      hostVeth: expect.stringMatching(/^eni/),
    });
  });

  it("waits for an allocation service that comes back", async () => {
    ipam.failures.set("allocateBranch", { code: "NOT_READY", message: "starting", times: 2 });
    const { pod } = await add(api);
    expect(pod?.vlanId).toBe(1);
  });

  it("fails closed with code 11 when the service stays away, and leaves nothing", async () => {
    ipam.failures.set("allocateBranch", { code: "NOT_READY", message: "cut off", times: 1000 });
    const error = await failure(add(api));
    expect(error).toMatchObject({ code: "NOT_READY", facts: { cniCode: "11" } });
    expect(error.message).toMatch(/cut off \(tried \d+ times\)/);
    expect(await planned()).toEqual([]);
    expect((await node.client.listPods({})).pods).toEqual([]);
  });

  it.each([
    ["BRANCH_EXHAUSTED", "11"],
    ["NOT_FOUND", "11"],
    ["STALE_REVISION", "11"],
    ["NOT_PERMITTED", "100"],
  ] as const)("passes %s on as code %s without trying again", async (code, cniCode) => {
    ipam.failures.set("allocateBranch", { code, message: "no", times: 1000 });
    expect(await failure(add(api))).toMatchObject({ code, facts: { cniCode } });
    expect(ipam.calls.filter((call) => call.startsWith("allocateBranch"))).toHaveLength(1);
    expect(ipam.held.size).toBe(0);
  });

  it("gives back what it got when its caller is gone", async () => {
    let hasArrived = false;
    ipam.onAllocate = async () => {
      hasArrived = true;
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    const error = await failure(node.client.add({ cni: cniRequest(api) }, { deadlineMs: 100 }));
    expect(error.code).toBe("DEADLINE_EXCEEDED");
    await until(async () => (await node.client.listPods({})).pods.length === 0);
    await until(() => ipam.calls.includes("releaseBranch uid-1"));
    expect(hasArrived).toBe(true);
    expect(await planned()).toEqual([]);
  });

  it("lists everything that is wrong with a request at once", async () => {
    const cni = { ...cniRequest(api), containerId: "-x", netns: "", ifName: "a/b", args: "" };
    const error = await failure(node.client.add({ cni }));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", facts: { cniCode: "4" } });
    expect(error.problems.map(({ field }) => field)).toEqual([
      "CNI_CONTAINERID",
      "CNI_IFNAME",
      "CNI_NETNS",
      "CNI_ARGS",
      "CNI_ARGS",
      "CNI_ARGS",
    ]);
  });

  it("takes over from an earlier sandbox of the same name, whose late DEL changes nothing", async () => {
    const old = { pod: "web-0", uid: "uid-old", containerId: "c-old" };
    const young = { pod: "web-0", uid: "uid-young", containerId: "c-young" };
    await add(old);
    await add(young);
    await until(() => !ipam.held.has("uid-old"));
    await remove(old);
    const { pod, drift } = await node.client.getPod({ namespace: "shop", name: "web-0" });
    expect(pod).toMatchObject({ uid: "uid-young", state: "ready" });
    expect(drift).toEqual([]);
    expect(ipam.held.has("uid-young")).toBe(true);
  });

  it("keeps the branch for a new sandbox of the same pod when the old one's DEL is late", async () => {
    const young = { ...api, containerId: "c-young" };
    const first = await add(api);
    const second = await add(young);
    expect(second.pod?.vlanId).toBe(first.pod?.vlanId);
    await remove(api);
    expect(ipam.calls).not.toContain("releaseBranch uid-1");
    const { drift } = await node.client.getPod({ namespace: "shop", name: "api" });
    expect(drift).toEqual([]);
    await remove(young);
    expect(ipam.held.size).toBe(0);
    expect(await planned()).toEqual([]);
  });

  it("refuses a second interface for one sandbox", async () => {
    await add(api);
    const cni = { ...cniRequest(api), ifName: "eth1" };
    expect((await failure(node.client.add({ cni }))).code).toBe("UNSUPPORTED");
  });
});

describe("DEL", () => {
  it("leaves nothing, works twice, and with an empty namespace", async () => {
    await add(api);
    const cni = { ...cniRequest(api), netns: "", args: "" };
    expect(await node.client.delete({ cni })).toEqual({ deleted: true });
    expect(await planned()).toEqual([]);
    expect(ipam.held.size).toBe(0);
    expect(await node.client.delete({ cni })).toEqual({ deleted: false });
  });

  it("works while the allocation service is away and releases when it is back", async () => {
    await add(api);
    await ipam.stop();
    expect(await remove(api)).toEqual({ deleted: true });
    expect(await planned()).toEqual([]);
    expect((await node.client.listPods({})).pods).toMatchObject([{ state: "deleting" }]);
    await ipam.start();
    await until(() => !ipam.held.has("uid-1"));
    await until(async () => (await node.client.listPods({})).pods.length === 0);
  });

  it("gives a pod that comes back its branch instead of releasing it", async () => {
    await add(api);
    ipam.failures.set("releaseBranch", { code: "NOT_READY", message: "later", times: 1 });
    await remove(api);
    await add({ ...api, containerId: "c2" });
    await until(async () => (await node.client.listPods({})).pods.length === 1);
    expect(ipam.held.has("uid-1")).toBe(true);
  });
});

describe("CHECK", () => {
  it("succeeds for a pod that is as recorded, with the runtime's own result", async () => {
    const { result } = await add(api);
    const prevResult = JSON.parse(Buffer.from(result).toString());
    await node.client.check({ cni: cniRequest(api, { prevResult }) });
  });

  it("names a result that is not the pod's", async () => {
    await add(api);
    const prevResult = { ips: [{ address: "10.9.9.9/32" }] };
    const error = await failure(node.client.check({ cni: cniRequest(api, { prevResult }) }));
    expect(error).toMatchObject({ code: "DRIFT", facts: { cniCode: "100" } });
    expect(error.message).toContain("10.9.9.9/32 instead of 192.168.120.10/32");
  });

  it("says code 3 for an attachment that is unknown", async () => {
    const error = await failure(node.client.check({ cni: cniRequest(api) }));
    expect(error).toMatchObject({ code: "NOT_FOUND", facts: { cniCode: "3" } });
  });
});

describe("GC", () => {
  it("deletes what is not valid in this network, and nothing of another", async () => {
    await add(api);
    await add({ pod: "web", uid: "uid-2", containerId: "c2" });
    await add({ pod: "db", uid: "uid-3", containerId: "c3" }, { name: "other" });
    const valid = [{ containerId: "c2", ifName: "eth0" }];
    const { deleted } = await node.client.collect({ network: "trunkline", valid });
    expect(deleted).toMatchObject([{ containerId: "c1", ifName: "eth0" }]);
    expect((await node.client.listPods({})).pods.map((pod) => pod.name)).toEqual(["db", "web"]);
  });
});

describe("STATUS", () => {
  it("is UNAVAILABLE with code 50 until the trunk is there", async () => {
    await ipam.stop();
    await node.restart();
    const error = await failure(node.client.status({}));
    expect(error).toMatchObject({ code: "NOT_READY", facts: { cniCode: "50" } });
    expect((await failure(add(api))).code).toBe("NOT_READY");
    await ipam.start();
    await untilReady(node);
    expect(await node.client.status({})).toMatchObject({
      nodeName: "node-1",
      datapath: "plan",
      mode: "strict",
      trunkEniId: "eni-trunk",
      branchLimit: 9,
    });
  });
});

describe("a restart", () => {
  it("keeps pods, and pods keep their mode when the node's changes", async () => {
    await add(api);
    await node.restart({ mode: "standard" });
    await untilReady(node);
    await add({ pod: "web", uid: "uid-2", containerId: "c2" });
    const { pods } = await node.client.listPods({});
    expect(pods.map(({ name, mode }) => `${name} ${mode}`)).toEqual(["api strict", "web standard"]);
    await remove(api);
    expect((await node.client.getPod({ namespace: "shop", name: "web" })).drift).toEqual([]);
  });

  it("pages through the pods by name", async () => {
    for (const name of ["c", "a", "b"]) {
      await add({ pod: name, uid: `uid-${name}`, containerId: `c-${name}` });
    }
    const first = await node.client.listPods({ pageSize: 2 });
    expect(first.pods.map((pod) => pod.name)).toEqual(["a", "b"]);
    const { nextPageToken: pageToken } = first;
    const second = await node.client.listPods({ pageSize: 2, pageToken });
    expect(second.pods.map((pod) => pod.name)).toEqual(["c"]);
    expect(second.nextPageToken).toBe("");
  });
});
