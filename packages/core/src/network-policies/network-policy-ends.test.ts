import { labels, np, policyTable } from "./cluster.test-support.ts";
import { switchValues } from "./switches.ts";

// Numbers are those of the list of NetworkPolicy pitfalls that this project keeps.

const fromApi = "in shop/web from shop/api tcp/80";
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const from = (...peers: object[]) => [np("p", { ingress: [{ from: peers }] })];

policyTable("blocks of addresses", [
  ["10 an ipBlock covers pods", from(block("10.0.1.0/24")), fromApi, "yes"],
  [
    "10 unless the switch says that it does not",
    from(block("10.0.1.0/24")),
    fromApi,
    "no",
    { model: { ...switchValues("spec"), ipBlockMatchesPods: false } },
  ],
  ["11 except takes away", from(block("10.0.0.0/16", "10.0.1.0/24")), fromApi, "no"],
  [
    "11 from its own block only",
    from(block("10.0.0.0/16", "10.0.1.0/24"), block("10.0.1.2/32")),
    fromApi,
    "yes",
  ],
  [
    "11 the first address of a hole is in it",
    from(block("10.0.0.0/16", "10.0.1.2/31")),
    fromApi,
    "no",
  ],
  ["11 the address after a hole is not", from(block("10.0.0.0/16", "10.0.1.0/31")), fromApi, "yes"],
  [
    "11 except outside its block is invalid",
    from(block("10.0.0.0/16", "10.1.0.0/24")),
    fromApi,
    "unknown",
  ],
  [
    "11 except that is the whole block is invalid",
    from(block("10.0.0.0/16", "10.0.0.0/16")),
    fromApi,
    "unknown",
  ],
  ["12 host bits are ignored", from(block("10.0.1.77/24")), fromApi, "yes"],
  ["12 0.0.0.0/0 covers no IPv6", from(block("0.0.0.0/0")), `${fromApi} v6`, "no"],
  ["12 ::/0 covers no IPv4", from(block("::/0")), fromApi, "no"],
  ["12 ::/0 covers IPv6", from(block("::/0")), `${fromApi} v6`, "yes"],
  ["12 an IPv4-mapped block covers no IPv4", from(block("::ffff:10.0.0.0/104")), fromApi, "no"],
  ["13 selectors cover both families", from({ podSelector: {} }), `${fromApi} v6`, "yes"],
  ["13 a block covers the family it is of", from(block("10.0.1.2/32")), `${fromApi} v6`, "no"],
  [
    "a pod without an address may get one of the block",
    from(block("10.0.1.0/24")),
    "in shop/web from shop/new tcp/80",
    "unknown",
  ],
  [
    "a pod without an address is in the block of its VPC",
    from(block("10.0.0.0/8")),
    "in shop/web from shop/new tcp/80",
    "yes",
  ],
  [
    "a pod without an address is outside of others",
    from(block("192.168.0.0/16")),
    "in shop/web from shop/new tcp/80",
    "no",
  ],
]);

policyTable("nodes, hosts, selves", [
  [
    "14 a host-network pod is not selected",
    [np("p", {})],
    "in shop/host from bank/db tcp/80",
    "yes",
  ],
  [
    "14 a host-network peer is no pod",
    from({ podSelector: {} }),
    "in bank/db from shop/host tcp/80",
    "yes",
  ],
  [
    "14 its address is that of the node",
    [np("bank/p", { ingress: [{ from: [block("10.0.0.1/32")] }] })],
    "in bank/db from shop/host tcp/80",
    "yes",
  ],
  [
    "14 selectors do not cover it",
    [np("bank/p", { ingress: [{ from: [{ namespaceSelector: {} }] }] })],
    "in bank/db from shop/host tcp/80",
    "no",
  ],
  ["15 a node reaches its own pods", [np("p", {})], "in shop/web from n1 tcp/80", "yes"],
  [
    "15 so does a host-network pod there",
    [np("p", {})],
    "in shop/web from shop/host tcp/80",
    "yes",
  ],
  ["15 another node needs a rule", [np("p", {})], "in shop/web from n2 tcp/80", "no"],
  ["15 and gets in by one", from(block("10.0.0.0/24")), "in shop/web from n2 tcp/80", "yes"],
  [
    "15 a pod reaches its own node",
    [np("p", { policyTypes: ["Egress"] })],
    "out shop/web to n1 tcp/80",
    "yes",
  ],
  ["15 and not another", [np("p", { policyTypes: ["Egress"] })], "out shop/web to n2 tcp/80", "no"],
  [
    "15 any node that a rule lets in reaches it",
    [np("p", { ingress: [{}] })],
    "in shop/new from n1 tcp/80",
    "yes",
  ],
  [
    "15 the node of an unscheduled pod is open",
    [np("p", {})],
    "in shop/new from n1 tcp/80",
    "unknown",
  ],
  [
    "16 a pod reaches itself",
    [np("p", { policyTypes: ["Ingress", "Egress"] })],
    "out shop/web to shop/web tcp/80",
    "yes",
  ],
  ["16 and lets itself in", [np("p", {})], "in shop/web from shop/web tcp/80", "yes"],
  [
    "20 a pod that starts is judged as if its policies held",
    [np("p", {})],
    "in shop/new from bank/db tcp/80",
    "no",
  ],
  [
    "21 a policy for no pod is valid and idle",
    [np("p", { podSelector: labels("app", "x") })],
    fromApi,
    "yes",
  ],
  [
    "22 a namespace that is missing has its name",
    [
      np("p", {
        ingress: [{ from: [{ namespaceSelector: labels("kubernetes.io/metadata.name", "ops") }] }],
      }),
    ],
    "in shop/web from ops/tool tcp/80",
    "yes",
  ],
  [
    "22 and no other label",
    [np("p", { ingress: [{ from: [{ namespaceSelector: labels("team", "a") }] }] })],
    "in shop/web from ops/tool tcp/80",
    "no",
  ],
  ["22 and has policies of its own", [np("ops/p", {})], "in ops/tool from shop/web tcp/80", "no"],
]);
