import { describe, expect, it } from "vitest";
import type { NetworkPolicy } from "../world/network-policy.ts";
import {
  readAdminNetworkPolicy,
  readBaselineAdminNetworkPolicy,
  readClusterNetworkPolicy,
} from "./read-cluster-policy.ts";
import { readNetworkPolicy } from "./read-network-policy.ts";

// Manifests come from YAML: every shape can be wrong, so the rows are not typed.
function lines(findings: readonly { readonly field: string; readonly description: string }[]) {
  return findings.map(({ field, description }) => `${field}: ${description}`);
}

function read(spec: unknown) {
  return readNetworkPolicy({ namespace: "shop", name: "p", spec: spec as NetworkPolicy["spec"] });
}

function ingress(rule: unknown) {
  return { podSelector: {}, ingress: [rule] };
}

const peer = (one: unknown) => ingress({ from: [one] });
const port = (one: unknown) => ingress({ ports: [one] });

describe("a NetworkPolicy is refused", () => {
  it.each<[string, unknown, string]>([
    ["that is nothing", undefined, "spec: is missing"],
    ["that is a text", "deny", 'spec: must be a mapping, found "deny"'],
    ["without podSelector", { ingress: [] }, "spec.podSelector: is missing"],
    [
      "with an unknown key",
      { podSelector: {}, ingres: [] },
      "spec.ingres: no such key: NetworkPolicy is L3/L4 only; known are podSelector, policyTypes, ingress, egress",
    ],
    [
      "with a claim on HTTP (R46)",
      ingress({ http: [{ path: "/admin" }] }),
      "spec.ingress[0].http: no such key: NetworkPolicy is L3/L4 only; known are from, ports",
    ],
    [
      "with a misspelt type",
      { podSelector: {}, policyTypes: ["ingress"] },
      'spec.policyTypes[0]: must be one of Ingress, Egress, found "ingress"',
    ],
    [
      "with three types",
      { podSelector: {}, policyTypes: ["Ingress", "Egress", "Ingress"] },
      "spec.policyTypes: has 3 entries, at most 2 are allowed",
    ],
    [
      "with rules that are no list",
      { podSelector: {}, ingress: {} },
      "spec.ingress: must be a list, found {}",
    ],
    [
      "with an empty peer",
      peer({}),
      "spec.ingress[0].from[0]: names no peer: podSelector, namespaceSelector or ipBlock",
    ],
    [
      "with a block beside a selector",
      peer({ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }),
      "spec.ingress[0].from[0].ipBlock: cannot stand beside a selector in one entry",
    ],
    [
      "with a block that is none",
      peer({ ipBlock: { cidr: "10.0.0.0" } }),
      'spec.ingress[0].from[0].ipBlock.cidr: "10.0.0.0" is not a CIDR',
    ],
    [
      "with a hole outside its block",
      peer({ ipBlock: { cidr: "10.0.0.0/16", except: ["10.1.0.0/24"] } }),
      "spec.ingress[0].from[0].ipBlock.except[0]: 10.1.0.0/24 does not lie inside 10.0.0.0/16",
    ],
    [
      "with a hole of the other family",
      peer({ ipBlock: { cidr: "0.0.0.0/0", except: ["::/1"] } }),
      "spec.ingress[0].from[0].ipBlock.except[0]: ::/1 does not lie inside 0.0.0.0/0",
    ],
    [
      "with a selector without values",
      peer({ podSelector: { matchExpressions: [{ key: "a", operator: "In" }] } }),
      "spec.ingress[0].from[0].podSelector.matchExpressions[0].values: In needs at least one value",
    ],
    [
      "with a label that is no text",
      { podSelector: { matchLabels: { a: 1 } } },
      "spec.podSelector.matchLabels.a: must be text, found 1",
    ],
    [
      "with an operator nobody knows",
      { podSelector: { matchExpressions: [{ key: "a", operator: "Equals" }] } },
      'spec.podSelector.matchExpressions[0].operator: "Equals" is not In, NotIn, Exists or DoesNotExist',
    ],
    [
      "with port 0",
      port({ port: 0 }),
      "spec.ingress[0].ports[0].port: must be a whole number of 1..65535, found 0",
    ],
    [
      "with port 65536",
      port({ port: 65536 }),
      "spec.ingress[0].ports[0].port: must be a whole number of 1..65535, found 65536",
    ],
    [
      "with a number in quotes",
      port({ port: "80" }),
      'spec.ingress[0].ports[0].port: must be a number or a port name, 1 to 15 of a-z, 0-9 and "-" with a letter, found "80"',
    ],
    [
      "with a protocol in small letters",
      port({ protocol: "tcp" }),
      'spec.ingress[0].ports[0].protocol: must be one of TCP, UDP, SCTP, found "tcp"',
    ],
    [
      "with endPort alone",
      port({ endPort: 9 }),
      "spec.ingress[0].ports[0].endPort: needs a port to start from",
    ],
    [
      "with endPort beside a name",
      port({ port: "http", endPort: 9 }),
      'spec.ingress[0].ports[0].endPort: needs a numeric port, found "http"',
    ],
    [
      "with endPort below port",
      port({ port: 9, endPort: 8 }),
      "spec.ingress[0].ports[0].endPort: 8 is below port 9",
    ],
  ])("%s", (_what, spec, problem) => {
    expect(lines(read(spec).problems)).toEqual([problem]);
  });

  it("with all its problems at once", () => {
    const { problems } = read({ ingress: [{ from: [{}], ports: [{ port: 0 }, { endPort: 1 }] }] });
    expect(problems).toHaveLength(4);
  });

  it.each([null, 7, [], { podSelector: null }, { podSelector: [], ingress: [null, 7, []] }])(
    "without a throw: %j",
    (spec) => expect(read(spec).problems).not.toEqual([]),
  );
});

