/** Tags of a cloud object. */
export type Tags = Readonly<Record<string, string>>;

/** A VPC. */
export interface Vpc {
  readonly vpcId: string;
  /** IPv4 and IPv6 CIDRs, the primary one first. */
  readonly cidrs: readonly string[];
}

/** A subnet. */
export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  /** IPv4 and IPv6 CIDRs. */
  readonly cidrs: readonly string[];
  readonly availabilityZone: string;
  readonly tags: Tags;
}

/** A route table with the subnets that use it; the main one serves subnets that no other names. */
export interface RouteTable {
  readonly routeTableId: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly isMain: boolean;
  readonly routes: readonly Route[];
}

/** A route: `target` is "local" or an id such as "nat-…", "igw-…", "eni-…", "pcx-…". */
export interface Route {
  readonly destination: string;
  readonly target: string;
  readonly isBlackhole: boolean;
}

/** The peer of a rule: exactly one of the kinds EC2 has. */
export type RulePeer =
  | { readonly kind: "cidr"; readonly cidr: string }
  | GroupPeer
  | { readonly kind: "prefixList"; readonly prefixListId: string };

/** A reference to a group, of the same VPC or of one that is peered. */
export interface GroupPeer {
  readonly kind: "group";
  readonly groupId: string;
  readonly ownerId?: string;
  /** True when the peering to the group's VPC is gone: the rule then covers nobody. Default false. */
  readonly isStale?: boolean;
}

/** One security group rule: allow-only, one peer. */
export interface SecurityGroupRule {
  /** "sgr-…"; made up from group and position when EC2 was not asked for rule ids. */
  readonly ruleId: string;
  readonly isEgress: boolean;
  /** -1 for all, else the protocol number 0..255 (tcp 6, udp 17, icmp 1, icmpv6 58). */
  readonly protocol: number;
  /** First port, or ICMP type; -1 for all. */
  readonly fromPort: number;
  /** Last port, or ICMP code; -1 for all. */
  readonly toPort: number;
  readonly peer: RulePeer;
  readonly description?: string;
}

/** A security group with its rules. */
export interface SecurityGroup {
  readonly groupId: string;
  readonly name: string;
  readonly vpcId: string;
  readonly rules: readonly SecurityGroupRule[];
  /** Absent when not read. */
  readonly tags?: Tags;
}

/** A managed prefix list with the entries of its latest version. */
export interface PrefixList {
  readonly prefixListId: string;
  readonly name: string;
  readonly maxEntries: number;
  readonly cidrs: readonly string[];
}

/** Idle timeouts of tracked connections: EC2's ConnectionTrackingSpecification. */
export interface TrackingTimeouts {
  /** Established TCP, 60..432000. */
  readonly tcpEstablishedS?: number;
  /** UDP one way or with one exchange, 30..60. */
  readonly udpS?: number;
  /** UDP with more than one exchange, 60..180. */
  readonly udpStreamS?: number;
}

/** A network interface. */
export interface NetworkInterface {
  readonly eniId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** EC2's word; readers tolerate unknown ones. */
  readonly interfaceType: string;
  readonly groupIds: readonly string[];
  /** Private IPv4 and IPv6 addresses, the primary one first. */
  readonly addresses: readonly string[];
  /** Delegated prefixes, CIDR text. */
  readonly prefixes: readonly string[];
  readonly publicAddress?: string;
  /** Set by its owner; EC2's defaults where absent. */
  readonly trackingTimeouts?: TrackingTimeouts;
  readonly instanceId?: string;
  readonly deviceIndex?: number;
  /** For a branch: its trunk, from the tag `vpcresources.k8s.aws/trunk-eni-id`. */
  readonly trunkEniId?: string;
  readonly description: string;
  readonly tags: Tags;
}
