import type {
  NetworkInterface,
  PrefixList,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
} from "./cloud.ts";
import type { Namespace, NodeObject, Pod, SecurityGroupPolicy, ServiceAccount } from "./cluster.ts";
import type { EniConfig } from "./eni-config.ts";
import type { NetworkAcl } from "./network-acl.ts";
import type {
  AdminNetworkPolicy,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  NetworkPolicy,
} from "./network-policy.ts";
import type { EndpointSlice, Ingress, Service } from "./service.ts";
import type { Settings } from "./settings.ts";

/**
 * All that exists and matters, at one revision: plain data, in no particular order.
 *
 * A list that was not read at all (for instance no rights to describe route tables) is `undefined`,
 * so that a verdict which would need it becomes UNKNOWN; an empty list says that there is none.
 */
export interface World {
  /** Grows with every change; two worlds of one revision are equal. */
  readonly revision: number;
  readonly namespaces: readonly Namespace[];
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly pods: readonly Pod[];
  readonly nodes: readonly NodeObject[];
  readonly policies: readonly SecurityGroupPolicy[];
  /**
   * Policies between pods. While all four lists are absent nobody asks them; once one is there, an
   * absent one counts as empty, since clusters without the kind do not serve it.
   */
  readonly networkPolicies?: readonly NetworkPolicy[];
  readonly clusterNetworkPolicies?: readonly ClusterNetworkPolicy[];
  readonly adminNetworkPolicies?: readonly AdminNetworkPolicy[];
  readonly baselineAdminNetworkPolicies?: readonly BaselineAdminNetworkPolicy[];
  /** Absent when not read: a flow that names one is then UNKNOWN, and no node port is known. */
  readonly services?: readonly Service[];
  /** The slices of a Service, if there are any, say its endpoints; its selector does otherwise. */
  readonly endpointSlices?: readonly EndpointSlice[];
  readonly ingresses?: readonly Ingress[];
  /** Custom networking; absent or empty where no node uses it. */
  readonly eniConfigs?: readonly EniConfig[];
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[] | undefined;
  /** Absent when they were not read; verdicts then leave the layer out and say so. */
  readonly networkAcls?: readonly NetworkAcl[];
  readonly groups: readonly SecurityGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly interfaces: readonly NetworkInterface[];
  readonly settings: Settings;
}
