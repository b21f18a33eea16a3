import { groupLabel } from "../groups/rule-text.ts";
import type { Address } from "../net/address.ts";
import type { Resolution } from "../policies/resolve-pod.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { BranchEnd } from "./end.ts";

/** What is known of a pod before the interface it sits on. */
export interface Place extends Omit<BranchEnd, "kind" | "own" | "groupsFrom"> {
  readonly addresses: readonly Address[];
}

/** A resolution, or the reason why there is none. */
export type Resolved = Resolution | string;

/** "SecurityGroupPolicy shop/api, shop/base". */
export function policiesText({ policies }: Resolution): string {
  return `SecurityGroupPolicy ${policies.join(", ")}`;
}

/** "[sg-app, sg-mon]". */
export function labels(groupIds: readonly string[], index: WorldIndex): string {
  return `[${groupIds.map((id) => groupLabel(id, index)).join(", ")}]`;
}

/** True when two lists of groups are the same set. */
export function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}
