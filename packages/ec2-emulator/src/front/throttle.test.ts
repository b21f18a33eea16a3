import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Throttle } from "./throttle.ts";

function takes(throttle: Throttle, action: string, nowMs: number): boolean {
  try {
    const call = { action, mutates: true, isWhole: false, instanceCount: 0 };
    throttle.take(call, nowMs, "111122223333");
    return true;
  } catch {
    return false;
  }
}

describe("a bucket", () => {
  it("never lets more through than it held and what came back since", () => {
    const gaps = fc.array(fc.nat(2000), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, (list) => {
        const throttle = new Throttle(true);
        throttle.override("X", { capacity: 7, refillPerSec: 3 });
        let [nowMs, taken] = [0, 0];
        for (const gap of list) {
          nowMs += gap;
          if (takes(throttle, "X", nowMs)) taken++;
          expect(taken).toBeLessThanOrEqual(7 + (nowMs / 1000) * 3 + 1e-6);
        }
      }),
    );
  });

  it("is full again after its time, and is no other action's", () => {
    const throttle = new Throttle(true);
    const burst = (action: string, nowMs: number) => {
      let count = 0;
      while (takes(throttle, action, nowMs)) count++;
      return count;
    };
    expect(burst("AssociateTrunkInterface", 0)).toBe(50);
    expect(burst("DisassociateTrunkInterface", 0)).toBe(50);
    expect(burst("AssociateTrunkInterface", 10_000)).toBe(50);
    expect(burst("AssociateTrunkInterface", 0)).toBe(0);
  });
});

describe("a documented size", () => {
  // Source: EC2 API throttling page, 2024 to 2026.
  const sizes: [action: string, mutates: boolean, isWhole: boolean, ...number[]][] = [
    ["DescribeSubnets", false, false, 100, 20],
    ["DescribeSubnets", false, true, 100, 20],
    ["DescribeTrunkInterfaceAssociations", false, true, 100, 20],
    ["DescribeNetworkInterfaces", false, false, 100, 20],
    ["DescribeNetworkInterfaces", false, true, 50, 10],
    ["DescribeInstances", false, true, 50, 10],
    ["DescribeInstanceStatus", false, true, 50, 10],
    ["DescribeSecurityGroups", false, true, 50, 10],
    ["DescribeSecurityGroupReferences", false, false, 20, 5],
    ["DescribeStaleSecurityGroups", false, false, 20, 5],
    ["AttachNetworkInterface", true, false, 50, 5],
    ["AssociateTrunkInterface", true, false, 50, 5],
    ["CreateNetworkInterfacePermission", true, false, 50, 5],
    ["UnassignIpv6Addresses", true, false, 50, 5],
    ["AuthorizeSecurityGroupIngress", true, false, 50, 5],
    ["RevokeSecurityGroupIngress", true, false, 50, 5],
    ["CreateVpcPeeringConnection", true, false, 50, 5],
    ["CreateNetworkInterface", true, false, 100, 5],
    ["DeleteNetworkInterface", true, false, 100, 5],
    ["ModifyNetworkInterfaceAttribute", true, false, 100, 5],
    ["AssignPrivateIpAddresses", true, false, 100, 5],
    ["UnassignPrivateIpAddresses", true, false, 100, 5],
    ["AssignIpv6Addresses", true, false, 100, 5],
    ["CreateTags", true, false, 100, 10],
    ["DeleteTags", true, false, 100, 10],
    ["RunInstances", true, false, 5, 2],
    ["StartInstances", true, false, 5, 2],
    ["TerminateInstances", true, false, 100, 5],
  ];

  /** Calls that get through one after the other at a time. */
  const burst = (take: () => void) => {
    for (let count = 0; ; count++) {
      try {
        take();
      } catch {
        return count;
      }
    }
  };

  it.each(sizes)("of %s (mutates %s, whole %s) is %i, and %i a second", (...row) => {
    const [action, mutates, isWhole, capacity, refill] = row;
    const throttle = new Throttle(true);
    const call = { action, mutates, isWhole, instanceCount: 0 };
    const at = (nowMs: number) => burst(() => throttle.take(call, nowMs, "111122223333"));
    expect([at(0), at(1000)]).toEqual([capacity, refill]);
  });

  it.each([
    ["RunInstances", 1000, 2],
    ["StartInstances", 1000, 2],
    ["StopInstances", 1000, 20],
    ["TerminateInstances", 1000, 20],
  ])("of the instances of %s is %i, and %i a second", (action, capacity, refill) => {
    const throttle = new Throttle(true);
    const take = (instanceCount: number, nowMs: number) =>
      throttle.take({ action, mutates: true, isWhole: false, instanceCount }, nowMs, "1");
    take(capacity, 0);
    expect(() => take(refill + 1, 1000)).toThrow("throttled");
    take(refill, 1000);
    throttle.override(`${action}:instances`, { capacity: 3, refillPerSec: 1 });
    expect(() => take(4, 2000)).toThrow("throttled");
    take(3, 2000);
  });
});
