import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, codeOf, foreignEndpoint, nobody, openCloud } from "./support/cloud.ts";

// The refusals that no other suite meets on its way: ids of every kind, and quotas.
describe.skipIf(foreignEndpoint !== undefined)("a call is refused", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await openCloud({
      quotas: {
        vpcs: 3,
        subnetsPerVpc: 3,
        groups: 4,
        aclEntries: 1,
        routesPerTable: 2,
        prefixLists: 1,
        addresses: 1,
      },
    });
  });
  afterAll(() => cloud[Symbol.asyncDispose]());

  const x = "0aaaaaaaaaaaaaaaa";
  const ids: [name: string, code: string, call: () => Promise<unknown>][] = [
    ["a subnet", "InvalidSubnetId.Malformed", () => ec2().describeSubnets({ SubnetIds: ["s"] })],
    ["a VPC", "InvalidVpcId.Malformed", () => ec2().describeVpcs({ VpcIds: ["v"] })],
    [
      "a group of an interface",
      "InvalidSecurityGroupId.Malformed",
      () => ec2().createNetworkInterface({ SubnetId: cloud.subnetId, Groups: ["g"] }),
    ],
    [
      "a rule",
      "InvalidSecurityGroupRuleId.Malformed",
      () => ec2().describeSecurityGroupRules({ SecurityGroupRuleIds: ["r"] }),
    ],
    [
      "a prefix list",
      "InvalidPrefixListId.Malformed",
      () => ec2().getManagedPrefixListEntries({ PrefixListId: "p" }),
    ],
    [
      "an association",
      "InvalidAssociationID.Malformed",
      () => ec2().disassociateTrunkInterface({ AssociationId: "a" }),
    ],
    ...(["Malformed", "NotFound"] as const).flatMap((kind): typeof ids => {
      const id = (prefix: string) => (kind === "NotFound" ? `${prefix}-${x}` : "bad");
      const suffix = (stem: string) => `${stem}${kind === "NotFound" ? "ID" : "Id"}.${kind}`;
      return [
        [
          "an allocation",
          `InvalidAllocationID.${kind}`,
          () => ec2().releaseAddress({ AllocationId: id("eipalloc") }),
        ],
        [
          "a permission",
          `InvalidPermissionID.${kind}`,
          () =>
            ec2().deleteNetworkInterfacePermission({
              NetworkInterfacePermissionId: id("eni-perm"),
            }),
        ],
        [
          "an internet gateway",
          suffix("InvalidInternetGateway"),
          () => ec2().deleteInternetGateway({ InternetGatewayId: id("igw") }),
        ],
        [
          "a network ACL",
          suffix("InvalidNetworkAcl"),
          () => ec2().deleteNetworkAcl({ NetworkAclId: id("acl") }),
        ],
        [
          "a route table",
          suffix("InvalidRouteTable"),
          () => ec2().deleteRouteTable({ RouteTableId: id("rtb") }),
        ],
        [
          "a peering",
          suffix("InvalidVpcPeeringConnection"),
          () => ec2().deleteVpcPeeringConnection({ VpcPeeringConnectionId: id("pcx") }),
        ],
        [
          "a NAT gateway",
          kind === "NotFound" ? "NatGatewayNotFound" : "NatGatewayMalformed",
          () => ec2().deleteNatGateway({ NatGatewayId: id("nat") }),
        ],
      ];
    }),
    [
      "a subnet's block",
      "InvalidSubnetCidrBlockAssociationID.NotFound",
      () => ec2().disassociateSubnetCidrBlock({ AssociationId: `subnet-cidr-assoc-${x}` }),
    ],
  ];
  const ec2 = () => cloud.ec2;

  it.each(ids)("for the id of %s: %s", async (_, code, call) => {
    expect(await codeOf(call())).toBe(code);
  });

  it("when a quota is used up", async () => {
    const { vpcId } = cloud;
    await ec2().createVpc({ CidrBlock: "10.1.0.0/16" });
    await ec2().createVpc({ CidrBlock: "10.2.0.0/16" });
    expect(await codeOf(ec2().createVpc({ CidrBlock: "10.3.0.0/16" }))).toBe("VpcLimitExceeded");
    await ec2().createSubnet({ VpcId: vpcId, CidrBlock: "10.0.3.0/24" });
    const fourth = ec2().createSubnet({ VpcId: vpcId, CidrBlock: "10.0.4.0/24" });
    expect(await codeOf(fourth)).toBe("SubnetLimitExceeded");
    const group = ec2().createSecurityGroup({ GroupName: "g", Description: "d", VpcId: vpcId });
    expect(await codeOf(group)).toBe("SecurityGroupLimitExceeded");
    await ec2().allocateAddress({});
    expect(await codeOf(ec2().allocateAddress({}))).toBe("AddressLimitExceeded");
    for (const block of ["100.64.0.0/16", "100.65.0.0/16", "100.66.0.0/16", "100.67.0.0/16"]) {
      await ec2().associateVpcCidrBlock({ VpcId: vpcId, CidrBlock: block });
    }
    const sixth = ec2().associateVpcCidrBlock({ VpcId: vpcId, CidrBlock: "100.68.0.0/16" });
    expect(await codeOf(sixth)).toBe("CidrLimitExceeded");
    const list = { PrefixListName: "l", AddressFamily: "IPv4", MaxEntries: 1 };
    const two = { Entries: [{ Cidr: "10.0.0.0/8" }, { Cidr: "11.0.0.0/8" }] };
    expect(await codeOf(ec2().createManagedPrefixList({ ...list, ...two }))).toBe(
      "PrefixListMaxEntriesExceeded",
    );
    await ec2().createManagedPrefixList(list);
    expect(await codeOf(ec2().createManagedPrefixList(list))).toBe("PrefixListLimitExceeded");
  });

  it("when a table or list of the network is full, or held by another", async () => {
    const { vpcId, subnetId } = cloud;
    const { RouteTable } = await ec2().createRouteTable({ VpcId: vpcId });
    const RouteTableId = RouteTable?.RouteTableId ?? "";
    await ec2().associateRouteTable({ RouteTableId, SubnetId: subnetId });
    const again = ec2().associateRouteTable({ RouteTableId, SubnetId: subnetId });
    expect(await codeOf(again)).toBe("Resource.AlreadyAssociated");
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: "local" };
    expect(await codeOf(ec2().createRoute(route))).toBe("RouteLimitExceeded");
    const { NetworkAcl } = await ec2().createNetworkAcl({ VpcId: vpcId });
    const entry = (RuleNumber: number) =>
      ec2().createNetworkAclEntry({
        NetworkAclId: NetworkAcl?.NetworkAclId,
        RuleNumber,
        Protocol: "-1",
        RuleAction: "deny",
        Egress: true,
        CidrBlock: "0.0.0.0/0",
      });
    await entry(1);
    expect(await codeOf(entry(2))).toBe("NetworkAclEntryLimitExceeded");
    const { InternetGateway } = await ec2().createInternetGateway({});
    const InternetGatewayId = InternetGateway?.InternetGatewayId;
    const detach = ec2().detachInternetGateway({ InternetGatewayId, VpcId: vpcId });
    expect(await codeOf(detach)).toBe("Gateway.NotAttached");
    const pair = { VpcId: vpcId, PeerVpcId: vpcId };
    const { VpcPeeringConnection } = await ec2().createVpcPeeringConnection(pair);
    const peering = { VpcPeeringConnectionId: VpcPeeringConnection?.VpcPeeringConnectionId };
    await ec2().rejectVpcPeeringConnection(peering);
    expect(await codeOf(ec2().acceptVpcPeeringConnection(peering))).toBe("InvalidStateTransition");
  });

  it("when a default VPC is meant and there is none", async () => {
    const group = ec2().createSecurityGroup({ GroupName: "g", Description: "d" });
    expect(await codeOf(group)).toBe("VPCIdNotSpecified");
    const run = ec2().runInstances({
      ImageId: "ami-1",
      InstanceType: "m5.large",
      MinCount: 1,
      MaxCount: 1,
    });
    expect(await codeOf(run)).toBe("MissingInput");
    const byName = ec2().describeSecurityGroups({ GroupNames: ["app"] });
    expect(await codeOf(byName)).toBe("InvalidGroup.NotFound");
  });

  it("when an IPv6 block is still used", async () => {
    const { Vpcs } = await ec2().describeVpcs({
      Filters: [{ Name: "cidr", Values: ["10.1.0.0/16"] }],
    });
    const VpcId = Vpcs?.[0]?.VpcId;
    const added = await ec2().associateVpcCidrBlock({ VpcId, AmazonProvidedIpv6CidrBlock: true });
    const block = added.Ipv6CidrBlockAssociation?.Ipv6CidrBlock ?? "";
    const { Subnet } = await ec2().createSubnet({
      VpcId,
      CidrBlock: "10.1.1.0/24",
      Ipv6CidrBlock: block.replace("/56", "/64"),
    });
    const SubnetId = Subnet?.SubnetId ?? "";
    await ec2().createNetworkInterface({ SubnetId, Ipv6AddressCount: 1 });
    const AssociationId = Subnet?.Ipv6CidrBlockAssociationSet?.[0]?.AssociationId;
    expect(await codeOf(ec2().disassociateSubnetCidrBlock({ AssociationId }))).toBe(
      "InvalidCidr.InUse",
    );
    expect(await codeOf(ec2().deleteNetworkInterface({ NetworkInterfaceId: nobody.eni }))).toBe(
      "InvalidNetworkInterfaceID.NotFound",
    );
  });
});
