import type { LabelExpression } from "../world/cluster.ts";
import { type AnyPolicy, labels, np, policyTable } from "./cluster.test-support.ts";

// Numbers are those of the list of selector pitfalls that this project keeps: what people and
// other evaluators get wrong.

function fromPods(...matchExpressions: readonly LabelExpression[]): readonly AnyPolicy[] {
  return [np("p", { ingress: [{ from: [{ podSelector: { matchExpressions } }] }] })];
}

function fromNamespaces(...matchExpressions: readonly LabelExpression[]): readonly AnyPolicy[] {
  return [np("p", { ingress: [{ from: [{ namespaceSelector: { matchExpressions } }] }] })];
}

const apiOnly = labels("app", "api");
const teamB = labels("team", "b");
const isApi = { key: "app", operator: "In", values: ["api"] } as const;
const fromApi = "in shop/web from shop/api tcp/80";
const fromDb = "in shop/web from bank/db tcp/80";

policyTable("selectors of peers", [
  [
    "1 all entries of matchExpressions must hold",
    fromPods(isApi, { key: "tier", operator: "Exists" }),
    fromApi,
    "no",
  ],
  [
    "1 matchLabels and matchExpressions must both hold",
    [
      np("p", {
        ingress: [
          {
            from: [
              {
                podSelector: {
                  matchLabels: { app: "api" },
                  matchExpressions: [{ key: "app", operator: "NotIn", values: ["api"] }],
                },
              },
            ],
          },
        ],
      }),
    ],
    fromApi,
    "no",
  ],
  ["1 entries that all hold match", fromPods(isApi), fromApi, "yes"],
  [
    "2 In without values makes the policy invalid, not silent",
    fromPods({ key: "app", operator: "In", values: [] }),
    fromApi,
    "unknown",
  ],
  [
    "2 Exists with a value makes the policy invalid",
    fromPods({ key: "app", operator: "Exists", values: ["api"] }),
    fromApi,
    "unknown",
  ],
  [
    "3 NotIn holds for an absent key",
    fromPods({ key: "zone", operator: "NotIn", values: ["a"] }),
    fromApi,
    "yes",
  ],
  [
    "3 NotIn fails for a listed value",
    fromPods({ key: "app", operator: "NotIn", values: ["api"] }),
    fromApi,
    "no",
  ],
  [
    "3 DoesNotExist holds for an absent key",
    fromPods({ key: "zone", operator: "DoesNotExist" }),
    fromApi,
    "yes",
  ],
  [
    "4 an empty value is present: Exists holds",
    fromNamespaces({ key: "empty", operator: "Exists" }),
    fromApi,
    "yes",
  ],
  [
    "4 an empty value is present: DoesNotExist fails",
    fromNamespaces({ key: "empty", operator: "DoesNotExist" }),
    fromApi,
    "no",
  ],
  [
    "4 matchLabels with an empty value needs the label",
    [np("p", { ingress: [{ from: [{ podSelector: labels("empty", "") }] }] })],
    fromApi,
    "no",
  ],
  [
    "4 matchLabels with an empty value takes an empty label",
    [np("p", { ingress: [{ from: [{ podSelector: labels("empty", "") }] }] })],
    "in shop/api from shop/web tcp/80",
    "yes",
  ],
  [
    "5 {} as podSelector of a peer takes pods of the policy's own namespace",
    [np("p", { ingress: [{ from: [{ podSelector: {} }] }] })],
    fromApi,
    "yes",
  ],
  [
    "5 and none of another namespace",
    [np("p", { ingress: [{ from: [{ podSelector: {} }] }] })],
    fromDb,
    "no",
  ],
  [
    "5 {} as namespaceSelector takes all pods of all namespaces",
    [np("p", { ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    fromDb,
    "yes",
  ],
  [
    "5 podSelector of the policy is required",
    [np("p", { podSelector: undefined as never })],
    fromApi,
    "unknown",
  ],
  [
    "6 every namespace has its name as a label",
    [
      np("p", {
        ingress: [{ from: [{ namespaceSelector: labels("kubernetes.io/metadata.name", "bank") }] }],
      }),
    ],
    fromDb,
    "yes",
  ],
  [
    "7 both selectors in one entry are ANDed",
    [np("p", { ingress: [{ from: [{ podSelector: apiOnly, namespaceSelector: teamB }] }] })],
    fromDb,
    "no",
  ],
  [
    "7 two entries are ORed: by namespace",
    [np("p", { ingress: [{ from: [{ podSelector: apiOnly }, { namespaceSelector: teamB }] }] })],
    fromDb,
    "yes",
  ],
  [
    "7 two entries are ORed: by pod",
    [np("p", { ingress: [{ from: [{ podSelector: apiOnly }, { namespaceSelector: teamB }] }] })],
    fromApi,
    "yes",
  ],
  [
    "8 a value listed twice is fine",
    fromPods({ key: "app", operator: "In", values: ["api", "api"] }),
    fromApi,
    "yes",
  ],
  [
    "8 values compare with case",
    fromPods({ key: "app", operator: "In", values: ["API"] }),
    fromApi,
    "no",
  ],
  [
    "8 there are no wildcards",
    fromPods({ key: "app", operator: "In", values: ["a"] }),
    fromApi,
    "no",
  ],
]);
