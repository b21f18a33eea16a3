import { acl, podParts, rules, settings } from "../world/edits.test-support.ts";
import { nodePort } from "../world/service-edits.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

// Network ACLs see the connection that crosses a border of subnets, and no part inside a node. The
// client is outside the VPC; shop/api is a standard branch on n3, whose subnet is pub-a.

const client = "198.51.100.7";
const local = nodePort("shop/api", { externalTrafficPolicy: "Local" });
const open = "out 100 allow all to 0.0.0.0/0";

verdictTable(
  "network ACLs on the way to a node port (VPC user guide, network ACLs)",
  {},
  [
    [
      "the node port alone is asked, not the pod's port",
      client,
      "203.0.113.13",
      "tcp/30080",
      "ALLOW",
      acl("pub", ["pub-a"], "in 100 allow tcp/30080 from 0.0.0.0/0", open),
    ],
    [
      "the pod's port does not help",
      client,
      "203.0.113.13",
      "tcp/30080",
      "DENY",
      acl("pub", ["pub-a"], "in 100 allow tcp/8080 from 0.0.0.0/0", open),
    ],
  ],
  settings({ mode: "standard" }),
  local,
  podParts("shop/api", { nodeName: "n3" }),
  rules("sg-node", "in tcp/30080 from 0.0.0.0/0", "out all to 0.0.0.0/0"),
  rules("sg-app", "in tcp/8080 from 0.0.0.0/0"),
);
