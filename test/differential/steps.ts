import type { Random } from "@trunkline/core";
import type { Action } from "./actions.ts";
import { Draw } from "./draw.ts";

/**
 * What exists on both sides, by symbols: `group:3` stands for whatever id each side gave to the
 * third group. Inputs of steps hold symbols and each side puts its own ids in.
 */
export interface Known {
  readonly vpcs: string[];
  readonly subnets: { readonly symbol: string; readonly base: string }[];
  readonly groups: string[];
  readonly interfaces: string[];
  readonly lists: string[];
  /** What was there and is deleted. */
  readonly gone: string[];
}

/** One call that both sides are asked, with symbols in place of ids. */
export interface Step {
  readonly action: Action;
  readonly input: Readonly<Record<string, unknown>>;
}

type Maker = (draw: Draw, known: Known) => Step | undefined;

const NAMES = ["web", "db", "cache", "web-2", "api", "a b", "x.y"];
const DESCRIPTIONS = ["first", "second", "first and last"];
const ZONES = ["us-west-2a", "us-west-2b"];
const SUBNETS = ["0.0/24", "1.0/24", "2.0/24", "3.0/24", "16.0/20", "0.0/20", "32.0/24"];
const TAG_KEYS = ["team", "stage", "kubernetes.io/cluster/demo"];
const TAG_VALUES = ["a", "b", "ab", ""];
const CIDRS = ["10.0.0.0/8", "10.1.2.0/24", "0.0.0.0/0", "192.168.4.1/32"];
const CIDRS_V6 = ["::/0", "2001:db8::/32"];
const PORTS = [
  [80, 80],
  [22, 25],
  [0, 65_535],
  [443, 443],
] as const;

const tags = (draw: Draw) =>
  draw.some(TAG_KEYS, 2).map((Key) => ({ Key, Value: draw.of(TAG_VALUES) }));

const tagsOf = (draw: Draw, ResourceType: string) =>
  draw.chance(0.5) ? { TagSpecifications: [{ ResourceType, Tags: tags(draw) }] } : {};

function permission(draw: Draw, peers: readonly string[], isRevoked: boolean): object {
  const protocol = draw.of(["tcp", "udp", "icmp", "-1", "tcp"]);
  const icmp = [
    [-1, -1],
    [8, 0],
  ] as const;
  const [FromPort, ToPort] = protocol === "icmp" ? draw.of(icmp) : draw.of(PORTS);
  const described = draw.chance(0.3) ? { Description: draw.of(DESCRIPTIONS) } : {};
  const sources: (() => object)[] = [
    () => ({ IpRanges: [{ CidrIp: draw.of(CIDRS), ...described }] }),
    () => ({ UserIdGroupPairs: [{ GroupId: draw.of(peers) }] }),
    () => ({ IpRanges: draw.some(CIDRS, 3).map((CidrIp) => ({ CidrIp })) }),
  ];
  if (!isRevoked)
    sources.push(() => ({ Ipv6Ranges: [{ CidrIpv6: draw.of(CIDRS_V6), ...described }] }));
  return {
    IpProtocol: protocol,
    ...(protocol !== "-1" && { FromPort, ToPort }),
    ...draw.of(sources)(),
  };
}

const ruleStep =
  (...actions: readonly Action[]): Maker =>
  (draw, known) => {
    const action = draw.of(actions);
    const GroupId = draw.of(known.groups);
    const peers = draw.chance(0.97) ? groupsOf(known, GroupId) : known.groups;
    const IpPermissions = [permission(draw, peers, action.startsWith("revoke"))];
    return { action, input: { GroupId, IpPermissions } };
  };

const anything = (known: Known) => [
  ...known.groups,
  ...known.interfaces,
  ...known.subnets.map((one) => one.symbol),
  ...known.vpcs,
  ...known.lists,
];

const createSubnet: Maker = (draw, known) => {
  const VpcId = draw.of(known.vpcs);
  const n = known.vpcs.indexOf(VpcId);
  const CidrBlock = `10.${n}.${draw.of(SUBNETS)}`;
  return {
    action: "createSubnet",
    input: { VpcId, CidrBlock, AvailabilityZone: draw.of(ZONES), ...tagsOf(draw, "subnet") },
  };
};

