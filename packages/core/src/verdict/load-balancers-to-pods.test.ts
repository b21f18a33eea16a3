import { addEni, rules, settings } from "../world/edits.test-support.ts";
import { networkInterface } from "../world/fixture-f.test-support.ts";
import { all, loadBalanced } from "../world/service-edits.test-support.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

// One load balancer with group sg-lb at 10.0.1.60; node port 30080, the pods' port 8080. shop/api is
// a branch on n1, shop/web an ordinary pod there.

const standard = settings({ mode: "standard" });
const balancerEni = (groups: readonly string[], description: string) =>
  addEni(
    networkInterface("eni-lb", "10.0.1.60", groups, {
      interfaceType: "network_load_balancer",
      description,
    }),
  );
const network = all(
  balancerEni(["sg-lb"], "ELB net/lb-1/0123"),
  rules("sg-lb", "out all to 0.0.0.0/0", "in tcp/80 from 0.0.0.0/0"),
);
const withoutGroups = balancerEni([], "ELB net/lb-1/0123");
const ip = { targetType: "ip" } as const;
const toIp = loadBalanced("shop/api", ip);
const local = { externalTrafficPolicy: "Local" } as const;
const apiFromBalancer = rules("sg-app", "in tcp/8080 from sg-lb");
const apiFromNode = rules("sg-app", "in tcp/8080 from sg-node");
const apiFromAll = rules("sg-app", "in tcp/8080 from 0.0.0.0/0");
const client = "198.51.100.7";

verdictTable(
  "a load balancer with IP targets, row 8",
  {},
  [
    ["strict: pod in", "svc:shop/api", "shop/api", "tcp/8080", "ALLOW", toIp, apiFromBalancer],
    ["strict: pod in refuses", "svc:shop/api", "shop/api", "tcp/8080", "DENY", toIp, apiFromNode],
    [
      "standard, documented: node in as well",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "DENY",
      toIp,
      apiFromBalancer,
      standard,
    ],
    [
      "standard, documented: both allow",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "ALLOW",
      toIp,
      apiFromBalancer,
      standard,
      rules("sg-node", "in tcp/8080 from sg-lb"),
    ],
    [
      "it may not leave",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "DENY",
      toIp,
      apiFromBalancer,
      rules("sg-lb"),
    ],
    [
      "R36: Local makes no difference",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "ALLOW",
      loadBalanced("shop/api", ip, local),
      apiFromBalancer,
    ],
    ["all backends", "svc:shop/api", "svc:shop/api", "tcp/80", "ALLOW", toIp, apiFromBalancer],
    [
      "a port that it does not send to",
      "svc:shop/api",
      "shop/api",
      "tcp/9",
      "DENY",
      toIp,
      apiFromBalancer,
    ],
    [
      "a pod that is no backend",
      "svc:shop/api",
      "shop/peer",
      "tcp/8080",
      "DENY",
      toIp,
      apiFromBalancer,
    ],
    [
      "a client by the load balancer",
      client,
      "svc:shop/api",
      "tcp/80",
      "ALLOW",
      toIp,
      apiFromBalancer,
    ],
    [
      "a client that the load balancer refuses",
      client,
      "svc:shop/api",
      "tcp/80",
      "DENY",
      toIp,
      apiFromBalancer,
      rules("sg-lb", "out all to 0.0.0.0/0"),
    ],
    [
      "a client inside the VPC",
      "db1",
      "svc:shop/api",
      "tcp/80",
      "ALLOW",
      toIp,
      apiFromBalancer,
      rules("sg-db", "out tcp/80 to sg-lb"),
    ],
    [
      "a pod takes the cluster address instead",
      "shop/web-2",
      "svc:shop/api",
      "tcp/80",
      "DENY",
      toIp,
      apiFromBalancer,
    ],
  ],
  network,
);

verdictTable(
  "a load balancer with IP targets and client addresses",
  {},
  [
    [
      "preserved: pod in sees the client",
      client,
      "svc:shop/api",
      "tcp/80",
      "ALLOW",
      loadBalanced("shop/api", { ...ip, preservesClientIp: true }),
      rules("sg-app", "in tcp/8080 from 198.51.100.0/24"),
    ],
    [
      "preserved: another client",
      "203.0.113.1",
      "svc:shop/api",
      "tcp/80",
      "DENY",
      loadBalanced("shop/api", { ...ip, preservesClientIp: true }),
      rules("sg-app", "in tcp/8080 from 198.51.100.0/24"),
    ],
    [
      "preserved: whoever the client is",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "UNKNOWN",
      loadBalanced("shop/api", { ...ip, preservesClientIp: true }),
      rules("sg-app", "in tcp/8080 from 198.51.100.0/24"),
    ],
    [
      "preserved: the group of the load balancer covers its clients",
      client,
      "svc:shop/api",
      "tcp/80",
      "ALLOW",
      loadBalanced("shop/api", { ...ip, preservesClientIp: true }),
      apiFromBalancer,
    ],
    [
      "replaced: pod in does not see the client",
      client,
      "svc:shop/api",
      "tcp/80",
      "DENY",
      toIp,
      rules("sg-app", "in tcp/8080 from 198.51.100.0/24"),
    ],
    [
      "replaced: by the address of the load balancer",
      client,
      "svc:shop/api",
      "tcp/80",
      "ALLOW",
      toIp,
      rules("sg-app", "in tcp/8080 from 10.0.1.60/32"),
    ],
  ],
  network,
);

const dns = loadBalanced("shop/api", ip, {
  ports: [{ name: "dns", protocol: "UDP", port: 53, targetPort: 53 }],
});

verdictTable(
  "UDP behind a network load balancer keeps the client's address",
  {},
  [
    [
      "pod in sees the client",
      client,
      "svc:shop/api",
      "udp/53",
      "ALLOW",
      dns,
      rules("sg-app", "in udp/53 from 198.51.100.0/24"),
    ],
    [
      "pod in does not see the load balancer",
      client,
      "svc:shop/api",
      "udp/53",
      "DENY",
      dns,
      rules("sg-app", "in udp/53 from 10.0.1.60/32"),
    ],
  ],
  network,
  rules("sg-lb", "out all to 0.0.0.0/0", "in udp/53 from 0.0.0.0/0"),
);

verdictTable(
  "a network load balancer without groups filters nothing",
  {},
  [
    ["to a pod", client, "svc:shop/api", "tcp/80", "ALLOW", toIp, apiFromAll],
    ["no reference covers it", client, "svc:shop/api", "tcp/80", "DENY", toIp, apiFromBalancer],
  ],
  withoutGroups,
  rules("sg-lb"),
);
