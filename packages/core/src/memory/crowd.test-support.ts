import fc from "fast-check";
import { arbitraryPolicies } from "../network-policies/arbitrary-policies.test-support.ts";
import { type AnyPolicy, cluster } from "../network-policies/cluster.test-support.ts";
import { arbitraryRule } from "../world/arbitrary-world.test-support.ts";
import type { NetworkInterface, RouteTable } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import { acl, type Edit, edited, nodeParts, settings } from "../world/edits.test-support.ts";
import { fixtureF, networkInterface, pod, rule } from "../world/fixture-f.test-support.ts";
import {
  addIngress,
  addService,
  addSlice,
  loadBalanced,
  nodePort,
} from "../world/service-edits.test-support.ts";
import type { World } from "../world/world.ts";

// Worlds in which ends of every kind stand twice or more, alike but for their names, so that what is
// said of one pair is asked of another: both modes, all places, ways out of the VPC, missing parts.

const groupNames = ["sg-a", "sg-b", "sg-c", "sg-d"];
const nodeNames = ["n1", "n2", "n3", "n4"];
const namespaces = ["shop", "bank", "ops"];
const podCount = 14;

const groupSet = fc.subarray(["sg-a", "sg-b", "sg-c", "sg-gone"], { maxLength: 2 });
const labels = fc.constantFrom<Pod["labels"]>(
  { app: "web", empty: "" },
  { app: "api", team: "a" },
  { app: "db" },
);

/** What pods that are alike have in common. */
interface Shape {
  readonly kind: "branch" | "lost" | "ordinary" | "coming" | "host" | "fargate" | "ended";
  readonly namespace: string;
  readonly labels: Pod["labels"];
  readonly groups: readonly string[];
  readonly mode: "strict" | "standard" | undefined;
  readonly families: "4" | "46" | "64";
  readonly ports: Pod["ports"];
}

const shape = fc.record<Shape>({
  kind: fc.constantFrom<Shape["kind"]>(
    ...(["branch", "branch", "branch", "ordinary", "ordinary"] as const),
    ...(["lost", "coming", "host", "fargate", "ended"] as const),
  ),
  namespace: fc.constantFrom(...namespaces),
  labels,
  groups: groupSet,
  mode: fc.constantFrom("strict", "standard", undefined),
  families: fc.constantFrom("4", "46", "64"),
  ports: fc.constantFrom<Pod["ports"]>(
    undefined,
    [{ name: "http", protocol: "TCP", port: 80 }],
    [{ name: "http", protocol: "TCP", port: 443 }],
  ),
});
const placedPod = fc.record({
  shapeAt: fc.nat(3),
  nodeName: fc.option(fc.constantFrom(...nodeNames), { nil: undefined, freq: 8 }),
});
const shapes = fc.array(shape, { minLength: 4, maxLength: 4 });
const places = fc.array(placedPod, { minLength: podCount, maxLength: podCount });

interface Member {
  readonly pod: Pod;
  readonly eni: readonly NetworkInterface[];
}