const createInterface: Maker = (draw, known) => {
  const subnet = draw.of(known.subnets);
  return {
    action: "createNetworkInterface",
    input: {
      SubnetId: subnet.symbol,
      PrivateIpAddress: `${draw.chance(0.98) ? subnet.base : "10.250.0"}.${10 + draw.below(200)}`,
      Description: draw.of(DESCRIPTIONS),
      ...(draw.chance(0.7) && { Groups: draw.some(groupsOf(known, subnet.symbol), 3) }),
      ...tagsOf(draw, "network-interface"),
    },
  };
};

function groupsOf(known: Known, ofVpc: string): string[] {
  const vpc = ofVpc.split("/")[0] ?? "";
  return known.groups.filter((symbol) => symbol.startsWith(`${vpc}/`));
}

const modifyInterface: Maker = (draw, known) => {
  if (known.interfaces.length === 0) return undefined;
  const NetworkInterfaceId = draw.of(known.interfaces);
  const changes = [
    { Description: { Value: draw.of(DESCRIPTIONS) } },
    { SourceDestCheck: { Value: draw.chance(0.5) } },
    { Groups: draw.some(groupsOf(known, NetworkInterfaceId), 3) },
  ];
  return {
    action: "modifyNetworkInterfaceAttribute",
    input: { NetworkInterfaceId, ...draw.of(changes) },
  };
};

const describeGroups: Maker = (draw, known) => {
  const filters = [
    { Name: "group-name", Values: draw.some(["web*", "db", "?ache", "default", "none"], 2) },
    { Name: "description", Values: ["first*"] },
    { Name: "group-id", Values: draw.some(known.groups, 3) },
    { Name: "ip-permission.protocol", Values: [draw.of(["tcp", "udp"])] },
    { Name: "ip-permission.cidr", Values: [draw.of(CIDRS)] },
    { Name: "ip-permission.from-port", Values: ["80"] },
    { Name: "tag:team", Values: draw.some(["a", "b", "a*"], 2) },
    { Name: "tag-key", Values: [draw.of(TAG_KEYS)] },
  ];
  // moto's account has a VPC of its own from the start.
  const mine = { Name: "vpc-id", Values: draw.some(known.vpcs, 3) };
  const asked = draw.of([
    { GroupIds: draw.some(known.groups, 3) },
    { Filters: [mine, ...draw.some(filters, 2)] },
    { MaxResults: 5, Filters: [mine] },
  ]);
  return { action: "describeSecurityGroups", input: asked };
};

const describeInterfaces: Maker = (draw, known) => {
  const filters = [
    { Name: "vpc-id", Values: [draw.of(known.vpcs)] },
    { Name: "subnet-id", Values: [draw.of(known.subnets).symbol] },
    { Name: "group-id", Values: [draw.of(known.groups)] },
    { Name: "description", Values: [draw.of(DESCRIPTIONS)] },
    { Name: "tag:team", Values: draw.some(["a", "b", "a*"], 2) },
    { Name: "tag-key", Values: [draw.of(TAG_KEYS)] },
    {
      Name: "private-ip-address",
      Values: [`${draw.of(known.subnets).base}.${10 + draw.below(200)}`],
    },
  ];
  const isById = known.interfaces.length > 0 && draw.chance(0.4);
  const asked = isById
    ? { NetworkInterfaceIds: draw.some(known.interfaces, 3) }
    : { Filters: draw.some(filters, 2) };
  return { action: "describeNetworkInterfaces", input: asked };
};

const describeSubnets: Maker = (draw, known) => {
  const filters = [
    { Name: "vpc-id", Values: [draw.of(known.vpcs)] },
    { Name: "cidr-block", Values: [`10.0.${draw.below(6)}.0/24`] },
    { Name: "state", Values: ["available"] },
    { Name: "tag:stage", Values: [draw.of(TAG_VALUES)] },
  ];
  return {
    action: "describeSubnets",
    input: { Filters: [{ Name: "vpc-id", Values: known.vpcs }, draw.of(filters)] },
  };
};

const describeTags: Maker = (draw, known) => {
  const filters = [
    { Name: "resource-type", Values: [draw.of(["subnet", "security-group", "vpc"])] },
    { Name: "key", Values: [draw.of([...TAG_KEYS, "t*"])] },
    { Name: "value", Values: [draw.of(["a", "b", "a*"])] },
  ];
  const living = { Name: "resource-id", Values: draw.some(anything(known), 12) };
  return { action: "describeTags", input: { Filters: [living, ...draw.some(filters, 2)] } };
};

