import {
  addEni,
  type Edit,
  eniParts,
  notStarted,
  podParts,
  route,
  rules,
  settings,
} from "../world/edits.test-support.ts";
import { networkInterface } from "../world/fixture-f.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

const web = rules("sg-app", "out tcp/443 to 0.0.0.0/0", "out tcp/443 to ::/0");
const inSubnet = (subnetId: string) => eniParts("eni-api", { subnetId });
const onN3 = podParts("shop/api", { nodeName: "n3" });

const out = ["198.51.100.10", "tcp/443"] as const;

verdictTable("out of the VPC", {}, [
  ["R28: strict needs no node rule", "shop/api", ...out, "ALLOW", web, rules("sg-node")],
  ["R28: strict needs its own rule", "shop/api", ...out, "DENY"],
  ["R55: priv-a goes by the NAT gateway", "shop/api", ...out, "ALLOW", web],
  ["R55: iso-a has no default route", "shop/api", ...out, "DENY", web, inSubnet("subnet-iso-a")],
  ["R55: a NAT instance", "shop/api", ...out, "ALLOW", web, route("0.0.0.0/0", "eni-nat")],
  ["a blackhole", "shop/api", ...out, "DENY", web, route("0.0.0.0/0", "nat-1", true)],
  [
    "the longest prefix wins",
    "shop/api",
    ...out,
    "DENY",
    web,
    route("198.51.100.0/24", "nat-2", true),
  ],
  ["R58: a branch in pub-a", "shop/api", ...out, "DENY", web, onN3, inSubnet("subnet-pub-a")],
  ["R58: an ordinary pod on n3 has the node's address", "shop/edge", ...out, "ALLOW"],
  [
    "R58: but not with external source NAT",
    "shop/edge",
    ...out,
    "DENY",
    settings({ externalSnat: true }),
  ],
  ["R58: a node in pub-a", "n3", ...out, "ALLOW"],
  [
    "R58: a node in pub-a without public IP",
    "n3",
    ...out,
    "DENY",
    eniParts("eni-n3", { publicAddress: undefined as never }),
  ],
  [
    "R58: in-VPC flows are not affected",
    "shop/api",
    "db1",
    "tcp/5432",
    "ALLOW",
    onN3,
    inSubnet("subnet-pub-a"),
  ],
  [
    "R58: a standard branch on n3 leaves with the node's address",
    "shop/api",
    ...out,
    "ALLOW",
    web,
    onN3,
    inSubnet("subnet-pub-a"),
    podParts("shop/api", { nodeName: "n3", mode: "standard" }),
  ],
  [
    "a pod not started leaves from its node's subnet",
    "shop/api",
    ...out,
    "ALLOW",
    web,
    notStarted("shop/api"),
  ],
  [
    "and has no public IP there",
    "shop/api",
    ...out,
    "DENY",
    web,
    notStarted("shop/api", { nodeName: "n3" }),
  ],
  ["another interface needs its own rule", "db1", ...out, "DENY"],
  [
    "a group reference never covers an outside address",
    "shop/api",
    "198.51.100.10",
    "tcp/5432",
    "DENY",
  ],
]);

verdictTable("IPv6", {}, [
  [
    "no public IP is needed by an internet gateway",
    "shop/api",
    "2001:db8::1",
    "tcp/443",
    "ALLOW",
    web,
    inSubnet("subnet-pub-a"),
    eniParts("eni-api", { addresses: ["2001:db8:1::5"], subnetId: "subnet-pub-a" }),
    route("::/0", "igw-1"),
  ],
  [
    "an egress-only gateway",
    "shop/api",
    "2001:db8::1",
    "tcp/443",
    "ALLOW",
    web,
    eniParts("eni-api", { addresses: ["2001:db8:1::5"] }),
    route("::/0", "eigw-1"),
  ],
  ["no address family in common", "shop/api", "2001:db8::1", "tcp/443", "DENY", web],
  [
    "R27: there is no source NAT, so the pod's groups are asked in the datapath",
    "shop/api",
    "2001:db8::1",
    "tcp/443",
    "ALLOW",
    web,
    rules("sg-node", "out all to ::/0"),
    eniParts("eni-api", { addresses: ["2001:db8:1::5"] }),
    podParts("shop/api", { mode: "standard" }),
    route("::/0", "eigw-1"),
  ],
]);

verdictTable("IPv6 in standard mode, datapath", { model: "datapath" }, [
  [
    "row 6: no source NAT, so the pod's groups are asked and not the node's",
    "shop/api",
    "2001:db8::1",
    "tcp/443",
    "DENY",
    rules("sg-app"),
    rules("sg-node", "out all to ::/0"),
    eniParts("eni-api", { addresses: ["2001:db8:1::5"] }),
    podParts("shop/api", { mode: "standard" }),
    route("::/0", "eigw-1"),
  ],
]);

