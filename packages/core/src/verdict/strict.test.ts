import {
  addEni,
  addPod,
  eniParts,
  notStarted,
  podParts,
  rules,
  settings,
} from "../world/edits.test-support.ts";
import { groupId, networkInterface, pod } from "../world/fixture-f.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

const app = ["out tcp/5432 to sg-db", "in tcp/8080 from sg-node"];
const appToPeer = rules("sg-app", ...app, "out tcp/8080 to sg-peer");
const peerFromApp = rules("sg-peer", "in tcp/8080 from sg-app");

verdictTable("figures 1 and 2", {}, [
  ["R1: both rules stand", "shop/api", "db1", "tcp/5432", "ALLOW"],
  ["R1: no egress rule for the port", "shop/api", "db1", "tcp/5433", "DENY"],
  ["R1: no rule for the protocol", "shop/api", "db1", "udp/5432", "DENY"],
  ["R1: no rules, nothing out", "shop/api", "db1", "tcp/5432", "DENY", rules("sg-app")],
  ["R1: no rules, nothing in", "shop/api", "db1", "tcp/5432", "DENY", rules("sg-db")],
  ["R1: reply direction is no new connection", "db1", "shop/api", "tcp/5432", "DENY"],
  ["R2: no policy, so the node's groups", "shop/web", "kube-system/coredns", "udp/53", "ALLOW"],
  [
    "R3: a node rule opens the database to every pod",
    "shop/web",
    "db1",
    "tcp/5432",
    "ALLOW",
    rules("sg-db", "in tcp/5432 from sg-node"),
  ],
  [
    "R3: and to the host-network ones",
    "kube-system/agent",
    "db1",
    "tcp/5432",
    "ALLOW",
    rules("sg-db", "in tcp/5432 from sg-node"),
  ],
  [
    "R3: but not to a pod with groups of its own",
    "shop/peer",
    "db1",
    "tcp/5432",
    "DENY",
    rules("sg-db", "in tcp/5432 from sg-node"),
  ],
  ["R5: the neighbour on the same node is refused", "shop/web", "db1", "tcp/5432", "DENY"],
]);

verdictTable("strict mode asks the branch's groups alone", {}, [
  ["R33: same node, no rule", "shop/api", "shop/peer", "tcp/8080", "DENY"],
  ["R33: same node, egress alone", "shop/api", "shop/peer", "tcp/8080", "DENY", appToPeer],
  ["R33: same node, ingress alone", "shop/api", "shop/peer", "tcp/8080", "DENY", peerFromApp],
  ["R33: same node, both", "shop/api", "shop/peer", "tcp/8080", "ALLOW", appToPeer, peerFromApp],
  [
    "matrix row 1: other node, both",
    "shop/api",
    "shop/peer",
    "tcp/8080",
    "ALLOW",
    podParts("shop/peer", { nodeName: "n2" }),
    appToPeer,
    peerFromApp,
  ],
  ["matrix row 3: node to its pod", "n1", "shop/api", "tcp/8080", "ALLOW"],
  ["matrix row 3: no rule for the port", "n1", "shop/api", "tcp/8081", "DENY"],
  [
    "matrix row 3: node out is asked",
    "n1",
    "shop/api",
    "tcp/8080",
    "DENY",
    rules("sg-node", "in all from sg-node"),
  ],
  ["matrix row 8: another node", "n2", "shop/api", "tcp/8080", "ALLOW"],
  ["matrix row 8: another host", "db1", "shop/api", "tcp/8080", "DENY"],
  ["strict pod to its own node goes through the VPC", "shop/api", "n1", "tcp/53", "DENY"],
  [
    "and passes when the node lets it in",
    "shop/api",
    "n1",
    "tcp/53",
    "ALLOW",
    rules("sg-node", "in tcp/53 from sg-app"),
  ],
  ["ordinary to strict, same node: in is asked", "shop/web", "shop/api", "tcp/8080", "ALLOW"],
  ["ordinary to strict, same node: no rule", "shop/web", "shop/api", "tcp/80", "DENY"],
  ["strict to ordinary: in is asked", "shop/api", "shop/web", "tcp/53", "DENY"],
  ["R32: node groups do not matter", "shop/api", "db1", "tcp/5432", "ALLOW", rules("sg-node")],
  ["a pod reaches itself", "shop/api", "shop/api", "tcp/1", "ALLOW", rules("sg-app")],
]);

