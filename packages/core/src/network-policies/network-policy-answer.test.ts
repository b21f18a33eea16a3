import { describe, expect, it } from "vitest";
import { ask, np } from "./cluster.test-support.ts";

// Numbers are those of the list of NetworkPolicy pitfalls that this project keeps.

const fromApi = "in shop/web from shop/api tcp/80";
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const from = (...peers: object[]) => [np("p", { ingress: [{ from: peers }] })];
const ports = (...list: object[]) => [np("p", { ingress: [{ ports: list }] })];

describe("what the specification leaves open is said", () => {
  const codes = (policies: Parameters<typeof ask>[0], question: string) =>
    ask(policies, question).undefinedPoints.map(({ code, choice, otherwise }) => {
      return `${code} ${choice}/${otherwise}`;
    });

  it.each([
    [
      "9 ICMP",
      from({ podSelector: {} }),
      "in shop/web from shop/api icmp",
      ["other-protocol yes/no"],
    ],
    [
      "9 ICMP that is closed",
      ports({ port: 80 }),
      "in shop/web from shop/api icmp",
      ["other-protocol no/yes"],
    ],
    ["9 GRE", ports({ port: 80 }), "in shop/web from shop/api 47", ["other-protocol no/yes"]],
    ["10 an ipBlock for a pod", from(block("10.0.1.0/24")), fromApi, ["ip-block-pod yes/no"]],
    [
      "10 not where a selector allows too",
      from(block("10.0.1.0/24"), { podSelector: {} }),
      fromApi,
      [],
    ],
    [
      "10 not for an outside address",
      from(block("8.8.8.0/24")),
      "in shop/web from 8.8.8.8 tcp/80",
      [],
    ],
    [
      "14 a host-network subject",
      [np("p", {})],
      "in shop/host from bank/db tcp/80",
      ["host-network-subject yes/unknown"],
    ],
    [
      "14 a host-network peer",
      [np("bank/p", { ingress: [{ from: [{ namespaceSelector: {} }] }] })],
      "in bank/db from shop/host tcp/80",
      ["host-network-peer no/yes", "other-node no/yes"],
    ],
    ["15 another node", [np("p", {})], "in shop/web from n2 tcp/80", ["other-node no/yes"]],
    ["nothing where all is clear", [np("p", {})], fromApi, []],
  ])("%s", (_fact, policies, question, expected) => {
    expect(codes(policies, question)).toEqual(expected);
  });
});

describe("an answer says why", () => {
  it("of an allow: the policy and the peer of the rule", () => {
    const policies = [
      np("a", {}),
      np("b", { ingress: [{ from: [block("8.0.0.0/8"), { podSelector: {} }] }] }),
    ];
    expect(ask(policies, fromApi)).toMatchObject({
      tier: "NetworkPolicy",
      deciding: [
        {
          kind: "NetworkPolicy",
          namespace: "shop",
          name: "b",
          at: "spec.ingress[0].from[1]",
          effect: "Allow",
        },
      ],
      because: "NetworkPolicy shop/b spec.ingress[0].from[1]",
    });
  });

  it("of a refusal: every policy that isolates, and the rules that nearly allowed", () => {
    const near = np("near", { ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 443 }] }] });
    const far = np("far", { ingress: [{ from: [block("8.8.8.0/24")], ports: [{ port: 80 }] }] });
    const answer = ask([near, far], fromApi);
    expect(answer.deciding.map(({ title, at, effect }) => `${title} ${at} ${effect}`)).toEqual([
      "NetworkPolicy shop/far spec.podSelector Isolate",
      "NetworkPolicy shop/near spec.podSelector Isolate",
    ]);
    expect(answer.because).toBe("isolate shop/web; no rule covers tcp/80 from shop/api");
    expect(answer.nearMisses).toEqual([
      {
        title: "NetworkPolicy shop/far",
        at: "spec.ingress[0].from[0]",
        because: "covers tcp/80 but not shop/api",
      },
      {
        title: "NetworkPolicy shop/near",
        at: "spec.ingress[0].from[0]",
        because: "covers shop/api but not tcp/80",
      },
    ]);
  });

  it("names at most five near misses", () => {
    const rules = Array.from({ length: 9 }, () => ({
      from: [{ podSelector: {} }],
      ports: [{ port: 1 }],
    }));
    expect(ask([np("p", { ingress: rules })], fromApi).nearMisses).toHaveLength(5);
  });

  it("of what an invalid policy leaves open: its first problem", () => {
    const { because } = ask(ports({ port: 80, endPort: 79 }), fromApi);
    expect(because).toContain("spec.ingress[0].ports[0].endPort: 79 is below port 80");
  });
});
