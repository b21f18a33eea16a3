import type { Action } from "./actions.ts";

/** A member of answers that is known to differ. */
export interface FieldDeviation {
  readonly actions: "all" | readonly Action[];
  /** Path of the member, `NetworkInterfaces[].Attachment`. */
  readonly path: string;
  /** What moto's member is taken for; without it the member is not compared at all. */
  readonly rewrite?: (theirs: unknown) => unknown;
  readonly reason: string;
}

/** A refusal that the two are known to see differently; "answer" is none. */
export interface OutcomeDeviation {
  readonly actions: readonly Action[];
  readonly ours: string;
  readonly theirs: string;
  /** Inputs for which it is known; all when absent. */
  readonly when?: (input: Readonly<Record<string, unknown>>) => boolean;
  /** True when the two accounts differ from there on although both sides refused. */
  readonly parts?: boolean;
  readonly reason: string;
}

/** One known deviation. */
export type Deviation = FieldDeviation | OutcomeDeviation;

const RULE_ACTIONS = [
  "authorizeSecurityGroupIngress",
  "authorizeSecurityGroupEgress",
  "describeSecurityGroupRules",
] as const;

const RULE_WRITES = [
  "authorizeSecurityGroupIngress",
  "authorizeSecurityGroupEgress",
  "revokeSecurityGroupIngress",
  "revokeSecurityGroupEgress",
] as const;

const missing = "moto leaves it out; EC2's model has it and EC2 sends it";

const leftOut = (actions: FieldDeviation["actions"], reason: string, ...paths: string[]) =>
  paths.map((path): FieldDeviation => ({ actions, path, reason }));

const record = (value: unknown) => value as Readonly<Record<string, unknown>>;

/** Members that differ. */
export const FIELD_DEVIATIONS: readonly FieldDeviation[] = [
  ...leftOut(
    ["createVpc", "describeVpcs"],
    "moto's options are called default, ours have an id as EC2's have",
    "Vpc.DhcpOptionsId",
    "Vpcs[].DhcpOptionsId",
  ),
  ...leftOut(
    ["createVpc", "describeVpcs"],
    "moto sends an empty list for a VPC without an IPv6 block, the emulator none",
    "Vpc.Ipv6CidrBlockAssociationSet",
    "Vpcs[].Ipv6CidrBlockAssociationSet",
  ),
  ...leftOut(
    "all",
    "which id belongs to which zone differs between accounts",
    "Subnet.AvailabilityZoneId",
    "Subnets[].AvailabilityZoneId",
    "NetworkInterface.AvailabilityZoneId",
    "NetworkInterfaces[].AvailabilityZoneId",
  ),
  ...leftOut(
    "all",
    missing,
    "Subnet.EnableDns64",
    "Subnets[].EnableDns64",
    "SecurityGroupRules[].GroupOwnerId",
    "SecurityGroupRules[].SecurityGroupRuleArn",
    "NetworkInterface.DenyAllIgwTraffic",
    "NetworkInterfaces[].DenyAllIgwTraffic",
    "NetworkInterface.Ipv6Native",
    "NetworkInterfaces[].Ipv6Native",
    "NetworkInterface.Operator",
    "NetworkInterfaces[].Operator",
  ),
  ...leftOut(
    ["createNetworkInterface"],
    "the client makes the token by chance; moto does not send it back",
    "ClientToken",
  ),
  ...leftOut(
    ["createNetworkInterface"],
    "EC2 answers pending and shows available a moment later; moto answers available",
    "NetworkInterface.Status",
  ),
  ...leftOut(
    ["createNetworkInterface"],
    "moto sends an empty element where there is no public address",
    "NetworkInterface.Association",
  ),
  ...leftOut(
    ["createNetworkInterface", "describeNetworkInterfaces"],
    "moto makes up a requester for interfaces that no service requested",
    "NetworkInterface.RequesterId",
    "NetworkInterfaces[].RequesterId",
  ),
  ...leftOut(["createSecurityGroup"], missing, "Tags"),
  ...leftOut(["deleteSecurityGroup"], missing, "GroupId", "Return"),
  ...leftOut(
    ["createManagedPrefixList", "deleteManagedPrefixList"],
    "EC2 answers in-progress and shows complete a moment later; moto answers complete",
    "PrefixList.State",
  ),
  ...leftOut(
    ["revokeSecurityGroupIngress", "revokeSecurityGroupEgress"],
    missing,
    "RevokedSecurityGroupRules",
    "UnknownIpPermissions",
  ),
  {
    actions: ["describeTags"],
    path: "Tags[].ResourceType",
    rewrite: (type) => (type === "managed-prefix-list" ? "prefix-list" : type),
    reason: "EC2's model calls the type prefix-list, moto managed-prefix-list",
  },
  {
    actions: RULE_ACTIONS,
    path: "SecurityGroupRules[]",
    rewrite: (rule) => {
      const isAll = record(rule)["IpProtocol"] === "-1";
      return isAll ? { ...record(rule), FromPort: -1, ToPort: -1 } : rule;
    },
    reason: "a rule for all protocols shows ports -1 and -1; moto shows none",
  },
];

