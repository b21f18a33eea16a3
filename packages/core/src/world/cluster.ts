import type { Mode } from "./settings.ts";

/** Labels of an object. Keys and values are compared byte by byte. */
export type Labels = Readonly<Record<string, string>>;

/** metav1.LabelSelector. `{}` selects everything; all entries must hold. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelExpression[];
}

/** metav1.LabelSelectorRequirement. */
export interface LabelExpression {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

/** A Namespace. Carries `kubernetes.io/metadata.name` whether the manifest says so or not. */
export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
}

/** A ServiceAccount: policies select by its labels, not by its name. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
}

/** A Node, as far as networking asks. */
export interface NodeObject {
  readonly name: string;
  readonly labels: Labels;
  /** EC2 instance id: the last path segment of `spec.providerID`. */
  readonly instanceId?: string;
  /** ENIConfig of its pods, from the label `vpc.amazonaws.com/eniConfig` or the CNINode. */
  readonly eniConfig?: string;
}

/** A Pod, as far as networking asks. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Labels;
  /** `spec.serviceAccountName`, "default" when absent. */
  readonly serviceAccount: string;
  /** `spec.nodeName`; absent while unscheduled. */
  readonly nodeName?: string;
  readonly hostNetwork: boolean;
  /** `status.phase`; absent in plain manifests. */
  readonly phase?: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  /** `status.podIPs`; empty in plain manifests. IPv4 or IPv6 text. */
  readonly addresses: readonly string[];
  /** Interface that the pod holds, from its `vpc.amazonaws.com/pod-eni` annotation. */
  readonly branchEniId?: string;
  /** On Fargate: groups it was started with, from `fargate.amazonaws.com/pod-sg`. */
  readonly fargateGroupIds?: readonly string[];
  /** Mode the pod was created with, when it is recorded. */
  readonly mode?: Mode;
  /** Named ports of all its containers, sidecars and init containers; absent when not read. */
  readonly ports?: readonly NamedPort[];
}

/** The protocols that network policies and container ports know. */
export type PolicyProtocol = "TCP" | "UDP" | "SCTP";

/** A container port that has a name. */
export interface NamedPort {
  readonly name: string;
  readonly protocol: PolicyProtocol;
  /** 1..65535. */
  readonly port: number;
}

/** A SecurityGroupPolicy (vpcresources.k8s.aws/v1beta1). */
export interface SecurityGroupPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector?: LabelSelector;
  readonly serviceAccountSelector?: LabelSelector;
  readonly groupIds: readonly string[];
}
