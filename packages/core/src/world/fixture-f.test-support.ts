import { tryParseAddress } from "../net/address.ts";
import { parsePortRange, parseProtocol, TCP, UDP } from "../net/protocol.ts";
import type { Endpoint, Flow } from "../verdict/explanation.ts";
import type { NetworkInterface, RulePeer, SecurityGroup, SecurityGroupRule } from "./cloud.ts";
import type { Pod, SecurityGroupPolicy } from "./cluster.ts";
import type { World } from "./world.ts";

// Fixture F of the requirements: two pods with groups of their own, ordinary pods, a database, and
// six nodes in a private and a public subnet. Group ids differ from names ("sg-0app", "sg-app") so
// that a test sees when one stands for the other.

/** The id of a group by its name: "sg-app" is "sg-0app". */
export function groupId(name: string): string {
  return name.replace("sg-", "sg-0");
}

/**
 * A group from rules as people write them: "in tcp/8080 from sg-node", "out all to 0.0.0.0/0",
 * "in icmp/3:4 from pl-1", "out 47 to ::/0". Rule ids are made from name and position.
 */
export function group(name: string, rules: readonly string[] = []): SecurityGroup {
  return {
    groupId: groupId(name),
    name,
    vpcId: "vpc-f",
    rules: rules.map((text, index) => rule(text, `sgr-${name.slice(3)}-${index + 1}`)),
  };
}

/** One rule from its text, as {@link group} reads it. */
export function rule(text: string, ruleId = "sgr-1"): SecurityGroupRule {
  const [direction, traffic, , peer] = text.split(" ");
  const [protocolText, ports = "all"] = traffic.split("/");
  const protocol = parseProtocol(protocolText);
  return {
    ruleId,
    isEgress: direction === "out",
    protocol,
    ...range(protocol, ports),
    peer: peerOf(peer),
  };
}

/**
 * A flow from texts: flow("shop/api", "db1", "tcp/5432"); "eni-…" and addresses work as well, and
 * "svc:shop/db", "svc:shop/db#http" and "ing:shop/web".
 */
export function flow(source: string, destination: string, traffic: string): Flow {
  const [protocolText, port = "0"] = traffic.split("/");
  const protocol = parseProtocol(protocolText);
  const ends = { source: endpoint(source), destination: endpoint(destination) };
  if (protocol === TCP || protocol === UDP) return { ...ends, protocol, port: Number(port) };
  const [icmpType, icmpCode = "0"] = port.split(":");
  return { ...ends, protocol, port: 0, icmpType: Number(icmpType), icmpCode: Number(icmpCode) };
}

function endpoint(text: string): Endpoint {
  if (tryParseAddress(text) !== undefined) return { kind: "address", address: text };
  if (text.startsWith("eni-")) return { kind: "interface", eniId: text };
  if (text.startsWith("svc:")) return serviceEndpoint(text.slice(4));
  if (text.startsWith("ing:")) {
    const [namespace, name] = text.slice(4).split("/");
    return { kind: "ingress", namespace, name };
  }
  const [namespace, name] = text.split("/");
  return name === undefined ? { kind: "name", name: text } : { kind: "pod", namespace, name };
}

function serviceEndpoint(text: string): Endpoint {
  const [fullName, portName] = text.split("#");
  const [namespace, name] = fullName.split("/");
  return { kind: "service", namespace, name, ...(portName === undefined ? {} : { portName }) };
}

function range(protocol: number, ports: string) {
  if (protocol === TCP || protocol === UDP) return parsePortRange(ports);
  if (ports === "all") return { fromPort: -1, toPort: -1 };
  const [type, code = "-1"] = ports.split(":");
  return { fromPort: Number(type), toPort: Number(code) };
}

function peerOf(text: string): RulePeer {
  if (text.startsWith("sg-")) return { kind: "group", groupId: groupId(text) };
  if (text.startsWith("pl-")) return { kind: "prefixList", prefixListId: text };
  return { kind: "cidr", cidr: text };
}

/** An interface of the fixture's VPC. */
export function networkInterface(
  eniId: string,
  address: string,
  groups: readonly string[],
  parts: Partial<NetworkInterface> = {},
): NetworkInterface {
  return {
    eniId,
    vpcId: "vpc-f",
    subnetId: "subnet-priv-a",
    interfaceType: "interface",
    groupIds: groups.map(groupId),
    addresses: [address],
    prefixes: [],
    description: "",
    tags: {},
    ...parts,
  };
}

/** A pod of the fixture. */
export function pod(fullName: string, parts: Partial<Pod> = {}): Pod {
  const [namespace, name] = fullName.split("/");
  return {
    namespace,
    name,
    uid: `uid-${name}`,
    labels: { role: name },
    serviceAccount: "default",
    hostNetwork: false,
    phase: "Running",
    addresses: [],
    ...parts,
  };
}

/** A policy of namespace shop that selects pods by their role. */
function policy(name: string, groups: readonly string[]): SecurityGroupPolicy {
  const podSelector = { matchLabels: { role: name } };
  return { namespace: "shop", name, podSelector, groupIds: groups.map(groupId) };
}

