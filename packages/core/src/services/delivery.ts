import type { ServiceHop } from "../network-policies/policy-end.ts";
import type { PolicyDirection } from "../network-policies/read-policy.ts";
import type { End } from "../paths/end.ts";
import { type FoundPath, findPath } from "../paths/find-path.ts";
import type { Endpoint, Translation, Verdict } from "../verdict/explanation.ts";
import type { Mode, Model } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** One connection between two ends: the whole of a flow, or a part of its way to a backend. */
export interface Leg {
  readonly source: End;
  readonly destination: End;
  /** The port that is asked for on this part of the way. */
  readonly port: number;
  readonly found: FoundPath;
  /** Whose network policies are asked: egress those of the source, ingress the destination's. */
  readonly policies: readonly PolicyDirection[];
  /** The Service whose address was replaced before this part of the way. */
  readonly hop?: ServiceHop;
  /** Whom the destination takes for the source, where that is not who sends. */
  readonly apparent?: End;
  /** True where the packets do not leave the node that both ends are on. */
  readonly isInsideNode?: boolean;
}

/** One way to one backend: all legs must be open. */
export interface Delivery {
  /** "shop/db-0", "shop/db-0 by node n1". */
  readonly title: string;
  /** Undefined where the way ends before any backend. */
  readonly endpoint: Endpoint | undefined;
  readonly port: number | undefined;
  readonly legs: readonly Leg[];
  readonly translations: readonly Translation[];
  readonly nodes: readonly string[];
  readonly notes: readonly string[];
  /** What ends the way whatever the legs say. */
  readonly stop?: Stop;
}

/** Why a way ends before its backend. */
export interface Stop {
  readonly verdict: Exclude<Verdict, "ALLOW">;
  readonly because: string;
}

/** What becomes of a flow that names a Service, a node port or a load balancer. */
export interface Expansion {
  /** "Service shop/db tcp/5432". */
  readonly title: string;
  readonly deliveries: readonly Delivery[];
  /** Why there is none, or what stops all of them. */
  readonly stop?: Stop;
  readonly notes: readonly string[];
}

/** What ways depend on besides ends and Services. */
export interface DeliveryContext {
  readonly index: WorldIndex;
  readonly model: Model;
  readonly mode: Mode | undefined;
  readonly protocol: number;
}

/** A leg on the path that its ends imply. */
export function directLeg(
  source: End,
  destination: End,
  port: number,
  context: DeliveryContext,
): Leg {
  const found = findPath(source, destination, context, context.index);
  return { source, destination, port, found, policies: ["egress", "ingress"] };
}
