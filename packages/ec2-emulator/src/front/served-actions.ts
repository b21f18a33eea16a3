import { assignPrivateIpAddresses, unassignPrivateIpAddresses } from "../actions/addresses.ts";
import { attachNetworkInterface, detachNetworkInterface } from "../actions/attachment.ts";
import { createNetworkInterface } from "../actions/create-interface.ts";
import {
  describeSecurityGroupRules,
  describeSecurityGroups,
  getSecurityGroupsForVpc,
} from "../actions/describe-groups.ts";
import {
  describeInstanceStatus,
  describeInstances,
  describeInstanceTypes,
} from "../actions/describe-instances.ts";
import { describeNetworkInterfaces } from "../actions/describe-interfaces.ts";
import { describeRouteTables, describeSubnets, describeVpcs } from "../actions/describe-network.ts";
import {
  allocateAddress,
  associateAddress,
  describeAddresses,
  disassociateAddress,
  releaseAddress,
} from "../actions/elastic-ips.ts";
import {
  attachInternetGateway,
  createInternetGateway,
  createNatGateway,
  deleteInternetGateway,
  deleteNatGateway,
  describeInternetGateways,
  describeNatGateways,
  detachInternetGateway,
} from "../actions/gateways.ts";
import {
  authorizeEgress,
  authorizeIngress,
  revokeEgress,
  revokeIngress,
} from "../actions/group-rules.ts";
import { createSecurityGroup, deleteSecurityGroup } from "../actions/groups.ts";
import { startInstances, stopInstances, terminateInstances } from "../actions/instances.ts";
import { assignIpv6Addresses, unassignIpv6Addresses } from "../actions/ipv6-addresses.ts";
import {
  deleteNetworkInterface,
  describeNetworkInterfaceAttribute,
  modifyNetworkInterfaceAttribute,
  resetNetworkInterfaceAttribute,
} from "../actions/modify-interface.ts";
import {
  modifySecurityGroupRules,
  updateDescriptionsEgress,
  updateDescriptionsIngress,
} from "../actions/modify-rules.ts";
import { modifySubnetAttribute } from "../actions/modify-subnet.ts";
import {
  createNetworkAcl,
  createNetworkAclEntry,
  deleteNetworkAcl,
  deleteNetworkAclEntry,
  describeNetworkAcls,
  replaceNetworkAclAssociation,
  replaceNetworkAclEntry,
} from "../actions/network-acls.ts";
import {
  acceptVpcPeeringConnection,
  createVpcPeeringConnection,
  deleteVpcPeeringConnection,
  describeSecurityGroupReferences,
  describeStaleSecurityGroups,
  describeVpcPeeringConnections,
  rejectVpcPeeringConnection,
} from "../actions/peerings.ts";
import {
  createNetworkInterfacePermission,
  deleteNetworkInterfacePermission,
  describeNetworkInterfacePermissions,
} from "../actions/permissions.ts";
import {
  describeManagedPrefixLists,
  getManagedPrefixListAssociations,
  getManagedPrefixListEntries,
} from "../actions/prefix-lists.ts";

import { describeAvailabilityZones, describeRegions } from "../actions/region.ts";
import {
  associateRouteTable,
  createRoute,
  createRouteTable,
  deleteRoute,
  deleteRouteTable,
  disassociateRouteTable,
  replaceRoute,
  replaceRouteTableAssociation,
} from "../actions/route-tables.ts";
import { runInstances } from "../actions/run-instances.ts";
import {
  associateSubnetCidrBlock,
  createSubnet,
  deleteSubnet,
  disassociateSubnetCidrBlock,
} from "../actions/subnets.ts";
import { createTags, deleteTags, describeTags } from "../actions/tags.ts";
import {
  associateTrunkInterface,
  describeTrunkInterfaceAssociations,
  disassociateTrunkInterface,
} from "../actions/trunk.ts";
import {
  associateVpcCidrBlock,
  createVpc,
  deleteVpc,
  describeVpcAttribute,
  modifyVpcAttribute,
} from "../actions/vpcs.ts";
import {
  createManagedPrefixList,
  deleteManagedPrefixList,
  modifyManagedPrefixList,
  restoreManagedPrefixListVersion,
} from "../actions/write-prefix-lists.ts";
import type { Decider } from "../domain/call.ts";
/** How an action treats client tokens: repeats the first answer, with or without an echo. */
export type TokenUse = "none" | "echo" | "silent";

