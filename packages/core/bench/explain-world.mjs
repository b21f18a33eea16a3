// A cluster as people have them, for explanations: pods on branches in both modes and ordinary ones
// on 50 nodes, groups whose rules name each other, policies, network policies, a database, routes
// to a NAT gateway, Services. Flows are of the kinds that people ask about, each one a different
// pair.
import { seededRandom } from "@trunkline/core";

const nodeCount = 50;
const groupCount = 100;
const rulesPerGroup = 12;
const serviceCount = 20;

/** A world of so many pods. */
export function explainWorld(podCount) {
  const random = seededRandom(podCount);
  const below = (limit) => Math.floor(random() * limit);
  const nodes = range(nodeCount).map((at) => ({
    name: `n${at}`,
    labels: {},
    instanceId: `i-${at}`,
  }));
  const groups = range(groupCount).map((at) => group(at, below));
  const pods = range(podCount).map((at) => pod(at));
  const branches = pods.filter(({ branchEniId }) => branchEniId).map((one) => branch(one));
  const subnet = { subnetId: "subnet-1", vpcId: "vpc-1", cidrs: ["10.0.0.0/9"], tags: {} };
  return {
    revision: 1,
    namespaces: range(10).map((at) => ({ name: `ns${at}`, labels: { team: `t${at % 3}` } })),
    serviceAccounts: range(10).map((at) => ({ namespace: `ns${at}`, name: "default", labels: {} })),
    pods,
    nodes,
    policies: range(groupCount / 2).map((at) => ({
      namespace: `ns${at % 10}`,
      name: `p${at}`,
      podSelector: { matchLabels: { app: `a${at}` } },
      groupIds: [`sg-${at}`, `sg-${at + 1}`],
    })),
    networkPolicies: range(20).map((at) => networkPolicy(at)),
    services: range(serviceCount).map((at) => service(at)),
    endpointSlices: range(serviceCount).map((at) => slice(at, pods)),
    vpcs: [{ vpcId: "vpc-1", cidrs: ["10.0.0.0/8"] }],
    subnets: [{ ...subnet, availabilityZone: "a" }],
    routeTables: [routes()],
    groups,
    prefixLists: [],
    interfaces: [...nodes.map((_, at) => primary(at, pods)), ...branches, database()],
    settings: { mode: "strict", externalSnat: false, networkPolicyEngine: "aws" },
  };
}

/** So many flows between different ends of a world. */
export function explainFlows(world, flowCount) {
  const random = seededRandom(flowCount);
  const below = (limit) => Math.floor(random() * limit);
  const ports = [80, 443, 5432, 8080, 53, 9090];
  const podEnd = () => endOfPod(world.pods[below(world.pods.length)]);
  const other = () => {
    const turn = below(10);
    if (turn < 6) return podEnd();
    if (turn < 8) return { kind: "name", name: "db1" };
    if (turn < 9) return { kind: "address", address: `10.5.${below(100)}.${below(250)}` };
    return { kind: "address", address: `192.0.2.${below(250)}` };
  };
  return range(flowCount).map(() => {
    const destination = other();
    return { source: podEnd(), destination, protocol: 6, port: ports[below(ports.length)] };
  });
}

/** Pods that are so far apart are alike: labels, groups, modes and nodes repeat. */
const alikeEvery = 300;

/** The same flows between other ends that are alike, so many further on each side. */
export function alikeFlows(world, flows, [sourceShift, destinationShift]) {
  return flows.map((flow) => ({
    ...flow,
    source: alike(flow.source, sourceShift, world),
    destination: alike(flow.destination, destinationShift, world),
  }));
}

function alike(end, shift, { pods }) {
  if (end.kind === "pod") {
    const at = Number(end.name.slice("pod-".length)) + alikeEvery * shift;
    return endOfPod(pods[at % pods.length]);
  }
  if (end.kind !== "address") return end;
  const [a, b, c, d] = end.address.split(".").map(Number);
  return { kind: "address", address: [a, b, c, (d + shift) % 250].join(".") };
}

/** Pairs of classes of ends, by traffic and by being on one node, that flows are between. */
export function classPairs({ pods, networkPolicies }, flows) {
  const byName = new Map(pods.map((one) => [one.name, one]));
  const classOf = (end) => {
    if (end.kind === "address") return end.address.split(".")[0];
    if (end.kind === "name") return end.name;
    const { branchEniId, namespace, labels, mode } = byName.get(end.name);
    const looks = networkPolicies === undefined ? [] : [namespace, labels.tier];
    return [branchEniId === undefined ? "plain" : labels.app, mode, ...looks].join();
  };
  const nodeOf = (end) => byName.get(end.name)?.nodeName;
  const keys = flows.map(({ source, destination, port }) => {
    const isOneNode = nodeOf(source) === nodeOf(destination);
    return [classOf(source), classOf(destination), port, isOneNode].join(" ");
  });
  return new Set(keys).size;
}

