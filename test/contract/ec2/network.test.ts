import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, codeOf, makeInterface, nobody, openCloud } from "./support/cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

describe("a VPC", () => {
  it("comes with its defaults and goes when it is empty", async () => {
    const { ec2 } = cloud;
    const { Vpc } = await ec2.createVpc({ CidrBlock: "10.40.0.0/16" });
    const VpcId = Vpc?.VpcId ?? "";
    const inVpc = { Filters: [{ Name: "vpc-id", Values: [VpcId] }] };
    const { SecurityGroups } = await ec2.describeSecurityGroups(inVpc);
    expect(SecurityGroups?.[0]?.GroupName).toBe("default");
    expect(SecurityGroups?.[0]?.IpPermissions?.[0]?.UserIdGroupPairs).toHaveLength(1);
    const { RouteTables } = await ec2.describeRouteTables(inVpc);
    expect(RouteTables?.[0]).toMatchObject({
      Associations: [{ Main: true }],
      Routes: [{ DestinationCidrBlock: "10.40.0.0/16", GatewayId: "local", State: "active" }],
    });
    const { NetworkAcls } = await ec2.describeNetworkAcls(inVpc);
    expect(NetworkAcls?.[0]?.Entries?.map((entry) => entry.RuleNumber)).toEqual([
      100, 100, 32767, 32767,
    ]);
    const { Subnet } = await ec2.createSubnet({ VpcId, CidrBlock: "10.40.1.0/24" });
    expect(await codeOf(ec2.deleteVpc({ VpcId }))).toBe("DependencyViolation");
    expect(await codeOf(ec2.createSubnet({ VpcId, CidrBlock: "10.40.1.128/25" }))).toBe(
      "InvalidSubnet.Conflict",
    );
    expect(await codeOf(ec2.createSubnet({ VpcId, CidrBlock: "10.41.0.0/24" }))).toBe(
      "InvalidSubnet.Range",
    );
    await ec2.associateVpcCidrBlock({ VpcId, CidrBlock: "100.64.0.0/16" });
    await ec2
      .createSubnet({ VpcId, CidrBlock: "100.64.1.0/24" })
      .then((made) => ec2.deleteSubnet({ SubnetId: made.Subnet?.SubnetId }));
    // Source: EC2 API reference, CreateSubnet: the block is changed to its canonical form.
    await ec2.createSubnet({ VpcId, CidrBlock: "10.40.2.9/24" }).then((made) => {
      expect(made.Subnet?.CidrBlock).toBe("10.40.2.0/24");
      return ec2.deleteSubnet({ SubnetId: made.Subnet?.SubnetId });
    });
    await ec2.deleteSubnet({ SubnetId: Subnet?.SubnetId });
    await ec2.deleteVpc({ VpcId });
    expect(await codeOf(ec2.describeVpcs({ VpcIds: [VpcId] }))).toBe("InvalidVpcID.NotFound");
    expect(await codeOf(ec2.createVpc({ CidrBlock: "10.0.0.0/8" }))).toBe("InvalidVpc.Range");
  });
});