/** One action that is served. */
export interface ServedAction {
  readonly name: string;
  readonly decide: Decider;
  /** True when it may change the account. */
  readonly mutates: boolean;
  readonly tokens: TokenUse;
}

const read = (name: string, decide: Decider): ServedAction => ({
  name,
  decide,
  mutates: false,
  tokens: "none",
});
const write = (name: string, decide: Decider, tokens: TokenUse = "none"): ServedAction => ({
  name,
  decide,
  mutates: true,
  tokens,
});

const INTERFACE_ACTIONS = [
  write("CreateNetworkInterface", createNetworkInterface, "echo"),
  write("DeleteNetworkInterface", deleteNetworkInterface),
  write("AttachNetworkInterface", attachNetworkInterface),
  write("DetachNetworkInterface", detachNetworkInterface),
  write("ModifyNetworkInterfaceAttribute", modifyNetworkInterfaceAttribute),
  write("ResetNetworkInterfaceAttribute", resetNetworkInterfaceAttribute),
  read("DescribeNetworkInterfaceAttribute", describeNetworkInterfaceAttribute),
  read("DescribeNetworkInterfaces", describeNetworkInterfaces),
  write("CreateNetworkInterfacePermission", createNetworkInterfacePermission),
  write("DeleteNetworkInterfacePermission", deleteNetworkInterfacePermission),
  read("DescribeNetworkInterfacePermissions", describeNetworkInterfacePermissions),
  write("AssociateTrunkInterface", associateTrunkInterface, "echo"),
  write("DisassociateTrunkInterface", disassociateTrunkInterface, "echo"),
  read("DescribeTrunkInterfaceAssociations", describeTrunkInterfaceAssociations),
  write("AssignPrivateIpAddresses", assignPrivateIpAddresses),
  write("UnassignPrivateIpAddresses", unassignPrivateIpAddresses),
  write("AssignIpv6Addresses", assignIpv6Addresses),
  write("UnassignIpv6Addresses", unassignIpv6Addresses),
  write("AllocateAddress", allocateAddress),
  write("ReleaseAddress", releaseAddress),
  write("AssociateAddress", associateAddress),
  write("DisassociateAddress", disassociateAddress),
  read("DescribeAddresses", describeAddresses),
];

const INSTANCE_ACTIONS = [
  write("RunInstances", runInstances, "silent"),
  write("TerminateInstances", terminateInstances),
  write("StartInstances", startInstances),
  write("StopInstances", stopInstances),
  read("DescribeInstances", describeInstances),
  read("DescribeInstanceStatus", describeInstanceStatus),
  read("DescribeInstanceTypes", describeInstanceTypes),
];

const GROUP_ACTIONS = [
  write("CreateSecurityGroup", createSecurityGroup),
  write("DeleteSecurityGroup", deleteSecurityGroup),
  write("AuthorizeSecurityGroupIngress", authorizeIngress),
  write("AuthorizeSecurityGroupEgress", authorizeEgress),
  write("RevokeSecurityGroupIngress", revokeIngress),
  write("RevokeSecurityGroupEgress", revokeEgress),
  write("ModifySecurityGroupRules", modifySecurityGroupRules),
  write("UpdateSecurityGroupRuleDescriptionsIngress", updateDescriptionsIngress),
  write("UpdateSecurityGroupRuleDescriptionsEgress", updateDescriptionsEgress),
  read("DescribeSecurityGroups", describeSecurityGroups),
  read("DescribeSecurityGroupRules", describeSecurityGroupRules),
  read("GetSecurityGroupsForVpc", getSecurityGroupsForVpc),
  read("DescribeManagedPrefixLists", describeManagedPrefixLists),
  read("GetManagedPrefixListEntries", getManagedPrefixListEntries),
  write("CreateManagedPrefixList", createManagedPrefixList, "silent"),
  write("ModifyManagedPrefixList", modifyManagedPrefixList),
  write("DeleteManagedPrefixList", deleteManagedPrefixList),
  write("RestoreManagedPrefixListVersion", restoreManagedPrefixListVersion),
  read("GetManagedPrefixListAssociations", getManagedPrefixListAssociations),
  read("DescribeSecurityGroupReferences", describeSecurityGroupReferences),
  read("DescribeStaleSecurityGroups", describeStaleSecurityGroups),
];

