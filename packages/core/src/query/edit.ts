import type {
  NetworkInterface,
  PrefixList,
  Route,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
} from "../world/cloud.ts";
import type {
  Namespace,
  NodeObject,
  Pod,
  SecurityGroupPolicy,
  ServiceAccount,
} from "../world/cluster.ts";
import type { EniConfig } from "../world/eni-config.ts";
import type { NetworkAcl, NetworkAclEntry } from "../world/network-acl.ts";
import type {
  AdminNetworkPolicy,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  NetworkPolicy,
} from "../world/network-policy.ts";
import type { EndpointSlice, Ingress, Service } from "../world/service.ts";
import type { Settings } from "../world/settings.ts";

/** A rule with the group that holds it. */
export interface GroupRule {
  readonly groupId: string;
  readonly rule: SecurityGroupRule;
}

/** A route with the table that holds it. */
export interface TableRoute {
  readonly routeTableId: string;
  readonly route: Route;
}

/** An entry with the network ACL that holds it. */
export interface AclEntry {
  readonly networkAclId: string;
  readonly entry: NetworkAclEntry;
}

/** What a world consists of, by kind, as far as lists of objects go. */
export interface ListedObjects {
  readonly namespace: Namespace;
  readonly serviceAccount: ServiceAccount;
  readonly pod: Pod;
  readonly node: NodeObject;
  readonly policy: SecurityGroupPolicy;
  readonly networkPolicy: NetworkPolicy;
  readonly clusterNetworkPolicy: ClusterNetworkPolicy;
  readonly adminNetworkPolicy: AdminNetworkPolicy;
  readonly baselineAdminNetworkPolicy: BaselineAdminNetworkPolicy;
  readonly service: Service;
  readonly endpointSlice: EndpointSlice;
  readonly ingress: Ingress;
  readonly eniConfig: EniConfig;
  readonly vpc: Vpc;
  readonly subnet: Subnet;
  readonly routeTable: RouteTable;
  readonly networkAcl: NetworkAcl;
  readonly group: SecurityGroup;
  readonly prefixList: PrefixList;
  readonly interface: NetworkInterface;
  readonly rule: GroupRule;
  readonly route: TableRoute;
  readonly aclEntry: AclEntry;
}

/** A kind of object that may be added, changed and removed. */
export type ListedKind = keyof ListedObjects;

/**
 * One edit of a world. `change` replaces the object with the same key; `remove` names it by key,
 * as {@link keyOf} writes it. `routeTables` and `networkAcls` replace the whole list, undefined for
 * "not read".
 */
export type WorldEdit =
  | { [K in ListedKind]: ListedEdit<K> }[ListedKind]
  | { readonly action: "change"; readonly kind: "settings"; readonly object: Settings }
  | {
      readonly action: "change";
      readonly kind: "routeTables";
      readonly object: readonly RouteTable[] | undefined;
    }
  | {
      readonly action: "change";
      readonly kind: "networkAcls";
      readonly object: readonly NetworkAcl[] | undefined;
    };

type ListedEdit<K extends ListedKind> =
  | { readonly action: "add" | "change"; readonly kind: K; readonly object: ListedObjects[K] }
  | { readonly action: "remove"; readonly kind: K; readonly key: string };

interface Named {
  readonly namespace: string;
  readonly name: string;
}

const fullName = ({ namespace, name }: Named) => `${namespace}/${name}`;

/**
 * The key of an object among its kind: ids as they are, "namespace/name" of Kubernetes objects,
 * "group/rule" of rules, "table/destination" of routes, "acl/egress/number" of ACL entries.
 */
export const keyOf: { readonly [K in ListedKind]: (object: ListedObjects[K]) => string } = {
  namespace: ({ name }) => name,
  serviceAccount: fullName,
  pod: fullName,
  node: ({ name }) => name,
  policy: fullName,
  networkPolicy: fullName,
  clusterNetworkPolicy: ({ name }) => name,
  adminNetworkPolicy: ({ name }) => name,
  baselineAdminNetworkPolicy: ({ name }) => name,
  service: fullName,
  endpointSlice: fullName,
  ingress: fullName,
  eniConfig: ({ name }) => name,
  vpc: ({ vpcId }) => vpcId,
  subnet: ({ subnetId }) => subnetId,
  routeTable: ({ routeTableId }) => routeTableId,
  networkAcl: ({ networkAclId }) => networkAclId,
  group: ({ groupId }) => groupId,
  prefixList: ({ prefixListId }) => prefixListId,
  interface: ({ eniId }) => eniId,
  rule: ({ groupId, rule }) => `${groupId}/${rule.ruleId}`,
  route: ({ routeTableId, route }) => `${routeTableId}/${route.destination}`,
  aclEntry: ({ networkAclId, entry }) => {
    return `${networkAclId}/${entry.isEgress ? "egress" : "ingress"}/${entry.ruleNumber}`;
  },
};

/** The key of what an edit is about; the kind itself where there is only one. */
export function editKey(edit: WorldEdit): string {
  if (edit.kind === "settings") return edit.kind;
  if (edit.kind === "routeTables" || edit.kind === "networkAcls") return edit.kind;
  if (edit.action === "remove") return edit.key;
  return (keyOf[edit.kind] as (object: ListedObjects[ListedKind]) => string)(edit.object);
}
