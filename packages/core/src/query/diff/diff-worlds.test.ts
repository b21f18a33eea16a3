import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyPolicy, labels, np } from "../../network-policies/cluster.test-support.ts";
import { openCluster } from "../../reach/open-cluster.test-support.ts";
import { evaluate } from "../../verdict/evaluate.ts";
import { arbitraryRule, arbitraryWorld } from "../../world/arbitrary-world.test-support.ts";
import { addPod, edited, notStarted, rules, settings } from "../../world/edits.test-support.ts";
import { fixtureF, pod } from "../../world/fixture-f.test-support.ts";
import type { World } from "../../world/world.ts";
import { indexWorld } from "../../world/world-index.ts";
import { overlay } from "../overlay.ts";
import { smallestCause } from "./cause.ts";
import { diffWorlds } from "./diff-worlds.ts";
import { editText } from "./edit-text.ts";

function policyList({ policy }: AnyPolicy) {
  return { networkPolicies: [policy] as NonNullable<World["networkPolicies"]> };
}

function closedCluster(): World {
  const world = openCluster([]);
  return { ...world, groups: world.groups.map((group) => ({ ...group, rules: [] })) };
}

describe("the difference of two worlds", () => {
  it("is nothing between equal worlds", () => {
    expect(diffWorlds(fixtureF(), fixtureF())).toMatchObject({ edits: [], changes: [] });
  });

  it("names the pairs that one more rule lets through, and the rule", () => {
    const after = edited(
      fixtureF(),
      rules("sg-db", "in tcp/5432 from sg-app", "in tcp/5432 from sg-node"),
      rules("sg-mon", "in tcp/1 from sg-mon"),
      addPod(pod("shop/later")),
    );
    const { changes, edits } = diffWorlds(fixtureF(), after);
    expect(edits).toHaveLength(3);
    const opened = changes.filter((change) => change.before === "DENY" && change.after === "ALLOW");
    expect(opened).toHaveLength(1);
    expect(opened[0].traffic).toEqual(["tcp/5432"]);
    expect(opened[0].pairs[0].destinations).toEqual(["db1"]);
    expect(opened[0].pairs[0].sources).toContain("shop/web");
    expect(opened[0].pairs[0].sources).not.toContain("shop/api");
    expect(opened[0].cause.map((edit) => editText(edit, indexWorld(after)))).toEqual([
      "add ingress rule sgr-db-2 of sg-db: tcp/5432 from sg-node",
    ]);
  });

  it("needs both edits where only both let a flow through", () => {
    const before = edited(fixtureF(), rules("sg-app"), rules("sg-db"));
    const { changes } = diffWorlds(before, fixtureF());
    const opened = changes.find(({ pairs }) => pairs[0].destinations.includes("db1"))!;
    expect(opened.cause).toHaveLength(2);
    expect(opened.pairCount).toBe(1);
  });

  it("counts a pod that is gone only where it was let through", () => {
    const after = { ...fixtureF(), pods: fixtureF().pods.filter(({ name }) => name !== "api") };
    const { changes, noLongerAllowedCount } = diffWorlds(fixtureF(), after);
    expect(changes.every((change) => change.before !== "DENY")).toBe(true);
    expect(noLongerAllowedCount).toBeGreaterThan(0);
    const ends = changes.flatMap(({ pairs }) => pairs).flat();
    expect(
      ends.every(({ sources, destinations }) => [...sources, ...destinations].includes("shop/api")),
    ).toBe(true);
  });

  it("tells who no longer reaches the outside without a public address", () => {
    const before = fixtureF();
    const interfaces = before.interfaces.map(({ publicAddress, ...eni }) => eni);
    const { changes } = diffWorlds(before, { ...before, interfaces });
    expect(changes).toMatchObject([
      {
        ...{ before: "ALLOW", after: "DENY" },
        pairs: [{ sources: ["node n3", "shop/edge"], destinations: ["0.0.0.0/0"] }],
        cause: [{ kind: "interface" }],
      },
    ]);
  });

  it("tells what a mode changes", () => {
    const plain = notStarted("shop/peer");
    const before = edited(fixtureF(), plain);
    const { changes } = diffWorlds(before, edited(before, settings({ mode: "standard" })));
    expect(changes.length).toBeGreaterThan(0);
    expect(new Set(changes.flatMap(({ cause }) => cause.map(({ kind }) => kind)))).toEqual(
      new Set(["settings"]),
    );
  });

  it.each([
    [
      "a namespace that gets another label",
      [np("by-team", { ingress: [{ from: [{ namespaceSelector: labels("team", "b") }] }] })],
      (world: World) => ({
        ...world,
        namespaces: world.namespaces.map((one) => ({ ...one, labels: {} })),
      }),
      "UNKNOWN > DENY: bank/db > shop/api",
    ],
    [
      "a policy more",
      [np("open", { ingress: [{}] })],
      (world: World) => ({ ...world, ...policyList(np("closed", { ingress: [] })) }),
      "UNKNOWN > DENY: bank/db > shop/api",
    ],
    [
      "a pod that moves to the node of another, where no group is asked",
      [],
      (world: World) => ({
        ...world,
        pods: world.pods.map((one) => (one.name === "db" ? { ...one, nodeName: "n1" } : one)),
      }),
      "UNKNOWN > ALLOW: bank/db > shop/api",
    ],
  ] as const)("finds what follows from %s", (_, policies, edit, wanted) => {
    const world = policies.length > 0 ? openCluster(policies) : closedCluster();
    const { changes } = diffWorlds(world, edit(world));
    const told = changes.flatMap(({ before, after, pairs }) =>
      pairs.flatMap(({ sources, destinations }) =>
        sources.flatMap((one) =>
          destinations.map((other) => `${before} > ${after}: ${one} > ${other}`),
        ),
      ),
    );
    expect(told).toContain(wanted);
  });

  it("lists exactly the pairs whose verdict differs, each with a proven cause", () => {
    const other = fc.tuple(arbitraryRule, fc.nat(3), fc.boolean());
    fc.assert(
      fc.property(arbitraryWorld, other, (before, [rule, at, isSwapped]) => {
        const groups = before.groups.map((group, position) =>
          position === at ? { ...group, rules: [...group.rules.slice(1), rule] } : group,
        );
        const [a, b] = [before, { ...before, groups }];
        const [old, now] = isSwapped ? [b, a] : [a, b];
        const { changes } = diffWorlds(old, now);
        const listed = (source: string, destination: string, traffic: RegExp) =>
          changes.some(({ pairs, traffic: own }) => {
            const isPort = own.some((text) => traffic.test(text));
            return (
              isPort &&
              pairs.some(
                (set) => set.sources.includes(source) && set.destinations.includes(destination),
              )
            );
          });
        for (const { name: from } of before.pods) {
          for (const { name: to } of before.pods.filter(({ name }) => name !== from)) {
            const [source, destination] = [from, to].map((name) => {
              return { kind: "pod", namespace: "shop", name } as const;
            });
            const flow = { source, destination, protocol: 17, port: 53 };
            const differs = evaluate(old, flow) !== evaluate(now, flow);
            expect(listed(`shop/${from}`, `shop/${to}`, /^udp\/(53|0-53|all)$/)).toBe(differs);
          }
        }
        for (const { cause, example, after, before: was } of changes) {
          expect(evaluate(old, example)).toBe(was);
          expect(evaluate(overlay(old, cause), example)).toBe(after);
          expect(cause.length).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 15 },
    );
  }, 30_000);
});

describe("the smallest cause", () => {
  it("holds, and not without any of its members", () => {
    const wanted = fc.uniqueArray(fc.nat(40), { maxLength: 5 });
    fc.assert(
      fc.property(wanted, (needed) => {
        const all = Array.from({ length: 41 }, (_, at) => at);
        const holds = (subset: readonly number[]) => needed.every((one) => subset.includes(one));
        expect(smallestCause(all, holds)).toEqual([...needed].sort((a, b) => a - b));
      }),
    );
  });

  it("finds one of a thousand in few tries", () => {
    let tries = 0;
    const all = Array.from({ length: 1000 }, (_, at) => at);
    const cause = smallestCause(all, (subset) => {
      tries++;
      return subset.includes(777);
    });
    expect(cause).toEqual([777]);
    expect(tries).toBeLessThan(30);
  });
});