function member(at: number, own: Shape, nodeName: string | undefined): Member {
  const both = [`10.0.1.${150 + at}`, `2001:db8::${150 + at}`];
  const addresses = own.families === "64" ? both.reverse() : both.slice(0, own.families.length);
  const common = {
    labels: own.labels,
    ...(own.ports === undefined ? {} : { ports: own.ports }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(own.mode === undefined ? {} : { mode: own.mode }),
  };
  const named = (parts: Partial<Pod>) => pod(`${own.namespace}/p${at}`, { ...common, ...parts });
  const eniId = `eni-p${at}`;
  const branch = networkInterface(eniId, "", own.groups, { interfaceType: "branch", addresses });
  switch (own.kind) {
    case "branch":
      return { pod: named({ addresses, branchEniId: eniId }), eni: [branch] };
    case "lost":
      return { pod: named({ addresses, branchEniId: eniId }), eni: [] };
    case "ordinary":
      return { pod: named({ addresses }), eni: [] };
    case "coming":
      return { pod: named({ phase: "Pending" }), eni: [] };
    case "host":
      return { pod: named({ hostNetwork: true, addresses: ["10.0.1.11"] }), eni: [] };
    case "fargate": {
      const profile = { ...own.labels, "eks.amazonaws.com/fargate-profile": "fp" };
      return { pod: named({ addresses, labels: profile }), eni: [branch] };
    }
    case "ended":
      return { pod: named({ phase: "Succeeded", addresses }), eni: [] };
  }
}

const open = fc.constantFrom(
  [],
  [rule("out all to 0.0.0.0/0"), rule("in all from 0.0.0.0/0", "sgr-2")],
  [
    rule("out all to ::/0"),
    rule("out tcp/all to sg-a", "sgr-2"),
    rule("in all from sg-b", "sgr-3"),
  ],
);
const someRules = fc.tuple(
  ...groupNames.map(() => {
    return fc.tuple(fc.array(arbitraryRule, { maxLength: 4 }), open).map((both) => both.flat());
  }),
);
const target = fc.constantFrom(
  ...["nat-1", "nat-2", "igw-1", "pcx-1", "tgw-1", "eni-db1", "vgw-1", undefined],
);
const routes = fc
  .tuple(target, fc.boolean(), target)
  .map(([out, isBlackhole, six]) => [
    { destination: "10.0.0.0/16", target: "local", isBlackhole: false },
    ...(out === undefined ? [] : [{ destination: "0.0.0.0/0", target: out, isBlackhole }]),
    ...(six === undefined ? [] : [{ destination: "::/0", target: six, isBlackhole: false }]),
  ]);
const aclTexts = fc.subarray([
  "in 100 allow all from 0.0.0.0/0",
  "out 100 allow all to 0.0.0.0/0",
  "in 90 deny tcp/80 from 10.0.1.0/24",
  "out 80 deny tcp/443 to 10.0.101.0/24",
  "out 70 allow tcp/1024-65535 to 10.0.0.0/16",
]);

/** Adds Services of several kinds, whose backends are among the pods. */
export const withServices: Edit = (world) =>
  edited(
    world,
    nodePort("shop/web", {
      clusterIps: ["172.20.0.10", "172.20.0.110"],
      selector: { app: "web" },
    }),
    loadBalanced("shop/db", {}, { clusterIps: ["172.20.0.11"], selector: { app: "db" } }),
    addIngress("shop/web"),
    addService("shop/api", {
      clusterIps: ["172.20.0.12"],
      selector: { app: "api" },
      internalTrafficPolicy: "Local",
    }),
    addService("bank/db", { isHeadless: true, clusterIps: [], selector: { app: "db" } }),
    addService("ops/own", { clusterIps: ["172.20.0.13"], selector: {} }),
    addSlice("ops/own", ["10.0.1.50", "10.0.1.151", "10.0.1.152", "10.0.1.150"]),
    addSlice("shop/web", ["p0", "p1", "p2"]),
  );

const edits = fc.record<Record<string, Edit>>({
  mode: fc
    .record({
      mode: fc.constantFrom("strict", "standard"),
      externalSnat: fc.boolean(),
      networkPolicyEngine: fc.constantFrom("aws", "calico", "none"),
    })
    .map((parts) => settings(parts)),
  acls: fc.option(fc.tuple(aclTexts, aclTexts)).map((some) => (world) => {
    if (some === null) return world;
    return edited(world, acl("a", ["priv-a", "pub-a"], ...some[0]), acl("z", [], ...some[1]));
  }),
  services: fc.constantFrom<Edit>(
    (world) => world,
    (world) => ({ ...world, services: [], ingresses: [] }),
    withServices,
  ),
  custom: fc.constantFrom<Edit>(
    (world) => world,
    (world) => ({
      ...nodeParts("n1", { eniConfig: "pod-a" })(world),
      eniConfigs: [{ name: "pod-a", subnetId: "subnet-pod-a", groupIds: [] }],
    }),
  ),
  gateway: fc.constantFrom<Edit>(
    (world) => world,
    (world) => ({ ...world, interfaces: [...world.interfaces, gateway] }),
  ),
});

const gateway = networkInterface("eni-nat", "10.0.101.5", [], {
  interfaceType: "nat_gateway",
  description: "Interface for NAT Gateway nat-1",
  subnetId: "subnet-pub-a",
});
const peered = networkInterface("eni-far", "10.9.0.5", ["sg-a"], {
  vpcId: "vpc-g",
  subnetId: "subnet-far",
  tags: { Name: "far" },
});

// VPCs may overlap: who has the address depends on who asks.
const twin = networkInterface("eni-twin", "10.0.1.50", ["sg-b"], {
  vpcId: "vpc-g",
  subnetId: "subnet-far",
});
const isolated = networkInterface("eni-iso", "10.0.2.50", ["sg-b"], {
  subnetId: "subnet-iso-a",
  tags: { Name: "iso" },
});

/** A world of many that are alike, with or without policies of all kinds. */
export const arbitraryCrowd: fc.Arbitrary<World> = fc
  .record({
    shapes,
    places,
    someRules,
    tables: fc.option(fc.tuple(routes, routes), { nil: undefined, freq: 8 }),
    policies: fc.option(arbitraryPolicies, { nil: undefined, freq: 3 }),
    edits,
  })
  .map((parts) => {
    const members = parts.places.map(({ shapeAt, nodeName }, at) => {
      return member(at, parts.shapes[shapeAt], nodeName);
    });
    const base = fixtureF();
    const world: World = {
      ...base,
      ...policyLists(parts.policies),
      pods: members.map((one) => one.pod),
      nodes: base.nodes.map((node) => (node.name === "n4" ? { name: "n4", labels: {} } : node)),
      vpcs: [...base.vpcs, { vpcId: "vpc-g", cidrs: ["10.9.0.0/16", "10.0.1.0/24"] }],
      routeTables: parts.tables && tablesOf(base, parts.tables),
      groups: [
        ...base.groups,
        ...parts.someRules.map((rules, at) => {
          const name = groupNames[at];
          return { groupId: name.replace("sg-", "sg-0"), name, vpcId: "vpc-f", rules };
        }),
      ],
      interfaces: [
        ...base.interfaces,
        peered,
        twin,
        isolated,
        ...members.flatMap(({ eni }) => eni),
      ].map(carrying),
    };
    return edited(world, ...Object.values(parts.edits));
  });

// Half of the ordinary pods have their addresses on the interface of a node.
function carrying(eni: NetworkInterface): NetworkInterface {
  if (eni.eniId !== "eni-n1" && eni.eniId !== "eni-n2") return eni;
  const first = eni.eniId === "eni-n1" ? 150 : 151;
  const more = Array.from({ length: podCount / 2 }, (_, at) => `10.0.1.${first + 2 * at}`);
  return { ...eni, addresses: [eni.addresses[0], ...more, "2001:db8::11"] };
}

function tablesOf(
  { routeTables = [] }: World,
  [some, others]: readonly [RouteTable["routes"], RouteTable["routes"]],
): readonly RouteTable[] {
  return routeTables.map((table, at) => ({ ...table, routes: at % 2 === 0 ? some : others }));
}

function policyLists(policies: readonly AnyPolicy[] | undefined): Partial<World> {
  if (policies === undefined) return {};
  const { networkPolicies, clusterNetworkPolicies, ...others } = cluster(policies);
  const { adminNetworkPolicies, baselineAdminNetworkPolicies } = others;
  const lists = { networkPolicies, clusterNetworkPolicies, adminNetworkPolicies };
  return {
    ...lists,
    baselineAdminNetworkPolicies,
    namespaces: others.namespaces,
  } as Partial<World>;
}
