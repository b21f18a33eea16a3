import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryPolicies } from "../network-policies/arbitrary-policies.test-support.ts";
import { cluster } from "../network-policies/cluster.test-support.ts";
import { explain } from "../verdict/evaluate.ts";
import type { Endpoint, EvaluateOptions, Flow } from "../verdict/explanation.ts";
import { arbitraryFlow, arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import { fixtureF, flow } from "../world/fixture-f.test-support.ts";
import type { World } from "../world/world.ts";
import { indexWorld } from "../world/world-index.ts";
import { boundedMap } from "./bounded-map.ts";
import { rememberingIndex } from "./memory.ts";

const options = fc.record<EvaluateOptions>({
  model: fc.constantFrom("documented", "datapath"),
  networkPolicyModel: fc.constantFrom("spec", "aws"),
  networkPolicyEnforcing: fc.constantFrom("standard", "strict"),
});

/** Asks everything twice of an index that remembers, and once of one that does not. */
function sameWords(world: World, flows: readonly Flow[], as: EvaluateOptions): void {
  const plain = indexWorld(world);
  const remembering = rememberingIndex(world);
  for (const one of [...flows, ...flows]) {
    expect(explain(remembering, one, as)).toEqual(explain(plain, one, as));
  }
}

describe("an index that remembers", () => {
  it("explains in the same words, over groups of all kinds and both modes", () => {
    fc.assert(
      fc.property(
        arbitraryWorld,
        fc.array(arbitraryFlow, { minLength: 20, maxLength: 20 }),
        options,
        sameWords,
      ),
      { seed: 11, numRuns: 20 },
    );
  }, 60_000);

  it("explains in the same words where policies of all kinds decide", () => {
    const { pods } = cluster([]);
    const podEnd = fc.constantFrom(...pods).map(({ namespace, name }): Endpoint => {
      return { kind: "pod", namespace, name };
    });
    const outside = fc.constantFrom("10.0.0.1", "10.0.0.9", "192.0.2.7").map((address) => {
      return { kind: "address", address } as const;
    });
    const anyFlow = fc.record<Flow>({
      source: podEnd,
      destination: fc.oneof(podEnd, podEnd, outside),
      protocol: fc.constantFrom(6, 17, 132),
      port: fc.constantFrom(80, 443, 5432, 53),
    });
    fc.assert(
      fc.property(
        arbitraryPolicies,
        fc.array(anyFlow, { minLength: 12, maxLength: 12 }),
        options,
        (policies, flows, as) => sameWords(cluster(policies), flows, as),
      ),
      { seed: 12, numRuns: 30 },
    );
  }, 60_000);

  it("tells a pod from a policy that has its name", () => {
    const world = fixtureF();
    const index = rememberingIndex(world);
    const texts = ["shop/api", "shop/peer"].map((name) => {
      return explain(index, flow(name, "db1", "tcp/5432")).steps[0].text;
    });
    expect(texts).toEqual([
      "[sg-app] from SecurityGroupPolicy shop/api",
      "[sg-peer] from SecurityGroupPolicy shop/peer",
    ]);
  });
});

describe("a bounded map", () => {
  it("begins anew when it is full", () => {
    const map = boundedMap<number, string>(2);
    for (const key of [1, 2, 3]) expect(map.set(key, `${key}`)).toBe(`${key}`);
    expect([1, 2, 3].map((key) => map.get(key))).toEqual([undefined, undefined, "3"]);
  });
});
