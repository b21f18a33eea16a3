import fc from "fast-check";
import type { Endpoint, Flow } from "../verdict/explanation.ts";
import type { NetworkInterface, SecurityGroup, SecurityGroupRule } from "./cloud.ts";
import { groupId, networkInterface, pod, rule } from "./fixture-f.test-support.ts";
import type { Mode } from "./settings.ts";
import type { World } from "./world.ts";

// Small worlds in which everything meets: two nodes, four pods on branches, two ordinary ones, a
// database, four groups whose rules name each other, few ports, both families.

const groupNames = ["sg-a", "sg-b", "sg-c", "sg-d"];
const nodeNames = ["n1", "n2"];
const podNames = ["p1", "p2", "p3", "p4"];

const trafficText = fc.constantFrom(
  "all",
  "tcp/80",
  "tcp/80-443",
  "tcp/all",
  "udp/53",
  "icmp/8",
  "icmp/all",
  "icmpv6/all",
  "47",
);

const peerText = fc.constantFrom(
  ...groupNames,
  "0.0.0.0/0",
  "::/0",
  "10.0.1.0/24",
  "10.0.1.10/31",
  "10.0.1.12/32",
  "2001:db8::/32",
  "pl-1",
);

/** A rule of small worlds. */
export const arbitraryRule: fc.Arbitrary<SecurityGroupRule> = fc
  .tuple(fc.constantFrom("in", "out"), trafficText, peerText, fc.nat(1e6))
  .map(([direction, traffic, peer, id]) => rule(`${direction} ${traffic} x ${peer}`, `sgr-${id}`));

const groups: fc.Arbitrary<readonly SecurityGroup[]> = fc
  .tuple(...groupNames.map(() => fc.array(arbitraryRule, { maxLength: 6 })))
  .map((all) =>
    all.map((rules, at) => {
      return { groupId: groupId(groupNames[at]), name: groupNames[at], vpcId: "vpc-f", rules };
    }),
  );

const groupSet = fc.subarray(groupNames, { minLength: 0, maxLength: 3 });

function addresses(host: number): readonly string[] {
  return [`10.0.1.${host}`, `2001:db8::${host}`];
}

const podEnis = fc.tuple(...podNames.map(() => groupSet)).map((sets) =>
  sets.map((set, at) =>
    networkInterface(`eni-${podNames[at]}`, "", set, {
      interfaceType: "branch",
      addresses: addresses(10 + at),
    }),
  ),
);

const nodeEnis = fc.tuple(groupSet, groupSet, groupSet).map(([one, two, db]) => [
  ...[one, two].map((set, at) =>
    networkInterface(`eni-${nodeNames[at]}`, "", set, {
      addresses: [...addresses(20 + at), ...addresses(22 + at)],
      instanceId: `i-${nodeNames[at]}`,
      deviceIndex: 0,
    }),
  ),
  networkInterface("eni-db1", "", db, { addresses: addresses(50), tags: { Name: "db1" } }),
]);

const modes = fc.tuple(...podNames.map(() => fc.constantFrom<Mode>("strict", "standard")));
const places = fc.tuple(...podNames.map(() => fc.constantFrom(...nodeNames)));

/** A small world in which all addresses are known. */
export const arbitraryWorld: fc.Arbitrary<World> = fc
  .tuple(groups, podEnis, nodeEnis, modes, places)
  .map(([someGroups, branches, others, podModes, podPlaces]) => ({
    revision: 1,
    namespaces: [],
    serviceAccounts: [],
    pods: [
      ...podNames.map((name, at) =>
        pod(`shop/${name}`, {
          nodeName: podPlaces[at],
          mode: podModes[at],
          branchEniId: `eni-${name}`,
        }),
      ),
      ...nodeNames.map((nodeName, at) =>
        pod(`shop/plain-${nodeName}`, { nodeName, addresses: addresses(22 + at) }),
      ),
    ],
    nodes: nodeNames.map((name) => ({ name, labels: {}, instanceId: `i-${name}` })),
    policies: [],
    vpcs: [{ vpcId: "vpc-f", cidrs: ["10.0.0.0/16", "2001:db8::/56"] }],
    subnets: [],
    routeTables: [],
    groups: someGroups,
    prefixLists: [
      {
        prefixListId: "pl-1",
        name: "some",
        maxEntries: 3,
        cidrs: ["10.0.1.11/32", "10.0.1.50/32"],
      },
    ],
    interfaces: [...branches, ...others] as readonly NetworkInterface[],
    settings: { mode: "strict", externalSnat: false },
  }));

const insideEnd: fc.Arbitrary<Endpoint> = fc.constantFrom(
  ...podNames.map((name) => ({ kind: "pod", namespace: "shop", name }) as const),
  ...nodeNames.map((name) => ({ kind: "pod", namespace: "shop", name: `plain-${name}` }) as const),
  ...nodeNames.map((name) => ({ kind: "name", name }) as const),
  { kind: "name", name: "db1" } as const,
  ...[10, 13, 20, 23, 50].flatMap((host) =>
    addresses(host).map((address) => ({ kind: "address", address }) as const),
  ),
);

const traffic = fc.constantFrom(
  { protocol: 6, port: 80 },
  { protocol: 6, port: 443 },
  { protocol: 17, port: 53 },
  { protocol: 1, port: 0, icmpType: 8, icmpCode: 0 },
  { protocol: 58, port: 0, icmpType: 128, icmpCode: 0 },
  { protocol: 47, port: 0 },
);

/** A flow between two ends inside the VPC. */
export const arbitraryFlow: fc.Arbitrary<Flow> = fc
  .tuple(insideEnd, insideEnd, traffic)
  .map(([source, destination, rest]) => ({ source, destination, ...rest }));
