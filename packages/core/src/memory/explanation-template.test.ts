import { describe, expect, it } from "vitest";
import type { Explanation } from "../verdict/explanation.ts";
import { explanationFrom, type NamedEnd, noParts, templateOf } from "./explanation-template.ts";
import { markOf } from "./marks.ts";
import { stepFrom } from "./step-template.ts";

const [client, server] = [markOf("s", 0), markOf("d", 0)];
const one = { s: 1, d: 1 };

const explanation: Explanation = {
  verdict: "DENY",
  steps: [
    { number: 1, title: `${client} groups`, outcome: "OK", text: "[sg-a]", rules: [] },
    {
      number: 2,
      title: "sg-a egress",
      outcome: "BLOCKED",
      text: "needs tcp/80 to sg-b: no rule",
      rules: [],
      asked: { holder: client, direction: "egress", peer: server, traffic: "tcp/80" },
      missingRule: "sg-a egress tcp/80 to sg-b",
    },
    {
      number: 3,
      title: "path",
      outcome: "UNKNOWN",
      text: `${client} and ${server} meet`,
      rules: [],
    },
  ],
  model: "documented",
  way: { viaVpc: true, natAtNode: false, translations: [], nodes: [] },
  notes: ["nobody is named"],
};

function named(name: string): NamedEnd {
  return { names: [name], stepOf: (template) => stepFrom(template, [name], [name]) };
}

describe("a template of an explanation", () => {
  it("has a gap wherever a name was", () => {
    const template = templateOf(explanation, one, noParts());
    const filled = template && explanationFrom(template, named("shop/web"), named("shop/db"));
    const text = JSON.stringify(explanation).replaceAll(client, "shop/web");
    expect(JSON.stringify(filled)).toBe(text.replaceAll(server, "shop/db"));
  });

  it("is none where a name stands in a place without a gap", () => {
    const way = { ...explanation.way, nodes: [client] };
    expect(templateOf({ ...explanation, way }, one, noParts())).toBeUndefined();
  });

  it("is none where something would be left out", () => {
    const service = { title: "Service shop/db", reach: "none", backends: [] } as const;
    expect(templateOf({ ...explanation, service }, one, noParts())).toBeUndefined();
    const [first, ...others] = explanation.steps;
    const steps = [{ ...first, isNew: true }, ...others];
    expect(templateOf({ ...explanation, steps }, one, noParts())).toBeUndefined();
  });

  it("shares steps with others that say the same", () => {
    const parts = noParts();
    const templates = [explanation, { ...explanation, notes: [] }].map((each) => {
      return templateOf(each, one, parts);
    });
    expect(templates[0]?.steps[1]).toBe(templates[1]?.steps[1]);
  });
});
