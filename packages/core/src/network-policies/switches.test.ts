import { describe, expect, it } from "vitest";
import { type AnyPolicy, type AskOptions, ask, cnp, labels, np } from "./cluster.test-support.ts";
import { NETWORK_POLICY_SWITCHES, type NetworkPolicySwitch, switchValues } from "./switches.ts";

const service = {
  namespace: "bank",
  name: "db",
  address: "172.20.0.9",
  port: 443,
  selector: { app: "db" },
};
const itself = {
  namespace: "shop",
  name: "web",
  address: "172.20.0.8",
  port: 80,
  selector: { app: "web" },
};
const db = { namespaceSelector: {}, podSelector: labels("app", "db") };
const egress = (to: object[], ports?: object[]) => [
  np("p", { policyTypes: ["Egress"], egress: [{ to, ...(ports === undefined ? {} : { ports }) }] }),
];
const all = { namespaces: {} };
const manyPorts = Array.from({ length: 25 }, (_, at) => ({ port: 80 + at }));
const toDb = "out shop/web to bank/db tcp/5432";
const fromApi = "in shop/web from shop/api tcp/80";

type Row = readonly [
  fact: string,
  policies: readonly AnyPolicy[],
  question: string,
  spec: string,
  aws: string,
  options?: AskOptions,
];

