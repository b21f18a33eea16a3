const vpc = "vpc-1";
const ports = [80, 443, 5432, 6379, 8080, 9090, 9100, 15_001];

/** Makes a choice of a list. */
function picker(random) {
  return (list) => list[Math.floor(random() * list.length)];
}

/** An address of a /8, by number. */
function addressOf(number) {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

function worldOf(parts) {
  return {
    revision: 1,
    namespaces: [],
    serviceAccounts: [],
    pods: [],
    nodes: [],
    policies: [],
    vpcs: [{ vpcId: vpc, cidrs: ["10.0.0.0/8"] }],
    subnets: [],
    routeTables: [],
    groups: [],
    prefixLists: [],
    interfaces: [],
    settings: { mode: "strict", externalSnat: false, networkPolicyEngine: "aws" },
    ...parts,
  };
}

function eniOf(eniId, parts) {
  return {
    ...{ eniId, vpcId: vpc, subnetId: "subnet-1", interfaceType: "branch", prefixes: [] },
    ...{ description: "", tags: {}, ...parts },
  };
}

function podOf(namespace, name, parts) {
  return {
    ...{ namespace, name, uid: name, serviceAccount: "default", hostNetwork: false },
    ...{ phase: "Running", ports: [], ...parts },
  };
}

function nodesOf(count) {
  const nodes = Array.from({ length: count }, (_, at) => {
    return { name: `n${at}`, labels: {}, instanceId: `i-${at}` };
  });
  const interfaces = nodes.map(({ instanceId }, at) =>
    eniOf(`eni-n${at}`, {
      ...{ interfaceType: "interface", instanceId, deviceIndex: 0 },
      ...{ groupIds: ["sg-0"], addresses: [addressOf(0xfe0000 + at)] },
    }),
  );
  return { nodes, interfaces };
}

function groupsOf(count, random) {
  const pick = picker(random);
  const below = (limit) => Math.floor(random() * limit);
  return Array.from({ length: count }, (_, group) => {
    const rules = Array.from({ length: 30 }, (_, at) => {
      const port = pick(ports);
      const isAll = random() < 0.1;
      const peer =
        random() < 0.6
          ? { kind: "group", groupId: `sg-${below(count)}` }
          : { kind: "cidr", cidr: pick(["0.0.0.0/0", "10.0.0.0/8", `10.${below(4)}.0.0/16`]) };
      return {
        ...{ ruleId: `sgr-${group}-${at}`, isEgress: at % 2 === 0, peer },
        ...{ protocol: isAll ? -1 : 6, fromPort: isAll ? -1 : port, toPort: isAll ? -1 : port },
      };
    });
    return { groupId: `sg-${group}`, name: `sg-${group}`, vpcId: vpc, rules };
  });
}

/**
 * Pods of deployments on branches, a few of them ordinary, in namespaces with policies between
 * deployments, within and across namespaces.
 */
function makeDeployments(sizes, random) {
  const { podCount, namespaceCount, policyCount, groupCount, setCount, appCount } = sizes;
  const pick = picker(random);
  const below = (limit) => Math.floor(random() * limit);
  const namespaces = Array.from({ length: namespaceCount }, (_, at) => {
    return { name: `ns-${at}`, labels: { team: `team-${at % 10}`, env: pick(["prod", "dev"]) } };
  });
  const sets = Array.from({ length: setCount }, () => {
    const size = 1 + below(3);
    return [...new Set(Array.from({ length: size }, () => `sg-${below(groupCount)}`))];
  });
  const apps = Array.from({ length: appCount }, (_, at) => ({
    namespace: `ns-${at % namespaceCount}`,
    labels: { app: `app-${Math.floor(at / namespaceCount)}`, tier: pick(["web", "api", "db"]) },
    groupIds: sets[at % setCount],
  }));
  const nodes = nodesOf(Math.max(2, Math.ceil(podCount / 30)));
  const pods = Array.from({ length: podCount }, (_, at) => {
    const { namespace, labels } = apps[at % appCount];
    const name = `p${at}`;
    return podOf(namespace, name, {
      labels: { ...labels, "pod-template-hash": `h${at % appCount}`, uid: name },
      nodeName: `n${below(nodes.nodes.length)}`,
      addresses: [addressOf(at)],
      branchEniId: `eni-${name}`,
    });
  });
  const branches = pods.map((_, at) =>
    eniOf(`eni-p${at}`, { groupIds: apps[at % appCount].groupIds, addresses: [addressOf(at)] }),
  );
  return worldOf({
    namespaces,
    pods,
    nodes: nodes.nodes,
    groups: groupsOf(groupCount, random),
    interfaces: [...branches, ...nodes.interfaces],
    networkPolicies: Array.from({ length: policyCount }, (_, at) => {
      return makePolicy(at, { apps, below, pick, namespaceCount });
    }),
  });
}

function makePolicy(at, { apps, below, pick, namespaceCount }) {
  const app = apps[below(apps.length)];
  const peer = () => {
    const other = { matchLabels: { app: apps[below(apps.length)].labels.app } };
    switch (below(6)) {
      case 0:
        return { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } };
      case 1:
        return { namespaceSelector: { matchLabels: { team: `team-${below(10)}` } } };
      case 2: {
        const name = `ns-${below(namespaceCount)}`;
        const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": name } };
        return { namespaceSelector, podSelector: other };
      }
      default:
        return { podSelector: other };
    }
  };
  const rule = (key) => ({
    [key]: [peer(), peer()],
    ports: [
      { protocol: "TCP", port: pick(ports) },
      { protocol: "TCP", port: pick(ports) },
    ],
  });
  const isBoth = at % 3 === 0;
  return {
    namespace: app.namespace,
    name: `np-${at}`,
    spec: {
      podSelector: { matchLabels: { app: app.labels.app } },
      policyTypes: isBoth ? ["Ingress", "Egress"] : ["Ingress"],
      ingress: [rule("from"), rule("from")],
      ...(isBoth ? { egress: [rule("to")] } : {}),
    },
  };
}

