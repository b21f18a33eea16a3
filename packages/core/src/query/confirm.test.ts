import fc from "fast-check";
import { expect, it } from "vitest";
import { explain } from "../verdict/evaluate.ts";
import { arbitraryFlow, arbitraryWorld } from "../world/arbitrary-world.test-support.ts";
import { fixtureF, flow } from "../world/fixture-f.test-support.ts";
import { confirmExplanation } from "./confirm.ts";

it("takes away the rules of each end in turn", () => {
  const asked = flow("shop/api", "db1", "tcp/5432");
  const told = confirmExplanation(fixtureF(), asked, explain(fixtureF(), asked));
  expect(told.isConfirmed).toBe(true);
  expect(told.checks.map(({ experiment, verdict }) => `${experiment}: ${verdict}`)).toEqual([
    "the same world: ALLOW",
    "without sgr-app-1: DENY",
    "without sgr-db-1: DENY",
  ]);
});

it("does not confirm an explanation that names the wrong rules, or of another verdict", () => {
  const asked = flow("shop/api", "db1", "tcp/5432");
  const explanation = explain(fixtureF(), asked);
  const steps = explanation.steps.map((step) => ({
    ...step,
    rules: step.rules.map((one) => ({
      ...one,
      groupId: "sg-0node",
      rule: { ...one.rule, ruleId: "sgr-node-1" },
    })),
  }));
  expect(confirmExplanation(fixtureF(), asked, { ...explanation, steps }).isConfirmed).toBe(false);
  const denied = { ...explanation, verdict: "DENY" } as const;
  expect(confirmExplanation(fixtureF(), asked, denied).isConfirmed).toBe(false);
});

it("confirms every explanation of small worlds, in both models", () => {
  const model = fc.constantFrom("documented" as const, "datapath" as const);
  fc.assert(
    fc.property(arbitraryWorld, arbitraryFlow, model, (world, asked, which) => {
      const explanation = explain(world, asked, { model: which });
      const { checks } = confirmExplanation(world, asked, explanation);
      expect(checks.filter(({ isAsExpected }) => !isAsExpected)).toEqual([]);
    }),
    { numRuns: 80 },
  );
}, 20_000);
