/**
 * A network ACL: ordered rules without memory that a subnet has for packets which cross its border.
 *
 * The default one of a VPC serves subnets that no other names.
 */
export interface NetworkAcl {
  readonly networkAclId: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly isDefault: boolean;
  readonly entries: readonly NetworkAclEntry[];
}

/** One rule of a network ACL: the matching one with the lowest number decides. */
export interface NetworkAclEntry {
  /** 1..32766; EC2's own last ones, "*", are 32767 and 32768. Each once a direction. */
  readonly ruleNumber: number;
  readonly isEgress: boolean;
  readonly action: "allow" | "deny";
  /** -1 for all, else the protocol number 0..255. */
  readonly protocol: number;
  /** First port, or ICMP type; -1 for all. */
  readonly fromPort: number;
  /** Last port, or ICMP code; -1 for all. */
  readonly toPort: number;
  /** Source of inbound packets, destination of outbound ones. */
  readonly cidr: string;
}
