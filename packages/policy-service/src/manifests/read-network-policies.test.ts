import { describe, expect, it } from "vitest";
import { assemble, parseFile } from "./assemble.ts";
import { problemLine } from "./problem.ts";

function read(text: string) {
  return assemble([parseFile("net.yaml", text)]);
}

const policies = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { role: db } }
  ingress:
    - from: [{ podSelector: {} }]
      ports: [{ port: http, protocol: TCP }]
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: guard }
spec:
  tier: Admin
  priority: 5
  subject: { namespaces: {} }
  egress: [{ action: Deny, to: [{ networks: [169.254.169.254/32] }] }]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: old }
spec: { priority: 6, subject: { namespaces: {} } }
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec: { subject: { namespaces: {} } }
`;

describe("network policies", () => {
  it("of all four kinds are read as they are written", () => {
    const { cluster, problems } = read(policies);
    expect(problems).toEqual([]);
    expect(cluster.networkPolicies).toEqual([
      {
        namespace: "shop",
        name: "db",
        spec: {
          podSelector: { matchLabels: { role: "db" } },
          ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "http", protocol: "TCP" }] }],
        },
      },
    ]);
    expect(cluster.clusterNetworkPolicies.map(({ name }) => name)).toEqual(["guard"]);
    expect(cluster.adminNetworkPolicies.map(({ name }) => name)).toEqual(["old"]);
    expect(cluster.baselineAdminNetworkPolicies.map(({ name }) => name)).toEqual(["default"]);
  });

  it("bring their namespace into the world", () => {
    const { cluster } = read(policies);
    expect(cluster.namespaces).toEqual([
      { name: "shop", labels: { "kubernetes.io/metadata.name": "shop" } },
    ]);
  });

  it("that are wrong are refused with every problem at its line", () => {
    const { problems } = read(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from:
        - {}
      ports:
        - port: 80
          endPort: 79
    - http:
        path: /admin
`);
    expect(problems.map(problemLine)).toEqual([
      "net.yaml:8: NetworkPolicy shop/db: spec.ingress[0].from[0]: names no peer: podSelector, " +
        "namespaceSelector or ipBlock",
      "net.yaml:11: NetworkPolicy shop/db: spec.ingress[0].ports[0].endPort: 79 is below port 80",
      "net.yaml:12: NetworkPolicy shop/db: spec.ingress[1].http: no such key: NetworkPolicy is " +
        "L3/L4 only; known are from, ports",
    ]);
  });

  it("of other projects are left alone", () => {
    const { problems, ignoredKinds } = read(
      "apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy\nmetadata: { name: a }",
    );
    expect(problems).toEqual([]);
    expect([...ignoredKinds]).toEqual([["NetworkPolicy of crd.projectcalico.org", 1]]);
  });

  it("of a version that is not read are refused", () => {
    const { problems } = read(
      "apiVersion: networking.k8s.io/v2\nkind: NetworkPolicy\nmetadata: { name: a }\nspec: { podSelector: {} }",
    );
    expect(problems.map(({ path }) => path)).toEqual(["apiVersion"]);
  });
});

describe("ports of a pod", () => {
  const pod = (spec: string) =>
    read(`apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: ${spec}`);

  it("are those with a name, of containers and init containers", () => {
    const ports = "[{ name: http, containerPort: 80 }, { containerPort: 81 }]";
    const sidecar = "[{ name: dns, containerPort: 53, protocol: UDP }]";
    const { cluster } = pod(
      `{ initContainers: [{ ports: ${sidecar} }], containers: [{ ports: ${ports} }] }`,
    );
    expect(cluster.pods[0]?.ports).toEqual([
      { name: "dns", protocol: "UDP", port: 53 },
      { name: "http", protocol: "TCP", port: 80 },
    ]);
  });

  it("are not known of a pod that lists no containers", () => {
    expect(pod("{}").cluster.pods[0]).not.toHaveProperty("ports");
  });

  it("that are none are refused", () => {
    const { problems } = pod("{ containers: [{ ports: [{ name: http, containerPort: 0 }] }] }");
    expect(problems.map(({ path }) => path)).toEqual(["spec.containers[0].ports[0].containerPort"]);
  });
});
