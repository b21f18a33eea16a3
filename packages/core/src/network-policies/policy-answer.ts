import type { Match } from "../groups/match.ts";
import type { PolicyAction, PolicyKind, PolicyTier } from "./read-policy.ts";

/** What the policies of one end say to one direction of a connection. */
export interface PolicyAnswer {
  /** May it pass? Unknown when the world, or a policy that is invalid, leaves it open. */
  readonly answer: Match;
  /** Who decided. `exempt`: policies do not apply; `default`: none has anything to say. */
  readonly tier: PolicyTier | "exempt" | "default";
  /** Policies that decided: those that allow, the one that denies, or all that isolate the pod. */
  readonly deciding: readonly DecidingPolicy[];
  /** Why, in one clause. */
  readonly because: string;
  /** Rules that cover the far end or the traffic, but not both; at most five. */
  readonly nearMisses: readonly NearMiss[];
  /** Where the specification leaves the answer open, and what was chosen. */
  readonly undefinedPoints: readonly UndefinedPoint[];
}

/** A policy that decided, down to the line. */
export interface DecidingPolicy {
  readonly kind: PolicyKind;
  /** Undefined for cluster-wide kinds. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** "NetworkPolicy shop/deny-all". */
  readonly title: string;
  /** "spec.ingress[0].from[1]"; "spec.podSelector" when the lack of a rule decided. */
  readonly at: string;
  /** What it did; isolating pods is what a NetworkPolicy without a covering rule does. */
  readonly effect: PolicyAction | "Isolate";
}

/** A rule that nearly covered the connection. */
export interface NearMiss {
  readonly title: string;
  readonly at: string;
  /** "covers shop/api but not tcp/443". */
  readonly because: string;
}

/** A point that the specification leaves open. */
export interface UndefinedPoint {
  readonly code: UndefinedCode;
  readonly text: string;
  /** What the model answers, and what another implementation might. */
  readonly choice: Match;
  readonly otherwise: Match;
}

/** The points that are known to be open. */
export type UndefinedCode =
  | "equal-priority"
  | "ip-block-pod"
  | "other-protocol"
  | "host-network-subject"
  | "host-network-peer"
  | "other-node"
  | "self-through-service";
