import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SecurityGroup } from "../../world/cloud.ts";
import { readEc2Describe } from "./read-ec2-describe.ts";

type Row = Readonly<Record<string, unknown>>;

/** What documents say that hold nothing wrong. */
function cloud(...documents: readonly unknown[]) {
  const { cloud: read, problems } = readEc2Describe(documents);
  expect(problems).toEqual([]);
  return read;
}

const peer = fc.constantFrom<Row>(
  { CidrIpv4: "10.0.0.0/8" },
  { CidrIpv6: "2001:db8::/32" },
  { PrefixListId: "pl-1" },
  { ReferencedGroupInfo: { GroupId: "sg-2", UserId: "123456789012" } },
);
const traffic = fc.constantFrom<Row>(
  { IpProtocol: "-1", FromPort: -1, ToPort: -1 },
  { IpProtocol: "tcp", FromPort: 443, ToPort: 443 },
  { IpProtocol: "udp", FromPort: 0, ToPort: 65_535 },
  { IpProtocol: "icmp", FromPort: 8, ToPort: -1 },
  { IpProtocol: "50", FromPort: -1, ToPort: -1 },
);
const rule = fc
  .tuple(peer, traffic, fc.boolean(), fc.constantFrom({}, { Description: "why" }))
  .map(([from, what, IsEgress, text]): Row => ({ ...from, ...what, ...text, IsEgress }));

/** The same rule as DescribeSecurityGroups has it: one of many peers of a permission. */
function asPermission(one: Row): Row {
  const { IpProtocol, FromPort, ToPort, Description, ReferencedGroupInfo } = one;
  // EC2 leaves the ports of "-1" out here.
  const ports = IpProtocol === "-1" ? {} : { FromPort, ToPort };
  return {
    IpProtocol,
    ...ports,
    ...(one["CidrIpv4"] ? { IpRanges: [{ CidrIp: one["CidrIpv4"], Description }] } : {}),
    ...(one["CidrIpv6"] ? { Ipv6Ranges: [{ CidrIpv6: one["CidrIpv6"], Description }] } : {}),
    ...(one["PrefixListId"]
      ? { PrefixListIds: [{ PrefixListId: one["PrefixListId"], Description }] }
      : {}),
    ...(ReferencedGroupInfo
      ? { UserIdGroupPairs: [{ ...(ReferencedGroupInfo as object), Description }] }
      : {}),
  };
}

function contentOf({ rules }: SecurityGroup): readonly string[] {
  const withoutId = rules.map(({ ruleId: _, ...rest }) => rest);
  return withoutId.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort();
}

describe("a group", () => {
  it("has the same rules whichever of EC2's two descriptions they come from", () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), (rules) => {
        const group = { GroupId: "sg-1" };
        const IpPermissions = rules.filter((one) => !one["IsEgress"]).map(asPermission);
        const IpPermissionsEgress = rules.filter((one) => one["IsEgress"]).map(asPermission);
        const permissions = { SecurityGroups: [{ ...group, IpPermissions, IpPermissionsEgress }] };
        const SecurityGroupRules = rules.map((one, at) => {
          return { ...one, ...group, SecurityGroupRuleId: `sgr-${at}` };
        });
        const [made] = cloud(permissions).groups;
        const [described] = cloud({ SecurityGroups: [group] }, { SecurityGroupRules }).groups;
        const [both] = cloud(permissions, { SecurityGroupRules }).groups;
        expect(contentOf(described)).toEqual(contentOf(made));
        expect(both).toEqual(described);
      }),
    );
  });

  it("is the same data in whatever order EC2 lists its rules", () => {
    const ids = fc.uniqueArray(
      fc.nat(999).map((id) => `sgr-${id}`),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(ids, fc.nat(8), (all, turn) => {
        const rules = all.map((SecurityGroupRuleId) => {
          return { SecurityGroupRuleId, GroupId: "sg-1", CidrIpv4: "10.0.0.0/8" };
        });
        const group = { GroupId: "sg-1" };
        const turned = [...rules.slice(turn), ...rules.slice(0, turn)];
        expect(cloud({ SecurityGroups: [group], SecurityGroupRules: turned })).toEqual(
          cloud({ SecurityGroups: [group], SecurityGroupRules: rules }),
        );
      }),
    );
  });

  it("gets rule ids made up from its own when EC2 was not asked for them", () => {
    const IpPermissions = [
      { IpProtocol: "tcp", FromPort: 80, ToPort: 81, IpRanges: [{ CidrIp: "10.0.0.0/8" }] },
    ];
    const IpPermissionsEgress = [{ IpProtocol: "-1", PrefixListIds: [{ PrefixListId: "pl-1" }] }];
    const head = { GroupId: "sg-1", GroupName: "app", VpcId: "vpc-1" };
    const { groups } = cloud({ SecurityGroups: [{ ...head, IpPermissions, IpPermissionsEgress }] });
    expect(groups).toMatchObject([{ groupId: "sg-1", name: "app", vpcId: "vpc-1" }]);
    expect(groups[0].rules).toEqual([
      {
        ruleId: "sg-1/ingress#1",
        isEgress: false,
        protocol: 6,
        fromPort: 80,
        toPort: 81,
        peer: { kind: "cidr", cidr: "10.0.0.0/8" },
      },
      {
        ruleId: "sg-1/egress#1",
        isEgress: true,
        protocol: -1,
        fromPort: -1,
        toPort: -1,
        peer: { kind: "prefixList", prefixListId: "pl-1" },
      },
    ]);
  });
});