function endOfPod({ namespace, name }) {
  return { kind: "pod", namespace, name };
}

function group(at, below) {
  const rules = range(rulesPerGroup).map((number) => {
    const port = [80, 443, 5432, 8080, 53, 9090][below(6)];
    const peers = [
      { kind: "group", groupId: `sg-${below(groupCount)}` },
      { kind: "cidr", cidr: `10.${below(8)}.0.0/16` },
      { kind: "cidr", cidr: "0.0.0.0/0" },
    ];
    return {
      ruleId: `sgr-${at}-${number}`,
      isEgress: number % 2 === 0,
      protocol: 6,
      fromPort: port,
      toPort: port,
      peer: peers[below(10) < 8 ? below(2) : 2],
    };
  });
  return { groupId: `sg-${at}`, name: `group-${at}`, vpcId: "vpc-1", rules };
}

// Two of three pods are on a branch, half of those in standard mode.
function pod(at) {
  const isBranch = at % 3 !== 0;
  return {
    namespace: `ns${at % 10}`,
    name: `pod-${at}`,
    uid: `uid-${at}`,
    labels: { app: isBranch ? `a${at % 50}` : "plain", tier: `x${at % 4}` },
    serviceAccount: "default",
    nodeName: `n${at % nodeCount}`,
    hostNetwork: false,
    phase: "Running",
    addresses: [address(at)],
    ...(isBranch ? { branchEniId: `eni-${at}`, mode: at % 2 === 0 ? "strict" : "standard" } : {}),
  };
}

function address(at) {
  return `10.1.${at >> 8}.${at & 255}`;
}

function eni(eniId, parts) {
  const place = { vpcId: "vpc-1", subnetId: "subnet-1", interfaceType: "interface" };
  return { eniId, ...place, prefixes: [], description: "", tags: {}, ...parts };
}

function primary(at, pods) {
  const own = pods.filter((one) => one.nodeName === `n${at}` && !one.branchEniId);
  const addresses = [`10.2.0.${at}`, ...own.flatMap((one) => one.addresses)];
  return eni(`eni-n${at}`, {
    groupIds: ["sg-99"],
    addresses,
    instanceId: `i-${at}`,
    deviceIndex: 0,
  });
}

function branch({ branchEniId, addresses, labels }) {
  const number = Number(labels.app.slice(1));
  const groupIds = [`sg-${number}`, `sg-${number + 1}`];
  return eni(branchEniId, { interfaceType: "branch", groupIds, addresses });
}

function database() {
  return eni("eni-db", { groupIds: ["sg-98"], addresses: ["10.3.0.50"], tags: { Name: "db1" } });
}

function networkPolicy(at) {
  return {
    namespace: `ns${at % 10}`,
    name: `np${at}`,
    spec: {
      podSelector: { matchLabels: { tier: `x${at % 4}` } },
      policyTypes: ["Ingress"],
      ingress: [
        { from: [{ podSelector: {} }], ports: [{ port: 80 }, { port: 443 }] },
        { from: [{ namespaceSelector: { matchLabels: { team: "t1" } } }] },
      ],
    },
  };
}

function service(at) {
  return {
    namespace: `ns${at % 10}`,
    name: `svc-${at}`,
    type: "ClusterIP",
    isHeadless: false,
    clusterIps: [`172.20.0.${at}`],
    selector: { app: `a${at}` },
    ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080 }],
  };
}

// Three pods each, as most Services have.
function slice(at, pods) {
  const endpoints = [0, 1, 2].map((number) => {
    return { addresses: pods[3 * at + 50 * number + 1].addresses, isReady: true };
  });
  const { namespace, name, ports } = service(at);
  return {
    namespace,
    name: `${name}-1`,
    serviceName: name,
    addressType: "IPv4",
    ports: ports.map(({ targetPort, ...one }) => ({ ...one, port: targetPort })),
    endpoints,
  };
}

/** The same flows to Services. */
export function serviceFlows({ services }, flows) {
  return flows.map((flow, at) => {
    const { namespace, name } = services[at % services.length];
    return { ...flow, destination: { kind: "service", namespace, name }, port: 80 };
  });
}

function routes() {
  return {
    routeTableId: "rtb-1",
    vpcId: "vpc-1",
    subnetIds: ["subnet-1"],
    isMain: true,
    routes: [
      { destination: "10.0.0.0/8", target: "local", isBlackhole: false },
      { destination: "0.0.0.0/0", target: "nat-1", isBlackhole: false },
    ],
  };
}

function range(count) {
  return Array.from({ length: count }, (_, at) => at);
}
