import { labels, np, policyTable } from "./cluster.test-support.ts";

// Numbers are those of the list of NetworkPolicy pitfalls that this project keeps.

const web = labels("app", "web");
const fromApi = "in shop/web from shop/api tcp/80";
const toDb = "out shop/web to bank/db tcp/5432";
const everybody = [{}];
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const from = (...peers: object[]) => [np("p", { ingress: [{ from: peers }] })];
const ports = (...list: object[]) => [np("p", { ingress: [{ ports: list }] })];

policyTable("directions", [
  ["no policy selects the pod: open", [np("bank/p", {})], fromApi, "yes"],
  ["1 without policyTypes ingress is closed", [np("p", {})], fromApi, "no"],
  ["1 without policyTypes and egress rules egress is open", [np("p", {})], toDb, "yes"],
  [
    "1 with egress rules egress is closed too",
    [np("p", { egress: [{ ports: [{ port: 1 }] }] })],
    toDb,
    "no",
  ],
  ["1 the trap: egress rules alone close ingress", [np("p", { egress: everybody })], fromApi, "no"],
  ["1 an empty list of types is an absent one", [np("p", { policyTypes: [] })], fromApi, "no"],
  [
    "1 types that name Egress alone leave ingress open",
    [np("p", { policyTypes: ["Egress"], egress: everybody })],
    fromApi,
    "yes",
  ],
  ["2 a type without a section closes", [np("p", { policyTypes: ["Egress"] })], toDb, "no"],
  [
    "2 a type with an empty section closes",
    [np("p", { policyTypes: ["Egress"], egress: [] })],
    toDb,
    "no",
  ],
  ["2 the rule {} opens the direction", [np("p", { ingress: everybody })], fromApi, "yes"],
  [
    "2 a section that no type names says nothing",
    [np("p", { policyTypes: ["Egress"], ingress: [] })],
    fromApi,
    "yes",
  ],
]);

policyTable("peers and ports that are missing", [
  ["3 from missing means all peers", ports({ port: 80 }), "in shop/web from 8.8.8.8 tcp/80", "yes"],
  ["3 from empty means all peers", from(), "in shop/web from 8.8.8.8 tcp/80", "yes"],
  [
    "3 ports missing means all protocols",
    from({ podSelector: {} }),
    "in shop/web from shop/api sctp/9",
    "yes",
  ],
  ["3 ports empty means all ports", ports(), "in shop/web from shop/api udp/9", "yes"],
  ["4 a port without a protocol is TCP", ports({ port: 80 }), fromApi, "yes"],
  ["4 and not UDP", ports({ port: 80 }), "in shop/web from shop/api udp/80", "no"],
  [
    "4 a protocol without a port is all its ports",
    ports({ protocol: "UDP" }),
    "in shop/web from shop/api udp/9",
    "yes",
  ],
  [
    "4 and none of another protocol",
    ports({ protocol: "UDP" }),
    "in shop/web from shop/api tcp/9",
    "no",
  ],
  ["4 the entry {} is all of TCP", ports({}), "in shop/web from shop/api tcp/9", "yes"],
  ["4 and nothing of UDP", ports({}), "in shop/web from shop/api udp/9", "no"],
  ["5 a range holds its first port", ports({ port: 80, endPort: 90 }), fromApi, "yes"],
  ["5 a range holds its last port", ports({ port: 70, endPort: 80 }), fromApi, "yes"],
  ["5 a range ends", ports({ port: 70, endPort: 79 }), fromApi, "no"],
  ["5 endPort may equal port", ports({ port: 80, endPort: 80 }), fromApi, "yes"],
  ["5 endPort below port is invalid", ports({ port: 80, endPort: 79 }), fromApi, "unknown"],
  ["5 endPort beside a name is invalid", ports({ port: "http", endPort: 90 }), fromApi, "unknown"],
  ["5 endPort without a port is invalid", ports({ endPort: 90 }), fromApi, "unknown"],
]);

policyTable("named ports", [
  [
    "6 a name is a number of the destination",
    ports({ port: "http" }),
    "in shop/web from shop/api tcp/8080",
    "yes",
  ],
  [
    "6 on another pod it is another number",
    ports({ port: "http" }),
    "in shop/api from shop/web tcp/9090",
    "yes",
  ],
  [
    "6 and not that of the first",
    ports({ port: "http" }),
    "in shop/api from shop/web tcp/8080",
    "no",
  ],
  [
    "6 the protocol must be that of the name",
    ports({ port: "dns" }),
    "in shop/web from shop/api tcp/5353",
    "no",
  ],
  [
    "6 and is with UDP",
    ports({ port: "dns", protocol: "UDP" }),
    "in shop/web from shop/api udp/5353",
    "yes",
  ],
  ["6 a name nobody has covers nothing", ports({ port: "none" }), fromApi, "no"],
  [
    "6 egress asks the destination as well",
    [np("p", { egress: [{ ports: [{ port: "http" }] }] })],
    "out shop/web to bank/db tcp/5432",
    "yes",
  ],
  [
    "6 and not the source",
    [np("p", { egress: [{ ports: [{ port: "http" }] }] })],
    "out shop/web to bank/db tcp/8080",
    "no",
  ],
  [
    "6 outside addresses have no names",
    [np("p", { egress: [{ to: [block("0.0.0.0/0")], ports: [{ port: "http" }] }] })],
    "out shop/web to 8.8.8.8 tcp/5432",
    "no",
  ],
]);

policyTable("the union", [
  [
    "7 one policy that allows is enough",
    [np("a", {}), np("b", { ingress: everybody })],
    fromApi,
    "yes",
  ],
  ["7 in every order", [np("b", { ingress: everybody }), np("a", {})], fromApi, "yes"],
  [
    "7 isolation is per pod",
    [np("a", { podSelector: web })],
    "in shop/api from shop/web tcp/80",
    "yes",
  ],
  ["7 isolation is per direction", [np("a", { podSelector: web })], toDb, "yes"],
  [
    "7 the other end has its own say",
    [np("a", { podSelector: web })],
    "out shop/api to shop/web tcp/80",
    "yes",
  ],
  [
    "8 a TCP allow is none for SCTP",
    ports({ port: 80 }),
    "in shop/web from shop/api sctp/80",
    "no",
  ],
  [
    "8 an SCTP allow is for SCTP",
    ports({ port: 80, protocol: "SCTP" }),
    "in shop/web from shop/api sctp/80",
    "yes",
  ],
  [
    "9 ICMP is covered by a rule without ports",
    from({ podSelector: {} }),
    "in shop/web from shop/api icmp",
    "yes",
  ],
  ["9 and by none with ports", ports({ port: 80 }), "in shop/web from shop/api icmp", "no"],
]);
