import { describe, expect, it } from "vitest";
import { failure, until } from "./support/node.ts";
import { useServiceWorld } from "./support/service-world.ts";

const api = { pod: "api", uid: "uid-1", containerId: "c1" };
const world = useServiceWorld();

describe("a new sandbox", () => {
  it("takes over from an earlier sandbox of the same name, whose late DEL changes nothing", async () => {
    const old = { pod: "web-0", uid: "uid-old", containerId: "c-old" };
    const young = { pod: "web-0", uid: "uid-young", containerId: "c-young" };
    await world.add(old);
    await world.add(young);
    await until(() => !world.ipam.held.has("uid-old"));
    await world.remove(old);
    const { pod, drift } = await world.getPod("web-0");
    expect(pod).toMatchObject({ uid: "uid-young", state: "ready" });
    expect(drift).toEqual([]);
    expect(world.ipam.held.has("uid-young")).toBe(true);
  });

  it("keeps the branch for a new sandbox of the same pod when the old one's DEL is late", async () => {
    const young = { ...api, containerId: "c-young" };
    const first = await world.add(api);
    const second = await world.add(young);
    expect(second.pod?.vlanId).toBe(first.pod?.vlanId);
    await world.remove(api);
    expect(world.ipam.calls).not.toContain("releaseBranch uid-1");
    const { drift } = await world.getPod("api");
    expect(drift).toEqual([]);
    await world.remove(young);
    expect(world.ipam.held.size).toBe(0);
    expect(await world.planned()).toEqual([]);
  });

  it("refuses a sandbox whose pod has got a newer one meanwhile", async () => {
    const old = { pod: "web-0", uid: "uid-old", containerId: "c-old" };
    const young = { pod: "web-0", uid: "uid-young", containerId: "c-young" };
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    world.ipam.onAllocate = (uid) => (uid === "uid-old" ? held : Promise.resolve());
    const late = failure(world.add(old));
    await until(() => world.ipam.calls.includes("allocateBranch uid-old"));
    await world.add(young);
    goOn();
    expect(await late).toMatchObject({ code: "STALE_REVISION", facts: { cniCode: "11" } });
    const { pod, drift } = await world.getPod("web-0");
    expect(pod?.uid).toBe("uid-young");
    expect(drift).toEqual([]);
    await until(() => !world.ipam.held.has("uid-old"));
  });

  it("waits for a release of the same pod that is under way", async () => {
    await world.add(api);
    world.ipam.onRelease = () => new Promise((resolve) => setTimeout(resolve, 200));
    const removal = world.remove(api);
    await until(() => world.ipam.calls.includes("releaseBranch uid-1"));
    await Promise.all([removal, world.add({ ...api, containerId: "c-young" })]);
    expect(world.ipam.held.has("uid-1")).toBe(true);
  });
});
