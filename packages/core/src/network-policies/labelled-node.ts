import type { Match } from "../groups/match.ts";
import { matchesValidSelector } from "../labels/selector.ts";
import type { LabelSelector } from "../world/cluster.ts";
import type { PolicySet } from "./policy-set.ts";

/** Says whether a node has the labels; unknown for one that is not in the world. */
export function labelledNode(
  selector: LabelSelector,
  nodeName: string | undefined,
  set: PolicySet,
): Match {
  const node = nodeName === undefined ? undefined : set.nodes.get(nodeName);
  if (node === undefined) return "unknown";
  return matchesValidSelector(selector, node.labels) ? "yes" : "no";
}