describe("an interface", () => {
  it("lists its primary address first and names its trunk", () => {
    const row = {
      NetworkInterfaceId: "eni-1",
      VpcId: "vpc-1",
      SubnetId: "subnet-1",
      InterfaceType: "branch",
      Description: "aws-k8s-branch-eni",
      Groups: [{ GroupId: "sg-2" }, { GroupId: "sg-1" }],
      PrivateIpAddress: "10.0.0.9",
      PrivateIpAddresses: [
        { PrivateIpAddress: "10.0.0.8", Primary: false },
        { PrivateIpAddress: "10.0.0.9", Primary: true, Association: { PublicIp: "192.0.2.1" } },
      ],
      Ipv6Addresses: [{ Ipv6Address: "2001:db8::1" }],
      Ipv4Prefixes: [{ Ipv4Prefix: "10.0.1.0/28" }],
      TagSet: [{ Key: "vpcresources.k8s.aws/trunk-eni-id", Value: "eni-0" }],
    };
    expect(cloud({ NetworkInterfaces: [row] }).interfaces).toEqual([
      {
        eniId: "eni-1",
        vpcId: "vpc-1",
        subnetId: "subnet-1",
        interfaceType: "branch",
        groupIds: ["sg-2", "sg-1"],
        addresses: ["10.0.0.9", "10.0.0.8", "2001:db8::1"],
        prefixes: ["10.0.1.0/28"],
        publicAddress: "192.0.2.1",
        trunkEniId: "eni-0",
        description: "aws-k8s-branch-eni",
        tags: { "vpcresources.k8s.aws/trunk-eni-id": "eni-0" },
      },
    ]);
  });

  it("that is attached says to what and where", () => {
    const Attachment = { InstanceId: "i-1", DeviceIndex: 0 };
    const { interfaces } = cloud({
      NetworkInterfaces: [{ NetworkInterfaceId: "eni-1", Attachment }],
    });
    expect(interfaces).toMatchObject([
      { instanceId: "i-1", deviceIndex: 0, interfaceType: "interface" },
    ]);
  });
});

describe("a network", () => {
  it("keeps the CIDRs that are associated, the primary one first", () => {
    const state = (State: string) => ({ CidrBlockState: { State } });
    const vpc = {
      VpcId: "vpc-1",
      CidrBlock: "10.0.0.0/16",
      CidrBlockAssociationSet: [
        { CidrBlock: "10.1.0.0/16", ...state("associated") },
        { CidrBlock: "10.0.0.0/16", ...state("associated") },
        { CidrBlock: "10.2.0.0/16", ...state("disassociated") },
      ],
      Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: "2001:db8::/56" }],
    };
    const subnet = { SubnetId: "subnet-1", CidrBlock: "10.0.1.0/24" };
    const { vpcs, subnets } = cloud({ Vpcs: [vpc] }, { Subnets: [subnet] });
    expect(vpcs[0].cidrs).toEqual(["10.0.0.0/16", "10.1.0.0/16", "2001:db8::/56"]);
    expect(subnets[0].cidrs).toEqual(["10.0.1.0/24"]);
  });

  it("routes to whatever a route names", () => {
    const table = {
      RouteTableId: "rtb-1",
      VpcId: "vpc-1",
      Associations: [{ Main: true }, { SubnetId: "subnet-1", Main: false }],
      Routes: [
        { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local" },
        { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1", State: "blackhole" },
        { DestinationPrefixListId: "pl-1", InstanceId: "i-1", NetworkInterfaceId: "eni-1" },
      ],
    };
    expect(cloud({ RouteTables: [table] }).routeTables).toEqual([
      {
        routeTableId: "rtb-1",
        vpcId: "vpc-1",
        subnetIds: ["subnet-1"],
        isMain: true,
        routes: [
          { destination: "10.0.0.0/16", target: "local", isBlackhole: false },
          { destination: "0.0.0.0/0", target: "nat-1", isBlackhole: true },
          { destination: "pl-1", target: "eni-1", isBlackhole: false },
        ],
      },
    ]);
  });

  it("whose route tables nobody described says so", () => {
    const { cloud: read, notes } = readEc2Describe([{ Vpcs: [] }]);
    expect(read.routeTables).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining("no route tables")]);
    expect(readEc2Describe([{ RouteTables: [] }])).toMatchObject({
      notes: [],
      cloud: { routeTables: [] },
    });
  });
});

describe("a prefix list", () => {
  it("is known with its entries, in either of EC2's forms, and left out without", () => {
    const own = { PrefixListId: "pl-1", MaxEntries: 9, Entries: [{ Cidr: "10.0.0.0/8" }] };
    const aws = { PrefixListId: "pl-2", PrefixListName: "s3", Cidrs: ["192.0.2.0/24"] };
    const { cloud: read, notes } = readEc2Describe([
      { PrefixLists: [own, aws, { PrefixListId: "pl-3" }], RouteTables: [] },
    ]);
    expect(read.prefixLists).toEqual([
      { prefixListId: "pl-1", name: "", maxEntries: 9, cidrs: ["10.0.0.0/8"] },
      { prefixListId: "pl-2", name: "s3", maxEntries: 1, cidrs: ["192.0.2.0/24"] },
    ]);
    expect(notes).toEqual([expect.stringContaining("pl-3 comes without entries")]);
  });
});

describe("an instance", () => {
  it("is known by its Name tag while it exists", () => {
    const named = (id: string, name: string, state: string) => ({
      InstanceId: id,
      State: { Name: state },
      Tags: [{ Key: "Name", Value: name }],
    });
    const Instances = [
      named("i-1", "a", "running"),
      named("i-2", "b", "terminated"),
      { InstanceId: "i-3" },
    ];
    expect(cloud({ Reservations: [{ Instances }] }).instances).toEqual([
      { instanceId: "i-1", name: "a" },
    ]);
  });
});
