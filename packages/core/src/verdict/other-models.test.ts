import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryQuestions } from "../memory/same-words.test-support.ts";
import { indexWorld } from "../world/world-index.ts";
import { evaluate, explain } from "./evaluate.ts";

// What the other models say is found with less than a judgement of the whole flow.
it("an explanation says of the other models what they say when they are asked", () => {
  const property = fc.property(arbitraryQuestions(40), ([world, flows, [options]]) => {
    const index = indexWorld(world);
    for (const flow of flows) {
      const explained = explain(index, flow, options);
      const { verdict, model, networkPolicyModel } = explained;
      const otherModel = model === "documented" ? "datapath" : "documented";
      expect(explained.otherModelVerdict ?? verdict).toBe(
        evaluate(index, flow, { ...options, model: otherModel }),
      );
      if (networkPolicyModel === undefined) continue;
      const otherPolicies = networkPolicyModel === "spec" ? "aws" : "spec";
      expect(explained.otherNetworkPolicyVerdict ?? verdict).toBe(
        evaluate(index, flow, { ...options, networkPolicyModel: otherPolicies }),
      );
    }
  });
  fc.assert(property, { seed: 31, numRuns: 40 });
}, 60_000);
