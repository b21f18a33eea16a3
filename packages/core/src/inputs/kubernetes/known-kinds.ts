import type {
  Namespace,
  NodeObject,
  Pod,
  SecurityGroupPolicy,
  ServiceAccount,
} from "../../world/cluster.ts";
import type { EniConfig } from "../../world/eni-config.ts";
import type {
  AdminNetworkPolicy,
  BaselineAdminNetworkPolicy,
  ClusterNetworkPolicy,
  NetworkPolicy,
} from "../../world/network-policy.ts";
import type { EndpointSlice, Ingress, Service } from "../../world/service.ts";
import type { CniSettings } from "./cni-settings.ts";
import type { Owner } from "./read-pod.ts";
import type { Workload } from "./read-workload.ts";

/** An object of a kind that matters, typed. */
export type KnownObject =
  | { readonly kind: "Namespace"; readonly value: Namespace }
  | { readonly kind: "ServiceAccount"; readonly value: ServiceAccount }
  | { readonly kind: "Pod"; readonly value: Pod; readonly owner: Owner | undefined }
  | { readonly kind: "Workload"; readonly value: Workload; readonly cni: CniSettings }
  | { readonly kind: "Node"; readonly value: NodeObject }
  | { readonly kind: "Service"; readonly value: Service }
  | { readonly kind: "EndpointSlice"; readonly value: EndpointSlice }
  | { readonly kind: "Ingress"; readonly value: Ingress }
  | { readonly kind: "ENIConfig"; readonly value: EniConfig }
  | { readonly kind: "SecurityGroupPolicy"; readonly value: SecurityGroupPolicy }
  | { readonly kind: "NetworkPolicy"; readonly value: NetworkPolicy }
  | { readonly kind: "ClusterNetworkPolicy"; readonly value: ClusterNetworkPolicy }
  | { readonly kind: "AdminNetworkPolicy"; readonly value: AdminNetworkPolicy }
  | { readonly kind: "BaselineAdminNetworkPolicy"; readonly value: BaselineAdminNetworkPolicy };

/** What is known of a kind before an object of it is read. */
export interface KindFacts {
  /** The one apiVersion that is understood. */
  readonly apiVersion: string;
  readonly isNamespaced: boolean;
  /** Other projects have a kind of this name too; an object of theirs is passed over. */
  readonly isShared: boolean;
}

/** The kinds that are read. */
export const KNOWN_KINDS = {
  Namespace: { apiVersion: "v1", isNamespaced: false, isShared: false },
  ServiceAccount: { apiVersion: "v1", isNamespaced: true, isShared: false },
  Pod: { apiVersion: "v1", isNamespaced: true, isShared: false },
  Node: { apiVersion: "v1", isNamespaced: false, isShared: false },
  Deployment: { apiVersion: "apps/v1", isNamespaced: true, isShared: false },
  StatefulSet: { apiVersion: "apps/v1", isNamespaced: true, isShared: true },
  DaemonSet: { apiVersion: "apps/v1", isNamespaced: true, isShared: true },
  ReplicaSet: { apiVersion: "apps/v1", isNamespaced: true, isShared: false },
  ReplicationController: { apiVersion: "v1", isNamespaced: true, isShared: false },
  Job: { apiVersion: "batch/v1", isNamespaced: true, isShared: true },
  CronJob: { apiVersion: "batch/v1", isNamespaced: true, isShared: true },
  // Knative has a Service too.
  Service: { apiVersion: "v1", isNamespaced: true, isShared: true },
  EndpointSlice: { apiVersion: "discovery.k8s.io/v1", isNamespaced: true, isShared: false },
  Ingress: { apiVersion: "networking.k8s.io/v1", isNamespaced: true, isShared: true },
  ENIConfig: {
    apiVersion: "crd.k8s.amazonaws.com/v1alpha1",
    isNamespaced: false,
    isShared: false,
  },
  SecurityGroupPolicy: {
    apiVersion: "vpcresources.k8s.aws/v1beta1",
    isNamespaced: true,
    isShared: false,
  },
  // Calico has a NetworkPolicy too, and AWS a ClusterNetworkPolicy; their fields differ.
  NetworkPolicy: { apiVersion: "networking.k8s.io/v1", isNamespaced: true, isShared: true },
  ClusterNetworkPolicy: {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    isNamespaced: false,
    isShared: true,
  },
  AdminNetworkPolicy: {
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    isNamespaced: false,
    isShared: false,
  },
  BaselineAdminNetworkPolicy: {
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    isNamespaced: false,
    isShared: false,
  },
} as const satisfies Record<string, KindFacts>;

/** A kind that is read. */
export type KnownKind = keyof typeof KNOWN_KINDS;

/** Says whether a kind is one that is read. */
export function isKnownKind(kind: string): kind is KnownKind {
  return Object.hasOwn(KNOWN_KINDS, kind);
}
