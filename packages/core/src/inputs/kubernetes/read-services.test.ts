import { describe, expect, it } from "vitest";
import { problemText } from "../input-problem.ts";
import { readManifests } from "./read-manifests.ts";

type Parts = Readonly<Record<string, unknown>>;

const object = (kind: string, apiVersion: string, spec: Parts, metadata: Parts = {}) => {
  return { apiVersion, kind, metadata: { namespace: "shop", name: "web", ...metadata }, spec };
};
const service = (spec: Parts, annotations: Parts = {}) => {
  return object("Service", "v1", spec, { annotations });
};
const ingress = (spec: Parts, annotations: Parts = {}) => {
  return object("Ingress", "networking.k8s.io/v1", spec, { annotations });
};

function read(...documents: readonly unknown[]) {
  const { cluster, problems } = readManifests(documents);
  expect(problems).toEqual([]);
  return cluster;
}

const key = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`;
const ports = [{ port: 80 }];

describe("a Service", () => {
  it("is read with ports, policies and addresses", () => {
    const spec = {
      type: "NodePort",
      clusterIP: "172.20.0.10",
      clusterIPs: ["172.20.0.10", "fd00::10"],
      ipFamilies: ["IPv4", "IPv6"],
      selector: { app: "web" },
      externalTrafficPolicy: "Local",
      internalTrafficPolicy: "Cluster",
      ports: [{ name: "http", port: 80, targetPort: "web", nodePort: 30080, protocol: "TCP" }],
    };
    expect(read(service(spec)).services).toEqual([
      {
        namespace: "shop",
        name: "web",
        type: "NodePort",
        isHeadless: false,
        clusterIps: ["172.20.0.10", "fd00::10"],
        selector: { app: "web" },
        ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: "web", nodePort: 30080 }],
        ipFamilies: ["IPv4", "IPv6"],
        externalTrafficPolicy: "Local",
        internalTrafficPolicy: "Cluster",
      },
    ]);
  });

  it("may be headless", () => {
    const [found] = read(service({ clusterIP: "None", ports })).services;
    expect(found).toMatchObject({ isHeadless: true, clusterIps: [], type: "ClusterIP" });
  });

  it("of another project is passed over", () => {
    expect(read(object("Service", "serving.knative.dev/v1", {})).services).toEqual([]);
  });

  it.each<[string, Parts, Parts, Parts]>([
    ["the cloud provider's own", {}, {}, { kind: "classic", targetType: "instance" }],
    ["instances", { [key("type")]: "external" }, {}, { kind: "network", targetType: "instance" }],
    [
      "pods",
      { [key("type")]: "external", [key("nlb-target-type")]: "ip" },
      {},
      { kind: "network", targetType: "ip" },
    ],
    ["pods, the older way", { [key("type")]: "nlb-ip" }, {}, { kind: "network", targetType: "ip" }],
    [
      "a class",
      {},
      { loadBalancerClass: "service.k8s.aws/nlb" },
      { kind: "network", targetType: "instance" },
    ],
    [
      "client addresses and groups",
      {
        [key("type")]: "external",
        [key("target-group-attributes")]: "a=b,preserve_client_ip.enabled=false",
        [key("security-groups")]: "sg-1, sg-2",
        [key("name")]: "front",
      },
      {},
      {
        kind: "network",
        targetType: "instance",
        name: "front",
        groupIds: ["sg-1", "sg-2"],
        preservesClientIp: false,
      },
    ],
  ])("has the load balancer that annotations say: %s", (_, annotations, more, expected) => {
    const [found] = read(service({ type: "LoadBalancer", ports, ...more }, annotations)).services;
    expect(found.loadBalancer).toEqual(expected);
  });

  it.each([
    ["k8s-shop-web-0a1b2c-0123456789abcdef.elb.us-west-2.amazonaws.com", "k8s-shop-web-0a1b2c"],
    ["internal-a1b2-1234567.us-west-2.elb.amazonaws.com", "a1b2"],
  ])("knows its load balancer by the host name %s", (hostname, name) => {
    const status = { loadBalancer: { ingress: [{ hostname }] } };
    const [found] = read({ ...service({ type: "LoadBalancer", ports }), status }).services;
    expect(found.loadBalancer?.name).toBe(name);
  });

  it("that is wrong is refused with every place", () => {
    const spec = {
      type: "Odd",
      externalTrafficPolicy: "Near",
      ports: [{ port: 0 }, { targetPort: 8080 }, { port: 80, protocol: "ICMP", nodePort: 70_000 }],
    };
    expect(readManifests([service(spec)]).problems.map(problemText)).toEqual([
      expect.stringContaining("spec.type: must be one of ClusterIP"),
      expect.stringContaining(
        'spec.externalTrafficPolicy: must be one of Cluster, Local, found "N',
      ),
      expect.stringContaining("spec.ports[0].port: must be a whole number of 1..65535, found 0"),
      expect.stringContaining("spec.ports[1].port: missing"),
      expect.stringContaining("spec.ports[2].nodePort: must be a whole number of 0..65535"),
      expect.stringContaining(
        'spec.ports[2].protocol: must be one of TCP, UDP, SCTP, found "ICMP"',
      ),
    ]);
  });
});

describe("an EndpointSlice", () => {
  it("is read with its pods and what is ready", () => {
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        namespace: "shop",
        name: "web-x",
        labels: { "kubernetes.io/service-name": "web" },
      },
      addressType: "IPv4",
      ports: [{ name: "http", port: 8080 }],
      endpoints: [
        {
          addresses: ["10.0.1.5"],
          conditions: { ready: true },
          nodeName: "n1",
          targetRef: { kind: "Pod", name: "web-1" },
        },
        { addresses: ["10.0.1.6"], conditions: { ready: false } },
        { addresses: ["10.0.1.7"] },
      ],
    };
    expect(read(slice).endpointSlices).toEqual([
      {
        namespace: "shop",
        name: "web-x",
        serviceName: "web",
        addressType: "IPv4",
        ports: [{ name: "http", protocol: "TCP", port: 8080 }],
        endpoints: [
          { addresses: ["10.0.1.5"], isReady: true, nodeName: "n1", podName: "web-1" },
          { addresses: ["10.0.1.6"], isReady: false },
          { addresses: ["10.0.1.7"], isReady: true },
        ],
      },
    ]);
  });

  it("is a list that was not read while nobody wrote one", () => {
    expect(read(service({ ports })).endpointSlices).toBeUndefined();
  });
});

describe("an Ingress", () => {
  const paths = [
    { path: "/", backend: { service: { name: "web", port: { number: 80 } } } },
    { path: "/a", backend: { service: { name: "web", port: { number: 80 } } } },
    { path: "/b", backend: { service: { name: "api", port: { name: "http" } } } },
    { path: "/c", backend: { service: { name: "x", port: { name: "use-annotation" } } } },
  ];
  const rules = [{ http: { paths } }];

  it("is read with every Service that it sends to, once", () => {
    const [found] = read(ingress({ ingressClassName: "alb", rules })).ingresses;
    expect(found).toEqual({
      namespace: "shop",
      name: "web",
      backends: [
        { serviceName: "web", port: 80 },
        { serviceName: "api", port: "http" },
      ],
      loadBalancer: { kind: "application", targetType: "instance" },
    });
  });

  it("has the load balancer that annotations say", () => {
    const annotations = {
      "alb.ingress.kubernetes.io/scheme": "internal",
      "alb.ingress.kubernetes.io/target-type": "ip",
      "alb.ingress.kubernetes.io/security-groups": "sg-1",
      "alb.ingress.kubernetes.io/load-balancer-name": "front",
    };
    const [found] = read(ingress({ rules }, annotations)).ingresses;
    expect(found.loadBalancer).toEqual({
      kind: "application",
      targetType: "ip",
      name: "front",
      groupIds: ["sg-1"],
    });
  });

  it("of another controller has none", () => {
    const [found] = read(ingress({ ingressClassName: "nginx", rules })).ingresses;
    expect(found.loadBalancer).toBeUndefined();
  });
});

describe("custom networking and Fargate", () => {
  it("are read from an ENIConfig, the label of a node and the annotation of a pod", () => {
    const spec = { subnet: "subnet-1", securityGroups: ["sg-1"] };
    const config = object("ENIConfig", "crd.k8s.amazonaws.com/v1alpha1", spec);
    const labels = { "vpc.amazonaws.com/eniConfig": "web" };
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n1", labels } };
    const annotations = { "fargate.amazonaws.com/pod-sg": "sg-1, sg-2" };
    const pod = object("Pod", "v1", {}, { annotations });
    const cluster = read(config, node, pod);
    expect(cluster.eniConfigs).toEqual([{ name: "web", subnetId: "subnet-1", groupIds: ["sg-1"] }]);
    expect(cluster.nodes[0].eniConfig).toBe("web");
    expect(cluster.pods[0].fargateGroupIds).toEqual(["sg-1", "sg-2"]);
  });
});
