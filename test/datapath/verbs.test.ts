import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cniRequest, failure, startTestNode, until, untilReady } from "./support/node.ts";
import { useServiceWorld } from "./support/service-world.ts";

const api = { pod: "api", uid: "uid-1", containerId: "c1" };
const world = useServiceWorld();

describe("DEL", () => {
  it("leaves nothing, works twice, and with an empty namespace", async () => {
    await world.add(api);
    const cni = { ...cniRequest(api), netns: "", args: "" };
    expect(await world.node.client.delete({ cni })).toEqual({ deleted: true });
    expect(await world.planned()).toEqual([]);
    expect(world.ipam.held.size).toBe(0);
    expect(await world.node.client.delete({ cni })).toEqual({ deleted: false });
  });

  it("works while the allocation service is away and releases when it is back", async () => {
    await world.add(api);
    await world.ipam.stop();
    expect(await world.remove(api)).toEqual({ deleted: true });
    expect(await world.planned()).toEqual([]);
    expect((await world.node.client.listPods({})).pods).toMatchObject([{ state: "deleting" }]);
    await world.ipam.start();
    await until(() => !world.ipam.held.has("uid-1"));
    await until(async () => (await world.node.client.listPods({})).pods.length === 0);
  });

  it("gives a pod that comes back its branch instead of releasing it", async () => {
    await world.add(api);
    world.ipam.failures.set("releaseBranch", { code: "NOT_READY", message: "later", times: 1 });
    await world.remove(api);
    await world.add({ ...api, containerId: "c2" });
    await until(async () => (await world.node.client.listPods({})).pods.length === 1);
    expect(world.ipam.held.has("uid-1")).toBe(true);
  });
});

describe("CHECK", () => {
  it("succeeds for a pod that is as recorded, with the runtime's own result", async () => {
    const { result } = await world.add(api);
    const prevResult = JSON.parse(Buffer.from(result).toString());
    await world.node.client.check({ cni: cniRequest(api, { prevResult }) });
  });

  it("names a result that is not the pod's", async () => {
    await world.add(api);
    const prevResult = { ips: [{ address: "10.9.9.9/32" }] };
    const error = await failure(world.node.client.check({ cni: cniRequest(api, { prevResult }) }));
    expect(error).toMatchObject({ code: "DRIFT", facts: { cniCode: "100" } });
    expect(error.message).toContain("10.9.9.9/32 instead of 192.168.120.10/32");
  });

  it("says code 3 for an attachment that is unknown", async () => {
    const error = await failure(world.node.client.check({ cni: cniRequest(api) }));
    expect(error).toMatchObject({ code: "NOT_FOUND", facts: { cniCode: "3" } });
  });
});

describe("GC", () => {
  it("deletes what is not valid in this network, and nothing of another", async () => {
    await world.add(api);
    await world.add({ pod: "web", uid: "uid-2", containerId: "c2" });
    await world.add({ pod: "db", uid: "uid-3", containerId: "c3" }, { name: "other" });
    const valid = [{ containerId: "c2", ifName: "eth0" }];
    const { deleted } = await world.node.client.collect({ network: "trunkline", valid });
    expect(deleted).toMatchObject([{ containerId: "c1", ifName: "eth0" }]);
    expect((await world.node.client.listPods({})).pods.map((pod) => pod.name)).toEqual([
      "db",
      "web",
    ]);
  });
});

describe("STATUS", () => {
  it("is UNAVAILABLE with code 50 until the trunk is there", async () => {
    await world.ipam.stop();
    await world.node.restart();
    const error = await failure(world.node.client.status({}));
    expect(error).toMatchObject({ code: "NOT_READY", facts: { cniCode: "50" } });
    expect((await failure(world.add(api))).code).toBe("NOT_READY");
    await world.ipam.start();
    await untilReady(world.node);
    expect(await world.node.client.status({})).toMatchObject({
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
    await world.add(api);
    await world.node.restart({ mode: "standard" });
    await untilReady(world.node);
    await world.add({ pod: "web", uid: "uid-2", containerId: "c2" });
    const { pods } = await world.node.client.listPods({});
    expect(pods.map(({ name, mode }) => `${name} ${mode}`)).toEqual(["api strict", "web standard"]);
    await world.remove(api);
    expect((await world.getPod("web")).drift).toEqual([]);
  });

  it("restores the node when the last strict pod of a standard node is gone", async () => {
    await world.add(api);
    await world.node.restart({ mode: "standard" });
    await untilReady(world.node);
    expect(await world.localRules()).toEqual([20]);
    await world.remove(api);
    expect(await world.localRules()).toEqual([0]);
  });

  it("refuses a folder that another daemon works in", async () => {
    const config = { stateDir: join(world.node.folder, "state") };
    const second = startTestNode({ ipamAddress: world.ipam.address, config });
    expect(await failure(second)).toMatchObject({ code: "ALREADY_EXISTS" });
  });

  it("pages through the pods by name", async () => {
    for (const name of ["c", "a", "b"]) {
      await world.add({ pod: name, uid: `uid-${name}`, containerId: `c-${name}` });
    }
    const first = await world.node.client.listPods({ pageSize: 2 });
    expect(first.pods.map((pod) => pod.name)).toEqual(["a", "b"]);
    const { nextPageToken: pageToken } = first;
    const second = await world.node.client.listPods({ pageSize: 2, pageToken });
    expect(second.pods.map((pod) => pod.name)).toEqual(["c"]);
    expect(second.nextPageToken).toBe("");
  });
});
