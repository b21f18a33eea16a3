import type { FieldProblem } from "../errors/trunkline-error.ts";
import type { Cidr } from "../net/cidr.ts";
import type { LabelSelector } from "../world/cluster.ts";

/** The kinds of policies that stand between pods. */
export type PolicyKind =
  | "NetworkPolicy"
  | "ClusterNetworkPolicy"
  | "AdminNetworkPolicy"
  | "BaselineAdminNetworkPolicy";

/** Where a policy stands in the order of evaluation. */
export type PolicyTier = "Admin" | "NetworkPolicy" | "Baseline";

/** A direction, seen from the pod that a policy selects. */
export type PolicyDirection = "ingress" | "egress";

/** What a rule does with the traffic it covers; Accept is Allow. Rules of a NetworkPolicy allow. */
export type PolicyAction = "Allow" | "Deny" | "Pass";

/**
 * A policy of any kind in the one form that the evaluator reads, with everything that is wrong.
 *
 * A policy with problems is none that an API server would store. It is never applied by halves:
 * what it might decide is unknown.
 */
export interface ReadPolicy {
  readonly kind: PolicyKind;
  /** "NetworkPolicy shop/deny-all", "AdminNetworkPolicy base". */
  readonly title: string;
  /** Undefined for cluster-wide kinds. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly tier: PolicyTier;
  /** The lowest first; 0 for a NetworkPolicy, above all others for a BaselineAdminNetworkPolicy. */
  readonly priority: number;
  readonly subject: PodChoice;
  /** In the order written; undefined when the policy says nothing about the direction. */
  readonly ingress: readonly PolicyRule[] | undefined;
  readonly egress: readonly PolicyRule[] | undefined;
  /** Why the policy is invalid, with paths as in its manifest. */
  readonly problems: readonly FieldProblem[];
  /** What is valid and hardly meant. */
  readonly warnings: readonly FieldProblem[];
}

/** Pods by labels of themselves and of their namespace. */
export interface PodChoice {
  readonly namespaces: NamespaceChoice;
  readonly pods: LabelSelector;
}

/** One namespace, or those with some labels. */
export type NamespaceChoice =
  | { readonly kind: "own"; readonly namespace: string }
  | { readonly kind: "selected"; readonly selector: LabelSelector };

/** One rule; traffic must be covered by a peer and by a port. */
export interface PolicyRule {
  /** "spec.ingress[0]". */
  readonly at: string;
  /** The name it has, if any. */
  readonly name: string | undefined;
  readonly action: PolicyAction;
  /** Undefined for everybody; empty for nobody. */
  readonly peers: readonly PolicyPeer[] | undefined;
  /** Undefined for everything, protocols without ports included. */
  readonly ports: readonly PolicyPort[] | undefined;
}

/** A far end that a rule covers. */
export type PolicyPeer =
  | ({ readonly kind: "pods" } & Placed & PodChoice)
  | ({ readonly kind: "blocks"; readonly blocks: readonly AddressBlock[] } & Placed)
  | ({ readonly kind: "nodes"; readonly nodes: LabelSelector } & Placed)
  | ({ readonly kind: "domains"; readonly names: readonly string[] } & Placed);

/** Addresses of a CIDR without those of its holes. */
export interface AddressBlock {
  readonly cidr: Cidr;
  readonly except: readonly Cidr[];
}

/** Traffic that a rule covers. */
export type PolicyPort =
  | ({
      readonly kind: "range";
      /** Protocol number. */
      readonly protocol: number;
      /** 0..65535, both included. */
      readonly fromPort: number;
      readonly toPort: number;
    } & Placed)
  | ({
      readonly kind: "named";
      readonly name: string;
      /** Undefined for any: ports of cluster-wide policies carry names without a protocol. */
      readonly protocol: number | undefined;
    } & Placed);

interface Placed {
  /** "spec.ingress[0].from[1]". */
  readonly at: string;
}
