import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryFlow, arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import type { Model } from "../world/settings.ts";
import { evaluate } from "./evaluate.ts";
import { withInterfaces, withRules } from "./law-edits.test-support.ts";

const model = fc.constantFrom<Model>("documented", "datapath");
const runs = { numRuns: 150 };

// EC2 reference 6.8, properties 2 and 15.
describe("nothing changes", () => {
  it("when two groups and the references to them become one, for those who have both", () => {
    const [a, b] = ["sg-0a", "sg-0b"];
    const isEither = (id: string) => id === a || id === b;
    fc.assert(
      fc.property(arbitraryWorld, arbitraryFlow, model, (world, flow, which) => {
        const both = withInterfaces(world, (eni) => {
          return eni.groupIds.some(isEither) ? { ...eni, groupIds: [...eni.groupIds, a, b] } : eni;
        });
        const groups = both.groups
          .filter(({ groupId }) => groupId !== b)
          .map((group) => {
            const other = both.groups.find(({ groupId }) => groupId === b)?.rules ?? [];
            return group.groupId === a ? { ...group, rules: [...group.rules, ...other] } : group;
          });
        const alone = withInterfaces({ ...both, groups }, (eni) => {
          return { ...eni, groupIds: eni.groupIds.filter((id) => id !== b) };
        });
        const merged = withRules(alone, (rule) => {
          const { peer } = rule;
          return [
            peer.kind === "group" && peer.groupId === b
              ? { ...rule, peer: { ...peer, groupId: a } }
              : rule,
          ];
        });
        const options = { model: which };
        expect(evaluate(merged, flow, options)).toBe(evaluate(both, flow, options));
      }),
      runs,
    );
  });

  it("when references that nobody carries, or that are stale, are taken away", () => {
    fc.assert(
      fc.property(arbitraryWorld, arbitraryFlow, (world, flow) => {
        const isOf = (rule: SecurityGroupRule, id: string) =>
          rule.peer.kind === "group" && rule.peer.groupId === id;
        const deleted = withInterfaces(world, (eni) => {
          return { ...eni, groupIds: eni.groupIds.filter((id) => id !== "sg-0c") };
        });
        const without = withRules(deleted, (rule) => (isOf(rule, "sg-0c") ? [] : [rule]));
        expect(evaluate(without, flow)).toBe(evaluate(deleted, flow));
        const stale = withRules(world, (rule) => {
          const { peer } = rule;
          const isHit = peer.kind === "group" && peer.groupId === "sg-0d";
          return [isHit ? { ...rule, peer: { ...peer, isStale: true } } : rule];
        });
        const gone = withRules(world, (rule) => (isOf(rule, "sg-0d") ? [] : [rule]));
        expect(evaluate(stale, flow)).toBe(evaluate(gone, flow));
      }),
      runs,
    );
  });
});