const createList: Maker = (draw) => ({
  action: "createManagedPrefixList",
  input: {
    PrefixListName: draw.of(NAMES),
    MaxEntries: 10,
    AddressFamily: "IPv4",
    Entries: draw.some(CIDRS, 3).map((Cidr) => ({ Cidr, Description: draw.of(DESCRIPTIONS) })),
    ...tagsOf(draw, "prefix-list"),
  },
});

const useList: Maker = (draw, known) => {
  if (known.lists.length === 0) return undefined;
  const PrefixListId = draw.of(known.lists);
  return draw.of<Step>([
    { action: "getManagedPrefixListEntries", input: { PrefixListId } },
    { action: "describeManagedPrefixLists", input: { PrefixListIds: [PrefixListId] } },
    { action: "deleteManagedPrefixList", input: { PrefixListId } },
  ]);
};

const ofKnown =
  (action: Action, member: string, from: (known: Known) => readonly string[]): Maker =>
  (draw, known) => {
    const kind = /[a-z]+(?=:\d+$)/;
    const symbols = [...from(known)];
    const ofKind = symbols[0] && kind.exec(symbols[0])?.[0];
    if (draw.chance(0.1))
      symbols.push(...known.gone.filter((one) => kind.exec(one)?.[0] === ofKind));
    return symbols.length === 0 ? undefined : { action, input: { [member]: draw.of(symbols) } };
  };

const tagStep: Maker = (draw, known) => ({
  action: draw.of(["createTags", "createTags", "deleteTags"] as const),
  input: { Resources: draw.some(anything(known), 3), Tags: tags(draw) },
});

// A default group is wanted by everything else, so it is only seldom tried to be deleted.
const deleteGroup: Maker = (draw, known) => {
  const isDefault = draw.chance(0.05);
  const groups = known.groups.filter((one) => one.endsWith("/default") === isDefault);
  return ofKnown("deleteSecurityGroup", "GroupId", () => groups)(draw, known);
};

/** What may be drawn, and how often. */
const MAKERS: readonly (readonly [weight: number, maker: Maker])[] = [
  [
    2,
    (_, known) => ({ action: "createVpc", input: { CidrBlock: `10.${known.vpcs.length}.0.0/16` } }),
  ],
  [3, createSubnet],
  [1, ofKnown("deleteSubnet", "SubnetId", ({ subnets }) => subnets.map((one) => one.symbol))],
  [
    5,
    (draw, { vpcs }) => ({
      action: "createSecurityGroup",
      input: {
        GroupName: draw.chance(0.98) ? draw.of(NAMES) : "DB",
        Description: draw.of(DESCRIPTIONS),
        VpcId: draw.of(vpcs),
        ...tagsOf(draw, "security-group"),
      },
    }),
  ],
  [2, deleteGroup],
  [10, ruleStep("authorizeSecurityGroupIngress", "authorizeSecurityGroupEgress")],
  [4, ruleStep("revokeSecurityGroupIngress", "revokeSecurityGroupEgress")],
  [8, describeGroups],
  [
    4,
    (draw, { groups }) => ({
      action: "describeSecurityGroupRules",
      input: { Filters: [{ Name: "group-id", Values: draw.some(groups, 2) }] },
    }),
  ],
  [6, createInterface],
  [3, modifyInterface],
  [2, ofKnown("deleteNetworkInterface", "NetworkInterfaceId", ({ interfaces }) => interfaces)],
  [8, describeInterfaces],
  [4, describeSubnets],
  [2, (draw, { vpcs }) => ({ action: "describeVpcs", input: { VpcIds: draw.some(vpcs, 2) } })],
  [6, tagStep],
  [4, describeTags],
  [2, createList],
  [4, useList],
];

const WEIGHT_SUM = MAKERS.reduce((sum, [weight]) => sum + weight, 0);

/** The next step, by chance and by what exists. */
export function nextStep(random: Random, known: Known): Step {
  const draw = new Draw(random);
  if (known.vpcs.length === 0) return { action: "createVpc", input: { CidrBlock: "10.0.0.0/16" } };
  if (known.subnets.length === 0) return createSubnet(draw, known) as Step;
  let left = draw.below(WEIGHT_SUM);
  const chosen = MAKERS.find(([weight]) => {
    left -= weight;
    return left < 0;
  });
  return chosen?.[1](draw, known) ?? (describeSubnets(draw, known) as Step);
}
