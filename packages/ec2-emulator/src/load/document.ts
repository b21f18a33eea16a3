import * as v from "valibot";
import {
  instance,
  interfacePermission,
  networkInterface,
  reservation,
} from "./document-interfaces.ts";
import { integer, optionalText, tags, text } from "./document-parts.ts";

// The shapes are those that `aws ec2 describe-…` prints; members that are not read here are
// allowed and ignored.

const cidrAssociations = v.optional(
  v.array(v.looseObject({ AssociationId: optionalText, CidrBlock: text })),
  [],
);
const ipv6Associations = v.optional(
  v.array(v.looseObject({ AssociationId: optionalText, Ipv6CidrBlock: text })),
  [],
);

/** As describe-vpc-attribute prints it; a dump has it in its VPC. */
const vpcAttribute = v.optional(v.looseObject({ Value: v.boolean() }), { Value: true });

const vpc = v.looseObject({
  VpcId: text,
  CidrBlock: text,
  CidrBlockAssociationSet: cidrAssociations,
  Ipv6CidrBlockAssociationSet: ipv6Associations,
  IsDefault: v.optional(v.boolean(), false),
  EnableDnsSupport: vpcAttribute,
  EnableDnsHostnames: vpcAttribute,
  Tags: tags,
});

const subnet = v.looseObject({
  SubnetId: text,
  VpcId: text,
  CidrBlock: text,
  Ipv6CidrBlockAssociationSet: ipv6Associations,
  AvailabilityZone: optionalText,
  AvailabilityZoneId: optionalText,
  MapPublicIpOnLaunch: v.optional(v.boolean(), false),
  AssignIpv6AddressOnCreation: v.optional(v.boolean(), false),
  Tags: tags,
});

const description = v.optional(text);
const permission = v.looseObject({
  IpProtocol: text,
  FromPort: v.optional(integer),
  ToPort: v.optional(integer),
  UserIdGroupPairs: v.optional(
    v.array(v.looseObject({ GroupId: text, UserId: v.optional(text), Description: description })),
    [],
  ),
  IpRanges: v.optional(v.array(v.looseObject({ CidrIp: text, Description: description })), []),
  Ipv6Ranges: v.optional(v.array(v.looseObject({ CidrIpv6: text, Description: description })), []),
  PrefixListIds: v.optional(
    v.array(v.looseObject({ PrefixListId: text, Description: description })),
    [],
  ),
});

const securityGroup = v.looseObject({
  GroupId: text,
  GroupName: text,
  Description: v.optional(text, ""),
  VpcId: text,
  IpPermissions: v.optional(v.array(permission), []),
  IpPermissionsEgress: v.optional(v.array(permission), []),
  Tags: tags,
});

const securityGroupRule = v.looseObject({
  SecurityGroupRuleId: text,
  GroupId: text,
  IsEgress: v.boolean(),
  IpProtocol: text,
  FromPort: v.optional(integer),
  ToPort: v.optional(integer),
  CidrIpv4: v.optional(text),
  CidrIpv6: v.optional(text),
  PrefixListId: v.optional(text),
  ReferencedGroupInfo: v.optional(
    v.looseObject({ GroupId: text, UserId: v.optional(text), VpcId: v.optional(text) }),
  ),
  Description: description,
  Tags: tags,
});

const routeTable = v.looseObject({
  RouteTableId: text,
  VpcId: text,
  Routes: v.optional(v.array(v.looseObject({})), []),
  Associations: v.optional(
    v.array(
      v.looseObject({
        RouteTableAssociationId: optionalText,
        SubnetId: optionalText,
        Main: v.optional(v.boolean(), false),
      }),
    ),
    [],
  ),
  Tags: tags,
});

const prefixList = v.looseObject({
  PrefixListId: text,
  PrefixListName: v.optional(text, ""),
  AddressFamily: v.optional(v.picklist(["IPv4", "IPv6"]), "IPv4"),
  MaxEntries: v.optional(integer),
  Version: v.optional(integer, 1),
  OwnerId: v.optional(text),
  Entries: v.optional(v.array(v.looseObject({ Cidr: text, Description: description })), []),
  Tags: tags,
});

