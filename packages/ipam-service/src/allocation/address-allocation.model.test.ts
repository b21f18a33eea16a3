import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AddressOutcome, AddressWorld } from "../../test-support/address-world.ts";

const podIndexes = fc.nat({ max: 5 });
const outcomes = fc.constantFrom<AddressOutcome>(
  ...(["done", "done", "done", "lost", "dropped", "throttled", "full"] as const),
);

type Step = readonly [text: string, run: (world: AddressWorld) => void];

const steps: fc.Arbitrary<Step> = fc.oneof(
  podIndexes.map((index): Step => [`allocate ${index}`, (w) => w.allocate(pod(index))]),
  podIndexes.map((index): Step => [`release ${index}`, (w) => w.release(pod(index).uid)]),
  fc
    .tuple(fc.nat({ max: 9 }), outcomes)
    .map(
      ([index, outcome]): Step => [
        `end call ${index} ${outcome}`,
        (w) => w.endCall(index, outcome),
      ],
    ),
  fc.constantFrom(500, 5_000, 30_000).map((ms): Step => [`pass ${ms}`, (w) => w.pass(ms)]),
  fc.constant<Step>(["crash", (w) => w.crash()]),
);

function pod(index: number) {
  return { namespace: "shop", name: `web-${index}`, uid: `uid-${index}` };
}

function settle(world: AddressWorld): void {
  for (let round = 0; round < 100; round++) {
    while (world.calls.length > 0) world.endCall(0, "done");
    world.pass(60_000);
    if (world.calls.length === 0) return;
  }
  throw new Error("the calls do not come to an end");
}

describe("addresses", () => {
  it("are held once, never taken from a pod, and all go back, in every order of events", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 80, size: "max" }), (run) => {
        const world = new AddressWorld();
        for (const [, step] of run) step(world);
        settle(world);
        // A pod that was released once must not be released again for its address to go back.
        for (const podUid of world.asking) world.release(podUid);
        settle(world);
        expect([...world.onInterface]).toEqual(["10.0.0.99"]);
        expect(world.state.addresses.size).toBe(0);
        world.allocate(pod(0));
        settle(world);
        expect(world.holders.has("uid-0")).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
