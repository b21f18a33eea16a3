import { ALL_PROTOCOLS, ICMP, ICMPV6 } from "../net/protocol.ts";
import type { AnyEnd } from "../paths/end.ts";
import type { DecidingRule, Endpoint, EvaluateOptions, Verdict } from "../verdict/explanation.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";
import type { World } from "../world/world.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { Answer } from "./class-verdicts.ts";
import type { Party } from "./party.ts";
import {
  aclRanges,
  type PortSegment,
  policyRanges,
  portSegments,
  segmentText,
  serviceRanges,
} from "./port-segments.ts";
import { partyOf, reasonKey, type Survey, surveyOf } from "./survey.ts";

/** Traffic that is not refused, for one reason. */
export interface PortReach {
  /** "tcp/80-443", "icmp/8", "other protocols", "all". */
  readonly text: string;
  /** Protocol number; -1 for all, or for those that no rule names. */
  readonly protocol: number;
  /** First port or ICMP type; -1 for all. */
  readonly fromPort: number;
  /** Last port or ICMP code; -1 for all. */
  readonly toPort: number;
  readonly verdict: Extract<Verdict, "ALLOW" | "UNKNOWN">;
  /** Deciding rules of both ends. */
  readonly rules: readonly DecidingRule[];
  /** Network policies that decided: "NetworkPolicy shop/web spec.ingress[0]". */
  readonly policies: readonly string[];
  /** One sentence; where it names ends, one pair stands for all. */
  readonly because: string;
}

/** Says which traffic may pass from one end to another: the fewest ranges, refused ones left out. */
export function portsBetween(
  world: World | WorldIndex,
  ends: { readonly source: Endpoint; readonly destination: Endpoint },
  options: EvaluateOptions = {},
): readonly PortReach[] {
  const survey = surveyOf(world, options);
  const source = partyOf(survey, ends.source);
  return portReaches(survey, source, partyOf(survey, ends.destination));
}

/** {@link portsBetween} for parties of a survey. */
export function portReaches(
  survey: Survey,
  source: Party,
  destination: Party,
): readonly PortReach[] {
  const rules = rulesOf(survey, source.end, destination.end);
  const { index } = survey;
  const named = [
    ...rules,
    ...policyRanges(index),
    ...aclRanges(index),
    ...serviceRanges(destination.end, index),
  ];
  const answered = portSegments(named).map((segment): Answered => {
    const answer = survey.verdicts.answer(source, destination, segment.sample);
    return { segment, answer, key: reasonKey(answer) };
  });
  return merged(answered).flatMap(asReach);
}

/** Equal for equal reaches with equal reasons. */
export function reachesKey(reaches: readonly PortReach[]): string {
  return reaches
    .map(({ text, verdict, rules, policies }) => {
      const ids = rules.map((one) => `${one.groupId}/${one.rule.ruleId}`);
      return [text, verdict, ...ids, ...policies].join(" ");
    })
    .join("\n");
}

interface Answered {
  readonly segment: PortSegment;
  readonly answer: Answer;
  readonly key: string;
}

function rulesOf({ index }: Survey, ...ends: readonly AnyEnd[]): readonly SecurityGroupRule[] {
  const attachments = ends.flatMap((end) => {
    if (!("own" in end)) return [];
    return "primary" in end ? [end.own, end.primary] : [end.own];
  });
  const groupIds = new Set(attachments.flatMap(({ groupIds: ids }) => ids ?? []));
  return [...groupIds].flatMap((id) => index.groups.get(id)?.rules ?? []);
}

// Neighbours of one reason become one; everything of one reason becomes "all".
function merged(answered: readonly Answered[]): readonly Answered[] {
  if (answered.every(({ key }) => key === answered[0].key)) {
    const range = { protocol: ALL_PROTOCOLS, fromPort: -1, toPort: -1, isRest: false };
    return [{ ...answered[0], segment: { ...answered[0].segment, ...range } }];
  }
  const protocols = new Set(answered.map(({ segment }) => segment.protocol));
  return [...protocols].flatMap((protocol) => {
    const own = answered.filter(({ segment }) => segment.protocol === protocol);
    if (protocol === ICMP || protocol === ICMPV6) return mergedTypes(own);
    return own.reduce<Answered[]>(joinRange, []);
  });
}

function mergedTypes(own: readonly Answered[]): readonly Answered[] {
  const rest = own[own.length - 1];
  if (own.some(({ key }) => key !== rest.key)) return own;
  return [{ ...rest, segment: { ...rest.segment, isRest: false } }];
}

function joinRange(list: Answered[], next: Answered): Answered[] {
  const last = list.at(-1);
  if (last === undefined || last.key !== next.key) return [...list, next];
  const segment = { ...last.segment, toPort: next.segment.toPort };
  return [...list.slice(0, -1), { ...last, segment }];
}

function asReach({ segment, answer }: Answered): readonly PortReach[] {
  const { verdict, rules, policies, because } = answer;
  if (verdict !== "ALLOW" && verdict !== "UNKNOWN") return [];
  const { protocol, fromPort, toPort } = segment;
  const text = segmentText(segment);
  return [{ text, protocol, fromPort, toPort, verdict, rules, policies, because }];
}
