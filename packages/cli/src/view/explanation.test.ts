import { ExplainResponse, Model, Step_Outcome, Verdict } from "@trunkline/proto/policy";
import { describe, expect, it } from "vitest";
import { parseFlow } from "../flow/endpoint.ts";
import { plainPaint } from "../io.ts";
import { decidingRules, explanationLines, explanationView, missingRules } from "./explanation.ts";

const named = parseFlow({ source: "shop/web", destination: "db1:5432", protocol: undefined });

const response = ExplainResponse.fromPartial({
  verdict: Verdict.VERDICT_DENY,
  model: Model.MODEL_DOCUMENTED,
  revision: 7n,
  notes: ["a note"],
  remedies: [{ actions: [{ text: "add a rule", command: "aws ec2 …" }, { text: "edit" }] }],
  steps: [
    {
      number: 1,
      title: "sg-node egress",
      outcome: Step_Outcome.OUTCOME_OK,
      text: "allows it",
      rules: [
        { ruleId: "sgr-1", groupId: "sg-node", groupName: "node", egress: true, text: "all" },
      ],
    },
    {
      number: 2,
      title: "sg-db ingress",
      outcome: Step_Outcome.OUTCOME_BLOCKED,
      text: "no rule allows it",
      missingRule: "sg-db ingress tcp/5432 from sg-node",
    },
  ],
});

describe("an explanation", () => {
  const view = explanationView(named, response);

  it("prints the verdict, the numbered steps, their rules and the missing one", () => {
    expect(explanationLines(view, plainPaint)).toEqual([
      "shop/web → db1:5432 DENY",
      "  1  ok       sg-node egress  allows it",
      "       rule sgr-1: sg-node egress all",
      "  2  BLOCKED  sg-db ingress   no rule allows it",
      "       missing: sg-db ingress tcp/5432 from sg-node",
      "  note: a note",
    ]);
  });

  it("says what decided, for programs", () => {
    expect(decidingRules(view)).toEqual(["sg-node egress all"]);
    expect(missingRules(view)).toEqual(["sg-db ingress tcp/5432 from sg-node"]);
    expect(view.remedies).toEqual([
      { actions: [{ text: "add a rule", command: "aws ec2 …" }, { text: "edit" }] },
    ]);
    expect(JSON.parse(JSON.stringify(view))).toMatchObject({ verdict: "DENY", revision: 7 });
  });

  it("names both models when they differ", () => {
    const differing = { ...response, otherModelVerdict: Verdict.VERDICT_ALLOW };
    const lines = explanationLines(explanationView(named, differing), plainPaint);
    expect(lines).toContain("  model documented says DENY, model datapath ALLOW");
  });

  it("takes a verdict it does not know for UNKNOWN, never for an allow", () => {
    const newer = { ...response, verdict: 99 as never };
    expect(explanationView(named, newer).verdict).toBe("UNKNOWN");
  });
});
