import { formatCidr } from "../net/cidr.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { Party } from "./party.ts";
import { type PortReach, portReaches, reachesKey } from "./port-reach.ts";
import { outsideParts, type Survey, surveyOf } from "./survey.ts";

/** Pods and interfaces that talk to the same addresses outside the world by the same rules. */
export interface Exposure {
  /** "from": outside addresses reach them. "to": they reach outside addresses. */
  readonly direction: "from" | "to";
  readonly ports: readonly PortReach[];
  /** The fewest CIDRs, IPv4 first. */
  readonly cidrs: readonly string[];
  readonly pods: readonly string[];
  /** Nodes and interfaces outside the cluster. */
  readonly others: readonly string[];
}

/**
 * Says what may pass between the world and addresses that are not in it: in no VPC of the world
 * and no public address of an interface.
 *
 * That inbound rules let an address in does not say that there is a way in from it: a pod without
 * a public address is reached from peered networks only.
 */
export function exposure(
  world: World | WorldIndex,
  options: EvaluateOptions = {},
): readonly Exposure[] {
  const survey = surveyOf(world, options);
  const byClass = new Map<number, Party[]>();
  for (const party of survey.parties) {
    byClass.set(party.classId, [...(byClass.get(party.classId) ?? []), party]);
  }
  const found = new Map<string, Draft>();
  for (const direction of ["from", "to"] as const) {
    for (const parties of byClass.values()) {
      for (const { ports, cidrs } of reachesOf(survey, parties[0], direction)) {
        const key = [direction, reachesKey(ports), ...cidrs].join("\n");
        const draft = found.get(key) ?? { direction, ports, cidrs, pods: [], others: [] };
        found.set(key, draft);
        for (const { kind, name } of parties) {
          (kind === "pod" ? draft.pods : draft.others).push(name);
        }
      }
    }
  }
  return [...found.values()].map((draft) => {
    return { ...draft, pods: draft.pods.sort(), others: draft.others.sort() };
  });
}

interface Draft extends Exposure {
  readonly pods: string[];
  readonly others: string[];
}

function reachesOf(
  survey: Survey,
  party: Party,
  direction: Exposure["direction"],
): readonly Pick<Exposure, "ports" | "cidrs">[] {
  const portsByKey = new Map<string, readonly PortReach[]>();
  const parts = outsideParts(survey, (address) => {
    const [source, destination] = direction === "from" ? [address, party] : [party, address];
    const ports = portReaches(survey, source, destination);
    if (ports.length === 0) return undefined;
    const key = reachesKey(ports);
    portsByKey.set(key, portsByKey.get(key) ?? ports);
    return key;
  });
  return [...portsByKey].map(([key, ports]) => {
    const own = parts.filter(({ value }) => value === key);
    return { ports, cidrs: own.map(({ cidr }) => formatCidr(cidr)) };
  });
}