const NETWORK_ACTIONS = [
  read("DescribeVpcs", describeVpcs),
  read("DescribeSubnets", describeSubnets),
  read("DescribeRouteTables", describeRouteTables),
  write("CreateVpc", createVpc),
  write("DeleteVpc", deleteVpc),
  write("AssociateVpcCidrBlock", associateVpcCidrBlock),
  read("DescribeVpcAttribute", describeVpcAttribute),
  write("ModifyVpcAttribute", modifyVpcAttribute),
  write("CreateSubnet", createSubnet),
  write("DeleteSubnet", deleteSubnet),
  write("ModifySubnetAttribute", modifySubnetAttribute),
  write("AssociateSubnetCidrBlock", associateSubnetCidrBlock),
  write("DisassociateSubnetCidrBlock", disassociateSubnetCidrBlock),
  read("DescribeAvailabilityZones", describeAvailabilityZones),
  read("DescribeRegions", describeRegions),
  write("CreateTags", createTags),
  write("DeleteTags", deleteTags),
  read("DescribeTags", describeTags),
];

const ROUTING_ACTIONS = [
  write("CreateRouteTable", createRouteTable, "echo"),
  write("DeleteRouteTable", deleteRouteTable),
  write("CreateRoute", createRoute),
  write("ReplaceRoute", replaceRoute),
  write("DeleteRoute", deleteRoute),
  write("AssociateRouteTable", associateRouteTable),
  write("DisassociateRouteTable", disassociateRouteTable),
  write("ReplaceRouteTableAssociation", replaceRouteTableAssociation),
  write("CreateInternetGateway", createInternetGateway),
  write("DeleteInternetGateway", deleteInternetGateway),
  write("AttachInternetGateway", attachInternetGateway),
  write("DetachInternetGateway", detachInternetGateway),
  read("DescribeInternetGateways", describeInternetGateways),
  write("CreateNatGateway", createNatGateway, "echo"),
  write("DeleteNatGateway", deleteNatGateway),
  read("DescribeNatGateways", describeNatGateways),
  write("CreateNetworkAcl", createNetworkAcl, "echo"),
  write("DeleteNetworkAcl", deleteNetworkAcl),
  write("CreateNetworkAclEntry", createNetworkAclEntry),
  write("ReplaceNetworkAclEntry", replaceNetworkAclEntry),
  write("DeleteNetworkAclEntry", deleteNetworkAclEntry),
  write("ReplaceNetworkAclAssociation", replaceNetworkAclAssociation),
  read("DescribeNetworkAcls", describeNetworkAcls),
  write("CreateVpcPeeringConnection", createVpcPeeringConnection),
  write("AcceptVpcPeeringConnection", acceptVpcPeeringConnection),
  write("RejectVpcPeeringConnection", rejectVpcPeeringConnection),
  write("DeleteVpcPeeringConnection", deleteVpcPeeringConnection),
  read("DescribeVpcPeeringConnections", describeVpcPeeringConnections),
];

/** Every action that is served, by name. */
export const SERVED_ACTIONS: ReadonlyMap<string, ServedAction> = new Map(
  [
    ...INTERFACE_ACTIONS,
    ...INSTANCE_ACTIONS,
    ...GROUP_ACTIONS,
    ...NETWORK_ACTIONS,
    ...ROUTING_ACTIONS,
  ].map((one) => [one.name, one]),
);