describe("routes", () => {
  it("lead to gateways, and into a black hole when the gateway is deleted", async () => {
    const { ec2, vpcId, subnetId } = cloud;
    const { RouteTable } = await ec2.createRouteTable({ VpcId: vpcId });
    const RouteTableId = RouteTable?.RouteTableId ?? "";
    const { AssociationId } = await ec2.associateRouteTable({ RouteTableId, SubnetId: subnetId });
    const { InternetGateway } = await ec2.createInternetGateway({});
    const gateway = { InternetGatewayId: InternetGateway?.InternetGatewayId, VpcId: vpcId };
    await ec2.attachInternetGateway(gateway);
    const { AllocationId } = await ec2.allocateAddress({ Domain: "vpc" });
    const { NatGateway } = await ec2.createNatGateway({ SubnetId: subnetId, AllocationId });
    const NatGatewayId = NatGateway?.NatGatewayId ?? "";
    expect(NatGateway?.State).toBe("pending");
    const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
    await ec2.createRoute({ ...route, NatGatewayId });
    expect(await codeOf(ec2.createRoute({ ...route, NatGatewayId }))).toBe("RouteAlreadyExists");
    const shown = async () => {
      const { RouteTables } = await ec2.describeRouteTables({ RouteTableIds: [RouteTableId] });
      return RouteTables?.[0]?.Routes?.find((one) => one.DestinationCidrBlock === "0.0.0.0/0");
    };
    expect(await shown()).toMatchObject({ NatGatewayId, State: "active", Origin: "CreateRoute" });
    const { NatGateways } = await ec2.describeNatGateways({ NatGatewayIds: [NatGatewayId] });
    expect(NatGateways?.[0]).toMatchObject({
      State: "available",
      NatGatewayAddresses: [{ AllocationId, IsPrimary: true }],
    });
    await ec2.deleteNatGateway({ NatGatewayId });
    expect(await shown()).toMatchObject({ State: "blackhole" });
    await ec2.replaceRoute({ ...route, GatewayId: gateway.InternetGatewayId });
    expect(await shown()).toMatchObject({ GatewayId: gateway.InternetGatewayId });
    expect(await codeOf(ec2.deleteRouteTable({ RouteTableId }))).toBe("DependencyViolation");
    await ec2.deleteRoute(route);
    expect(await codeOf(ec2.deleteRoute(route))).toBe("InvalidRoute.NotFound");
    await ec2.disassociateRouteTable({ AssociationId });
    await ec2.deleteRouteTable({ RouteTableId });
    expect(await codeOf(ec2.deleteInternetGateway(gateway))).toBe("DependencyViolation");
    await ec2.detachInternetGateway(gateway);
    await ec2.deleteInternetGateway(gateway);
  });
});

describe("a network ACL", () => {
  it("denies until told otherwise, keeps numbers apart, and holds its subnets", async () => {
    const { ec2, vpcId, subnetId } = cloud;
    const { NetworkAcl } = await ec2.createNetworkAcl({ VpcId: vpcId });
    const NetworkAclId = NetworkAcl?.NetworkAclId ?? "";
    expect(NetworkAcl?.Entries?.map((entry) => entry.RuleAction)).toEqual(["deny", "deny"]);
    const entry = {
      NetworkAclId,
      RuleNumber: 10,
      Protocol: "6",
      RuleAction: "allow",
      Egress: false,
      CidrBlock: "10.0.0.7/8",
      PortRange: { From: 80, To: 81 },
    } as const;
    await ec2.createNetworkAclEntry(entry);
    expect(await codeOf(ec2.createNetworkAclEntry(entry))).toBe("NetworkAclEntryAlreadyExists");
    const { NetworkAcls } = await ec2.describeNetworkAcls({
      Filters: [{ Name: "association.subnet-id", Values: [subnetId] }],
    });
    const old = NetworkAcls?.[0]?.Associations?.find((one) => one.SubnetId === subnetId);
    await ec2.replaceNetworkAclAssociation({
      AssociationId: old?.NetworkAclAssociationId,
      NetworkAclId,
    });
    const shown = await ec2.describeNetworkAcls({ NetworkAclIds: [NetworkAclId] });
    expect(shown.NetworkAcls?.[0]).toMatchObject({
      Associations: [{ SubnetId: subnetId }],
      Entries: [
        { RuleNumber: 10, CidrBlock: "10.0.0.0/8", PortRange: { From: 80, To: 81 } },
        {},
        {},
      ],
    });
    expect(await codeOf(ec2.deleteNetworkAcl({ NetworkAclId }))).toBe("DependencyViolation");
    const gone = { NetworkAclId, RuleNumber: 11, Egress: false };
    expect(await codeOf(ec2.deleteNetworkAclEntry(gone))).toBe("InvalidNetworkAclEntry.NotFound");
  });
});

describe("an interface in a subnet", () => {
  it("keeps the subnet, and unknown ids are unknown everywhere", async () => {
    const { ec2, subnetId } = cloud;
    await makeInterface(cloud);
    expect(await codeOf(ec2.deleteSubnet({ SubnetId: subnetId }))).toBe("DependencyViolation");
    expect(await codeOf(ec2.describeSubnets({ SubnetIds: [nobody.subnet] }))).toBe(
      "InvalidSubnetID.NotFound",
    );
    expect(await codeOf(ec2.describeVpcs({ VpcIds: [nobody.vpc] }))).toBe("InvalidVpcID.NotFound");
  });
});