/**
 * The profile that Antrea publishes for its controller: four pods and three policies a namespace,
 * one closes it, two open it to pods of one label each. Source: antrea-io/antrea,
 * pkg/controller/networkpolicy/networkpolicy_controller_perf_test.go.
 */
function makeAntrea(namespaceCount) {
  const nodes = nodesOf(Math.max(2, Math.ceil(namespaceCount / 8)));
  const pods = [];
  const networkPolicies = [];
  const namespaces = [];
  for (let ns = 0; ns < namespaceCount; ns++) {
    const namespace = `namespace-${ns}`;
    namespaces.push({ name: namespace, labels: { app: namespace } });
    for (let pod = 0; pod < 4; pod++) {
      const key = pod < 2 ? "app-1" : "app-2";
      const nodeName = `n${(ns * 4 + pod) % nodes.nodes.length}`;
      const addresses = [addressOf(ns * 4 + pod)];
      pods.push(podOf(namespace, `p${pod}`, { labels: { [key]: "scale" }, nodeName, addresses }));
    }
    networkPolicies.push({
      ...{ namespace, name: "default-deny-all" },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    });
    for (const key of ["app-1", "app-2"]) {
      const podSelector = { matchLabels: { [key]: "scale" } };
      const ingress = [{ from: [{ podSelector }] }];
      networkPolicies.push({
        ...{ namespace, name: `np-${key}` },
        spec: { podSelector, policyTypes: ["Ingress"], ingress },
      });
    }
  }
  const all = { protocol: -1, fromPort: -1, toPort: -1, peer: { kind: "cidr", cidr: "0.0.0.0/0" } };
  const rules = [true, false].map((isEgress) => ({ ruleId: `sgr-${isEgress}`, isEgress, ...all }));
  const groups = [{ groupId: "sg-0", name: "sg-0", vpcId: vpc, rules }];
  const { interfaces } = nodes;
  return worldOf({ namespaces, pods, nodes: nodes.nodes, interfaces, groups, networkPolicies });
}

/** Questions that most policies and rules speak of. */
export const questions = ports.map((port) => ({ protocol: 6, port }));

/** Pods each of which has a policy of its own, so that all are told apart. */
function makeSingles(podCount, random) {
  const below = (limit) => Math.floor(random() * limit);
  const world = makeDeployments(
    { ...common, podCount, namespaceCount: 20, policyCount: 0, setCount: 100, appCount: 500 },
    random,
  );
  const one = (number) => ({ matchLabels: { uid: `p${number}` } });
  const networkPolicies = world.pods.map(({ namespace, name }, at) => ({
    namespace,
    name: `np-${name}`,
    spec: {
      podSelector: one(at),
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ namespaceSelector: {}, podSelector: one(below(podCount)) }],
          ports: [{ protocol: "TCP", port: ports[at % ports.length] }],
        },
        { from: [{ namespaceSelector: { matchLabels: { team: `team-${at % 10}` } } }] },
      ],
    },
  }));
  return { ...world, networkPolicies };
}

const common = { groupCount: 200, setCount: 200 };
const small = { podCount: 1000, namespaceCount: 8, policyCount: 100, groupCount: 20, setCount: 16 };
const middle = { ...common, podCount: 10_000, namespaceCount: 20 };
const large = { ...common, podCount: 100_000, namespaceCount: 100, policyCount: 500 };

/** The clusters by name, each from a seed's chance. */
export const clusters = {
  "1k": (random) => makeDeployments({ ...small, appCount: 64 }, random),
  "10k": (random) => {
    return makeDeployments({ ...middle, setCount: 100, policyCount: 300, appCount: 256 }, random);
  },
  "100k": (random) => makeDeployments({ ...large, appCount: 1000 }, random),
  singles: (random) => makeSingles(4000, random),
  "10k-2k": (random) => makeDeployments({ ...middle, policyCount: 2000, appCount: 1000 }, random),
  "50k": (random) => {
    const sizes = { ...middle, podCount: 50_000, policyCount: 2000, appCount: 9000 };
    return makeDeployments({ ...sizes, namespaceCount: 200 }, random);
  },
  antrea: () => makeAntrea(25_000),
};
