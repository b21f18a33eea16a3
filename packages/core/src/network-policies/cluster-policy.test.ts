import { anp, cnp, np, policyTable } from "./cluster.test-support.ts";

// Numbers are those of the list of pitfalls of cluster-wide policies that this project keeps.

const all = { namespaces: {} };
const everyPod = { namespaceSelector: {}, podSelector: {} };
const from = (action: "Accept" | "Deny" | "Pass", peer: object = all, protocols?: object[]) => ({
  action,
  from: [peer],
  ...(protocols === undefined ? {} : { protocols }),
});
const to = (action: "Accept" | "Deny" | "Pass", peer: object, protocols?: object[]) => ({
  action,
  to: [peer],
  ...(protocols === undefined ? {} : { protocols }),
});
const closed = np("closed", {});
const open = np("open", { ingress: [{}] });
const fromApi = "in shop/web from shop/api tcp/80";

policyTable("ClusterNetworkPolicy", [
  ["4 Accept in the Admin tier", [cnp("a", { ingress: [from("Accept")] }), closed], fromApi, "yes"],
  ["4 Deny in the Admin tier", [cnp("a", { ingress: [from("Deny")] }), open], fromApi, "no"],
  [
    "4 Pass in the Admin tier",
    [cnp("a", { ingress: [from("Pass"), from("Deny")] }), open],
    fromApi,
    "yes",
  ],
  [
    "4 Deny in the Baseline tier",
    [cnp("a", { tier: "Baseline", ingress: [from("Deny")] })],
    fromApi,
    "no",
  ],
  [
    "4 the Baseline tier comes after NetworkPolicy",
    [cnp("a", { tier: "Baseline", ingress: [from("Deny")] }), open],
    fromApi,
    "yes",
  ],
  [
    "4 Pass in the Baseline tier ends in allow",
    [cnp("a", { tier: "Baseline", ingress: [from("Pass"), from("Deny")] })],
    fromApi,
    "yes",
  ],
  [
    "4 tiers before priorities",
    [
      cnp("a", { tier: "Baseline", priority: 0, ingress: [from("Accept")] }),
      cnp("b", { priority: 9, ingress: [from("Deny")] }),
    ],
    fromApi,
    "no",
  ],
  [
    "4 26 rules are too many",
    [cnp("a", { ingress: Array.from({ length: 26 }, () => from("Deny")) })],
    fromApi,
    "unknown",
  ],
  [
    "4 25 rules are not",
    [cnp("a", { ingress: Array.from({ length: 25 }, () => from("Deny")) })],
    fromApi,
    "no",
  ],
  [
    "4 tcp with a number",
    [cnp("a", { ingress: [from("Deny", all, [{ tcp: { destinationPort: { number: 80 } } }])] })],
    fromApi,
    "no",
  ],
  [
    "4 udp with a number is not tcp",
    [cnp("a", { ingress: [from("Deny", all, [{ udp: { destinationPort: { number: 80 } } }])] })],
    fromApi,
    "yes",
  ],
  [
    "4 sctp with a range",
    [
      cnp("a", {
        ingress: [
          from("Deny", all, [{ sctp: { destinationPort: { range: { start: 1, end: 99 } } } }]),
        ],
      }),
    ],
    "in shop/web from shop/api sctp/80",
    "no",
  ],
  [
    "4 a range needs start below end",
    [
      cnp("a", {
        ingress: [
          from("Deny", all, [{ tcp: { destinationPort: { range: { start: 80, end: 80 } } } }]),
        ],
      }),
    ],
    fromApi,
    "unknown",
  ],
  [
    "4 a named port has no protocol: tcp",
    [cnp("a", { ingress: [from("Deny", all, [{ destinationNamedPort: "http" }])] })],
    "in shop/web from shop/api tcp/8080",
    "no",
  ],
  [
    "4 a named port has no protocol: udp",
    [cnp("a", { ingress: [from("Deny", all, [{ destinationNamedPort: "dns" }])] })],
    "in shop/web from shop/api udp/5353",
    "no",
  ],
  [
    "4 a named port beside networks is invalid",
    [
      cnp("a", {
        egress: [to("Deny", { networks: ["0.0.0.0/0"] }, [{ destinationNamedPort: "http" }])],
      }),
    ],
    "out shop/web to shop/api tcp/80",
    "unknown",
  ],
]);

policyTable("what is not known", [
  [
    "a named port of a pod whose ports were not read",
    [np("p", { egress: [{ ports: [{ port: "x" }] }] })],
    "out shop/web to shop/new tcp/1",
    "unknown",
  ],
  [
    "an invalid admin policy leaves everything open",
    [anp("a", { priority: -1, ingress: [] }), open],
    fromApi,
    "unknown",
  ],
  [
    "an invalid admin policy may come first, whatever its priority",
    [
      anp("x", { priority: 20, ingress: [{ action: "Deny", from: [{ ...all, pods: everyPod }] }] }),
      anp("a", { priority: 10, ingress: [{ action: "Allow", from: [all] }] }),
    ],
    fromApi,
    "unknown",
  ],
  [
    "a named port is none of ICMP, whether ports were read or not",
    [cnp("a", { egress: [to("Deny", all, [{ destinationNamedPort: "x" }])] })],
    "out shop/web to shop/new icmp",
    "yes",
  ],
  [
    "an invalid NetworkPolicy leaves a closed pod open or not",
    [closed, np("x", { ingress: [{ from: [{}] }] })],
    fromApi,
    "unknown",
  ],
  [
    "but cannot close what another allows",
    [open, np("x", { ingress: [{ from: [{}] }] })],
    fromApi,
    "yes",
  ],
  [
    "and does not concern other namespaces",
    [np("bank/x", { ingress: [{ from: [{}] }] })],
    fromApi,
    "yes",
  ],
  [
    "a domain that may be denied after a Pass",
    [
      cnp("a", {
        egress: [
          to("Pass", { domainNames: ["a.example"] }),
          to("Deny", { networks: ["0.0.0.0/0"] }),
        ],
      }),
    ],
    "out shop/web to 8.8.8.8 tcp/80",
    "unknown",
  ],
]);
