import { describe, expect, it } from "vitest";
import type { ExplanationView } from "../view/explanation-view.ts";
import type { PodView } from "../view/pods.ts";
import type { Expected } from "./example.ts";
import { differences } from "./outcome.ts";

const expected: Expected = {
  pods: [
    { pod: "shop/api", node: "n1", kind: "branch", groups: ["sg-app"], mode: "strict" },
    { pod: "shop/web", node: "n1", kind: "ordinary", groups: ["sg-node"] },
  ],
  show: "shop/api",
  flows: [
    { source: "shop/api", destination: "db1:5432", verdict: "ALLOW", rules: ["sg-app egress all"] },
    {
      source: "shop/web",
      destination: "db1:5432",
      verdict: "DENY",
      missingRule: "sg-db ingress x",
    },
  ],
};

const api: PodView = {
  pod: "shop/api",
  node: "n1",
  kind: "branch",
  eniId: "eni-1",
  vlanId: 1,
  address: "10.0.1.4",
  groups: ["sg-app"],
  mode: "strict",
  state: "ready",
};
const web: PodView = {
  pod: "shop/web",
  node: "n1",
  kind: "ordinary",
  eniId: "eni-n1",
  address: "10.0.1.5",
  groups: ["sg-node"],
  state: "ready",
};

const rule = { ruleId: "r", groupId: "sg-app", groupName: "app", text: "all" } as const;
const step = { number: 1, title: "t", text: "", rules: [] } as const;
const base = {
  protocol: "tcp",
  model: "documented",
  notes: [],
  remedies: [],
  way: { viaVpc: true, natAtNode: false, translations: [], nodes: [] },
  revision: 1,
} as const;
const allow: ExplanationView = {
  ...base,
  source: "shop/api",
  destination: "db1:5432",
  verdict: "ALLOW",
  steps: [{ ...step, outcome: "OK", rules: [{ ...rule, direction: "egress" }] }],
};
const deny: ExplanationView = {
  ...base,
  source: "shop/web",
  destination: "db1:5432",
  verdict: "DENY",
  steps: [{ ...step, outcome: "BLOCKED", missingRule: "sg-db ingress x" }],
};

const good = { pods: [api, web], explanations: [allow, deny] };

describe("the outcome of a demo", () => {
  it("is as expected when pods, verdicts, rules and the missing rule are", () => {
    expect(differences(expected, good)).toEqual([]);
  });

  it.each<[string, typeof good, string]>([
    ["a pod that is not there", { ...good, pods: [api] }, "shop/web is not there"],
    [
      "a protected pod with the groups of its node",
      { ...good, pods: [{ ...api, groups: ["sg-node"] }, web] },
      "shop/api groups: expected sg-app, found sg-node",
    ],
    [
      "an address that two pods hold",
      { ...good, pods: [api, { ...web, address: api.address }] },
      "address 10.0.1.4 is held by shop/api and shop/web",
    ],
    [
      "a VLAN id that two pods of a node hold",
      { ...good, pods: [api, { ...web, vlanId: 1, kind: "branch" }] },
      "VLAN id 1 on n1 is held by shop/api and shop/web",
    ],
    [
      "an allow where a deny belongs",
      { ...good, explanations: [allow, { ...deny, verdict: "ALLOW" }] },
      "shop/web → db1:5432 verdict: expected DENY, found ALLOW",
    ],
    [
      "an allow that rests on another rule",
      { ...good, explanations: [{ ...allow, steps: [] }, deny] },
      'shop/api → db1:5432 does not rest on the rule "sg-app egress all"',
    ],
    [
      "a deny for another reason",
      { ...good, explanations: [allow, { ...deny, steps: [] }] },
      "shop/web → db1:5432 missing rule: expected sg-db ingress x, found none",
    ],
    [
      "a flow that nobody explained",
      { ...good, explanations: [allow] },
      "shop/web → db1:5432 was not explained",
    ],
  ])("differs by %s", (_name, outcome, difference) => {
    expect(differences(expected, outcome)).toContain(difference);
  });
});