const otherVpc: Edit = (world) => ({
  ...world,
  vpcs: [...world.vpcs, { vpcId: "vpc-g", cidrs: ["10.9.0.0/16"] }],
});
const db9 = addEni(
  networkInterface("eni-db9", "10.9.1.9", ["sg-db"], { vpcId: "vpc-g", tags: { Name: "db9" } }),
);

verdictTable("another VPC (EC2 reference 6.2)", {}, [
  ["no route", "shop/api", "db9", "tcp/5432", "DENY", otherVpc, db9, inSubnet("subnet-iso-a")],
  [
    "peering: references work",
    "shop/api",
    "db9",
    "tcp/5432",
    "ALLOW",
    otherVpc,
    db9,
    route("10.9.0.0/16", "pcx-1"),
  ],
  [
    "transit gateway: egress cannot refer to a group",
    "shop/api",
    "db9",
    "tcp/5432",
    "DENY",
    otherVpc,
    db9,
    route("10.9.0.0/16", "tgw-1"),
  ],
  [
    "transit gateway: whether ingress may is not known",
    "shop/api",
    "db9",
    "tcp/5432",
    "UNKNOWN",
    otherVpc,
    db9,
    route("10.9.0.0/16", "tgw-1"),
    rules("sg-app", "out all to 10.9.0.0/16"),
  ],
  [
    "by NAT gateway: references do not work",
    "shop/api",
    "db9",
    "tcp/5432",
    "DENY",
    otherVpc,
    db9,
    rules("sg-app", "out all to 10.9.0.0/16"),
  ],
  [
    "an address behind a peering may have a group that the world lacks",
    "shop/api",
    "10.9.7.7",
    "tcp/5432",
    "UNKNOWN",
    otherVpc,
    route("10.9.0.0/16", "pcx-1"),
    rules("sg-app", "out tcp/5432 to sg-elsewhere"),
  ],
]);

// The database's address once more, in a VPC of its own.
const twin = addEni(networkInterface("eni-twin", "10.0.1.50", [], { vpcId: "vpc-g" }));
const twinFirst: Edit = (world) => ({ ...world, interfaces: [...world.interfaces].reverse() });

verdictTable("an address that two VPCs use", {}, [
  ["is the one in the other end's VPC", "shop/api", "10.0.1.50", "tcp/5432", "ALLOW", twin],
  ["in any order", "shop/api", "10.0.1.50", "tcp/5432", "ALLOW", twin, twinFirst],
  [
    "also as the source",
    "10.0.1.50",
    "shop/api",
    "tcp/8080",
    "ALLOW",
    twin,
    twinFirst,
    rules("sg-db", "out all to 0.0.0.0/0"),
    rules("sg-app", "in tcp/8080 from sg-db"),
  ],
]);

const publicDb = eniParts("eni-db1", { publicAddress: "203.0.113.50", subnetId: "subnet-pub-a" });

verdictTable("public addresses are not members of groups (EC2 reference 6.2)", {}, [
  ["the private one is", "shop/api", "10.0.1.50", "tcp/5432", "ALLOW", publicDb],
  ["the public one is not", "shop/api", "203.0.113.50", "tcp/5432", "DENY", publicDb],
  [
    "and the far end sees the NAT gateway, not the pod",
    "shop/api",
    "203.0.113.50",
    "tcp/5432",
    "DENY",
    publicDb,
    rules("sg-app", "out tcp/5432 to 203.0.113.50/32"),
  ],
  [
    "whose address is not in the world",
    "shop/api",
    "203.0.113.50",
    "tcp/5432",
    "UNKNOWN",
    publicDb,
    rules("sg-app", "out tcp/5432 to 203.0.113.50/32"),
    rules("sg-db", "in tcp/5432 from 203.0.113.0/24"),
  ],
  [
    "and does not matter to a rule for all",
    "shop/api",
    "203.0.113.50",
    "tcp/5432",
    "ALLOW",
    publicDb,
    rules("sg-app", "out tcp/5432 to 203.0.113.50/32"),
    rules("sg-db", "in tcp/5432 from 0.0.0.0/0"),
  ],
]);

verdictTable("from outside, matrix row 8", {}, [
  ["no rule", "198.51.100.10", "shop/api", "tcp/8080", "DENY"],
  [
    "a rule for the address",
    "198.51.100.10",
    "shop/api",
    "tcp/8080",
    "ALLOW",
    rules("sg-app", "in tcp/8080 from 198.51.100.0/24"),
  ],
  [
    "a public address of ours is an outside address",
    "203.0.113.13",
    "shop/api",
    "tcp/8080",
    "DENY",
  ],
]);
