import { describe, expect, it } from "vitest";
import { type Edit, edited, rules, settings } from "../world/edits.test-support.ts";
import { fixtureF, flow } from "../world/fixture-f.test-support.ts";
import type { NetworkPolicy, NetworkPolicySpec } from "../world/network-policy.ts";
import { addService, nodePort } from "../world/service-edits.test-support.ts";
import { explain } from "./evaluate.ts";
import { verdictTable } from "./verdict-table.test-support.ts";

// NetworkPolicies beside Services: which address and which port they see, by model.

const policy =
  (role: string, spec: Omit<NetworkPolicySpec, "podSelector">): Edit =>
  (world) => {
    const podSelector = { matchLabels: { role } };
    const made: NetworkPolicy = { namespace: "shop", name: role, spec: { podSelector, ...spec } };
    return { ...world, networkPolicies: [...(world.networkPolicies ?? []), made] };
  };
const web = addService("shop/web");
const to = (peer: object, port: number): Edit =>
  policy("web-2", { policyTypes: ["Egress"], egress: [{ to: [peer], ports: [{ port }] }] });
const webPods = { podSelector: { matchLabels: { role: "web" } } };
const clusterAddress = { ipBlock: { cidr: "172.20.0.10/32" } };
const from = (peer: object): Edit =>
  policy("web", { policyTypes: ["Ingress"], ingress: [{ from: [peer] }] });
const asked = ["shop/web-2", "svc:shop/web", "tcp/80"] as const;

verdictTable("egress to a Service, spec: the pod after DNAT", {}, [
  ["the pod and its port", ...asked, "ALLOW", web, to(webPods, 8080)],
  ["the pod and the Service's port", ...asked, "DENY", web, to(webPods, 80)],
  ["the cluster address", ...asked, "DENY", web, to(clusterAddress, 80)],
]);

verdictTable("egress to a Service, aws: the Service before DNAT", { networkPolicyModel: "aws" }, [
  ["the cluster address", ...asked, "ALLOW", web, to(clusterAddress, 80)],
  [
    "the cluster address, while the cluster has given none",
    ...asked,
    "UNKNOWN",
    addService("shop/web", { clusterIps: [] }),
    to(clusterAddress, 80),
  ],
]);

verdictTable(
  "ingress behind a node port",
  {},
  [
    [
      "Cluster: the pod's own node, which is always let in",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      nodePort("shop/web"),
      from({ ipBlock: { cidr: "192.0.2.0/24" } }),
    ],
    [
      "Local: the client, which is let in",
      "db1",
      "n1",
      "tcp/30080",
      "ALLOW",
      nodePort("shop/web", { externalTrafficPolicy: "Local" }),
      from({ ipBlock: { cidr: "10.0.1.50/32" } }),
    ],
    [
      "Local: the client, which is not",
      "db1",
      "n1",
      "tcp/30080",
      "DENY",
      nodePort("shop/web", { externalTrafficPolicy: "Local" }),
      from({ ipBlock: { cidr: "192.0.2.0/24" } }),
    ],
    [
      "Cluster by another node: that node, which no rule covers",
      "db1",
      "n2",
      "tcp/30080",
      "DENY",
      nodePort("shop/web"),
      from({ ipBlock: { cidr: "10.0.1.50/32" } }),
      rules("sg-node", "in all from 0.0.0.0/0", "out all to 0.0.0.0/0"),
    ],
  ],
  (world) =>
    edited(
      world,
      rules("sg-db", "out all to 0.0.0.0/0"),
      rules("sg-node", "in all from sg-db", "out all to 0.0.0.0/0"),
    ),
);

describe("a pod that reaches itself through a Service", () => {
  it("is judged by policies, which is an open point", () => {
    const world = edited(fixtureF(), web, from({ podSelector: { matchLabels: { role: "x" } } }));
    const { verdict, notes } = explain(world, flow("shop/web", "svc:shop/web", "tcp/80"));
    expect(verdict).toBe("DENY");
    expect(notes.some((note) => note.includes("may reach itself through Service shop/web"))).toBe(
      true,
    );
    const direct = explain(world, flow("shop/web", "shop/web", "tcp/8080"));
    expect(direct.verdict).toBe("ALLOW");
  });

  it("asks no group in strict mode either", () => {
    const world = edited(fixtureF(), addService("shop/api"), settings({ mode: "strict" }));
    const found = explain(world, flow("shop/api", "svc:shop/api", "tcp/80"));
    expect(found.verdict).toBe("ALLOW");
  });
});
