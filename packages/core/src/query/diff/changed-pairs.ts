import { TCP, UDP } from "../../net/protocol.ts";
import type { Both } from "../../reach/joint-pods.ts";
import type { EvaluateOptions } from "../../verdict/explanation.ts";
import type { WorldIndex } from "../../world/world-index.ts";
import type { WorldEdit } from "../edit.ts";
import {
  aclRanges,
  type PortSegment,
  policyRanges,
  portSegments,
  segmentText,
  type TrafficRange,
} from "../port-segments.ts";
import type { Survey } from "../survey.ts";
import type { ChangedPairs } from "./change.ts";
import { type Comparison, type Difference, differences, endpointsOf } from "./differences.ts";
import { editScope, hasNodePorts } from "./edit-scope.ts";
import { type Kind, kindsOf } from "./kinds.ts";
import { ChangedKinds } from "./pair-sets.ts";
import { Relations } from "./relations.ts";

/**
 * All pairs whose verdict differs between two worlds that tell the same blocks apart and number
 * classes alike.
 *
 * @param edits all that turn one world into the other.
 */
export function changedPairs(
  surveys: Both<Survey>,
  edits: readonly WorldEdit[],
  options: EvaluateOptions,
): readonly ChangedPairs[] {
  const segments = portSegments([...rangesOf(surveys.before), ...rangesOf(surveys.after)]);
  const kinds = kindsOf(surveys.before, surveys.after);
  const worlds = { before: surveys.before.index, after: surveys.after.index };
  const scope = editScope(edits, worlds, segments);
  const relations = new Relations(kinds);
  const isCompiled = compiledKinds(worlds);
  const comparison = { surveys, options, segments, kinds, relations, scope, isCompiled };
  return joined(draftsOf(comparison), comparison);
}

// Connections to a node with node ports may end at pods, which is the evaluator's matter.
function compiledKinds({ before, after }: Both<WorldIndex>): (kind: Kind) => boolean {
  const areNodes = !hasNodePorts(before) && !hasNodePorts(after);
  return ({ party }) => party === "pod" || (areNodes && party === "node");
}

function rangesOf({ index }: Survey): readonly TrafficRange[] {
  const ofGroups = index.world.groups.flatMap(({ rules }) => rules);
  return [...ofGroups, ...policyRanges(index), ...aclRanges(index)];
}

/** A change on one segment of ports. */
interface Draft {
  /** Equal for equal verdicts with equal reasons. */
  readonly meaning: string;
  /** The one whose first pair comes first. */
  first: Difference;
  readonly kinds: ChangedKinds;
}

// In the order of segments, so that neighbours can be joined, then of first pairs.
function draftsOf(comparison: Comparison): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  for (const difference of differences(comparison)) {
    const { before, after, at, pairs } = difference;
    const meaning = `${before.key} > ${after.key}`;
    const key = `${at} ${meaning}`;
    const draft = drafts.get(key) ?? { meaning, first: difference, kinds: new ChangedKinds() };
    drafts.set(key, draft);
    draft.kinds.add(pairs);
    if (compareFirst(difference, draft.first) < 0) draft.first = difference;
  }
  return [...drafts.values()].sort((a, b) => {
    return a.first.at - b.first.at || compareFirst(a.first, b.first);
  });
}

function compareFirst({ pairs: a }: Difference, { pairs: b }: Difference): number {
  return a.source - b.source || a.destination - b.destination;
}

// Neighbouring ports with the same change become one range; equal changes one entry.
function joined(drafts: readonly Draft[], comparison: Comparison): readonly ChangedPairs[] {
  const { segments, kinds, relations } = comparison;
  const byMeaning = new Map<string, { readonly draft: Draft; readonly segments: PortSegment[] }>();
  for (const draft of drafts) {
    const key = `${draft.meaning}\n${draft.kinds.text()}`;
    const known = byMeaning.get(key);
    const segment = segments[draft.first.at];
    if (known === undefined) byMeaning.set(key, { draft, segments: [segment] });
    else extend(known.segments, segment);
  }
  return [...byMeaning.values()].map(({ draft, segments: own }) => {
    const { pairs, before, after, at } = draft.first;
    const ends = [kinds.members[pairs.source], kinds.members[pairs.destination]];
    return {
      before: before.verdict,
      after: after.verdict,
      traffic: own.map(segmentText),
      pairs: draft.kinds.pairSets(kinds, relations),
      pairCount: draft.kinds.pairCount * own.length,
      rulesBefore: before.rules,
      rulesAfter: after.rules,
      example: { ...endpointsOf(ends), ...segments[at].sample },
    };
  });
}

function extend(segments: PortSegment[], next: PortSegment): void {
  const last = segments[segments.length - 1];
  const hasPorts = next.protocol === TCP || next.protocol === UDP;
  if (hasPorts && last.protocol === next.protocol && last.toPort + 1 === next.fromPort) {
    segments[segments.length - 1] = { ...last, toPort: next.toPort };
  } else segments.push(next);
}
