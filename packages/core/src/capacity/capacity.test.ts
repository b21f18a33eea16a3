import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type InstanceLimits,
  instanceTypes,
  limitsOf,
  requireLimits,
  trunkObstacle,
} from "./instance-limits.ts";
import { capacityOf } from "./pod-capacity.ts";

const all = instanceTypes().map(requireLimits);

/** One line a type, as the source table has it. */
function line(limits: InstanceLimits): string {
  const cards = limits.networkCards.map((card) => `${card.index}:${card.eniLimit}`).join("/");
  const { type, eniLimit, ipv4PerEni, branchLimit, isTrunking } = limits;
  const { hypervisor, isBareMetal, defaultNetworkCard } = limits;
  const numbers = `${type} ${eniLimit} ${ipv4PerEni} ${branchLimit} ${isTrunking}`;
  return `${numbers} ${hypervisor} ${isBareMetal} ${defaultNetworkCard} ${cards}`;
}

describe("the instance table", () => {
  it("holds every field of every row of the table it was made from", () => {
    const lines = all.map(line).sort();
    // SHA-256 over the same lines made from the source table of 2026-03-20 directly.
    expect(createHash("sha256").update(lines.join("\n")).digest("hex")).toBe(
      "d9d98df0f60f01f8f999e135da77b3c25bd9281cd9dd82101bea6c9655991bc5",
    );
  });

  it("has 1,164 types in 165 families, of which 1,060 trunk", () => {
    expect(all).toHaveLength(1164);
    expect(new Set(all.map((limits) => limits.type.split(".")[0])).size).toBe(165);
    expect(all.filter((limits) => limits.isTrunking)).toHaveLength(1060);
    expect(all.filter((limits) => limits.hypervisor === "xen")).toHaveLength(80);
    expect(all.filter((limits) => limits.isBareMetal)).toHaveLength(116);
    expect(all.filter((limits) => limits.networkCards.length > 1)).toHaveLength(33);
    expect(Math.max(...all.map((limits) => limits.branchLimit))).toBe(120);
  });

  it("knows m5.large, and that p5.48xlarge has 32 network cards", () => {
    expect(limitsOf("m5.large")).toEqual({
      type: "m5.large",
      eniLimit: 3,
      ipv4PerEni: 10,
      branchLimit: 9,
      isTrunking: true,
      hypervisor: "nitro",
      isBareMetal: false,
      defaultNetworkCard: 0,
      networkCards: [{ index: 0, eniLimit: 3 }],
    });
    expect(limitsOf("p5.48xlarge")).toMatchObject({ eniLimit: 64, branchLimit: 120 });
    expect(limitsOf("p5.48xlarge")?.networkCards).toHaveLength(32);
  });

  it("says why a type cannot trunk, Xen apart from Nitro", () => {
    expect(trunkObstacle(requireLimits("m4.large"))).toMatch(/^m4\.large runs on the Xen/);
    expect(trunkObstacle(requireLimits("t3.large"))).toMatch(/^t3\.large is a Nitro type without/);
    expect(trunkObstacle(requireLimits("i3.metal"))).toBeUndefined();
  });

  it("never guesses a type that it lacks", () => {
    expect(limitsOf("m99.large")).toBeUndefined();
    expect(limitsOf("constructor")).toBeUndefined();
    expect(() => requireLimits("m99.large")).toThrow(
      /"m99\.large" is not in the limits table dated 2026-03-20/,
    );
  });
});

describe("the capacity of m5.large", () => {
  it("is documented as 27 secondary addresses, 9 branches and max-pods 29", () => {
    const { documented, maxPods } = capacityOf("m5.large");
    expect(documented).toMatchObject({ secondaryAddresses: 27, branches: 9 });
    expect(maxPods).toBe(29);
  });

  it("is 18 + 9 + 2 once the trunk has taken its interface", () => {
    expect(capacityOf("m5.large").effective).toEqual({
      secondarySlots: 18,
      secondaryAddresses: 18,
      branches: 9,
      hostNetworkPods: 2,
      pods: 29,
    });
  });

  it("is 9 + 9 + 2 with custom networking, whose formula says 20", () => {
    const { effective, maxPods } = capacityOf("m5.large", { customNetworking: true });
    expect(effective).toMatchObject({ secondaryAddresses: 9, branches: 9, pods: 20 });
    expect(maxPods).toBe(20);
  });

  it("is 27 prefixes of 16 addresses and the same 9 branches with prefix delegation", () => {
    const { documented, maxPods } = capacityOf("m5.large", { prefixDelegation: true });
    expect(documented).toMatchObject({ secondarySlots: 27, secondaryAddresses: 432, branches: 9 });
    expect(maxPods).toBe(434);
  });
});

describe("capacity", () => {
  it("of c5.4xlarge asks for max-pods 288 as documented, 259 in effect, against 234", () => {
    const { documented, effective, maxPods } = capacityOf("c5.4xlarge");
    expect([documented.pods, effective.pods, maxPods]).toEqual([288, 259, 234]);
  });

  it("of a type with two interfaces leaves ordinary pods nothing under custom networking", () => {
    const { effective } = capacityOf("m6g.medium", { customNetworking: true });
    expect(effective).toMatchObject({ secondaryAddresses: 0, branches: 4, pods: 6 });
    const small = all.filter(({ isTrunking, eniLimit }) => isTrunking && eniLimit === 2);
    expect(small).toHaveLength(39);
    for (const { type } of small) {
      const custom = capacityOf(type, { customNetworking: true });
      expect(custom.effective.secondarySlots).toBe(0);
    }
  });

  // Lines of the CNI's misc/eni-max-pods.txt: max-pods, and with custom networking.
  it.each([
    ["a1.medium", 8, 5],
    ["c5.12xlarge", 234, 205],
    ["d3en.8xlarge", 78, 59],
    ["g6e.24xlarge", 492, 443],
    ["m6in.metal", 394, 345],
    ["p4d.24xlarge", 737, 688],
    ["p5.48xlarge", 100, 51],
    ["m4.large", 20, 11],
  ])("of %s agrees with the CNI's list: %i, %i", (type, plain, custom) => {
    expect(capacityOf(type).maxPods).toBe(plain);
    expect(capacityOf(type, { customNetworking: true }).maxPods).toBe(custom);
  });

  it("of a type without trunking loses no interface", () => {
    const { documented, effective } = capacityOf("t3.large");
    expect(effective).toEqual(documented);
    expect(effective.branches).toBe(0);
  });

  it("of an unknown type is refused, not guessed", () => {
    expect(() => capacityOf("m5.huge")).toThrow(/not in the limits table/);
  });
});
