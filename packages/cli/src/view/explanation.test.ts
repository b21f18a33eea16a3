import { ExplainResponse, Model, Step_Outcome, Verdict } from "@trunkline/proto/policy";
import { describe, expect, it } from "vitest";
import { parseFlow } from "../flow/endpoint.ts";
import { plainPaint } from "../io.ts";
import { decidingRules, explanationLines, explanationView, missingRules } from "./explanation.ts";
import { authorizeCommand } from "./rule-command.ts";

const named = parseFlow({ source: "shop/web", destination: "db1:5432", protocol: undefined });

const response = ExplainResponse.fromPartial({
  verdict: Verdict.VERDICT_DENY,
  model: Model.MODEL_DOCUMENTED,
  revision: 7n,
  notes: ["a note"],
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

describe("the command that adds a missing rule", () => {
  it("names the group, the direction, the port and the peer", () => {
    expect(authorizeCommand("sg-db ingress tcp/5432 from sg-node")).toBe(
      "aws ec2 authorize-security-group-ingress --group-id sg-db --ip-permissions " +
        "'IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{GroupId=sg-node}]'",
    );
    expect(authorizeCommand("sg-app egress udp/53 to 10.0.0.2")).toContain("CidrIp=10.0.0.2/32");
    expect(authorizeCommand("sg-app egress tcp/443 to 2001:db8::/32")).toContain("Ipv6Ranges");
  });

  it("is left out rather than guessed when the rule has another form", () => {
    expect(authorizeCommand("some rule in one of sg-a, sg-b")).toBeUndefined();
  });
});
