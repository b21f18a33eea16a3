import type {
  NetworkInterface,
  PrefixList,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
} from "../../world/cloud.ts";
import type { NetworkAcl } from "../../world/network-acl.ts";

/** The EC2 side of a world. Lists are sorted by id, so equal content is equal data. */
export interface Cloud {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  /** Undefined when nobody described them. */
  readonly routeTables: readonly RouteTable[] | undefined;
  /** Absent when nobody described them. */
  readonly networkAcls?: readonly NetworkAcl[];
  readonly groups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly interfaces: readonly NetworkInterface[];
  /** Instances that have a name; empty when nobody described them. */
  readonly instances: readonly NamedInstance[];
}

/** An instance that people know by its Name tag. */
export interface NamedInstance {
  readonly instanceId: string;
  readonly name: string;
}
