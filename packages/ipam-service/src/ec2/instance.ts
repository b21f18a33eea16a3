import {
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Instance,
  type InstanceNetworkInterface,
} from "@aws-sdk/client-ec2";
import { assert, TrunklineError } from "@trunkline/core";
import {
  INSTANCE_TABLE_DATE,
  type InstanceLimits,
  limitsOf,
  trunkObstacle,
} from "@trunkline/core/capacity";
import type { NodeInterface } from "../records.ts";
import type { Ec2 } from "./ec2-client.ts";

/** An instance as far as a node's record needs it. */
export interface InstanceFacts {
  readonly instanceId: string;
  readonly limits: InstanceLimits;
  readonly vpcCidrs: readonly string[];
  readonly primary: NodeInterface & {
    readonly ipv4Address: string;
    readonly groupIds: readonly string[];
    readonly secondaryAddresses: readonly string[];
  };
  /** Id of the trunk that is attached or being attached. */
  readonly trunkEniId: string | undefined;
  /** Device indexes in use on the default network card. */
  readonly deviceIndexes: readonly number[];
}

/**
 * Reads an instance. Throws NOT_FOUND if there is none or it has ended, UNSUPPORTED with the type
 * and the reason if it cannot carry a trunk.
 */
export async function readInstance(ec2: Ec2, instanceId: string): Promise<InstanceFacts> {
  const instance = await describeInstance(ec2, instanceId);
  const limits = trunkLimits(instance.InstanceType ?? "");
  const interfaces = instance.NetworkInterfaces ?? [];
  const primary = interfaces.find((each) => each.Attachment?.DeviceIndex === 0);
  assert(primary, `instance ${instanceId} has a primary interface`);
  const [subnetCidr, vpcCidrs] = await Promise.all([
    readSubnetCidr(ec2, primary.SubnetId ?? ""),
    readVpcCidrs(ec2, instance.VpcId ?? ""),
  ]);
  return {
    instanceId,
    limits,
    vpcCidrs,
    primary: primaryFacts(primary, subnetCidr),
    trunkEniId: interfaces.find((each) => each.InterfaceType === "trunk")?.NetworkInterfaceId,
    deviceIndexes: deviceIndexesOf(interfaces, limits.defaultNetworkCard),
  };
}

/** Returns the IPv4 CIDR of a subnet. */
export async function readSubnetCidr(ec2: Ec2, subnetId: string): Promise<string> {
  const answer = await ec2.call({
    action: "DescribeSubnets",
    priority: "start",
    send: (client) => client.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] })),
  });
  const cidr = answer.Subnets?.[0]?.CidrBlock;
  if (cidr) return cidr;
  throw new TrunklineError("UNSUPPORTED", `subnet ${subnetId} has no IPv4 addresses`);
}

function trunkLimits(type: string): InstanceLimits {
  const limits = limitsOf(type);
  const obstacle = limits
    ? trunkObstacle(limits)
    : `"${type}" is not in the table dated ${INSTANCE_TABLE_DATE}`;
  if (limits && obstacle === undefined) return limits;
  const facts = { instanceType: type };
  const text = `instance type ${type} cannot carry a trunk: ${obstacle}`;
  throw new TrunklineError("UNSUPPORTED", text, { facts });
}

async function describeInstance(ec2: Ec2, instanceId: string): Promise<Instance> {
  const answer = await ec2.call({
    action: "DescribeInstances",
    priority: "start",
    send: (client) => client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  });
  const instance = answer.Reservations?.[0]?.Instances?.[0];
  const state = instance?.State?.Name ?? "unknown to EC2";
  const isThere = instance && state !== "terminated" && state !== "shutting-down";
  if (isThere) return instance;
  const facts = { instanceId };
  throw new TrunklineError("NOT_FOUND", `instance ${instanceId} is ${state}`, { facts });
}

async function readVpcCidrs(ec2: Ec2, vpcId: string): Promise<readonly string[]> {
  const answer = await ec2.call({
    action: "DescribeVpcs",
    priority: "start",
    send: (client) => client.send(new DescribeVpcsCommand({ VpcIds: [vpcId] })),
  });
  const vpc = answer.Vpcs?.[0];
  const associated = (vpc?.CidrBlockAssociationSet ?? [])
    .filter((each) => (each.CidrBlockState?.State ?? "associated") === "associated")
    .flatMap((each) => each.CidrBlock ?? []);
  return associated.length > 0 ? associated : [vpc?.CidrBlock ?? []].flat();
}

function primaryFacts(
  primary: InstanceNetworkInterface,
  subnetCidr: string,
): InstanceFacts["primary"] {
  const { NetworkInterfaceId: eniId, MacAddress, SubnetId: subnetId, PrivateIpAddress } = primary;
  assert(eniId && MacAddress && subnetId && PrivateIpAddress, "a primary interface is complete");
  return {
    eniId,
    macAddress: MacAddress.toLowerCase(),
    deviceIndex: 0,
    subnetId,
    subnetCidr,
    ipv4Address: PrivateIpAddress,
    groupIds: (primary.Groups ?? []).flatMap((group) => group.GroupId ?? []),
    secondaryAddresses: (primary.PrivateIpAddresses ?? [])
      .filter((each) => each.Primary !== true)
      .flatMap((each) => each.PrivateIpAddress ?? []),
  };
}

function deviceIndexesOf(
  interfaces: readonly InstanceNetworkInterface[],
  cardIndex: number,
): readonly number[] {
  return interfaces
    .filter((each) => (each.Attachment?.NetworkCardIndex ?? 0) === cardIndex)
    .flatMap((each) => each.Attachment?.DeviceIndex ?? []);
}
