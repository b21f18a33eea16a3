import { podParts, rules, settings } from "../world/edits.test-support.ts";
import { all, nodePort } from "../world/service-edits.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

// Row 9 of the verdict matrix, "NodePort / instance target to pod", and what arrives behind it. The
// client is db1 unless said; the node port is 30080, the pods' port 8080.

const standard = settings({ mode: "standard" });
const dbOut = rules("sg-db", "out all to 0.0.0.0/0");
const arrives = rules("sg-node", "in tcp/30080 from sg-db", "out all to 0.0.0.0/0");
const entry = all(dbOut, arrives);
const cluster = nodePort("shop/api");
const local = nodePort("shop/api", { externalTrafficPolicy: "Local" });
const apiFromNode = rules("sg-app", "in tcp/8080 from sg-node");
const apiFromClient = rules("sg-app", "in tcp/8080 from sg-db");
const nodeInOnly = rules("sg-node", "in tcp/30080 from sg-db");
const closedNode = rules("sg-node", "out all to 0.0.0.0/0");

verdictTable(
  "a node port, strict branch behind it",
  {},
  [
    [
      "Cluster: node in, then pod in from the node",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      cluster,
      apiFromNode,
    ],
    [
      "Cluster: pod in sees the node, not the client",
      "db1",
      "n1",
      "tcp/30080",
      "DENY",
      cluster,
      apiFromClient,
    ],
    [
      "Cluster: node in refuses",
      "db1",
      "n1",
      "tcp/30080",
      "DENY",
      cluster,
      apiFromNode,
      closedNode,
    ],
    [
      "Cluster: the second hop leaves the node",
      "db1",
      "n1",
      "tcp/30080",
      "DENY",
      cluster,
      apiFromNode,
      nodeInOnly,
    ],
    ["Cluster: through another node", "db1", "n2", "tcp/30080", "ALLOW", cluster, apiFromNode],
    ["R36: Local is not carried", "db1", "n1", "tcp/30080", "UNSUPPORTED", local, apiFromClient],
    [
      "Local: a node without endpoint drops",
      "db1",
      "n2",
      "tcp/30080",
      "DENY",
      local,
      apiFromClient,
    ],
    ["R36: a missing field is Cluster", "db1", "n1", "tcp/30080", "ALLOW", cluster, apiFromNode],
    [
      "another port of the node is no Service",
      "db1",
      "n1",
      "tcp/30081",
      "DENY",
      cluster,
      apiFromNode,
    ],
    [
      "the client may not leave",
      "db1",
      "n1",
      "tcp/30080",
      "DENY",
      cluster,
      apiFromNode,
      rules("sg-db"),
    ],
    ["by the address of the node", "db1", "10.0.1.11", "tcp/30080", "ALLOW", cluster, apiFromNode],
    [
      "from a strict branch on the node itself nobody knows",
      "shop/peer",
      "n1",
      "tcp/30080",
      "UNKNOWN",
      cluster,
      apiFromNode,
      rules("sg-peer", "out all to 0.0.0.0/0"),
    ],
    [
      "from a strict branch to another node",
      "shop/peer",
      "n2",
      "tcp/30080",
      "ALLOW",
      cluster,
      apiFromNode,
      rules("sg-peer", "out all to 0.0.0.0/0"),
      rules("sg-node", "in tcp/30080 from sg-peer", "out all to 0.0.0.0/0"),
    ],
  ],
  entry,
);

verdictTable(
  "a node port, standard branch behind it, documented",
  { model: "documented" },
  [
    [
      "Cluster: node in and pod in from the node",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      cluster,
      apiFromNode,
    ],
    [
      "Cluster: pod in does not see the client",
      "db1",
      "n1",
      "tcp/30080",
      "DENY",
      cluster,
      apiFromClient,
    ],
    [
      "Cluster: node in refuses",
      "db1",
      "n1",
      "tcp/30080",
      "DENY",
      cluster,
      apiFromNode,
      closedNode,
    ],
    [
      "Cluster: nothing leaves the node",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      cluster,
      apiFromNode,
      nodeInOnly,
    ],
    [
      "R36, R37: Local, pod in sees the client",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      local,
      apiFromClient,
    ],
    ["Local: pod in refuses", "db1", "n1", "tcp/30080", "DENY", local, apiFromNode],
    ["Local: node in refuses", "db1", "n1", "tcp/30080", "DENY", local, apiFromClient, closedNode],
    [
      "Local: a node without endpoint drops",
      "db1",
      "n2",
      "tcp/30080",
      "DENY",
      local,
      apiFromClient,
    ],
    [
      "Cluster: through another node asks the pod's node as well",
      "db1",
      "n2",
      "tcp/30080",
      "DENY",
      cluster,
      apiFromNode,
    ],
    [
      "Cluster: through another node, all allow",
      "db1",
      "n2",
      "tcp/30080",
      "ALLOW",
      cluster,
      apiFromNode,
      rules(
        "sg-node",
        "in tcp/30080 from sg-db",
        "in tcp/8080 from sg-node",
        "out all to 0.0.0.0/0",
      ),
    ],
    [
      "Local: where an unscheduled pod lands is not known",
      "db1",
      "n1",
      "tcp/30080",
      "UNKNOWN",
      local,
      apiFromClient,
      podParts("shop/api", { nodeName: undefined as never }),
    ],
  ],
  entry,
  standard,
);

verdictTable(
  "a node port, standard branch behind it, datapath: node in, then local",
  { model: "datapath" },
  [
    [
      "Cluster: the pod's groups are not asked",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      cluster,
      rules("sg-app"),
    ],
    [
      "Local: the pod's groups are not asked",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      local,
      rules("sg-app"),
    ],
    ["Cluster: node in refuses", "db1", "n1", "tcp/30080", "DENY", cluster, closedNode],
    ["Local: node in refuses", "db1", "n1", "tcp/30080", "DENY", local, closedNode],
    [
      "Cluster: through another node, pod in from that node",
      "db1",
      "n2",
      "tcp/30080",
      "ALLOW",
      cluster,
      apiFromNode,
    ],
    [
      "Cluster: through another node, pod in refuses",
      "db1",
      "n2",
      "tcp/30080",
      "DENY",
      cluster,
      rules("sg-app"),
    ],
  ],
  entry,
  standard,
);
