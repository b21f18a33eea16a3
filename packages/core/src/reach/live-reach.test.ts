import { describe, expect, it } from "vitest";
import { TrunklineError } from "../errors/trunkline-error.ts";
import { fixtureF } from "../world/fixture-f.test-support.ts";
import { runReachEdits } from "./live-edits.test-support.ts";
import { LiveReach } from "./live-reach.ts";
import { readRuleNames } from "./rule-texts.ts";

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

  it("takes a policy in place that speaks of what others speak of, and names it", () => {
    const shop = { namespace: "shop", spec: { podSelector: {}, ingress: [] } };
    const world = { ...fixtureF(), networkPolicies: [{ ...shop, name: "closed" }] };
    const live = new LiveReach(world, { questions: [{ protocol: 6, port: 8080 }] });
    const [web, api] = ["shop/web", "shop/api"].map((name) => live.numberOf(name) ?? -1);
    const opened = { ...shop, name: "opened", spec: { podSelector: {}, ingress: [{}] } };
    expect([live.kernels.allowed(web, api), live.setNetworkPolicy(opened)]).toEqual([0, "patched"]);
    const out = new Int32Array(4);
    expect(live.kernels.decide(web, api, 0, out)).toBe(1);
    expect(readRuleNames(live.image).policyRules[out[3]]).toEqual({
      title: "NetworkPolicy shop/opened",
      at: "spec.ingress[0]",
      effect: "Allow",
    });
    expect([live.removeNetworkPolicy("shop", "opened"), live.kernels.allowed(web, api)]).toEqual([
      "patched",
      0,
    ]);
  });

  it("takes rules of a group in place", () => {
    const world = fixtureF();
    const live = new LiveReach(world, { questions: [{ protocol: 6, port: 8080 }] });
    const [web, api] = ["shop/web", "shop/api"].map((name) => live.numberOf(name) ?? -1);
    const [app] = world.groups.filter(({ groupId }) => groupId === "sg-0app");
    const without = { ...app, rules: app.rules.filter(({ isEgress }) => isEgress) };
    expect([live.kernels.allowed(web, api), live.setGroup(without)]).toEqual([1, "patched"]);
    expect([live.kernels.allowed(web, api), live.setGroup(app)]).toEqual([0, "patched"]);
    expect(live.kernels.allowed(web, api)).toBe(1);
  });

  it("compiles anew for what tells pods apart that were alike, and says so", () => {
    const closed = { namespace: "shop", name: "closed", spec: { podSelector: {}, ingress: [] } };
    const world = { ...fixtureF(), networkPolicies: [closed] };
    const live = new LiveReach(world, { questions: [{ protocol: 6, port: 8080 }] });
    const from = [{ ipBlock: { cidr: "10.0.1.111/32" } }];
    const some = { ...closed, spec: { podSelector: {}, ingress: [{ from }] } };
    expect(live.setNetworkPolicy(some)).toBe("recompiled");
    const [group] = world.groups;
    const peer = { kind: "cidr", cidr: "10.0.1.112/32" } as const;
    const rules = [...group.rules, { ...group.rules[0], ruleId: "sgr-new", peer }];
    expect(live.setGroup({ ...group, rules })).toBe("recompiled");
    expect(live.removeNetworkPolicy("shop", "absent")).toBe("patched");
  });

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
