import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryPolicies } from "../network-policies/arbitrary-policies.test-support.ts";
import { cluster } from "../network-policies/cluster.test-support.ts";
import { explain } from "../verdict/evaluate.ts";
import type { DecidingRule, EvaluateOptions } from "../verdict/explanation.ts";
import { arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import { addPod, edited, notStarted } from "../world/edits.test-support.ts";
import { fixtureF, pod } from "../world/fixture-f.test-support.ts";
import type { World } from "../world/world.ts";
import { indexWorld } from "../world/world-index.ts";
import { classVerdicts } from "./class-verdicts.ts";
import { otherParties, partyPlacer, podParties } from "./party.ts";

const services = [
  { protocol: 6, port: 80 },
  { protocol: 17, port: 5353 },
  { protocol: 1, port: 0, icmpType: 8, icmpCode: 0 },
];

const options = fc.constantFrom<EvaluateOptions>(
  {},
  { model: "datapath" },
  { mode: "standard" },
  { mode: "strict", model: "datapath" },
);

const ids = (rules: readonly DecidingRule[]) => {
  return rules.map(({ groupId, rule }) => `${groupId}/${rule.ruleId}`);
};

function expectClassesAreExact(world: World, chosen: EvaluateOptions): number {
  const index = indexWorld(world);
  const placer = partyPlacer(index, chosen.mode);
  const parties = [...podParties(index, placer), ...otherParties(index, placer)];
  const verdicts = classVerdicts(index, chosen);
  const wrong: string[] = [];
  for (const source of parties) {
    for (const destination of parties) {
      for (const service of services) {
        const { verdict, rules, policies } = verdicts.answer(source, destination, service);
        const flow = { source: source.endpoint, destination: destination.endpoint, ...service };
        const exact = explain(index, flow, chosen);
        const told = [verdict, ...ids(rules), ...policies].join();
        const decided = exact.steps.flatMap((step) => step.policies ?? []);
        const wanted = [
          exact.verdict,
          ...ids(exact.steps.flatMap((step) => step.rules)),
          ...decided.map(({ title, at }) => `${title} ${at}`),
        ].join();
        if (told !== wanted) wrong.push(`${source.name} ${destination.name}: ${told} ${wanted}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  return verdicts.judgedCount() / (parties.length ** 2 * services.length);
}

// Twins of every pod, some not started, so that classes have more than one member.
function withTwins(world: World): World {
  const twins = world.pods.map((one) => ({ ...one, name: `${one.name}-twin` }));
  return { ...world, pods: [...world.pods, ...twins] };
}

describe("classes of parties", () => {
  it("never differ from pods judged one by one", () => {
    fc.assert(
      fc.property(arbitraryWorld, options, (world, chosen) => {
        expectClassesAreExact(withTwins(world), chosen);
      }),
      { numRuns: 10 },
    );
  }, 20_000);

  it("never differ in fixture F, with pods that wait for a node or an interface", () => {
    const world = edited(
      withTwins(fixtureF()),
      notStarted("shop/api-twin"),
      notStarted("shop/web-twin"),
      addPod(pod("shop/unscheduled")),
    );
    for (const mode of ["strict", "standard"] as const) {
      for (const model of ["documented", "datapath"] as const) {
        expect(expectClassesAreExact(world, { mode, model })).toBeLessThan(0.8);
      }
    }
  }, 20_000);

  it("never differ where network policies tell pods apart", () => {
    const block = { ipBlock: { cidr: "10.0.1.111/32" } };
    const ports = [{ port: 80 }];
    const spec = { podSelector: {}, ingress: [{ from: [block], ports }] };
    const own = {
      podSelector: { matchLabels: { role: "web-2" } },
      policyTypes: ["Egress"],
    } as const;
    const networkPolicies = [
      { namespace: "shop", name: "one", spec },
      { namespace: "shop", name: "closed", spec: own },
    ];
    expectClassesAreExact({ ...withTwins(fixtureF()), networkPolicies }, {});
  });

  it("never differ in a cluster with network policies", () => {
    fc.assert(
      fc.property(arbitraryPolicies, options, (policies, chosen) => {
        const world = withTwins(cluster(policies));
        const merged = {
          ...world,
          nodes: fixtureF().nodes.map((node) => ({ ...node, labels: { zone: "a" } })),
        };
        expectClassesAreExact(merged, { ...chosen, networkPolicyModel: "spec" });
      }),
      { numRuns: 10 },
    );
  }, 20_000);

  it("are few when many pods are alike", () => {
    const web = fixtureF().pods.filter(({ name }) => name === "web");
    const many = Array.from({ length: 300 }, (_, at) => ({ ...web[0], name: `web-${at + 10}` }));
    const index = indexWorld({ ...fixtureF(), pods: [...fixtureF().pods, ...many] });
    const placer = partyPlacer(index, undefined);
    expect(podParties(index, placer)).toHaveLength(307);
    expect(placer.classCount()).toBeLessThan(8);
  });
});