verdictTable("pods without groups of their own", {}, [
  [
    "same node: the host routes, no group is asked (EC2 reference 6.4)",
    "shop/web",
    "shop/web-2",
    "tcp/80",
    "ALLOW",
    podParts("shop/web-2", { nodeName: "n1" }),
    rules("sg-node"),
  ],
  ["other node: both ends are asked", "shop/web", "shop/web-2", "tcp/80", "ALLOW"],
  [
    "other node: and refuse",
    "shop/web",
    "shop/web-2",
    "tcp/80",
    "DENY",
    rules("sg-node", "out all to 0.0.0.0/0"),
  ],
  ["node to its own ordinary pod", "n1", "shop/web", "tcp/80", "ALLOW", rules("sg-node")],
  ["ordinary pod to its own node", "shop/web", "n1", "tcp/80", "ALLOW", rules("sg-node")],
  [
    "R20: with custom networking the secondary interface decides",
    "shop/web",
    "db1",
    "tcp/5432",
    "ALLOW",
    addEni(
      networkInterface("eni-n1-2", "100.64.1.20", ["sg-eni"], {
        subnetId: "subnet-pod-a",
        instanceId: "i-n1",
        deviceIndex: 2,
      }),
    ),
    eniParts("eni-n1-2", { addresses: ["100.64.1.20", "100.64.1.21"] }),
    podParts("shop/web", { addresses: ["100.64.1.21"] }),
    rules("sg-eni", "out tcp/5432 to sg-db"),
    rules("sg-db", "in tcp/5432 from sg-eni"),
  ],
  [
    "a pod in a delegated prefix has its holder's groups (EC2 reference 6.2)",
    "shop/web",
    "db1",
    "tcp/5432",
    "ALLOW",
    eniParts("eni-n1", { prefixes: ["10.0.1.208/28"] }),
    podParts("shop/web", { addresses: ["10.0.1.210"] }),
    rules("sg-db", "in tcp/5432 from sg-node"),
  ],
]);

verdictTable("endpoints", {}, [
  ["an address that a pod has is the pod", "10.0.1.101", "10.0.1.50", "tcp/5432", "ALLOW"],
  ["an interface that a pod holds is the pod", "eni-api", "eni-db1", "tcp/5432", "ALLOW"],
  ["an ordinary pod by its address", "10.0.1.111", "db1", "tcp/5432", "DENY"],
  ["a node by its address", "10.0.1.11", "shop/api", "tcp/8080", "ALLOW"],
  ["a node by its primary interface", "eni-n1", "shop/api", "tcp/8080", "ALLOW"],
]);

verdictTable("pods that have not started", {}, [
  [
    "4.4: its policies say the groups",
    "shop/api",
    "db1",
    "tcp/5432",
    "ALLOW",
    notStarted("shop/api"),
  ],
  [
    "4.4: also without a node",
    "shop/api",
    "db1",
    "tcp/5432",
    "ALLOW",
    notStarted("shop/api", { nodeName: undefined as never }),
  ],
  [
    "and without any node",
    "shop/api",
    "db1",
    "tcp/5432",
    "ALLOW",
    notStarted("shop/api", { nodeName: undefined as never }),
    (world) => ({ ...world, nodes: [], vpcs: [...world.vpcs, { vpcId: "vpc-g", cidrs: [] }] }),
    rules("sg-db", "in tcp/5432 from 10.0.0.0/16", "in tcp/5432 from 100.64.0.0/16"),
    (world) => ({ ...world, vpcs: world.vpcs.map((vpc) => ({ ...vpc, cidrs: ["10.0.0.0/16"] })) }),
  ],
  ["no policy: the node's groups", "shop/web", "db1", "tcp/5432", "DENY", notStarted("shop/web")],
  [
    "an address is not needed for a rule that covers the VPC",
    "shop/api",
    "db1",
    "tcp/5432",
    "ALLOW",
    notStarted("shop/api"),
    rules("sg-db", "in tcp/5432 from 10.0.0.0/16", "in tcp/5432 from 100.64.0.0/16"),
    (world) => ({ ...world, vpcs: [{ vpcId: "vpc-f", cidrs: ["10.0.0.0/16"] }] }),
  ],
  [
    "nor for one that is far from it",
    "shop/api",
    "db1",
    "tcp/5432",
    "DENY",
    notStarted("shop/api"),
    rules("sg-db", "in tcp/5432 from 192.168.0.0/16"),
  ],
  [
    "but for one that splits the VPC",
    "shop/api",
    "db1",
    "tcp/5432",
    "UNKNOWN",
    notStarted("shop/api"),
    rules("sg-db", "in tcp/5432 from 10.0.1.0/24"),
  ],
]);

verdictTable("drift: EC2's groups decide", {}, [
  [
    "DRIFT-GROUPS: the branch has other groups than the policy",
    "shop/api",
    "db1",
    "tcp/5432",
    "DENY",
    eniParts("eni-api", { groupIds: [groupId("sg-mon")] }),
  ],
  [
    "DRIFT-UNPROTECTED: the policy matches but the pod sits on its node",
    "shop/late",
    "db1",
    "tcp/5432",
    "DENY",
    addPod(
      pod("shop/late", { labels: { role: "api" }, nodeName: "n1", addresses: ["10.0.1.130"] }),
    ),
    eniParts("eni-n1", { addresses: ["10.0.1.11", "10.0.1.130"] }),
  ],
]);

verdictTable("R30: each pod keeps the mode it was created with", {}, [
  [
    "created strict, setting now standard",
    "shop/api",
    "169.254.20.10",
    "udp/53",
    "UNSUPPORTED",
    settings({ mode: "standard" }),
    podParts("shop/api", { mode: "strict" }),
  ],
  [
    "created standard, setting now strict",
    "shop/api",
    "169.254.20.10",
    "udp/53",
    "ALLOW",
    podParts("shop/api", { mode: "standard" }),
  ],
  [
    "mode not recorded: the setting",
    "shop/api",
    "169.254.20.10",
    "udp/53",
    "ALLOW",
    settings({ mode: "standard" }),
  ],
]);
