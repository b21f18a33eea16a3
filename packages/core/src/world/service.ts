import type { Labels, PolicyProtocol } from "./cluster.ts";

// Services, their endpoints and what stands in front of them. Source: Kubernetes API v1,
// discovery.k8s.io/v1 and networking.k8s.io/v1; AWS Load Balancer Controller guide for annotations.

/** Whether traffic may leave the node that it arrives at, or starts on. */
export type TrafficPolicy = "Cluster" | "Local";

/** A Service. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  /** True for `clusterIP: None`: its name leads to the pods themselves. */
  readonly isHeadless: boolean;
  /** `spec.clusterIPs`; empty when headless, and in manifests that no cluster has completed. */
  readonly clusterIps: readonly string[];
  /** Labels of its pods; absent when its endpoints are written by somebody else. */
  readonly selector?: Labels;
  readonly ports: readonly ServicePort[];
  /** Absent when the manifest does not say: the families that its pods have. */
  readonly ipFamilies?: readonly ("IPv4" | "IPv6")[];
  /** Default "Cluster". */
  readonly externalTrafficPolicy?: TrafficPolicy;
  /** Default "Cluster". */
  readonly internalTrafficPolicy?: TrafficPolicy;
  /** Of type ExternalName: the DNS name that it stands for. */
  readonly externalName?: string;
  /** What stands in front of type LoadBalancer. */
  readonly loadBalancer?: LoadBalancer;
}

/** A port of a Service. */
export interface ServicePort {
  /** Absent only where a Service has one port. */
  readonly name?: string;
  readonly protocol: PolicyProtocol;
  /** 1..65535. */
  readonly port: number;
  /** A number, or the name of a container port; default `port`. */
  readonly targetPort?: number | string;
  /** Port of every node that leads here; absent where there is none. */
  readonly nodePort?: number;
}

/** A part of the endpoints of a Service. */
export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** From the label `kubernetes.io/service-name`. */
  readonly serviceName: string;
  readonly addressType: "IPv4" | "IPv6" | "FQDN";
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly ServiceEndpoint[];
}

/** A port of all endpoints of a slice; its name is that of the port of the Service. */
export interface EndpointPort {
  readonly name?: string;
  readonly protocol: PolicyProtocol;
  /** Absent: all ports. */
  readonly port?: number;
}

/** One endpoint of a slice. */
export interface ServiceEndpoint {
  /** All are of one host. */
  readonly addresses: readonly string[];
  /** `conditions.ready`; true when it is absent. */
  readonly isReady: boolean;
  readonly nodeName?: string;
  /** Name of the pod behind it, in the namespace of the slice. */
  readonly podName?: string;
}

/** A load balancer, as far as verdicts ask. */
export interface LoadBalancer {
  /** The three kinds that ELB has. */
  readonly kind: "network" | "application" | "classic";
  /** `instance`: it sends to a port of nodes. `ip`: to pods. */
  readonly targetType: "instance" | "ip";
  /** Name in ELB, which the descriptions of its interfaces have; absent when not known. */
  readonly name?: string;
  /** What its manifest says; those of its interfaces decide where they are known. */
  readonly groupIds?: readonly string[];
  /** `preserve_client_ip.enabled`; absent: ELB's default for target type and protocol. */
  readonly preservesClientIp?: boolean;
}

/** An Ingress, as far as networking asks. */
export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  /** Of all rules and the default backend, each once. */
  readonly backends: readonly IngressBackend[];
  /** Absent when it is not one of the AWS Load Balancer Controller. */
  readonly loadBalancer?: LoadBalancer;
}

/** Where an Ingress sends to. */
export interface IngressBackend {
  /** In the namespace of the Ingress. */
  readonly serviceName: string;
  /** Number or name of a port of the Service. */
  readonly port: number | string;
}
