import { describe, expect, it } from "vitest";
import { type Edit, edited, podParts, rules } from "../world/edits.test-support.ts";
import { fixtureF, flow } from "../world/fixture-f.test-support.ts";
import { addService, all } from "../world/service-edits.test-support.ts";
import { explain } from "./evaluate.ts";
import type { EvaluateOptions } from "./explanation.ts";

const open = all(
  rules("sg-app", "out tcp/8080 to sg-node"),
  rules("sg-node", "in tcp/8080 from sg-app", "out all to 0.0.0.0/0"),
);
const web = addService("shop/web");

function explained(
  ends: readonly [string, string, string],
  edits: readonly Edit[],
  options: EvaluateOptions = {},
) {
  return explain(edited(fixtureF(), ...edits), flow(...ends), options);
}

describe("the explanation of a flow to a Service", () => {
  it("names the backend, the translation and every question on the way", () => {
    const found = explained(["shop/api", "svc:shop/web", "tcp/80"], [open, web]);
    expect(found.service).toMatchObject({
      title: "Service shop/web tcp/80 (http)",
      reach: "all",
      backends: [{ title: "shop/web", port: 8080, verdict: "ALLOW" }],
    });
    expect(found.way.translations).toEqual([
      {
        replaces: "destination",
        by: "kube-proxy on node n1",
        from: "172.20.0.10:80",
        to: "10.0.1.111:8080",
      },
    ]);
    expect(found.steps.flatMap(({ asked }) => asked ?? [])).toEqual([
      {
        holder: "shop/api",
        eniId: "eni-api",
        direction: "egress",
        peer: "shop/web",
        traffic: "tcp/8080",
      },
      {
        holder: "shop/web",
        eniId: "eni-n1",
        direction: "ingress",
        peer: "shop/api",
        traffic: "tcp/8080",
      },
    ]);
  });

  it("says which of several backends are open", () => {
    const found = explained(
      ["shop/api", "svc:shop/web", "tcp/80"],
      [
        open,
        addService("shop/web", { selector: { tier: "front" } }),
        podParts("shop/web", { labels: { tier: "front" } }),
        podParts("shop/peer", { labels: { tier: "front" } }),
      ],
    );
    expect(found.service?.reach).toBe("some");
    expect(found.service?.backends.map(({ title, verdict }) => [title, verdict])).toEqual([
      ["shop/peer", "DENY"],
      ["shop/web", "ALLOW"],
    ]);
    expect(found.steps.at(-1)?.text).toBe("1 of 2 ways are open; not shop/peer");
  });

  it("says that there are no endpoints", () => {
    const found = explained(["n1", "svc:shop/none", "tcp/80"], [addService("shop/none")]);
    expect(found.steps).toMatchObject([
      { outcome: "BLOCKED", text: "Service shop/none has no endpoints" },
    ]);
  });

  it("refuses a Service that does not exist", () => {
    expect(() => explained(["n1", "svc:shop/gone", "tcp/80"], [web])).toThrow(
      'Service "shop/gone" does not exist',
    );
  });
});
