import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryPolicies } from "../network-policies/arbitrary-policies.test-support.ts";
import { cluster, np } from "../network-policies/cluster.test-support.ts";
import { evaluate } from "../verdict/evaluate.ts";
import { arbitraryFlow, arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import { fixtureF, flow, pod, rule } from "../world/fixture-f.test-support.ts";
import { compareWorlds } from "./compare-worlds.ts";
import type { WorldEdit } from "./edit.ts";
import { overlay } from "./overlay.ts";

describe("an overlay", () => {
  const open: WorldEdit = {
    action: "add",
    kind: "rule",
    object: { groupId: "sg-0db", rule: rule("in tcp/5432 from sg-node", "sgr-open") },
  };

  it("makes one more rule count, and leaves the first world alone", () => {
    const world = fixtureF();
    const asked = flow("shop/web", "db1", "tcp/5432");
    expect(evaluate(overlay(world, [open]), asked)).toBe("ALLOW");
    expect(evaluate(world, asked)).toBe("DENY");
  });

  it("shares every list that no edit is about", () => {
    const world = fixtureF();
    const next = overlay(world, [open]);
    expect(next.pods).toBe(world.pods);
    expect(next.interfaces).toBe(world.interfaces);
    expect(next.groups[0]).toBe(world.groups[0]);
    expect(next.revision).toBe(world.revision + 1);
    expect(overlay(world, [])).toBe(world);
  });

  it("makes edits of one kind in their order", () => {
    const world = overlay(fixtureF(), [
      { action: "add", kind: "pod", object: pod("shop/new") },
      { action: "change", kind: "pod", object: pod("shop/new", { nodeName: "n1" }) },
      { action: "remove", kind: "pod", key: "shop/web" },
    ]);
    expect(world.pods.at(-1)).toMatchObject({ name: "new", nodeName: "n1" });
    expect(world.pods.some(({ name }) => name === "web")).toBe(false);
  });

  it("names all its problems at once", () => {
    const edits: readonly WorldEdit[] = [
      { action: "add", kind: "pod", object: pod("shop/api") },
      { action: "remove", kind: "group", key: "sg-none" },
      { action: "remove", kind: "rule", key: "sg-none/sgr-1" },
      { action: "remove", kind: "route", key: "rtb-priv-a/1.0.0.0/8" },
    ];
    expect(() => overlay(fixtureF(), edits)).toThrow(
      [
        "4 edits cannot be made",
        "  edits[0]: pod shop/api exists already",
        "  edits[1]: group sg-none does not exist",
        "  edits[2]: group sg-none does not exist",
        "  edits[3]: route rtb-priv-a/1.0.0.0/8 does not exist",
      ].join("\n"),
    );
  });

  it("adds no table to tables that were not read", () => {
    const world = { ...fixtureF(), routeTables: undefined };
    const edit: WorldEdit = { action: "remove", kind: "routeTable", key: "rtb-priv-a" };
    expect(() => overlay(world, [edit])).toThrow("edits[0]: route tables were not read");
  });
});

describe("the edits between two worlds", () => {
  it("are none between a world and a copy with its keys and lists in another order", () => {
    const turned = <T extends object>(object: T) =>
      Object.fromEntries(Object.entries(object).reverse()) as T;
    const world = fixtureF();
    const copy = { ...world, pods: [...world.pods].reverse().map(turned) };
    expect(compareWorlds(world, copy)).toEqual([]);
  });

  it("name the rule that was added, not its group", () => {
    const world = fixtureF();
    const groups = world.groups.map((group) =>
      group.name === "sg-db"
        ? { ...group, rules: [rule("in tcp/5432 from sg-node", "sgr-9"), ...group.rules] }
        : group,
    );
    expect(compareWorlds(world, { ...world, groups })).toEqual([
      {
        action: "add",
        kind: "rule",
        object: { groupId: "sg-0db", rule: rule("in tcp/5432 from sg-node", "sgr-9") },
      },
    ]);
  });

  it("lead from the one to the other", () => {
    fc.assert(
      fc.property(arbitraryWorld, arbitraryWorld, arbitraryFlow, (before, after, asked) => {
        const reached = overlay(before, compareWorlds(before, after));
        expect(compareWorlds(reached, after)).toEqual([]);
        for (const model of ["documented", "datapath"] as const) {
          expect(evaluate(reached, asked, { model })).toBe(evaluate(after, asked, { model }));
        }
      }),
      { numRuns: 60 },
    );
  }, 20_000);

  it("cover network policies of every kind", () => {
    fc.assert(
      fc.property(arbitraryPolicies, arbitraryPolicies, (some, others) => {
        const [before, after] = [cluster(some), cluster(others)];
        expect(compareWorlds(overlay(before, compareWorlds(before, after)), after)).toEqual([]);
      }),
      { numRuns: 50 },
    );
    const closed = cluster([np("deny", { podSelector: {} })]);
    const edits = compareWorlds(closed, cluster([]));
    expect(edits).toEqual([{ action: "remove", kind: "networkPolicy", key: "shop/deny" }]);
  }, 20_000);

  it("say when route tables are no longer read", () => {
    const world = fixtureF();
    const blind = { ...world, routeTables: undefined };
    const edits = compareWorlds(world, blind);
    expect(edits).toEqual([{ action: "change", kind: "routeTables", object: undefined }]);
    expect(compareWorlds(overlay(world, edits), blind)).toEqual([]);
  });
});
