import { describe, expect, it } from "vitest";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { runReachEdits } from "./live-edits.test-support.ts";
import { LiveReach } from "./live-reach.ts";

describe("live reachability", () => {
  it("says after every edit what a fresh compile says", () => {
    const outcomes = { patched: 0, recompiled: 0 };
    for (let seed = 1; seed <= 24; seed++) {
      const { patched, recompiled, differing } = runReachEdits(seed, 30);
      expect(differing, `SEED=${seed}`).toEqual([]);
      outcomes.patched += patched;
      outcomes.recompiled += recompiled;
    }
    // Both ways were met.
    expect(Math.min(outcomes.patched, outcomes.recompiled)).toBeGreaterThan(40);
  }, 120_000);

  it("refuses a branch that the pod does not hold, and changes nothing", () => {
    const world = fixtureF();
    const live = new LiveReach(world, { questions: [{ protocol: 6, port: 443 }] });
    const before = live.image.podClasses.slice();
    const [pod] = world.pods;
    expect(() => live.setPod({ ...pod, branchEniId: "eni-a" }, world.interfaces[0])).toThrow(
      TrunklineError,
    );
    expect(live.image.podClasses).toEqual(before);
  });
});