/** Fixture F. */
export function fixtureF(): World {
  return {
    revision: 1,
    namespaces: [{ name: "shop", labels: { "kubernetes.io/metadata.name": "shop" } }],
    serviceAccounts: [{ namespace: "shop", name: "default", labels: {} }],
    pods: pods(),
    nodes: ["n1", "n2", "n3", "n4", "n5", "n6"].map((name) => {
      return { name, labels: {}, instanceId: `i-${name}` };
    }),
    policies: [policy("api", ["sg-app"]), policy("peer", ["sg-peer"])],
    vpcs: [{ vpcId: "vpc-f", cidrs: ["10.0.0.0/16", "100.64.0.0/16"] }],
    ...subnetsAndRoutes(),
    groups: groups(),
    prefixLists: [],
    interfaces: [...nodeInterfaces(), ...otherInterfaces()],
    settings: { mode: "strict", externalSnat: false },
  };
}

function pods(): readonly Pod[] {
  return [
    pod("shop/api", { nodeName: "n1", addresses: ["10.0.1.101"], branchEniId: "eni-api" }),
    pod("shop/peer", { nodeName: "n1", addresses: ["10.0.1.102"], branchEniId: "eni-peer" }),
    pod("shop/web", { nodeName: "n1", addresses: ["10.0.1.111"] }),
    pod("shop/web-2", { nodeName: "n2", addresses: ["10.0.1.122"] }),
    pod("shop/edge", { nodeName: "n3", addresses: ["10.0.101.111"] }),
    pod("kube-system/coredns", { nodeName: "n2", addresses: ["10.0.1.121"] }),
    pod("kube-system/agent", { nodeName: "n1", addresses: ["10.0.1.11"], hostNetwork: true }),
  ];
}

function groups(): readonly SecurityGroup[] {
  return [
    group("sg-node", ["in all from sg-node", "out all to 0.0.0.0/0"]),
    group("sg-cluster", ["in all from sg-cluster", "out all to 0.0.0.0/0"]),
    group("sg-app", [
      "out tcp/5432 to sg-db",
      "out tcp/53 to sg-node",
      "out udp/53 to sg-node",
      "in tcp/8080 from sg-node",
    ]),
    group("sg-db", ["in tcp/5432 from sg-app"]),
    group("sg-mon"),
    group("sg-peer"),
    group("sg-eni"),
  ];
}

function nodeInterfaces(): readonly NetworkInterface[] {
  const primary = (node: string, addresses: readonly string[], parts = {}) =>
    networkInterface(`eni-${node}`, addresses[0], ["sg-node"], {
      addresses,
      instanceId: `i-${node}`,
      deviceIndex: 0,
      ...parts,
    });
  return [
    primary("n1", ["10.0.1.11", "10.0.1.111"]),
    primary("n2", ["10.0.1.12", "10.0.1.121", "10.0.1.122"]),
    primary("n3", ["10.0.101.13", "10.0.101.111"], {
      subnetId: "subnet-pub-a",
      publicAddress: "203.0.113.13",
    }),
    primary("n4", ["10.0.1.14"]),
    primary("n5", ["10.0.1.15"]),
    primary("n6", ["10.0.1.16"]),
    networkInterface("eni-trunk-n1", "10.0.1.21", ["sg-node"], {
      interfaceType: "trunk",
      instanceId: "i-n1",
      deviceIndex: 1,
    }),
  ];
}

function otherInterfaces(): readonly NetworkInterface[] {
  const branch = { interfaceType: "branch", trunkEniId: "eni-trunk-n1" };
  return [
    networkInterface("eni-api", "10.0.1.101", ["sg-app"], branch),
    networkInterface("eni-peer", "10.0.1.102", ["sg-peer"], branch),
    networkInterface("eni-db1", "10.0.1.50", ["sg-db"], { tags: { Name: "db1" } }),
  ];
}

function subnetsAndRoutes() {
  const subnet = (name: string, cidr: string) => {
    const subnetId = `subnet-${name}`;
    return { subnetId, vpcId: "vpc-f", cidrs: [cidr], availabilityZone: "a", tags: {} };
  };
  const table = (name: string, target: string | undefined) => ({
    routeTableId: `rtb-${name}`,
    vpcId: "vpc-f",
    subnetIds: [`subnet-${name}`],
    isMain: false,
    routes: [
      { destination: "10.0.0.0/16", target: "local", isBlackhole: false },
      ...(target === undefined ? [] : [{ destination: "0.0.0.0/0", target, isBlackhole: false }]),
    ],
  });
  return {
    subnets: [
      subnet("priv-a", "10.0.1.0/24"),
      subnet("iso-a", "10.0.2.0/24"),
      subnet("pub-a", "10.0.101.0/24"),
      subnet("pod-a", "100.64.1.0/24"),
    ],
    routeTables: [
      table("priv-a", "nat-1"),
      table("iso-a", undefined),
      table("pub-a", "igw-1"),
      table("pod-a", "nat-1"),
    ],
  };
}
