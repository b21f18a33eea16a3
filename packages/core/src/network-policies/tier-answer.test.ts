import { describe, expect, it } from "vitest";
import { type AnyPolicy, anp, ask, cnp, labels, np } from "./cluster.test-support.ts";

// Numbers are those of the list of pitfalls of cluster-wide policies that this project keeps.

const all = { namespaces: {} };
const api = { pods: { namespaceSelector: {}, podSelector: labels("app", "api") } };
const bank = { namespaces: labels("team", "b") };
const from = (action: "Accept" | "Deny" | "Pass", peer: object = all, protocols?: object[]) => ({
  action,
  from: [peer],
  ...(protocols === undefined ? {} : { protocols }),
});
const allow = { action: "Allow", from: [all] } as const;
const deny = { action: "Deny", from: [all] } as const;
const pass = { action: "Pass", from: [all] } as const;
const closed = np("closed", {});
const fromApi = "in shop/web from shop/api tcp/80";
const fromDb = "in shop/web from bank/db tcp/80";

describe("policies of equal priority", () => {
  const allowing = anp("a", { ingress: [allow] });
  const denying = anp("b", { ingress: [deny] });

  it.each<[string, readonly AnyPolicy[], string, readonly string[]]>([
    ["Allow and Deny", [allowing, denying], "no", ["no/yes"]],
    ["in the other order", [denying, allowing], "no", ["no/yes"]],
    [
      "Allow and Pass to an isolated pod",
      [allowing, anp("b", { ingress: [pass] }), closed],
      "yes",
      ["yes/no"],
    ],
    ["Allow and Pass to an open pod agree", [allowing, anp("b", { ingress: [pass] })], "yes", []],
    ["two that deny agree", [denying, anp("c", { ingress: [deny] })], "no", []],
    [
      "one that does not cover does not count",
      [allowing, anp("b", { ingress: [{ action: "Deny", from: [bank] }] })],
      "yes",
      [],
    ],
    ["of both kinds", [allowing, cnp("b", { ingress: [from("Deny")] })], "no", ["no/yes"]],
    ["of different priorities", [allowing, anp("b", { priority: 11, ingress: [deny] })], "yes", []],
    [
      "in the Baseline tier",
      [
        cnp("a", { tier: "Baseline", ingress: [from("Deny")] }),
        cnp("b", { tier: "Baseline", ingress: [from("Accept")] }),
      ],
      "no",
      ["no/yes"],
    ],
  ])("%s", (_fact, policies, answer, outcomes) => {
    const { answer: found, undefinedPoints } = ask(policies, fromApi);
    expect(found).toBe(answer);
    expect(undefinedPoints.map(({ choice, otherwise }) => `${choice}/${otherwise}`)).toEqual(
      outcomes,
    );
  });

  it("name both policies with their outcomes", () => {
    const [point] = ask([allowing, denying], fromApi).undefinedPoints;
    expect(point.text).toBe(
      "policies of equal priority 10 disagree: AdminNetworkPolicy b spec.ingress[0].from[0] Deny " +
        "(no), AdminNetworkPolicy a spec.ingress[0].from[0] Allow (yes)",
    );
  });
});

describe("an answer of a tier", () => {
  it("names policy, rule and peer", () => {
    const rule = { name: "no-bank", action: "Deny", from: [api, bank] } as const;
    expect(ask([cnp("guard", { ingress: [rule] })], fromDb)).toMatchObject({
      tier: "Admin",
      deciding: [
        {
          kind: "ClusterNetworkPolicy",
          name: "guard",
          at: "spec.ingress[0].from[1]",
          effect: "Deny",
        },
      ],
      because: 'spec.ingress[0].from[1] "no-bank" denies tcp/80 from bank/db',
    });
  });

  it("of a refusal names the allowing rule that nearly covered it", () => {
    const policy = cnp("a", {
      ingress: [from("Accept", api, [{ tcp: { destinationPort: { number: 443 } } }]), from("Deny")],
    });
    expect(ask([policy], fromApi).nearMisses).toEqual([
      {
        title: "ClusterNetworkPolicy a",
        at: "spec.ingress[0].from[0]",
        because: "covers shop/api but not tcp/80",
      },
    ]);
  });
});
