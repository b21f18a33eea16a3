import type { Both } from "../../reach/joint-pods.ts";
import type { DecidingRule, EvaluateOptions } from "../../verdict/explanation.ts";
import { relationOf } from "../class-verdicts.ts";
import { requireWithin } from "../limits.ts";
import type { Party } from "../party.ts";
import type { PortSegment } from "../port-segments.ts";
import { reasonKey, type Survey } from "../survey.ts";
import type { DiffVerdict } from "./change.ts";
import { type EditScope, union } from "./edit-scope.ts";
import type { Kind, Kinds } from "./kinds.ts";
import type { Member } from "./outside-members.ts";
import { podDifferences } from "./pod-differences.ts";
import { hasMoved, type RelatedPairs, type Relations } from "./relations.ts";

/** A difference on one segment of ports, for all pairs of two kinds in one relation. */
export interface Difference extends Both<Side> {
  readonly pairs: RelatedPairs;
  /** Position of the segment. */
  readonly at: number;
}

/** What is said in one of the worlds. */
export interface Side {
  readonly verdict: DiffVerdict;
  readonly rules: readonly DecidingRule[];
  /** Equal for equal reasons. */
  readonly key: string;
}

/** Two worlds made ready to be compared. */
export interface Comparison {
  readonly surveys: Both<Survey>;
  readonly options: EvaluateOptions;
  readonly segments: readonly PortSegment[];
  readonly kinds: Kinds;
  readonly relations: Relations;
  readonly scope: EditScope;
  /** Kinds between which verdicts are compiled. */
  readonly isCompiled: (kind: Kind) => boolean;
}

/** All pairs whose verdict differs, in no order. */
export function* differences(comparison: Comparison): Generator<Difference> {
  for (const { pairs, at } of podDifferences(comparison)) {
    yield* differenceOf(pairs, at, comparison);
  }
  for (const { pairs, segments } of askedPairs(comparison)) {
    for (const [at, isAsked] of segments.entries()) {
      if (isAsked === 1) yield* differenceOf(pairs, at, comparison);
    }
  }
}

// Pairs of which one end is not compiled, as far as an edit touches either, or the way between them.
function* askedPairs({ kinds: { kinds }, isCompiled, ...comparison }: Comparison) {
  const { relations, scope, segments } = comparison;
  const compiled = kinds.map(isCompiled);
  const compiledCount = compiled.filter((one) => one).length;
  requireWithin("pairs", kinds.length ** 2 - compiledCount ** 2);
  const all = new Uint8Array(segments.length).fill(1);
  const masks = kinds.map((kind) => scope.maskOf(kind));
  const isTouched = masks.map((mask) => mask.includes(1));
  for (const [from, source] of kinds.entries()) {
    for (const [to, destination] of kinds.entries()) {
      if (compiled[from] && compiled[to]) continue;
      if (source.isOutside && destination.isOutside) continue;
      if (!isTouched[from] && !isTouched[to]) continue;
      const mask = union(masks[from], masks[to]);
      for (const pairs of relations.between(from, to)) {
        if (!hasMoved(pairs)) yield { pairs, segments: mask };
      }
    }
  }
  for (const pairs of relations.near()) {
    const isLooked = compiled[pairs.from] && compiled[pairs.to];
    if (!isLooked && hasMoved(pairs)) yield { pairs, segments: all };
  }
}

function* differenceOf(
  pairs: RelatedPairs,
  at: number,
  { surveys, segments, kinds: { members } }: Comparison,
): Generator<Difference> {
  const [source, destination] = [members[pairs.source], members[pairs.destination]];
  const segment = segments[at];
  const before = sideOf(surveys.before, [source.before, destination.before], segment);
  const after = sideOf(surveys.after, [source.after, destination.after], segment);
  if (isChange(before.verdict, after.verdict)) yield { pairs, at, before, after };
}

function sideOf(
  { verdicts }: Survey,
  [source, destination]: readonly (Party | undefined)[],
  { sample }: PortSegment,
): Side {
  if (source === undefined || destination === undefined) return absent;
  if (relationOf(source.end, destination.end) === "self") return absent;
  const answer = verdicts.answer(source, destination, sample);
  return { verdict: answer.verdict, rules: answer.rules, key: reasonKey(answer) };
}

const absent: Side = { verdict: "ABSENT", rules: [], key: "ABSENT" };

// An end that comes or goes counts where it is let through, or may be.
function isChange(before: DiffVerdict, after: DiffVerdict): boolean {
  if (before === after) return false;
  const other = before === "ABSENT" ? after : before;
  if (before !== "ABSENT" && after !== "ABSENT") return true;
  return other === "ALLOW" || other === "UNKNOWN";
}

/** Both ends of an example, as far as they exist. */
export function endpointsOf(members: readonly Member[]) {
  const [source, destination] = members.map((one) => (one.after ?? one.before)?.endpoint);
  if (source === undefined || destination === undefined) throw new Error("a party is nowhere");
  return { source, destination };
}