const association = v.looseObject({
  AssociationId: text,
  BranchInterfaceId: text,
  TrunkInterfaceId: text,
  InterfaceProtocol: v.optional(v.picklist(["VLAN", "GRE"]), "VLAN"),
  VlanId: v.optional(integer),
  GreKey: v.optional(integer),
});

const natGateway = v.looseObject({
  NatGatewayId: text,
  SubnetId: text,
  State: v.optional(text, "available"),
  ConnectivityType: v.optional(v.picklist(["public", "private"]), "public"),
  NatGatewayAddresses: v.optional(
    v.array(
      v.looseObject({
        NetworkInterfaceId: v.optional(text),
        AllocationId: v.optional(text),
      }),
    ),
    [],
  ),
  Tags: tags,
});

const portRange = v.optional(v.looseObject({ From: integer, To: integer }));
const icmp = v.optional(v.looseObject({ Type: integer, Code: integer }));
const aclEntry = v.looseObject({
  RuleNumber: integer,
  Egress: v.boolean(),
  Protocol: text,
  RuleAction: v.picklist(["allow", "deny"]),
  CidrBlock: v.optional(text),
  Ipv6CidrBlock: v.optional(text),
  PortRange: portRange,
  IcmpTypeCode: icmp,
});

const networkAcl = v.looseObject({
  NetworkAclId: text,
  VpcId: text,
  IsDefault: v.optional(v.boolean(), false),
  Entries: v.optional(v.array(aclEntry), []),
  Associations: v.optional(
    v.array(v.looseObject({ NetworkAclAssociationId: optionalText, SubnetId: text })),
    [],
  ),
  Tags: tags,
});

const peeringSide = v.looseObject({ VpcId: text, OwnerId: v.optional(text) });
const peering = v.looseObject({
  VpcPeeringConnectionId: text,
  RequesterVpcInfo: peeringSide,
  AccepterVpcInfo: peeringSide,
  Status: v.looseObject({
    Code: v.picklist(["pending-acceptance", "active", "rejected", "deleted"]),
  }),
  Tags: tags,
});

const address = v.looseObject({
  AllocationId: text,
  PublicIp: text,
  AssociationId: optionalText,
  NetworkInterfaceId: v.optional(text),
  PrivateIpAddress: v.optional(text),
  Tags: tags,
});

const internetGateway = v.looseObject({
  InternetGatewayId: text,
  Attachments: v.optional(v.array(v.looseObject({ VpcId: text })), []),
  Tags: tags,
});

const list = <Schema extends v.GenericSchema>(schema: Schema) => v.optional(v.array(schema), []);

/** A whole account in the shapes that `aws ec2 describe-…` prints. Unknown lists are refused. */
export const accountSchema = v.strictObject({
  Vpcs: list(vpc),
  Subnets: list(subnet),
  SecurityGroups: list(securityGroup),
  SecurityGroupRules: list(securityGroupRule),
  RouteTables: list(routeTable),
  InternetGateways: list(internetGateway),
  NatGateways: list(natGateway),
  NetworkAcls: list(networkAcl),
  VpcPeeringConnections: list(peering),
  Reservations: list(reservation),
  Instances: list(instance),
  NetworkInterfaces: list(networkInterface),
  NetworkInterfacePermissions: list(interfacePermission),
  InterfaceAssociations: list(association),
  Addresses: list(address),
  PrefixLists: list(prefixList),
  /** The same as PrefixLists, by the name of the action. */
  ManagedPrefixLists: list(prefixList),
});

/** A whole account, checked for shape. */
export type AccountDocument = v.InferOutput<typeof accountSchema>;
/** One member of a list of an account. */
export type Member<List extends keyof AccountDocument> = AccountDocument[List][number];
/** A rule permission of a group. */
export type Permission = v.InferOutput<typeof permission>;