describe("a NetworkPolicy is warned about", () => {
  it.each<[string, unknown, string]>([
    [
      "that speaks of egress alone and names no types",
      { podSelector: {}, egress: [{}] },
      "spec: no policyTypes and no ingress: isolates ingress as well",
    ],
    [
      "with a section that no type lists",
      { podSelector: {}, policyTypes: ["Egress"], ingress: [{}] },
      "spec.ingress: has no effect: policyTypes does not list it",
    ],
    [
      "with host bits",
      peer({ ipBlock: { cidr: "10.0.0.7/24" } }),
      "spec.ingress[0].from[0].ipBlock.cidr: 10.0.0.7/24 has host bits; it means 10.0.0.0/24",
    ],
    [
      "with an IPv4-mapped block",
      peer({ ipBlock: { cidr: "::ffff:10.0.0.0/104" } }),
      "spec.ingress[0].from[0].ipBlock.cidr: ::ffff:10.0.0.0/104 is an IPv6 block and covers no IPv4 address",
    ],
  ])("%s", (_what, spec, warning) => {
    const { problems, warnings } = read(spec);
    expect(problems).toEqual([]);
    expect(lines(warnings)).toEqual([warning]);
  });
});

const subject = { namespaces: {} };
const rule = { action: "Deny", from: [{ namespaces: {} }] };

