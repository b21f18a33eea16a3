import type { SecurityGroupRule as Ec2Rule, IpPermission } from "@aws-sdk/client-ec2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapGroup, mapGroupWithoutRuleIds, mapRule } from "./map-group.ts";
import { mapInterface } from "./map-interface.ts";
import { mapRouteTable, mapSubnet, mapVpc } from "./map-network.ts";

const peer = fc.constantFrom<Partial<Ec2Rule>[]>(
  { CidrIpv4: "10.0.0.0/8" },
  { CidrIpv6: "2001:db8::/32" },
  { PrefixListId: "pl-1" },
  { ReferencedGroupInfo: { GroupId: "sg-2", UserId: "123456789012" } },
);
const traffic = fc.constantFrom<Partial<Ec2Rule>[]>(
  { IpProtocol: "-1", FromPort: -1, ToPort: -1 },
  { IpProtocol: "tcp", FromPort: 443, ToPort: 443 },
  { IpProtocol: "udp", FromPort: 0, ToPort: 65_535 },
  { IpProtocol: "icmp", FromPort: 8, ToPort: -1 },
  { IpProtocol: "50", FromPort: -1, ToPort: -1 },
);
const rule = fc
  .tuple(peer, traffic, fc.boolean(), fc.constantFrom({}, { Description: "why" }))
  .map(([from, what, IsEgress, text]): Ec2Rule => ({ ...from, ...what, ...text, IsEgress }));

/** The same rule as DescribeSecurityGroups has it: one of many peers of a permission. */
function asPermission(one: Ec2Rule): IpPermission {
  const { IpProtocol, FromPort, ToPort, Description, ReferencedGroupInfo: group } = one;
  // EC2 leaves the ports of "-1" out here.
  const ports = IpProtocol === "-1" ? {} : { FromPort, ToPort };
  return {
    IpProtocol,
    ...ports,
    ...(one.CidrIpv4 ? { IpRanges: [{ CidrIp: one.CidrIpv4, Description }] } : {}),
    ...(one.CidrIpv6 ? { Ipv6Ranges: [{ CidrIpv6: one.CidrIpv6, Description }] } : {}),
    ...(one.PrefixListId
      ? { PrefixListIds: [{ PrefixListId: one.PrefixListId, Description }] }
      : {}),
    ...(group ? { UserIdGroupPairs: [{ ...group, Description }] } : {}),
  };
}

describe("a group", () => {
  it("has the same rules whichever of EC2's two descriptions they come from", () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), (rules) => {
        const fromPermissions = mapGroupWithoutRuleIds({
          GroupId: "sg-1",
          IpPermissions: rules.filter((one) => !one.IsEgress).map(asPermission),
          IpPermissionsEgress: rules.filter((one) => one.IsEgress).map(asPermission),
        });
        const withoutId = ({ ruleId: _, ...rest }: ReturnType<typeof mapRule>) =>
          JSON.stringify(rest, Object.keys(rest).sort());
        expect(fromPermissions.rules.map(withoutId).sort()).toEqual(
          rules.map(mapRule).map(withoutId).sort(),
        );
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
        const rules = all.map((id) => ({ SecurityGroupRuleId: id, CidrIpv4: "10.0.0.0/8" }));
        const turned = [...rules.slice(turn), ...rules.slice(0, turn)];
        expect(mapGroup({ GroupId: "sg-1" }, turned)).toEqual(mapGroup({ GroupId: "sg-1" }, rules));
      }),
    );
  });

  it("gets rule ids made up from its own when EC2 may not be asked", () => {
    const IpPermissions = [
      { IpProtocol: "tcp", FromPort: 80, ToPort: 81, IpRanges: [{ CidrIp: "10.0.0.0/8" }] },
    ];
    const IpPermissionsEgress = [{ IpProtocol: "-1", PrefixListIds: [{ PrefixListId: "pl-1" }] }];
    const group = { GroupId: "sg-1", GroupName: "app", VpcId: "vpc-1" };
    const mapped = mapGroupWithoutRuleIds({ ...group, IpPermissions, IpPermissionsEgress });
    expect(mapped).toMatchObject({ groupId: "sg-1", name: "app", vpcId: "vpc-1" });
    expect(mapped.rules).toEqual([
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

  it("with a rule nobody understands stops the reading, because passing it over could turn a verdict", () => {
    expect(() => mapRule({ SecurityGroupRuleId: "sgr-1" })).toThrow("sgr-1 without a peer");
    expect(() => mapRule({ CidrIpv4: "10.0.0.0/8", IpProtocol: "carrier" })).toThrow("carrier");
  });
});

describe("an interface", () => {
  it("lists its primary address first and names its trunk", () => {
    const mapped = mapInterface({
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
    });
    expect(mapped).toEqual({
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
    });
  });

  it("that is attached says to what and where", () => {
    const Attachment = { InstanceId: "i-1", DeviceIndex: 0 };
    const mapped = mapInterface({ NetworkInterfaceId: "eni-1", Attachment });
    expect(mapped).toMatchObject({ instanceId: "i-1", deviceIndex: 0, interfaceType: "interface" });
  });
});

describe("a network", () => {
  it("keeps the CIDRs that are associated, the primary one first", () => {
    const state = (State: "associated" | "disassociated") => ({ CidrBlockState: { State } });
    const vpc = mapVpc({
      VpcId: "vpc-1",
      CidrBlock: "10.0.0.0/16",
      CidrBlockAssociationSet: [
        { CidrBlock: "10.1.0.0/16", ...state("associated") },
        { CidrBlock: "10.0.0.0/16", ...state("associated") },
        { CidrBlock: "10.2.0.0/16", ...state("disassociated") },
      ],
      Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: "2001:db8::/56" }],
    });
    expect(vpc.cidrs).toEqual(["10.0.0.0/16", "10.1.0.0/16", "2001:db8::/56"]);
    expect(mapSubnet({ SubnetId: "subnet-1", CidrBlock: "10.0.1.0/24" }).cidrs).toEqual([
      "10.0.1.0/24",
    ]);
  });

  it("routes to whatever a route names", () => {
    const table = mapRouteTable({
      RouteTableId: "rtb-1",
      VpcId: "vpc-1",
      Associations: [{ Main: true }, { SubnetId: "subnet-1", Main: false }],
      Routes: [
        { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local" },
        { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1", State: "blackhole" },
        { DestinationPrefixListId: "pl-1", InstanceId: "i-1", NetworkInterfaceId: "eni-1" },
      ],
    });
    expect(table).toEqual({
      routeTableId: "rtb-1",
      vpcId: "vpc-1",
      subnetIds: ["subnet-1"],
      isMain: true,
      routes: [
        { destination: "10.0.0.0/16", target: "local", isBlackhole: false },
        { destination: "0.0.0.0/0", target: "nat-1", isBlackhole: true },
        { destination: "pl-1", target: "eni-1", isBlackhole: false },
      ],
    });
  });
});
