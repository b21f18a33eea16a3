import { addPod, eniParts, podParts, rules } from "../world/edits.test-support.ts";
import { pod } from "../world/fixture-f.test-support.ts";
import { all, nodePort } from "../world/service-edits.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

// The client is db1 unless said; the node port is 30080, the pods' port 8080.

const entry = all(
  rules("sg-db", "out all to 0.0.0.0/0"),
  rules("sg-node", "in tcp/30080 from sg-db", "out all to 0.0.0.0/0"),
);
const webCluster = nodePort("shop/web");
const webLocal = nodePort("shop/web", { externalTrafficPolicy: "Local" });
const closedNode = rules("sg-node", "out all to 0.0.0.0/0");

verdictTable(
  "a node port, ordinary pod behind it",
  {},
  [
    ["Cluster on the node: node in alone", "db1", "n1", "tcp/30080", "ALLOW", webCluster],
    ["Local on the node: node in alone", "db1", "n1", "tcp/30080", "ALLOW", webLocal],
    ["node in refuses", "db1", "n1", "tcp/30080", "DENY", webLocal, closedNode],
    [
      "Cluster through another node: the pod's node in",
      "db1",
      "n2",
      "tcp/30080",
      "DENY",
      webCluster,
    ],
    [
      "Cluster through another node: all allow",
      "db1",
      "n2",
      "tcp/30080",
      "ALLOW",
      webCluster,
      rules("sg-node", "in tcp/30080 from sg-db", "in all from sg-node", "out all to 0.0.0.0/0"),
    ],
    ["from its own node", "n1", "n1", "tcp/30080", "ALLOW", webLocal, rules("sg-node")],
    [
      "the node itself reaches endpoints elsewhere, Local or not",
      "n2",
      "n2",
      "tcp/30080",
      "ALLOW",
      webLocal,
      rules("sg-node", "in all from sg-node", "out all to 0.0.0.0/0"),
    ],
    [
      "from a pod of the node",
      "kube-system/agent",
      "n1",
      "tcp/30080",
      "ALLOW",
      webLocal,
      rules("sg-node"),
    ],
    [
      "a pod on the host network behind it",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      nodePort("kube-system/agent", { externalTrafficPolicy: "Local" }),
    ],
    [
      "from the internet to a node with a public address",
      "198.51.100.7",
      "203.0.113.13",
      "tcp/30080",
      "ALLOW",
      nodePort("shop/edge", { externalTrafficPolicy: "Local" }),
      rules("sg-node", "in tcp/30080 from 0.0.0.0/0"),
    ],
    ["UDP is another node port", "db1", "n1", "udp/30080", "DENY", webLocal],
  ],
  entry,
);

verdictTable(
  "a Service of type NodePort from outside the cluster: any node may be asked",
  {},
  [
    ["Local, endpoints on some nodes", "db1", "svc:shop/web", "tcp/80", "UNKNOWN", webLocal],
    [
      "Cluster, all nodes allow",
      "db1",
      "svc:shop/web",
      "tcp/80",
      "ALLOW",
      webCluster,
      rules("sg-node", "in all from sg-node", "in all from sg-db", "out all to 0.0.0.0/0"),
    ],
    ["no node lets it in", "db1", "svc:shop/web", "tcp/80", "DENY", webCluster, closedNode],
    [
      "a node's interface was not read",
      "db1",
      "n1",
      "tcp/30080",
      "UNKNOWN",
      webLocal,
      (world) => ({
        ...world,
        interfaces: world.interfaces.filter(({ eniId }) => eniId !== "eni-n1"),
      }),
      podParts("shop/web", { addresses: [] }),
    ],
    [
      "its node ports were not given yet",
      "db1",
      "svc:shop/web",
      "tcp/80",
      "UNKNOWN",
      nodePort("shop/web", { ports: [{ protocol: "TCP", port: 80 }] }),
    ],
  ],
  entry,
);

verdictTable("two backends of different modes on one node", {}, [
  [
    "Local: the strict one is not carried, the ordinary one is open",
    "db1",
    "n1",
    "tcp/30080",
    "UNKNOWN",
    entry,
    nodePort("shop/api", { externalTrafficPolicy: "Local" }),
    addPod(
      pod("shop/api-plain", { nodeName: "n1", labels: { role: "api" }, addresses: ["10.0.1.112"] }),
    ),
    eniParts("eni-n1", { addresses: ["10.0.1.11", "10.0.1.111", "10.0.1.112"] }),
    (world) => ({ ...world, policies: [] }),
  ],
]);
