import { describe, expect, it } from "vitest";
import { cniRequest, failure, until } from "./support/node.ts";
import { useServiceWorld } from "./support/service-world.ts";

const api = { pod: "api", uid: "uid-1", containerId: "c1" };
const world = useServiceWorld();

describe("ADD", () => {
  it("answers with the pod's address, links and way out", async () => {
    const { result, pod } = await world.add(api);
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
    const { desired, drift } = await world.getPod("api");
    expect(drift).toEqual([]);
    expect(desired.map((object) => object.text)).toContain("10: iif vlan.eth.1 lookup 101");
  });

  it("answers in the shape of each version", async () => {
    for (const cniVersion of ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"]) {
      const { result } = await world.add(api, { cniVersion });
      const document = JSON.parse(Buffer.from(result).toString());
      expect(document.cniVersion).toBe(cniVersion);
      expect("version" in document.ips[0]).toBe(cniVersion.startsWith("0."));
      expect("mtu" in document.interfaces[1]).toBe(cniVersion === "1.1.0");
    }
  });

  it("gives the same answer when it is repeated, without asking again", async () => {
    const first = await world.add(api);
    const second = await world.add(api);
    expect(second).toEqual(first);
    expect(world.ipam.calls.filter((call) => call.startsWith("allocateBranch"))).toHaveLength(1);
  });

  it("wires a pod without policy over the main table", async () => {
    world.ipam.ordinary.add("shop/web");
    const { pod } = await world.add({ pod: "web", uid: "uid-2", containerId: "c2" });
    expect(pod).toMatchObject({
      kind: 2,
      vlanId: 0,
      mode: "",
      hostVeth: expect.stringMatching(/^eni/),
    });
  });

  it("waits for an allocation service that comes back", async () => {
    world.ipam.failures.set("allocateBranch", { code: "NOT_READY", message: "starting", times: 2 });
    const { pod } = await world.add(api);
    expect(pod?.vlanId).toBe(1);
  });

  it("fails closed with code 11 when the service stays away, and leaves nothing", async () => {
    world.ipam.failures.set("allocateBranch", {
      code: "NOT_READY",
      message: "cut off",
      times: 1000,
    });
    const error = await failure(world.add(api));
    expect(error).toMatchObject({ code: "NOT_READY", facts: { cniCode: "11" } });
    expect(error.message).toMatch(/cut off \(tried \d+ times\)/);
    expect(await world.planned()).toEqual([]);
    expect((await world.node.client.listPods({})).pods).toEqual([]);
  });

  it.each([
    ["BRANCH_EXHAUSTED", "11"],
    ["NOT_FOUND", "11"],
    ["STALE_REVISION", "11"],
    ["NOT_PERMITTED", "100"],
  ] as const)("passes %s on as code %s without trying again", async (code, cniCode) => {
    world.ipam.failures.set("allocateBranch", { code, message: "no", times: 1000 });
    expect(await failure(world.add(api))).toMatchObject({ code, facts: { cniCode } });
    expect(world.ipam.calls.filter((call) => call.startsWith("allocateBranch"))).toHaveLength(1);
    expect(world.ipam.held.size).toBe(0);
  });

  it("gives back what it got when its caller is gone", async () => {
    let hasArrived = false;
    world.ipam.onAllocate = async () => {
      hasArrived = true;
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    const error = await failure(
      world.node.client.add({ cni: cniRequest(api) }, { deadlineMs: 100 }),
    );
    expect(error.code).toBe("DEADLINE_EXCEEDED");
    await until(async () => (await world.node.client.listPods({})).pods.length === 0);
    await until(() => world.ipam.calls.includes("releaseBranch uid-1"));
    expect(hasArrived).toBe(true);
    expect(await world.planned()).toEqual([]);
  });

  it("lists everything that is wrong with a request at once", async () => {
    const cni = { ...cniRequest(api), containerId: "-x", netns: "", ifName: "a/b", args: "" };
    const error = await failure(world.node.client.add({ cni }));
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

  it("refuses a second interface for one sandbox", async () => {
    await world.add(api);
    const cni = { ...cniRequest(api), ifName: "eth1" };
    expect((await failure(world.node.client.add({ cni }))).code).toBe("UNSUPPORTED");
  });
});
