import type { WorldIndex } from "@trunkline/core";
import { type DriftRow, drift } from "@trunkline/core/query";
import type { PodView } from "../view/pods.ts";

/** The pods of files: what they should have, and what they have where that is written. */
export function podsOfWorld(index: WorldIndex): PodView[] {
  return drift(index).map((row) => viewOf(row, index));
}

function viewOf(row: DriftRow, index: WorldIndex): PodView {
  const pod = index.pods.get(row.pod);
  const kind = kindOf(row);
  const hasInterface = row.eniId !== undefined;
  return {
    pod: row.pod,
    node: pod?.nodeName ?? "",
    kind,
    eniId: row.eniId ?? "",
    address: pod?.addresses[0] ?? "",
    groups: kind === "branch" && !hasInterface ? row.policyGroupIds : row.interfaceGroupIds,
    ...(kind === "branch" && { mode: row.modeThen ?? row.modeNow }),
    state: row.state,
  };
}

function kindOf({ state, policies }: DriftRow): PodView["kind"] {
  switch (state) {
    case "protected":
    case "drift":
    case "waiting":
      return "branch";
    case "unprotected":
    case "ordinary":
      return "ordinary";
    case "unknown":
      return policies.length > 0 ? "branch" : "unknown";
  }
}