/** Whether a request is about more than one rule. */
const isAboutSeveral = ({ IpPermissions }: Readonly<Record<string, unknown>>) =>
  (IpPermissions as readonly { readonly IpRanges?: readonly unknown[] }[]).some(
    ({ IpRanges = [] }) => IpRanges.length > 1,
  );

/** Outcomes that may differ. */
export const OUTCOME_DEVIATIONS: readonly OutcomeDeviation[] = [
  {
    actions: ["createSecurityGroup"],
    ours: "InvalidGroup.Duplicate",
    theirs: "answer",
    when: ({ GroupName }) => String(GroupName).toLowerCase() === "db",
    reason: "in EC2 DB and db are one name of a group; moto compares letter by letter",
  },
  {
    actions: ["deleteSecurityGroup"],
    ours: "CannotDelete",
    theirs: "answer",
    reason: "moto deletes a VPC's default group",
  },
  {
    actions: ["deleteSecurityGroup"],
    ours: "DependencyViolation",
    theirs: "answer",
    reason: "moto deletes a group that an interface carries or that another group's rule names",
  },
  {
    actions: ["createNetworkInterface"],
    ours: "InvalidIPAddress.InUse",
    theirs: "answer",
    reason: "moto gives an address away twice",
  },
  {
    actions: ["createNetworkInterface"],
    ours: "InvalidParameterValue",
    theirs: "answer",
    when: ({ PrivateIpAddress }) => String(PrivateIpAddress).startsWith("10.250."),
    reason: "moto gives an interface an address outside of its subnet",
  },
  {
    actions: ["deleteSubnet"],
    ours: "DependencyViolation",
    theirs: "answer",
    reason: "moto deletes a subnet that has interfaces",
  },
  {
    actions: ["authorizeSecurityGroupIngress", "authorizeSecurityGroupEgress"],
    ours: "InvalidGroup.NotFound",
    theirs: "answer",
    reason: "moto lets a rule name a group of a VPC that is not peered",
  },
  ...(["InvalidPermission.Duplicate", "InvalidPermission.NotFound"] as const).map(
    (code): OutcomeDeviation => ({
      actions: RULE_WRITES,
      ours: code,
      theirs: code,
      when: isAboutSeveral,
      parts: true,
      reason: `moto carries out what stands before the rule that makes it say ${code}`,
    }),
  ),
];

/** What steps never draw, because everything after it would differ. */
export const NOT_DRAWN: readonly string[] = [
  "several permissions in one request: moto answers the last one's rules and refuses by halves",
  "descriptions of rules whose peer is a group: moto takes them for a part of the rule's identity",
  "revoking IPv6 rules: moto says yes and does nothing where the VPC has no IPv6 block",
  "tags of what is deleted: moto keeps them, so only the living are asked for",
  "blocks of subnets with host bits: EC2 clears them, moto keeps them",
  "several values of an interface's group-id: moto wants an interface that has all of them",
  "protocols by number (6): moto keeps the number, EC2 answers the name",
  "unknown groups of an interface: moto makes such a group up",
  "addresses by chance: each side has its own chance, so every address is asked for",
];
