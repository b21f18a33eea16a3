import { ResolvePodResponse_Source as Source } from "@trunkline/proto/policy";
import { describe, expect, it } from "vitest";
import { failure, type Harness, startHarness, until } from "../../test-support/harness.ts";
import { callCount, N1, podRef, resolveTo } from "../../test-support/pods.ts";

async function allocateAddress(h: Harness, name: string) {
  h.pods.set(`shop/${name}`, { nodeName: "n1", source: Source.SOURCE_NODE });
  const { address } = await h.client.allocateAddress({ nodeName: "n1", pod: podRef(name) });
  if (!address) throw new Error("no address");
  return address;
}

function secondaryAddresses(h: Harness): string[] {
  const primary = h.emulator.account.enis.get("eni-n1");
  return (primary?.addresses ?? []).filter((each) => !each.isPrimary).map((each) => each.address);
}

describe("an address", () => {
  it("is a secondary address of the primary interface, the same one for repeats", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const [first, again] = await Promise.all([
      allocateAddress(h, "web"),
      allocateAddress(h, "web"),
    ]);
    expect(again).toEqual(first);
    expect(first).toMatchObject({
      eniId: "eni-n1",
      deviceIndex: 0,
      subnetCidr: "10.0.1.0/26",
      gateway: "10.0.1.1",
      groupIds: ["sg-node"],
      pod: podRef("web"),
    });
    expect(secondaryAddresses(h)).toEqual([first.ipv4Address]);
  });

  it("cools down before it goes back to the subnet, and its owner may have it at once", async () => {
    await using h = await startHarness({ quarantineSec: 0.3 });
    await h.client.ensureTrunk(N1);
    const first = await allocateAddress(h, "web");
    const release = { nodeName: "n1", podUid: "uid-web" };
    expect(await h.client.releaseAddress(release)).toEqual({ released: true });
    expect(await h.client.releaseAddress(release)).toEqual({ released: false });
    expect((await allocateAddress(h, "web")).ipv4Address).toBe(first.ipv4Address);
    await h.client.releaseAddress(release);
    expect((await allocateAddress(h, "job")).ipv4Address).not.toBe(first.ipv4Address);
    await until(() => !secondaryAddresses(h).includes(first.ipv4Address));
  });

  it("is given to many pods by few calls, and refused when the interface is full", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const names = Array.from({ length: 9 }, (_, index) => `web-${index}`);
    const all = await Promise.all(names.map((name) => allocateAddress(h, name)));
    expect(new Set(all.map((each) => each.ipv4Address)).size).toBe(9);
    expect(callCount(h, "AssignPrivateIpAddresses")).toBeLessThan(9);
    const error = await failure(allocateAddress(h, "one-more"));
    expect(error).toMatchObject({ code: "ADDRESS_EXHAUSTED", facts: { addressLimit: "10" } });
  });

  it("is assigned once when the answer is lost", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    h.proxy.faults.set("AssignPrivateIpAddresses", ["loseAnswer"]);
    const { ipv4Address } = await allocateAddress(h, "web");
    expect(secondaryAddresses(h)).toEqual([ipv4Address]);
  });

  it("is not given to a pod that has groups of its own, nor for groups yet", async () => {
    await using h = await startHarness();
    await h.client.ensureTrunk(N1);
    const pod = resolveTo(h, "api", "sg-a");
    const error = await failure(h.client.allocateAddress({ nodeName: "n1", pod }));
    expect(error.code).toBe("NOT_PERMITTED");
    expect(error.message).toContain("selected by shop/p");
    const shared = { nodeName: "n1", pod, groupIds: ["sg-a"] };
    expect((await failure(h.client.allocateAddress(shared))).code).toBe("NOT_IMPLEMENTED");
    expect(secondaryAddresses(h)).toEqual([]);
  });
});
