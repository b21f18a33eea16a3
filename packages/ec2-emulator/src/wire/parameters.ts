/**
 * Top-level parameter names of every action that is served; a name that is not here is refused
 * with UnknownParameter. Source: EC2 service model 2016-11-15, names as they stand on the wire.
 */
const NAMES: Readonly<Record<string, string>> = {
  AcceptVpcPeeringConnection: "DryRun VpcPeeringConnectionId",
  AllocateAddress:
    "Address CustomerOwnedIpv4Pool Domain DryRun IpamPoolId NetworkBorderGroup " +
    "PublicIpv4Pool TagSpecification",
  AssignIpv6Addresses:
    "Ipv6AddressCount Ipv6Addresses Ipv6Prefix Ipv6PrefixCount NetworkInterfaceId",
  AssignPrivateIpAddresses:
    "AllowReassignment Ipv4Prefix Ipv4PrefixCount NetworkInterfaceId PrivateIpAddress " +
    "SecondaryPrivateIpAddressCount",
  AssociateAddress:
    "AllocationId AllowReassociation DryRun InstanceId NetworkInterfaceId " +
    "PrivateIpAddress PublicIp",
  AssociateRouteTable: "DryRun GatewayId PublicIpv4Pool RouteTableId SubnetId",
  AssociateSubnetCidrBlock: "Ipv6CidrBlock Ipv6IpamPoolId Ipv6NetmaskLength SubnetId",
  AssociateTrunkInterface: "BranchInterfaceId ClientToken DryRun GreKey TrunkInterfaceId VlanId",
  AssociateVpcCidrBlock:
    "AmazonProvidedIpv6CidrBlock CidrBlock Ipv4IpamPoolId Ipv4NetmaskLength Ipv6CidrBlock " +
    "Ipv6CidrBlockNetworkBorderGroup Ipv6IpamPoolId Ipv6NetmaskLength Ipv6Pool VpcId",
  AttachInternetGateway: "DryRun InternetGatewayId VpcId",
  AttachNetworkInterface:
    "DeviceIndex DryRun EnaQueueCount EnaSrdSpecification InstanceId NetworkCardIndex " +
    "NetworkInterfaceId",
  AuthorizeSecurityGroupEgress:
    "CidrIp DryRun FromPort GroupId IpPermissions IpProtocol SourceSecurityGroupName " +
    "SourceSecurityGroupOwnerId TagSpecification ToPort",
  AuthorizeSecurityGroupIngress:
    "CidrIp DryRun FromPort GroupId GroupName IpPermissions IpProtocol " +
    "SourceSecurityGroupName SourceSecurityGroupOwnerId TagSpecification ToPort",
  CreateInternetGateway: "DryRun TagSpecification",
  CreateManagedPrefixList:
    "AddressFamily ClientToken DryRun Entry MaxEntries PrefixListName TagSpecification",
  CreateNatGateway:
    "AllocationId AvailabilityMode AvailabilityZoneAddress ClientToken ConnectivityType " +
    "DryRun PrivateIpAddress SecondaryAllocationId SecondaryPrivateIpAddress " +
    "SecondaryPrivateIpAddressCount SubnetId TagSpecification VpcId",
  CreateNetworkAcl: "ClientToken DryRun TagSpecification VpcId",
  CreateNetworkAclEntry:
    "CidrBlock DryRun Egress Icmp Ipv6CidrBlock NetworkAclId PortRange Protocol " +
    "RuleAction RuleNumber",
  CreateNetworkInterface:
    "ClientToken ConnectionTrackingSpecification Description DryRun EnablePrimaryIpv6 " +
    "InterfaceType Ipv4Prefix Ipv4PrefixCount Ipv6AddressCount Ipv6Addresses Ipv6Prefix " +
    "Ipv6PrefixCount Operator PrivateIpAddress PrivateIpAddresses " +
    "SecondaryPrivateIpAddressCount SecurityGroupId SubnetId TagSpecification",
  CreateNetworkInterfacePermission: "AwsAccountId AwsService DryRun NetworkInterfaceId Permission",
  CreateRoute:
    "CarrierGatewayId CoreNetworkArn DestinationCidrBlock DestinationIpv6CidrBlock " +
    "DestinationPrefixListId DryRun EgressOnlyInternetGatewayId GatewayId InstanceId " +
    "LocalGatewayId NatGatewayId NetworkInterfaceId OdbNetworkArn RouteTableId " +
    "TransitGatewayId VpcEndpointId VpcPeeringConnectionId",
  CreateRouteTable: "ClientToken DryRun TagSpecification VpcId",
  CreateSecurityGroup: "DryRun GroupDescription GroupName TagSpecification VpcId",
  CreateSubnet:
    "AvailabilityZone AvailabilityZoneId CidrBlock DryRun Ipv4IpamPoolId " +
    "Ipv4NetmaskLength Ipv6CidrBlock Ipv6IpamPoolId Ipv6Native Ipv6NetmaskLength " +
    "OutpostArn TagSpecification VpcId",
  CreateTags: "DryRun ResourceId Tag",
  CreateVpc:
    "AmazonProvidedIpv6CidrBlock CidrBlock DryRun InstanceTenancy Ipv4IpamPoolId " +
    "Ipv4NetmaskLength Ipv6CidrBlock Ipv6CidrBlockNetworkBorderGroup Ipv6IpamPoolId " +
    "Ipv6NetmaskLength Ipv6Pool TagSpecification VpcEncryptionControl",
  CreateVpcPeeringConnection: "DryRun PeerOwnerId PeerRegion PeerVpcId TagSpecification VpcId",
  DeleteInternetGateway: "DryRun InternetGatewayId",
  DeleteManagedPrefixList: "DryRun PrefixListId",
  DeleteNatGateway: "DryRun NatGatewayId",
  DeleteNetworkAcl: "DryRun NetworkAclId",
  DeleteNetworkAclEntry: "DryRun Egress NetworkAclId RuleNumber",
  DeleteNetworkInterface: "DryRun NetworkInterfaceId",
  DeleteNetworkInterfacePermission: "DryRun Force NetworkInterfacePermissionId",
  DeleteRoute:
    "DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId DryRun " +
    "RouteTableId",
  DeleteRouteTable: "DryRun RouteTableId",
  DeleteSecurityGroup: "DryRun GroupId GroupName",
  DeleteSubnet: "DryRun SubnetId",
  DeleteTags: "DryRun ResourceId Tag",
  DeleteVpc: "DryRun VpcId",
  DeleteVpcPeeringConnection: "DryRun VpcPeeringConnectionId",
  DescribeAddresses: "AllocationId DryRun Filter PublicIp",
  DescribeAvailabilityZones: "AllAvailabilityZones DryRun Filter ZoneId ZoneName",
  DescribeInstanceStatus:
    "DryRun Filter IncludeAllInstances IncludeManagedResources InstanceId MaxResults " +
    "NextToken",
  DescribeInstanceTypes:
    "DryRun Filter IncludeUnsupportedInRegion InstanceType MaxResults NextToken",
  DescribeInstances: "DryRun Filter IncludeManagedResources InstanceId MaxResults NextToken",
  DescribeInternetGateways: "DryRun Filter InternetGatewayId MaxResults NextToken",
  DescribeManagedPrefixLists: "DryRun Filter MaxResults NextToken PrefixListId",
  DescribeNatGateways: "DryRun Filter MaxResults NatGatewayId NextToken",
  DescribeNetworkAcls: "DryRun Filter MaxResults NetworkAclId NextToken",
  DescribeNetworkInterfaceAttribute: "Attribute DryRun NetworkInterfaceId",
  DescribeNetworkInterfacePermissions: "Filter MaxResults NetworkInterfacePermissionId NextToken",
  DescribeNetworkInterfaces:
    "DryRun Filter IncludeManagedResources MaxResults NetworkInterfaceId NextToken",
  DescribeRegions: "AllRegions DryRun Filter RegionName",
  DescribeRouteTables: "DryRun Filter MaxResults NextToken RouteTableId",
  DescribeSecurityGroupReferences: "DryRun GroupId",
  DescribeSecurityGroupRules: "DryRun Filter MaxResults NextToken SecurityGroupRuleId",
  DescribeSecurityGroups: "DryRun Filter GroupId GroupName MaxResults NextToken",
  DescribeStaleSecurityGroups: "DryRun MaxResults NextToken VpcId",
  DescribeSubnets: "DryRun Filter MaxResults NextToken SubnetId",
  DescribeTags: "DryRun Filter MaxResults NextToken",
  DescribeTrunkInterfaceAssociations: "AssociationId DryRun Filter MaxResults NextToken",
  DescribeVpcAttribute: "Attribute DryRun VpcId",
  DescribeVpcPeeringConnections: "DryRun Filter MaxResults NextToken VpcPeeringConnectionId",
  DescribeVpcs: "DryRun Filter MaxResults NextToken VpcId",
  DetachInternetGateway: "DryRun InternetGatewayId VpcId",
  DetachNetworkInterface: "AttachmentId DryRun Force",
  DisassociateAddress: "AssociationId DryRun PublicIp",
  DisassociateRouteTable: "AssociationId DryRun",
  DisassociateSubnetCidrBlock: "AssociationId",
  DisassociateTrunkInterface: "AssociationId ClientToken DryRun",
  GetManagedPrefixListAssociations: "DryRun MaxResults NextToken PrefixListId",
  GetManagedPrefixListEntries: "DryRun MaxResults NextToken PrefixListId TargetVersion",
  GetSecurityGroupsForVpc: "DryRun Filter MaxResults NextToken VpcId",
  ModifyManagedPrefixList:
    "AddEntry CurrentVersion DryRun IpamPrefixListResolverSyncEnabled MaxEntries " +
    "PrefixListId PrefixListName RemoveEntry",
  ModifyNetworkInterfaceAttribute:
    "AssociatePublicIpAddress AssociatedSubnetId Attachment " +
    "ConnectionTrackingSpecification Description DryRun EnaSrdSpecification " +
    "EnablePrimaryIpv6 NetworkInterfaceId SecurityGroupId SourceDestCheck",
  ModifySecurityGroupRules: "DryRun GroupId SecurityGroupRule",
  ModifySubnetAttribute:
    "AssignIpv6AddressOnCreation CustomerOwnedIpv4Pool DisableLniAtDeviceIndex " +
    "EnableDns64 EnableLniAtDeviceIndex EnableResourceNameDnsAAAARecordOnLaunch " +
    "EnableResourceNameDnsARecordOnLaunch MapCustomerOwnedIpOnLaunch MapPublicIpOnLaunch " +
    "PrivateDnsHostnameTypeOnLaunch SubnetId",
  ModifyVpcAttribute: "EnableDnsHostnames EnableDnsSupport EnableNetworkAddressUsageMetrics VpcId",
  RejectVpcPeeringConnection: "DryRun VpcPeeringConnectionId",
  ReleaseAddress: "AllocationId DryRun NetworkBorderGroup PublicIp",
  ReplaceNetworkAclAssociation: "AssociationId DryRun NetworkAclId",
  ReplaceNetworkAclEntry:
    "CidrBlock DryRun Egress Icmp Ipv6CidrBlock NetworkAclId PortRange Protocol " +
    "RuleAction RuleNumber",
  ReplaceRoute:
    "CarrierGatewayId CoreNetworkArn DestinationCidrBlock DestinationIpv6CidrBlock " +
    "DestinationPrefixListId DryRun EgressOnlyInternetGatewayId GatewayId InstanceId " +
    "LocalGatewayId LocalTarget NatGatewayId NetworkInterfaceId OdbNetworkArn " +
    "RouteTableId TransitGatewayId VpcEndpointId VpcPeeringConnectionId",
  ReplaceRouteTableAssociation: "AssociationId DryRun RouteTableId",
  ResetNetworkInterfaceAttribute: "DryRun NetworkInterfaceId SourceDestCheck",
  RestoreManagedPrefixListVersion: "CurrentVersion DryRun PrefixListId PreviousVersion",
  RevokeSecurityGroupEgress:
    "CidrIp DryRun FromPort GroupId IpPermissions IpProtocol SecurityGroupRuleId " +
    "SourceSecurityGroupName SourceSecurityGroupOwnerId ToPort",
  RevokeSecurityGroupIngress:
    "CidrIp DryRun FromPort GroupId GroupName IpPermissions IpProtocol " +
    "SecurityGroupRuleId SourceSecurityGroupName SourceSecurityGroupOwnerId ToPort",
  RunInstances:
    "AdditionalInfo BlockDeviceMapping CapacityReservationSpecification ClientToken " +
    "CpuOptions CreditSpecification DisableApiStop DisableApiTermination DryRun " +
    "EbsOptimized ElasticGpuSpecification ElasticInferenceAccelerator EnablePrimaryIpv6 " +
    "EnclaveOptions HibernationOptions IamInstanceProfile ImageId " +
    "InstanceInitiatedShutdownBehavior InstanceMarketOptions InstanceType Ipv6Address " +
    "Ipv6AddressCount KernelId KeyName LaunchTemplate LicenseSpecification " +
    "MaintenanceOptions MaxCount MetadataOptions MinCount Monitoring NetworkInterface " +
    "NetworkPerformanceOptions Operator Placement PrivateDnsNameOptions PrivateIpAddress " +
    "RamdiskId SecondaryInterface SecurityGroup SecurityGroupId SubnetId TagSpecification " +
    "UserData",
  StartInstances: "AdditionalInfo DryRun InstanceId",
  StopInstances: "DryRun Force Hibernate InstanceId SkipOsShutdown",
  TerminateInstances: "DryRun Force InstanceId SkipOsShutdown",
  UnassignIpv6Addresses: "Ipv6Addresses Ipv6Prefix NetworkInterfaceId",
  UnassignPrivateIpAddresses: "Ipv4Prefix NetworkInterfaceId PrivateIpAddress",
  UpdateSecurityGroupRuleDescriptionsEgress:
    "DryRun GroupId GroupName IpPermissions SecurityGroupRuleDescription",
  UpdateSecurityGroupRuleDescriptionsIngress:
    "DryRun GroupId GroupName IpPermissions SecurityGroupRuleDescription",
};

const SETS = new Map(
  Object.entries(NAMES).map(([action, names]) => [action, new Set(names.split(" "))]),
);

/** The parameter names of an action, or undefined when the action is unknown. */
export function parametersOf(action: string): ReadonlySet<string> | undefined {
  return SETS.get(action);
}
