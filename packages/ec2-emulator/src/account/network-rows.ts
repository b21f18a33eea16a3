import type { Tags } from "./interface-rows.ts";
import type { Row } from "./table.ts";

/** A block of addresses with the id of its association. */
export interface CidrAssociation {
  readonly id: string;
  readonly cidr: string;
}

/** A VPC. */
export interface Vpc extends Row {
  /** IPv4 blocks, the primary one first. */
  readonly cidrs: readonly CidrAssociation[];
  readonly ipv6Cidrs: readonly CidrAssociation[];
  readonly isDefault: boolean;
  readonly dhcpOptionsId: string;
  readonly instanceTenancy: string;
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
  readonly enableNetworkAddressUsageMetrics?: boolean;
  readonly tags: Tags;
}

/** How a subnet names what is launched in it. */
export interface LaunchNames {
  readonly dns64: boolean;
  readonly hostnameType: "ip-name" | "resource-name";
  readonly aRecord: boolean;
  readonly aaaaRecord: boolean;
}

/** A subnet. */
export interface Subnet extends Row {
  readonly vpcId: string;
  readonly cidr: string;
  readonly ipv6Cidrs: readonly CidrAssociation[];
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly assignIpv6OnCreation: boolean;
  readonly mapPublicIpOnLaunch: boolean;
  /** What launches say to the DNS; absent as EC2 makes a subnet. */
  readonly launchNames?: LaunchNames;
  readonly tags: Tags;
}

/** A route: one destination, one target. */
export interface Route {
  readonly destination: string;
  /** EC2's member name of the target: gatewayId, natGatewayId, networkInterfaceId, … */
  readonly targetKind: string;
  readonly target: string;
  readonly origin: string;
  /** True once the target is gone. */
  readonly isBlackhole: boolean;
}

/** A route table. */
export interface RouteTable extends Row {
  readonly vpcId: string;
  readonly routes: readonly Route[];
  readonly associations: readonly {
    readonly id: string;
    readonly subnetId?: string;
    readonly isMain: boolean;
  }[];
  readonly tags: Tags;
}

/** An internet gateway, attached to at most one VPC. */
export interface InternetGateway extends Row {
  readonly vpcId?: string;
  readonly tags: Tags;
}

/** A NAT gateway with the interface that it made. */
export interface NatGateway extends Row {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly connectivityType: "public" | "private";
  readonly state: "pending" | "available" | "deleting" | "deleted";
  /** Absent when a file that was loaded did not say. */
  readonly eniId?: string;
  readonly allocationId?: string;
  readonly createdAtMs: number;
  readonly deletedAtMs?: number;
  readonly tags: Tags;
}

/** An entry of a network ACL. */
export interface AclEntry {
  readonly ruleNumber: number;
  readonly isEgress: boolean;
  /** -1 or the protocol number as text. */
  readonly protocol: string;
  readonly action: "allow" | "deny";
  readonly cidr?: string;
  readonly ipv6Cidr?: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

/** A network ACL. */
export interface NetworkAcl extends Row {
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly entries: readonly AclEntry[];
  readonly associations: readonly { readonly id: string; readonly subnetId: string }[];
  readonly tags: Tags;
}

/** A VPC peering connection. */
export interface Peering extends Row {
  readonly requesterVpcId: string;
  readonly requesterOwnerId: string;
  readonly accepterVpcId: string;
  readonly accepterOwnerId: string;
  readonly status: "pending-acceptance" | "active" | "rejected" | "deleted";
  readonly expiresAtMs: number;
  readonly tags: Tags;
}
