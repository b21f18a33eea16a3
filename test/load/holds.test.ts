import { describe, expect, it } from "vitest";
import { type Hold, HoldWatch } from "./holds.ts";

const first: Hold = {
  podUid: "a",
  eniId: "eni-1",
  trunkEniId: "eni-t",
  vlanId: 1,
  ipv4Address: "10.0.0.1",
};
const second: Hold = { ...first, podUid: "b", eniId: "eni-2", vlanId: 2, ipv4Address: "10.0.0.2" };

function faultsOf(...holds: Hold[]): readonly string[] {
  const watch = new HoldWatch();
  for (const hold of holds) watch.see({ kind: "held", hold });
  return watch.faults;
}

describe("the observer of holds", () => {
  it("is content with two pods that share nothing", () => {
    expect(faultsOf(first, second)).toEqual([]);
  });

  it("is content when a branch goes from one pod to the next", () => {
    const watch = new HoldWatch();
    watch.see({ kind: "held", hold: first });
    watch.see({ kind: "freed", podUid: "a" });
    watch.see({ kind: "held", hold: { ...first, podUid: "b" } });
    expect(watch.faults).toEqual([]);
    expect(watch.openPods).toEqual(["b"]);
  });

  it.each([
    ["a VLAN id of one trunk", { vlanId: 1 }, "vlan 1 of trunk eni-t"],
    ["an address", { ipv4Address: "10.0.0.1" }, "address 10.0.0.1"],
    ["an interface", { eniId: "eni-1" }, "interface eni-1"],
  ])("sees %s that two pods hold", (_name, same, sentence) => {
    expect(faultsOf(first, { ...second, ...same })).toEqual([`${sentence} is held by a and b`]);
  });

  it("lets one VLAN id be used on two trunks", () => {
    expect(faultsOf(first, { ...second, vlanId: 1, trunkEniId: "eni-u" })).toEqual([]);
  });

  it("sees a pod with two branches", () => {
    expect(faultsOf(first, { ...second, podUid: "a" })).toEqual(["pod a holds two branches"]);
  });
});
