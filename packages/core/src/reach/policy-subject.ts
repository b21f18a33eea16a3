import type { PolicyAction } from "../network-policies/read-policy.ts";

/** A place in a policy, and what it does there. */
export interface PolicyRuleName {
  /** "NetworkPolicy shop/deny-all". */
  readonly title: string;
  /** "spec.ingress[0].from[1]"; "spec.podSelector" when the lack of a rule decided. */
  readonly at: string;
  readonly effect: PolicyAction | "Isolate";
}

/** A pod as the subject of policies. */
export interface PolicySubject {
  readonly spot: number;
  /** Number of its named ports. */
  readonly ports: number;
  /** Family of its first address; undefined when it has none. */
  readonly firstFamily: 4 | 6 | undefined;
  /** False while it has no node. */
  readonly isScheduled: boolean;
}
