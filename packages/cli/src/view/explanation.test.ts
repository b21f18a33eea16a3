import {
  ExplainResponse,
  Model,
  NetworkPolicyModel,
  ServiceAnswer_Reach,
  Step_Outcome,
  Verdict,
} from "@trunkline/proto/policy";
import { describe, expect, it } from "vitest";
import { parseFlow } from "../flow/endpoint.ts";
import { plainPaint } from "../io.ts";
import { decidingRules, explanationLines, missingRules } from "./explanation.ts";
import { explanationView } from "./explanation-view.ts";

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

  it("names both models of network policies when they differ, and what nearly allowed it", () => {
    const [step] = response.steps;
    const lines = explanationLines(
      explanationView(named, {
        ...response,
        networkPolicyModel: NetworkPolicyModel.NETWORK_POLICY_MODEL_AWS,
        otherNetworkPolicyVerdict: Verdict.VERDICT_ALLOW,
        steps: [
          {
            ...step,
            rules: [],
            nearMisses: [{ title: "NetworkPolicy shop/db", at: "spec", because: "but not tcp/1" }],
          },
        ],
      }),
      plainPaint,
    );
    expect(lines).toContain("  network policies by model aws say DENY, by model spec ALLOW");
    expect(lines).toContain("       near: NetworkPolicy shop/db spec but not tcp/1");
  });

  it("lists where a Service leads, the first twenty ways", () => {
    const backends = Array.from({ length: 30 }, (_, at) => {
      return { title: `shop/db-${at}`, port: at === 0 ? 0 : 5432, verdict: Verdict.VERDICT_DENY };
    });
    const service = { title: "Service shop/db tcp/80", reach: ServiceAnswer_Reach.REACH_NONE };
    const view = explanationView(
      named,
      ExplainResponse.fromPartial({
        ...response,
        service: { ...service, backends, omittedCount: 5 },
      }),
    );
    const lines = explanationLines(view, plainPaint);
    const at = lines.indexOf("  Service shop/db tcp/80: 35 backends, no way is open");
    expect(lines.slice(at + 1, at + 3)).toEqual(["    shop/db-0 DENY", "    shop/db-1:5432 DENY"]);
    expect(lines[at + 21]).toBe("    and 15 more");
    expect(view.service?.backends).toHaveLength(30);
  });

  it("takes a verdict it does not know for UNKNOWN, never for an allow", () => {
    const newer = { ...response, verdict: 99 as never };
    expect(explanationView(named, newer).verdict).toBe("UNKNOWN");
  });
});