describe("a cluster-wide policy is refused", () => {
  const cluster = (spec: object) => {
    const all = { tier: "Admin", priority: 1, subject, ...spec } as never;
    return readClusterNetworkPolicy({ name: "c", spec: all }).problems;
  };
  const admin = (spec: object) => {
    return readAdminNetworkPolicy({ name: "a", spec: { priority: 1, subject, ...spec } as never })
      .problems;
  };

  it.each<[string, () => readonly { field: string; description: string }[], string]>([
    [
      "in a tier that is none",
      () => cluster({ tier: "Middle" }),
      'spec.tier: must be one of Admin, Baseline, found "Middle"',
    ],
    [
      "with priority 1001",
      () => cluster({ priority: 1001 }),
      "spec.priority: must be a whole number of 0..1000, found 1001",
    ],
    [
      "with priority 1.5",
      () => admin({ priority: 1.5 }),
      "spec.priority: must be a whole number of 0..1000, found 1.5",
    ],
    [
      "with two subjects",
      () => cluster({ subject: { namespaces: {}, pods: {} } }),
      "spec.subject: must have exactly one of namespaces, pods, has namespaces and pods",
    ],
    [
      "with an empty subject",
      () => cluster({ subject: {} }),
      "spec.subject: must have exactly one of namespaces, pods, has none",
    ],
    [
      "with a word of the other kind",
      () => cluster({ ingress: [{ ...rule, action: "Allow" }] }),
      'spec.ingress[0].action: must be one of Accept, Deny, Pass, found "Allow"',
    ],
    [
      "with a word of the other kind",
      () => admin({ ingress: [{ ...rule, action: "Accept" }] }),
      'spec.ingress[0].action: must be one of Allow, Deny, Pass, found "Accept"',
    ],
    [
      "without peers",
      () => cluster({ ingress: [{ ...rule, from: [] }] }),
      "spec.ingress[0].from: needs at least one peer",
    ],
    [
      "with an empty list of protocols",
      () => cluster({ ingress: [{ ...rule, protocols: [] }] }),
      "spec.ingress[0].protocols: needs at least one entry, or none of the key itself",
    ],
    [
      "with a range of one port",
      () => admin({ ingress: [{ ...rule, ports: [{ portRange: { start: 5, end: 5 } }] }] }),
      "spec.ingress[0].ports[0].portRange: start 5 is not below end 5",
    ],
    [
      "with two forms of a port",
      () => admin({ ingress: [{ ...rule, ports: [{ namedPort: "a", portNumber: { port: 1 } }] }] }),
      "spec.ingress[0].ports[0]: must have exactly one of portNumber, namedPort, portRange, has namedPort and portNumber",
    ],
    [
      "with names of ports on nodes",
      () =>
        cluster({
          egress: [
            { action: "Deny", to: [{ nodes: {} }], protocols: [{ destinationNamedPort: "a" }] },
          ],
        }),
      "spec.egress[0]: named ports exist on pods only, not on networks, nodes or domainNames",
    ],
    [
      "with 26 networks",
      () => cluster({ egress: [{ action: "Deny", to: [{ networks: Array(26).fill("::/0") }] }] }),
      "spec.egress[0].to[0].networks: has 26 entries, at most 25 are allowed",
    ],
    [
      "that denies domain names",
      () => cluster({ egress: [{ action: "Deny", to: [{ domainNames: ["a.example"] }] }] }),
      "spec.egress[0].to[0].domainNames: works in Accept rules only",
    ],
    [
      "that is a second baseline",
      () => readBaselineAdminNetworkPolicy({ name: "other", spec: { subject } }).problems,
      'metadata.name: must be "default", found "other"',
    ],
  ])("%s", (_what, problems, expected) => {
    expect(lines(problems())).toEqual([expected]);
  });

  it("never for a peer of an unknown kind, which fails closed and is warned about", () => {
    const spec = {
      tier: "Admin",
      priority: 1,
      subject,
      ingress: [{ ...rule, from: [{ clouds: {} }] }],
    };
    const { problems, warnings, ingress } = readClusterNetworkPolicy({
      name: "c",
      spec: spec as never,
    });
    expect(problems).toEqual([]);
    expect(lines(warnings)).toEqual([
      "spec.ingress[0].from[0]: no peer of a known kind (namespaces, pods): the rule fails closed",
    ]);
    expect(ingress).toMatchObject([{ action: "Deny", peers: undefined, ports: undefined }]);
  });
});