describe("the models differ on", () => {
  it.each<Row>([
    [
      "a Service by its pods' labels: the selector stands for them",
      egress([db]),
      toDb,
      "yes",
      "yes",
      { service },
    ],
    [
      "a Service by the block of its pods",
      egress([{ ipBlock: { cidr: "10.0.0.0/16" } }]),
      toDb,
      "yes",
      "no",
      { service },
    ],
    [
      "a Service by the block of its own address",
      egress([{ ipBlock: { cidr: "172.20.0.0/16" } }]),
      toDb,
      "no",
      "yes",
      { service },
    ],
    [
      "a Service by the port of its pods, for a selector",
      egress([db], [{ port: 5432 }]),
      toDb,
      "yes",
      "yes",
      { service },
    ],
    [
      "a Service by its own port, for everybody",
      egress([], [{ port: 443 }]),
      toDb,
      "no",
      "yes",
      { service },
    ],
    [
      "a Service without a selector",
      egress([db]),
      toDb,
      "yes",
      "no",
      { service: { namespace: "bank", name: "db", address: "172.20.0.9", port: 1 } },
    ],
    [
      "a pod by its own address",
      egress([{ ipBlock: { cidr: "10.0.0.0/16" } }]),
      toDb,
      "yes",
      "yes",
    ],
    [
      "a named ingress port: the union of selected pods",
      [np("p", { ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "http" }] }] })],
      "in shop/web from shop/api tcp/9090",
      "no",
      "yes",
    ],
    [
      "a named ingress port for everybody",
      [np("p", { ingress: [{ ports: [{ port: "http" }] }] })],
      "in shop/web from shop/api tcp/8080",
      "yes",
      "no",
    ],
    [
      "an except beside another policy's wider block",
      [
        np("a", {
          ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/16", except: ["10.0.1.0/24"] } }] }],
        }),
        np("b", { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] }),
      ],
      fromApi,
      "yes",
      "no",
    ],
    [
      "an except beside another policy's rule for everybody",
      [
        np("a", {
          ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/16", except: ["10.0.1.0/24"] } }] }],
        }),
        np("b", { ingress: [{}] }),
      ],
      fromApi,
      "yes",
      "no",
    ],
    [
      "an except of the very block another policy allows",
      [
        np("a", {
          ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/16", except: ["10.0.1.0/24"] } }] }],
        }),
        np("b", { ingress: [{ from: [{ ipBlock: { cidr: "10.0.1.0/24" } }] }] }),
      ],
      fromApi,
      "yes",
      "unknown",
    ],
    [
      "an except does not mask a selected pod",
      [
        np("a", {
          ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/16", except: ["10.0.1.0/24"] } }] }],
        }),
        np("b", { ingress: [{ from: [{ podSelector: {} }] }] }),
      ],
      fromApi,
      "yes",
      "yes",
    ],
    [
      "25 ports of one address",
      [np("p", { ingress: [{ ports: manyPorts }] })],
      fromApi,
      "yes",
      "unknown",
    ],
    [
      "24 ports of one address",
      [np("p", { ingress: [{ ports: manyPorts.slice(1) }] })],
      "in shop/web from shop/api tcp/81",
      "yes",
      "yes",
    ],
    ["a node to its own pod", [np("p", {})], "in shop/web from n1 tcp/80", "yes", "yes"],
    [
      "strict enforcing of a pod that no policy selects",
      [np("bank/p", {})],
      fromApi,
      "yes",
      "no",
      { enforcing: "strict" },
    ],
    [
      "strict enforcing of the direction a policy does not list",
      [np("p", { policyTypes: ["Egress"] })],
      fromApi,
      "yes",
      "yes",
      { enforcing: "strict" },
    ],
    ["standard enforcing of an unselected pod", [np("bank/p", {})], fromApi, "yes", "yes"],
    [
      "the order inside a policy",
      [
        cnp("a", {
          ingress: [
            { action: "Accept", from: [all] },
            { action: "Deny", from: [all] },
          ],
        }),
      ],
      fromApi,
      "yes",
      "no",
    ],
    [
      "Pass behind Accept",
      [
        cnp("a", {
          ingress: [
            { action: "Pass", from: [all] },
            { action: "Accept", from: [all] },
          ],
        }),
        np("p", {}),
      ],
      fromApi,
      "no",
      "yes",
    ],
    ["a second family", [np("p", {})], `${fromApi} v6`, "no", "yes"],
    [
      "a pod to itself by its address",
      [np("p", {})],
      "in shop/web from shop/web tcp/80",
      "yes",
      "yes",
    ],
    [
      "a pod to itself through a Service",
      [np("p", { policyTypes: ["Egress"] })],
      "out shop/web to shop/web tcp/8080",
      "no",
      "no",
      { service: itself },
    ],
    [
      "7 a cluster-wide policy sees it through a Service as well",
      [cnp("a", { egress: [{ action: "Deny", to: [all] }] })],
      "out shop/web to shop/web tcp/8080",
      "no",
      "no",
      { service: itself },
    ],
    [
      "NotIn with the key absent",
      [
        np("p", {
          ingress: [
            {
              from: [
                {
                  podSelector: {
                    matchExpressions: [{ key: "z", operator: "NotIn", values: ["1"] }],
                  },
                },
              ],
            },
          ],
        }),
      ],
      fromApi,
      "yes",
      "yes",
    ],
  ])("%s", (...row) => {
    const [, policies, question, spec, aws, options = {}] = row as unknown as Row;
    expect(ask(policies, question, { ...options, model: "spec" }).answer).toBe(spec);
    expect(ask(policies, question, { ...options, model: "aws" }).answer).toBe(aws);
  });

  it("16 nothing says whether a pod reaches itself through a Service", () => {
    const policies = [np("p", { policyTypes: ["Egress"] })];
    const { undefinedPoints } = ask(policies, "out shop/web to shop/web tcp/8080", {
      service: itself,
    });
    expect(undefinedPoints.map(({ code }) => code)).toEqual(["self-through-service"]);
  });
});

describe("the table of switches", () => {
  it("has a question, a source and both values for each", () => {
    for (const [name, one] of Object.entries(NETWORK_POLICY_SWITCHES)) {
      expect(one.question, name).toMatch(/\?$/);
      expect(one.source, name).not.toBe("");
      expect(switchValues("aws")[name as NetworkPolicySwitch]).toBe(one.aws);
    }
  });
});
