import { anp, banp, labels, np, policyTable } from "./cluster.test-support.ts";

// Numbers are those of the list of pitfalls of cluster-wide policies that this project keeps.

const all = { namespaces: {} };
const api = { pods: { namespaceSelector: {}, podSelector: labels("app", "api") } };
const bank = { namespaces: labels("team", "b") };
const allow = { action: "Allow", from: [all] } as const;
const deny = { action: "Deny", from: [all] } as const;
const pass = { action: "Pass", from: [all] } as const;
const closed = np("closed", {});
const open = np("open", { ingress: [{}] });
const fromApi = "in shop/web from shop/api tcp/80";
const adminDeny = anp("d", { ingress: [deny] });
const unknownPeer = { services: {} } as object;

policyTable("AdminNetworkPolicy and BaselineAdminNetworkPolicy", [
  [
    "1 lower priority first",
    [anp("a", { priority: 1, ingress: [allow] }), anp("b", { priority: 2, ingress: [deny] })],
    fromApi,
    "yes",
  ],
  [
    "1 whatever the names",
    [anp("z", { priority: 1, ingress: [deny] }), anp("a", { priority: 2, ingress: [allow] })],
    fromApi,
    "no",
  ],
  [
    "1 priority 0 comes before 1000",
    [anp("z", { priority: 1000, ingress: [deny] }), anp("y", { priority: 0, ingress: [allow] })],
    fromApi,
    "yes",
  ],
  [
    "1 priority 1001 is invalid",
    [anp("z", { priority: 1001, ingress: [deny] })],
    fromApi,
    "unknown",
  ],
  [
    "1 inside a policy the first rule that covers decides",
    [anp("a", { ingress: [allow, deny] })],
    fromApi,
    "yes",
  ],
  [
    "1 and rules that do not cover are passed over",
    [anp("a", { ingress: [{ action: "Deny", from: [bank] }, allow] })],
    fromApi,
    "yes",
  ],
  [
    "1 an admin allow overrules isolation",
    [anp("a", { ingress: [allow] }), closed],
    fromApi,
    "yes",
  ],
  ["1 an admin deny overrules an allow", [adminDeny, open], fromApi, "no"],
  ["1 NetworkPolicy comes before the baseline", [open, banp({ ingress: [deny] })], fromApi, "yes"],
  ["1 isolation keeps the baseline out", [closed, banp({ ingress: [allow] })], fromApi, "no"],
  [
    "1 without isolation the baseline decides",
    [np("bank/p", {}), banp({ ingress: [deny] })],
    fromApi,
    "no",
  ],
  [
    "1 isolation of the other direction does not",
    [np("p", { policyTypes: ["Egress"] }), banp({ ingress: [deny] })],
    fromApi,
    "no",
  ],
  [
    "1 a baseline allow before a deny",
    [banp({ ingress: [{ action: "Allow", from: [api] }, deny] })],
    fromApi,
    "yes",
  ],
  ["1 a baseline has no Pass", [banp({ ingress: [pass] })], fromApi, "unknown"],
  [
    "1 ports: a number",
    [anp("a", { ingress: [{ ...deny, ports: [{ portNumber: { port: 80 } }] }] })],
    fromApi,
    "no",
  ],
  [
    "1 ports: a number of UDP",
    [anp("a", { ingress: [{ ...deny, ports: [{ portNumber: { protocol: "UDP", port: 80 } }] }] })],
    fromApi,
    "yes",
  ],
  [
    "1 ports: a range",
    [anp("a", { ingress: [{ ...deny, ports: [{ portRange: { start: 79, end: 80 } }] }] })],
    fromApi,
    "no",
  ],
  [
    "1 ports: a name",
    [anp("a", { ingress: [{ ...deny, ports: [{ namedPort: "http" }] }] })],
    "in shop/web from shop/api tcp/8080",
    "no",
  ],
  [
    "1 ports: a name of another number",
    [anp("a", { ingress: [{ ...deny, ports: [{ namedPort: "http" }] }] })],
    fromApi,
    "yes",
  ],
  [
    "2 Pass leads past the other admin policies",
    [anp("a", { priority: 1, ingress: [pass] }), anp("b", { priority: 2, ingress: [deny] })],
    fromApi,
    "yes",
  ],
  [
    "2 Pass leads past the rest of its own policy",
    [anp("a", { ingress: [pass, deny] })],
    fromApi,
    "yes",
  ],
  ["2 Pass leads to NetworkPolicy", [anp("a", { ingress: [pass] }), closed], fromApi, "no"],
  [
    "2 and past it to the baseline",
    [anp("a", { ingress: [pass] }), banp({ ingress: [deny] })],
    fromApi,
    "no",
  ],
  [
    "2 no match anywhere is allowed",
    [anp("a", { ingress: [{ action: "Deny", from: [bank] }] })],
    fromApi,
    "yes",
  ],
  [
    "2 a subject that leaves the pod out",
    [anp("a", { subject: bank, ingress: [deny] })],
    fromApi,
    "yes",
  ],
  [
    "2 a subject by pods",
    [
      anp("a", {
        subject: { pods: { namespaceSelector: {}, podSelector: labels("app", "web") } },
        ingress: [deny],
      }),
    ],
    fromApi,
    "no",
  ],
  [
    "3 an unknown peer in an Allow covers nothing",
    [anp("a", { ingress: [{ action: "Allow", from: [unknownPeer] }] }), closed],
    fromApi,
    "no",
  ],
  [
    "3 but denies nothing either",
    [anp("a", { ingress: [{ action: "Allow", from: [unknownPeer] }] })],
    fromApi,
    "yes",
  ],
  [
    "3 and neither do the known peers beside it",
    [anp("a", { ingress: [{ action: "Allow", from: [all, unknownPeer] }] }), closed],
    fromApi,
    "no",
  ],
  [
    "3 an unknown peer in a Deny denies all",
    [anp("a", { ingress: [{ action: "Deny", from: [unknownPeer] }] }), open],
    fromApi,
    "no",
  ],
  [
    "3 an unknown peer in a Pass denies all",
    [anp("a", { ingress: [{ action: "Pass", from: [unknownPeer] }] }), open],
    fromApi,
    "no",
  ],
  [
    "3 on all ports",
    [
      anp("a", {
        ingress: [{ action: "Deny", from: [unknownPeer], ports: [{ portNumber: { port: 1 } }] }],
      }),
    ],
    fromApi,
    "no",
  ],
  [
    "3 a peer without any key is an unknown one",
    [anp("a", { ingress: [{ action: "Deny", from: [{}] }] })],
    fromApi,
    "no",
  ],
  [
    "3 a peer of two kinds is invalid",
    [anp("a", { ingress: [{ action: "Deny", from: [{ ...all, ...api }] }] })],
    fromApi,
    "unknown",
  ],
]);
