export type {
  GroupPeer,
  NetworkInterface,
  PrefixList,
  Route,
  RouteTable,
  RulePeer,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Tags,
  TrackingTimeouts,
  Vpc,
} from "./cloud.ts";
export type {
  LabelExpression,
  LabelSelector,
  Labels,
  NamedPort,
  Namespace,
  NodeObject,
  Pod,
  PolicyProtocol,
  SecurityGroupPolicy,
  ServiceAccount,
} from "./cluster.ts";
export type { EniConfig } from "./eni-config.ts";
export type { MultiMap } from "./multi-map.ts";
export type { NetworkAcl, NetworkAclEntry } from "./network-acl.ts";
export type {
  AdminNetworkPolicy,
  AdminNetworkPolicyEgressRule,
  AdminNetworkPolicyIngressRule,
  AdminNetworkPolicyPort,
  AdminNetworkPolicySpec,
  BaselineAdminNetworkPolicy,
  BaselineAdminNetworkPolicySpec,
  ClusterEgressPeer,
  ClusterIngressPeer,
  ClusterNetworkPolicy,
  ClusterNetworkPolicyEgressRule,
  ClusterNetworkPolicyIngressRule,
  ClusterNetworkPolicyProtocol,
  ClusterNetworkPolicySpec,
  ClusterPort,
  ClusterProtocolPorts,
  IpBlock,
  NamespacedPods,
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
  PolicySubject,
} from "./network-policy.ts";
export type {
  EndpointPort,
  EndpointSlice,
  Ingress,
  IngressBackend,
  LoadBalancer,
  Service,
  ServiceEndpoint,
  ServicePort,
  TrafficPolicy,
} from "./service.ts";
export type { Mode, Model, NetworkPolicyEngine, Settings } from "./settings.ts";
export type { World } from "./world.ts";
