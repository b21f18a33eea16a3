import { addEni, podParts, rules, settings } from "../world/edits.test-support.ts";
import { networkInterface } from "../world/fixture-f.test-support.ts";
import { addIngress, addService, all, loadBalanced } from "../world/service-edits.test-support.ts";
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
const ip = { targetType: "ip" } as const;
const toIp = loadBalanced("shop/api", ip);
const toNodes = loadBalanced("shop/api");
const local = { externalTrafficPolicy: "Local" } as const;
const apiFromBalancer = rules("sg-app", "in tcp/8080 from sg-lb");
const apiFromNode = rules("sg-app", "in tcp/8080 from sg-node");
const apiFromAll = rules("sg-app", "in tcp/8080 from 0.0.0.0/0");
const nodeFromBalancer = rules("sg-node", "in tcp/30080 from sg-lb", "out all to 0.0.0.0/0");
const nodeFromAll = rules("sg-node", "in tcp/30080 from 0.0.0.0/0", "out all to 0.0.0.0/0");
const client = "198.51.100.7";

verdictTable(
  "a load balancer with instance targets, row 9",
  {},
  [
    [
      "strict, Cluster: node in, pod in from the node",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "ALLOW",
      toNodes,
      nodeFromBalancer,
      apiFromNode,
    ],
    [
      "strict, Cluster: pod in does not see the load balancer",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "DENY",
      toNodes,
      nodeFromBalancer,
      apiFromBalancer,
    ],
    [
      "strict, Cluster: node in refuses",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "DENY",
      toNodes,
      apiFromNode,
    ],
    [
      "R36: strict, Local",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "UNSUPPORTED",
      loadBalanced("shop/api", {}, local),
      nodeFromBalancer,
      apiFromBalancer,
    ],
    [
      "R36: standard, Local",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "ALLOW",
      loadBalanced("shop/api", {}, local),
      nodeFromBalancer,
      apiFromBalancer,
      standard,
    ],
    [
      "standard, Local: pod in refuses",
      "svc:shop/api",
      "shop/api",
      "tcp/8080",
      "DENY",
      loadBalanced("shop/api", {}, local),
      nodeFromBalancer,
      apiFromNode,
      standard,
    ],
    [
      "standard, Local: the client's address, as ELB has it by default",
      client,
      "svc:shop/api",
      "tcp/80",
      "ALLOW",
      addService("shop/api", {
        type: "LoadBalancer",
        ...local,
        loadBalancer: { kind: "network", targetType: "instance", name: "lb-1" },
      }),
      nodeFromAll,
      rules("sg-app", "in tcp/8080 from 198.51.100.7/32"),
      standard,
    ],
    [
      "to the port of a node",
      "svc:shop/api",
      "n1",
      "tcp/30080",
      "ALLOW",
      toNodes,
      nodeFromBalancer,
      apiFromNode,
    ],
    [
      "a node port that was not given yet",
      "svc:shop/api",
      "svc:shop/api",
      "tcp/80",
      "UNKNOWN",
      loadBalanced("shop/api", {}, { ports: [{ protocol: "TCP", port: 80 }] }),
    ],
    ["no endpoints", "svc:shop/none", "svc:shop/none", "tcp/80", "DENY", loadBalanced("shop/none")],
  ],
  network,
);

verdictTable(
  "an Ingress as a source: the groups of its load balancer",
  {},
  [
    [
      "instance targets",
      "ing:shop/web",
      "shop/web",
      "tcp/8080",
      "ALLOW",
      rules("sg-node", "in tcp/30080 from sg-alb", "in all from sg-node", "out all to 0.0.0.0/0"),
    ],
    ["instance targets: node in refuses", "ing:shop/web", "shop/web", "tcp/8080", "DENY"],
    [
      "a Service that it does not name",
      "ing:shop/web",
      "svc:shop/other",
      "tcp/80",
      "DENY",
      addService("shop/other"),
    ],
    [
      "a Service that it names",
      "ing:shop/web",
      "svc:shop/web",
      "tcp/80",
      "ALLOW",
      rules("sg-node", "in tcp/30080 from sg-alb", "in all from sg-node", "out all to 0.0.0.0/0"),
    ],
    [
      "a client by it",
      client,
      "ing:shop/web",
      "tcp/443",
      "ALLOW",
      rules("sg-node", "in tcp/30080 from sg-alb", "in all from sg-node", "out all to 0.0.0.0/0"),
    ],
    ["a client that it refuses", client, "ing:shop/web", "tcp/81", "DENY"],
    [
      "no load balancer of the controller",
      "ing:shop/plain",
      "shop/web",
      "tcp/8080",
      "DENY",
      (world) => ({ ...world, ingresses: [{ namespace: "shop", name: "plain", backends: [] }] }),
    ],
  ],
  addService("shop/web", { type: "NodePort" }),
  addIngress("shop/web"),
  rules("sg-alb", "in tcp/443 from 0.0.0.0/0", "out all to 0.0.0.0/0"),
  addEni(
    networkInterface("eni-alb", "10.0.1.61", ["sg-alb"], { description: "ELB app/alb-1/0123" }),
  ),
);

verdictTable("missing input of load balancers", {}, [
  [
    "policy Local and no endpoint on a node of the world",
    "svc:shop/api",
    "svc:shop/api",
    "tcp/80",
    "DENY",
    network,
    loadBalanced("shop/api", {}, local),
    podParts("shop/api", { nodeName: "n9" }),
  ],
  [
    "its interfaces were not read",
    "svc:shop/api",
    "shop/api",
    "tcp/8080",
    "UNKNOWN",
    toIp,
    apiFromAll,
  ],
  [
    "its groups are told",
    "svc:shop/api",
    "shop/api",
    "tcp/8080",
    "ALLOW",
    loadBalanced("shop/api", { ...ip, groupIds: ["sg-0lb"] }),
    rules("sg-lb", "out all to 0.0.0.0/0"),
    apiFromBalancer,
  ],
  ["Ingresses were not read", "ing:shop/web", "shop/web", "tcp/8080", "UNKNOWN"],
  [
    "a Service without a load balancer",
    "svc:shop/api",
    "shop/api",
    "tcp/8080",
    "DENY",
    addService("shop/api"),
  ],
  [
    "where its pod runs",
    "svc:shop/api",
    "shop/api",
    "tcp/8080",
    "UNKNOWN",
    network,
    loadBalanced("shop/api", {}, local),
    nodeFromBalancer,
    apiFromBalancer,
    standard,
    podParts("shop/api", { nodeName: undefined as never }),
  ],
]);
