import { expect, it } from "vitest";
import type { ExplanationView, StepView } from "../view/explanation.ts";
import { nextStep } from "./explain.ts";

const step: StepView = { number: 1, title: "t", outcome: "BLOCKED", text: "no", rules: [] };
const denied: ExplanationView = {
  source: "shop/api",
  destination: "shop/peer:8080",
  protocol: "tcp",
  verdict: "DENY",
  model: "documented",
  steps: [
    { ...step, missingRule: "sg-app egress tcp/8080 to sg-peer" },
    { ...step, missingRule: "something that is not of the plain form" },
  ],
  notes: [],
  revision: 1,
};

it("after a DENY every missing rule is asked for, by a command where there is one", () => {
  const lines = nextStep(denied, "http://127.0.0.1:9").split("\n");
  expect(lines[0]).toBe("to allow it:");
  expect(lines[1]).toContain(
    "aws ec2 authorize-security-group-egress --endpoint-url http://127.0.0.1:9 --group-id sg-app",
  );
  expect(lines[2]).toBe("  ask for the rule: something that is not of the plain form");
});

it("after an ALLOW the same question for programs is suggested", () => {
  expect(nextStep({ ...denied, verdict: "ALLOW", steps: [] }, undefined)).toContain(
    "trunkline explain shop/api shop/peer:8080 --protocol tcp --json",
  );
});

it("after an UNKNOWN the pods are suggested", () => {
  expect(nextStep({ ...denied, verdict: "UNKNOWN", steps: [] }, undefined)).toContain(
    "trunkline pods",
  );
});
