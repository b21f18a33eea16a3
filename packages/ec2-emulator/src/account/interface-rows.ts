import type { Row } from "./table.ts";

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** A private IPv4 address of an interface. */
export interface PrivateAddress {
  readonly address: string;
  readonly isPrimary: boolean;
}

/** An IPv6 address of an interface. */
export interface Ipv6Address {
  readonly address: string;
  readonly isPrimary: boolean;
}

/** How an interface hangs on an instance. */
export interface Attachment {
  readonly id: string;
  readonly instanceId: string;
  readonly deviceIndex: number;
  readonly networkCardIndex: number;
  readonly status: "attaching" | "attached" | "detaching" | "detached";
  readonly attachedAtMs: number;
  readonly deleteOnTermination: boolean;
  /** ENA Express, absent when nobody said anything about it. */
  readonly enaSrd?: { readonly isEnabled: boolean; readonly isUdpEnabled: boolean };
  readonly enaQueueCount?: number;
}

/** How a branch hangs on its trunk. */
export interface TrunkAssociation {
  readonly id: string;
  readonly trunkId: string;
  readonly protocol: "VLAN" | "GRE";
  /** VLAN id or GRE key. */
  readonly key: number;
}

/** Idle timeouts of connection tracking, seconds. */
export interface ConnectionTracking {
  readonly tcpEstablishedTimeout?: number;
  readonly udpTimeout?: number;
  readonly udpStreamTimeout?: number;
}

/** A network interface. Its status follows from attachment and association. */
export interface Eni extends Row {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly description: string;
  readonly groupIds: readonly string[];
  /** As made: interface, trunk, branch, efa, efa-only, natGateway, … */
  readonly interfaceType: string;
  readonly macAddress: string;
  /** The primary one first. */
  readonly addresses: readonly PrivateAddress[];
  readonly ipv6Addresses: readonly Ipv6Address[];
  readonly ipv4Prefixes: readonly string[];
  readonly ipv6Prefixes: readonly string[];
  readonly sourceDestCheck: boolean;
  readonly requesterId?: string;
  readonly requesterManaged: boolean;
  readonly connectionTracking?: ConnectionTracking;
  /** Principal of the service that manages it, absent when nobody does. */
  readonly operator?: string;
  /** Other subnets that it was associated with. */
  readonly associatedSubnetIds?: readonly string[];
  /** True when it gets a public address as soon as it is the primary one of an instance. */
  readonly wantsPublicIp?: boolean;
  readonly attachment?: Attachment;
  readonly association?: TrunkAssociation;
  readonly createdAtMs: number;
  readonly tags: Tags;
}

/** A right on an interface that was given to an account or service. */
export interface EniPermission extends Row {
  readonly eniId: string;
  readonly accountId?: string;
  readonly service?: string;
  readonly permission: "INSTANCE-ATTACH" | "EIP-ASSOCIATE";
}

/** State of an instance. Codes: EC2 API reference, InstanceState. */
export type InstanceState =
  | "pending"
  | "running"
  | "shutting-down"
  | "terminated"
  | "stopping"
  | "stopped";

/** An instance; its interfaces point at it. */
export interface Instance extends Row {
  readonly instanceType: string;
  readonly imageId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly state: InstanceState;
  readonly launchedAtMs: number;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly keyName?: string;
  readonly clientToken?: string;
  readonly platform?: string;
  readonly architecture: string;
  /** Placement group and tenancy, absent when none was asked for. */
  readonly placement?: { readonly groupName: string; readonly tenancy: string } | undefined;
  readonly tags: Tags;
}

/** A public address, which may be bound to a private address of an interface. */
export interface ElasticIp extends Row {
  readonly publicIp: string;
  readonly association?: {
    readonly id: string;
    readonly eniId: string;
    readonly privateIp: string;
  };
  /** Auto-assigned at launch: goes with the instance and is listed nowhere. */
  readonly isEphemeral: boolean;
  readonly tags: Tags;
}

/** The first answer to a client token, kept for replay. */
export interface TokenRow extends Row {
  /** Fingerprint of the parameters that came with the token. */
  readonly fingerprint: string;
  /** The answer as JSON. */
  readonly answer: string;
}

/** Status of an interface as EC2 shows it. */
export function statusOf(eni: Eni): "available" | "associated" | "in-use" {
  // What a service made for itself is attached to something that is not shown.
  if (eni.attachment !== undefined || eni.requesterManaged) return "in-use";
  return eni.association === undefined ? "available" : "associated";
}

/** Type of an interface as EC2 shows it: an associated interface is a branch however made. */
export function shownTypeOf(eni: Eni): string {
  return eni.association === undefined ? eni.interfaceType : "branch";
}

/** The primary private IPv4 address, absent on an IPv6-only interface. */
export function primaryAddressOf(eni: Eni): string | undefined {
  return eni.addresses.find((address) => address.isPrimary)?.address;
}
