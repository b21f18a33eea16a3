import { cnp, labels, np, policyTable } from "./cluster.test-support.ts";
import { switchValues } from "./switches.ts";

// Numbers are those of the list of pitfalls of cluster-wide policies that this project keeps.

const all = { namespaces: {} };
const bank = { namespaces: labels("team", "b") };
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
const fromApi = "in shop/web from shop/api tcp/80";
const unknownPeer = { services: {} } as object;

policyTable("ClusterNetworkPolicy: peers and subjects", [
  [
    "5 networks cover pods",
    [cnp("a", { egress: [to("Deny", { networks: ["10.0.0.0/16"] })] })],
    "out shop/web to shop/api tcp/80",
    "no",
  ],
  [
    "5 whatever an ipBlock of a NetworkPolicy does",
    [cnp("a", { egress: [to("Deny", { networks: ["10.0.0.0/16"] })] })],
    "out shop/web to shop/api tcp/80",
    "no",
    { model: { ...switchValues("spec"), ipBlockMatchesPods: false } },
  ],
  [
    "5 unless pods are passed before",
    [cnp("a", { egress: [to("Pass", all), to("Deny", { networks: ["0.0.0.0/0"] })] })],
    "out shop/web to shop/api tcp/80",
    "yes",
  ],
  [
    "5 networks without protocols cover ICMP",
    [cnp("a", { egress: [to("Deny", { networks: ["0.0.0.0/0"] })] })],
    "out shop/web to 8.8.8.8 icmp",
    "no",
  ],
  [
    "5 of their family",
    [cnp("a", { egress: [to("Deny", { networks: ["0.0.0.0/0"] })] })],
    "out shop/web to 2001:db9::1 icmpv6",
    "yes",
  ],
  [
    "5 IPv6 networks cover ICMPv6",
    [cnp("a", { egress: [to("Deny", { networks: ["::/0"] })] })],
    "out shop/web to 2001:db9::1 icmpv6",
    "no",
  ],
  [
    "5 with protocols they do not",
    [cnp("a", { egress: [to("Deny", { networks: ["0.0.0.0/0"] }, [{ tcp: {} }])] })],
    "out shop/web to 8.8.8.8 icmp",
    "yes",
  ],
  [
    "5 namespaces never include host-network pods",
    [cnp("a", { egress: [to("Deny", all)] })],
    "out bank/db to shop/host tcp/80",
    "yes",
  ],
  [
    "5 pods never include host-network pods",
    [cnp("a", { egress: [to("Deny", { pods: { namespaceSelector: {}, podSelector: {} } })] })],
    "out bank/db to shop/host tcp/80",
    "yes",
  ],
  [
    "6 nodes by labels",
    [cnp("a", { egress: [to("Deny", { nodes: labels("zone", "b") })] })],
    "out shop/web to n2 tcp/80",
    "no",
  ],
  [
    "6 its own node may be closed to a pod",
    [cnp("a", { egress: [to("Deny", { nodes: labels("zone", "a") })] })],
    "out shop/web to n1 tcp/80",
    "no",
  ],
  [
    "6 other nodes are not",
    [cnp("a", { egress: [to("Deny", { nodes: labels("zone", "b") })] })],
    "out bank/db to n1 tcp/80",
    "yes",
  ],
  [
    "6 nodes include host-network pods, by address",
    [cnp("a", { egress: [to("Deny", { nodes: {} })] })],
    "out bank/db to shop/host tcp/80",
    "no",
  ],
  [
    "6 nodes include no pods",
    [cnp("a", { egress: [to("Deny", { nodes: {} })] })],
    "out shop/web to bank/db tcp/80",
    "yes",
  ],
  [
    "6 an outside address may have any domain name",
    [
      cnp("a", { egress: [to("Accept", { domainNames: ["a.example"] })] }),
      np("p", { policyTypes: ["Egress"] }),
    ],
    "out shop/web to 8.8.8.8 tcp/80",
    "unknown",
  ],
  [
    "6 a pod has none",
    [
      cnp("a", { egress: [to("Accept", { domainNames: ["a.example"] })] }),
      np("p", { policyTypes: ["Egress"] }),
    ],
    "out shop/web to shop/api tcp/80",
    "no",
  ],
  [
    "6 domain names in a Deny are invalid",
    [cnp("a", { egress: [to("Deny", { domainNames: ["a.example"] })] })],
    "out shop/web to 8.8.8.8 tcp/80",
    "unknown",
  ],
  [
    "6 networks as a source fail closed",
    [cnp("a", { ingress: [from("Deny", { networks: ["8.8.8.8/32"] })] })],
    fromApi,
    "no",
  ],
  [
    "7 the subject excludes host-network pods",
    [cnp("a", { ingress: [from("Deny")] })],
    "in shop/host from bank/db tcp/80",
    "yes",
  ],
  [
    "7 a pod to its own address is exempt",
    [cnp("a", { ingress: [from("Deny")] })],
    "in shop/web from shop/web tcp/80",
    "yes",
  ],
  [
    "7 a probe from the own node is exempt",
    [cnp("a", { ingress: [from("Deny", unknownPeer)] })],
    "in shop/web from n1 tcp/80",
    "yes",
  ],
  [
    "8 each direction is decided at its own end: egress",
    [cnp("a", { subject: bank, ingress: [from("Deny")] })],
    "out shop/web to bank/db tcp/80",
    "yes",
  ],
  [
    "8 each direction is decided at its own end: ingress",
    [cnp("a", { subject: bank, ingress: [from("Deny")] })],
    "in bank/db from shop/web tcp/80",
    "no",
  ],
]);
