import fc from "fast-check";
import type { LabelExpression, LabelSelector } from "../world/cluster.ts";
import type {
  ClusterNetworkPolicyProtocol,
  IpBlock,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from "../world/network-policy.ts";
import { type AnyPolicy, anp, banp, cnp, np } from "./cluster.test-support.ts";

// Policies over the small cluster, biased to what goes wrong: absent keys, empty values, names of
// ports that differ by pod, edges of holes, both families, sections that no type lists.

const key = fc.constantFrom("app", "team", "empty", "zone", "kubernetes.io/metadata.name");
const value = fc.constantFrom("web", "api", "db", "tool", "a", "b", "", "shop", "ops");

const expression: fc.Arbitrary<LabelExpression> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom<LabelExpression["operator"]>("In", "NotIn"),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    key,
    operator: fc.constantFrom<LabelExpression["operator"]>("Exists", "DoesNotExist"),
  }),
);

const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.tuple(key, value).map(([k, v]) => ({ matchLabels: { [k]: v } })) },
  {
    weight: 2,
    arbitrary: fc.array(expression, { minLength: 1, maxLength: 2 }).map((matchExpressions) => {
      return { matchExpressions };
    }),
  },
);

const block: fc.Arbitrary<IpBlock> = fc.constantFrom<IpBlock>(
  { cidr: "0.0.0.0/0" },
  { cidr: "::/0" },
  { cidr: "10.0.1.0/24" },
  { cidr: "10.0.1.0/24", except: ["10.0.1.2/32"] },
  { cidr: "10.0.0.0/16", except: ["10.0.1.0/31", "10.0.2.0/24"] },
  { cidr: "10.0.1.77/24", except: [] },
  { cidr: "0.0.0.0/0", except: ["8.0.0.0/8", "10.0.0.0/8"] },
  { cidr: "2001:db8::/32", except: ["2001:db8::1/128"] },
  { cidr: "10.0.0.2/32" },
  { cidr: "::ffff:10.0.0.0/104" },
);

const peer: fc.Arbitrary<NetworkPolicyPeer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.record({ ipBlock: block }),
);

const protocol = fc.constantFrom("TCP", "UDP", "SCTP");
const number = fc.constantFrom(80, 443, 5353, 8080, 9090);
const portName = fc.constantFrom("http", "dns", "none");

const port = fc.oneof(
  fc.constant({}),
  fc.record({ protocol }),
  fc.record({ port: number }),
  fc.record({ protocol, port: fc.oneof(number, portName) }),
  fc.tuple(number, fc.nat(900)).map(([first, more]) => ({ port: first, endPort: first + more })),
) as fc.Arbitrary<NetworkPolicyPort>;

function maybe<T>(arbitrary: fc.Arbitrary<T>, name: string) {
  return fc.option(arbitrary).map((one) => (one === null ? {} : { [name]: one }));
}

function npRules(peersKey: "from" | "to") {
  const rule = fc
    .tuple(
      maybe(fc.array(peer, { maxLength: 2 }), peersKey),
      maybe(fc.array(port, { maxLength: 2 }), "ports"),
    )
    .map(([peers, ports]) => ({ ...peers, ...ports }));
  return fc.array(rule, { maxLength: 2 });
}

const types = fc.constantFrom(["Ingress"], ["Egress"], ["Ingress", "Egress"], []);

/** A valid NetworkPolicy of one of three namespaces. */
export const arbitraryNetworkPolicy: fc.Arbitrary<AnyPolicy> = fc
  .tuple(
    fc.constantFrom("shop", "shop", "bank", "ops"),
    fc.nat(1e6),
    selector,
    maybe(types, "policyTypes"),
    maybe(npRules("from"), "ingress"),
    maybe(npRules("to"), "egress"),
  )
  .map(([namespace, id, podSelector, ...parts]) => {
    return np(`${namespace}/p${id}`, Object.assign({ podSelector }, ...parts));
  });

const pods = fc.record({ namespaceSelector: selector, podSelector: selector });
const subject = fc.oneof(fc.record({ namespaces: selector }), fc.record({ pods }));
const unknownPeer = fc.constantFrom({}, { services: {} });
const inPeer = fc.oneof({ weight: 4, arbitrary: subject }, { weight: 1, arbitrary: unknownPeer });
const networks = fc.array(
  block.map(({ cidr }) => cidr),
  { minLength: 1, maxLength: 2 },
);
const outPeer = fc.oneof(
  { weight: 4, arbitrary: subject },
  { weight: 1, arbitrary: unknownPeer },
  { weight: 2, arbitrary: fc.record({ networks }) },
  { weight: 1, arbitrary: fc.record({ nodes: selector }) },
);

const clusterPort = fc.oneof(
  number.map((one) => ({ destinationPort: { number: one } })),
  fc.tuple(number, fc.integer({ min: 1, max: 900 })).map(([start, more]) => {
    return { destinationPort: { range: { start, end: start + more } } };
  }),
  fc.constant({}),
);
const clusterProtocol: fc.Arbitrary<ClusterNetworkPolicyProtocol> = fc.oneof(
  fc
    .tuple(fc.constantFrom("tcp", "udp", "sctp"), clusterPort)
    .map(([name, one]) => ({ [name]: one })),
  portName.map((destinationNamedPort) => ({ destinationNamedPort })),
);

