import { expect, it } from "vitest";
import type { ExplanationView, StepView } from "../view/explanation-view.ts";
import { nextStep } from "./explain.ts";

const step: StepView = { number: 1, title: "t", outcome: "BLOCKED", text: "no", rules: [] };
const denied: ExplanationView = {
  source: "shop/api",
  destination: "shop/peer:8080",
  protocol: "tcp",
  verdict: "DENY",
  model: "documented",
  steps: [{ ...step, missingRule: "sg-app egress tcp/8080 to sg-peer" }],
  notes: [],
  way: { viaVpc: true, natAtNode: false, translations: [], nodes: [] },
  remedies: [
    {
      actions: [
        {
          text: "add a rule",
          command: "aws ec2 authorize-security-group-egress --group-id sg-app",
        },
        { text: "label the template of the pod" },
      ],
    },
    { actions: [{ text: "a longer way" }] },
  ],
  revision: 1,
};

it("after a DENY the smallest edit is named, by a command where there is one", () => {
  expect(nextStep(denied, "http://127.0.0.1:9").split("\n")).toEqual([
    "to allow it:",
    "  aws ec2 authorize-security-group-egress --endpoint-url http://127.0.0.1:9 --group-id sg-app",
    "  label the template of the pod",
  ]);
});

it("after an ALLOW the same question for programs is suggested", () => {
  expect(nextStep({ ...denied, verdict: "ALLOW", remedies: [] }, undefined)).toContain(
    "trunkline explain shop/api shop/peer:8080 --protocol tcp --json",
  );
});

it("after an UNKNOWN the pods are suggested", () => {
  expect(nextStep({ ...denied, verdict: "UNKNOWN", remedies: [] }, undefined)).toContain(
    "trunkline pods",
  );
});
