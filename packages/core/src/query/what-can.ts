import { formatCidr } from "../net/cidr.ts";
import type { Endpoint, EvaluateOptions } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { relationOf } from "./class-verdicts.ts";
import { type Party, serviceParties } from "./party.ts";
import { type PortReach, portReaches, reachesKey } from "./port-reach.ts";
import { endpointText, outsideParts, partyOf, type Survey, surveyOf } from "./survey.ts";

/** Destinations that are reached on the same ports by the same rules. */
export interface DestinationSet {
  readonly ports: readonly PortReach[];
  /** "namespace/name", sorted. */
  readonly pods: readonly string[];
  /** Nodes and interfaces outside the cluster, sorted. */
  readonly others: readonly string[];
  /** Services all of whose ways are open, "namespace/name", sorted. */
  readonly services: readonly string[];
  /** Addresses outside the world, as the fewest CIDRs. */
  readonly outside: readonly string[];
}

/** What a source reaches. */
export interface WhatCan {
  readonly source: string;
  /** Those with the fewest pods first. */
  readonly destinations: readonly DestinationSet[];
  /** Pods that are reached on no port. */
  readonly refusedPodCount: number;
}

/**
 * Says what a source may open connections to, and on which ports. The source itself is left out.
 *
 * Throws as `evaluate` does for a source that names nothing.
 */
export function whatCan(
  world: World | WorldIndex,
  source: Endpoint,
  options: EvaluateOptions = {},
): WhatCan {
  const survey = surveyOf(world, options);
  const from = partyOf(survey, source);
  const others = survey.parties.filter((party) => relationOf(from.end, party.end) !== "self");
  const { sets, refusedPodCount } = destinationSets(survey, from, others);
  const destinations = [...sets].sort(bySize).map(([, set]) => set);
  return { source: endpointText(source), destinations, refusedPodCount };
}

interface Draft extends DestinationSet {
  readonly pods: string[];
  readonly others: string[];
  readonly services: string[];
  readonly outside: string[];
}

function destinationSets(survey: Survey, from: Party, parties: readonly Party[]) {
  const sets = new Map<string, Draft>();
  const known = new Map<string, string | undefined>();
  const keyFor = (party: Party): string | undefined => {
    const pair = `${party.classId} ${relationOf(from.end, party.end)}`;
    if (!known.has(pair)) known.set(pair, fileReaches(sets, portReaches(survey, from, party)));
    return known.get(pair);
  };
  let refusedPodCount = 0;
  for (const party of parties) {
    const set = sets.get(keyFor(party) ?? "");
    if (set !== undefined) (party.kind === "pod" ? set.pods : set.others).push(party.name);
    else if (party.kind === "pod") refusedPodCount++;
  }
  for (const party of from.end.kind === "front"
    ? []
    : serviceParties(survey.index, survey.placer)) {
    // Which backends answer depends on the node of the source, so that classes do not tell.
    const key = fileReaches(sets, portReaches(survey, from, party));
    sets.get(key ?? "")?.services.push(party.name);
  }
  if (from.end.kind !== "address") {
    for (const { cidr, value } of outsideParts(survey, keyFor)) {
      sets.get(value)?.outside.push(formatCidr(cidr));
    }
  }
  return { sets, refusedPodCount };
}

// The key of the set; none where nothing is reached.
function fileReaches(sets: Map<string, Draft>, ports: readonly PortReach[]): string | undefined {
  if (ports.length === 0) return undefined;
  const key = reachesKey(ports);
  if (!sets.has(key)) sets.set(key, { ports, pods: [], others: [], services: [], outside: [] });
  return key;
}

function bySize([keyA, a]: [string, Draft], [keyB, b]: [string, Draft]): number {
  if (a.pods.length !== b.pods.length) return a.pods.length - b.pods.length;
  return keyA < keyB ? -1 : 1;
}