const adminPort = fc.oneof(
  fc.record({ protocol, port: number }).map((portNumber) => ({ portNumber })),
  number.map((one) => ({ portNumber: { port: one } })),
  fc.tuple(protocol, number, fc.integer({ min: 1, max: 900 })).map(([name, start, more]) => {
    return { portRange: { protocol: name, start, end: start + more } };
  }),
  portName.map((namedPort) => ({ namedPort })),
);

// Names of ports go with pods only; the API refuses them beside other peers of egress.
function isValid(rule: Record<string, unknown>): boolean {
  const text = JSON.stringify(rule);
  return !/"networks"|"nodes"/.test(text) || !/amedPort"/.test(text);
}

function clusterRules(
  actions: readonly string[],
  peersKey: "from" | "to",
  portsKey: "protocols" | "ports",
) {
  const ports: fc.Arbitrary<unknown> = portsKey === "protocols" ? clusterProtocol : adminPort;
  const one: fc.Arbitrary<unknown> = peersKey === "from" ? inPeer : outPeer;
  const rule = fc
    .tuple(
      fc.constantFrom(...actions),
      fc.array(one, { minLength: 1, maxLength: 2 }),
      maybe(fc.array(ports, { minLength: 1, maxLength: 2 }), portsKey),
    )
    .map(([action, peers, rest]) => ({ action, [peersKey]: peers, ...rest }))
    .filter(isValid);
  return fc.array(rule, { maxLength: 3 });
}

const clusterSpec = fc.tuple(
  subject,
  clusterRules(["Accept", "Deny", "Pass"], "from", "protocols"),
  clusterRules(["Accept", "Deny", "Pass"], "to", "protocols"),
);
const adminSpec = fc.tuple(
  subject,
  clusterRules(["Allow", "Deny", "Pass"], "from", "ports"),
  clusterRules(["Allow", "Deny", "Pass"], "to", "ports"),
);
const baselineSpec = fc.tuple(
  subject,
  clusterRules(["Allow", "Deny"], "from", "ports"),
  clusterRules(["Allow", "Deny"], "to", "ports"),
);

type Unplaced = (priority: number) => AnyPolicy;

// Rules are made from plain records, whose keys are those of the manifests.
const clusterWide: fc.Arbitrary<Unplaced> = fc.oneof(
  fc
    .tuple(fc.constantFrom("Admin", "Baseline"), clusterSpec)
    .map(([tier, [who, ingress, egress]]) => {
      const spec = { tier, subject: who, ingress, egress };
      return (priority: number) => cnp(`c${priority}`, { ...spec, priority } as never);
    }),
  adminSpec.map(([who, ingress, egress]) => (priority: number) => {
    return anp(`a${priority}`, { subject: who, ingress, egress, priority } as never);
  }),
);

/** Valid cluster-wide policies, no two with one priority. */
export const arbitraryClusterPolicies: fc.Arbitrary<readonly AnyPolicy[]> = fc
  .tuple(fc.array(clusterWide, { maxLength: 3 }), fc.option(baselineSpec))
  .map(([some, baseline]) => {
    const placed = some.map((make, at) => make(10 * at));
    if (baseline === null) return placed;
    const [who, ingress, egress] = baseline;
    return [...placed, banp({ subject: who, ingress, egress } as never)];
  });

/** Valid policies of all kinds. */
export const arbitraryPolicies: fc.Arbitrary<readonly AnyPolicy[]> = fc
  .tuple(arbitraryClusterPolicies, fc.array(arbitraryNetworkPolicy, { maxLength: 3 }))
  .map(([clusterPolicies, own]) => [...clusterPolicies, ...own]);

const podName = fc.constantFrom("shop/web", "shop/api", "bank/db", "ops/tool");
const farEnd = fc.oneof(
  podName,
  fc.constantFrom("shop/host", "n1", "n2", "8.8.8.8", "10.0.1.3", "10.0.2.9", "2001:db9::1"),
);
const traffic = fc.constantFrom(
  "tcp/80",
  "tcp/443",
  "tcp/8080",
  "tcp/9090",
  "udp/5353",
  "udp/80",
  "sctp/80",
  "icmp",
);

/** A question about them, as `ask` reads it; IPv6 only between ends that have it. */
export const arbitraryQuestion: fc.Arbitrary<string> = fc
  .tuple(fc.boolean(), fc.oneof(podName, podName, fc.constant("shop/host")), farEnd, traffic)
  .chain(([isIngress, end, far, what]) => {
    const question = isIngress ? `in ${end} from ${far} ${what}` : `out ${end} to ${far} ${what}`;
    const hasBoth =
      ["shop/web", "shop/api"].includes(end) && ["shop/web", "shop/api"].includes(far);
    return fc.constantFrom(question, hasBoth ? `${question} v6` : question);
  });
