import { formatCidr } from "../net/cidr.ts";
import type { DecidingRule, Endpoint, EvaluateOptions, Verdict } from "../verdict/explanation.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { type Answer, relationOf, type Service } from "./class-verdicts.ts";
import type { Party } from "./party.ts";
import { endpointText, outsideParts, partyOf, reasonKey, type Survey, surveyOf } from "./survey.ts";

/** Sources that are let through by the same rules. */
export interface SourceSet {
  readonly verdict: Extract<Verdict, "ALLOW" | "UNKNOWN">;
  /** Deciding rules of both ends; none where no group is asked or the verdict is UNKNOWN. */
  readonly rules: readonly DecidingRule[];
  /** Network policies that decided: "NetworkPolicy shop/web spec.ingress[0]". */
  readonly policies: readonly string[];
  /** One sentence; where it names a source, that one stands for all. */
  readonly because: string;
  /** "namespace/name", sorted. */
  readonly pods: readonly string[];
  /** Nodes and interfaces outside the cluster, sorted. */
  readonly others: readonly string[];
  /** Addresses outside the world, as the fewest CIDRs. */
  readonly outside: readonly string[];
}

/** Who reaches a destination. */
export interface WhoCan {
  readonly destination: string;
  readonly protocol: number;
  readonly port: number;
  /** Allowed ones first, then those with the fewest pods. */
  readonly sources: readonly SourceSet[];
  /** Pods that are let through, that cannot be judged, and that are not let through. */
  readonly podCounts: {
    readonly allowed: number;
    readonly unknown: number;
    readonly refused: number;
  };
}

/**
 * Says who may open a connection to a destination, in sets with one reason each.
 *
 * The destination itself is left out. Throws as `evaluate` does for a destination that names
 * nothing or a protocol or port out of range.
 */
export function whoCan(
  world: World | WorldIndex,
  asked: Service & { readonly destination: Endpoint },
  options: EvaluateOptions = {},
): WhoCan {
  const survey = surveyOf(world, options);
  const { destination: endpoint, ...service } = asked;
  const destination = partyOf(survey, endpoint);
  const sets = new Map<string, Draft>();
  let refused = 0;
  for (const party of survey.parties) {
    if (relationOf(party.end, destination.end) === "self") continue;
    const answer = survey.verdicts.answer(party, destination, service);
    const set = setOf(sets, answer);
    if (set !== undefined) (party.kind === "pod" ? set.pods : set.others).push(party.name);
    else if (party.kind === "pod") refused++;
  }
  if (destination.kind !== "address" || destination.end.kind !== "address") {
    addOutside(survey, destination, service, sets);
  }
  const sources = [...sets].sort(bySize).map(([, draft]) => draft);
  const count = (verdict: Verdict) =>
    sources.reduce((sum, set) => sum + (set.verdict === verdict ? set.pods.length : 0), 0);
  return {
    destination: endpointText(endpoint),
    protocol: service.protocol,
    port: service.port,
    sources,
    podCounts: { allowed: count("ALLOW"), unknown: count("UNKNOWN"), refused },
  };
}

interface Draft extends SourceSet {
  readonly pods: string[];
  readonly others: string[];
  readonly outside: string[];
}

function setOf(sets: Map<string, Draft>, answer: Answer): Draft | undefined {
  const { verdict, rules, policies, because } = answer;
  if (verdict !== "ALLOW" && verdict !== "UNKNOWN") return undefined;
  const key = reasonKey(answer);
  const known = sets.get(key);
  if (known !== undefined) return known;
  const made = { verdict, rules, policies, because, pods: [], others: [], outside: [] };
  sets.set(key, made);
  return made;
}

function addOutside(
  survey: Survey,
  destination: Party,
  service: Service,
  sets: Map<string, Draft>,
): void {
  const parts = outsideParts(survey, (party) => {
    const answer = survey.verdicts.answer(party, destination, service);
    return setOf(sets, answer) === undefined ? undefined : reasonKey(answer);
  });
  for (const { cidr, value } of parts) sets.get(value)?.outside.push(formatCidr(cidr));
}

function bySize([keyA, a]: [string, Draft], [keyB, b]: [string, Draft]): number {
  if (a.verdict !== b.verdict) return a.verdict === "ALLOW" ? -1 : 1;
  if (a.pods.length !== b.pods.length) return a.pods.length - b.pods.length;
  return keyA < keyB ? -1 : 1;
}
