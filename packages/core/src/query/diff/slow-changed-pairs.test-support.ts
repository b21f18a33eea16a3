import { TCP, UDP } from "../../net/protocol.ts";
import type { DecidingRule, Flow } from "../../verdict/explanation.ts";
import { type Answer, relationOf } from "../class-verdicts.ts";
import { requireWithin } from "../limits.ts";
import type { Party } from "../party.ts";
import {
  aclRanges,
  type PortSegment,
  policyRanges,
  portSegments,
  segmentText,
  type TrafficRange,
} from "../port-segments.ts";
import { reasonKey, type Survey } from "../survey.ts";
import { type Cell, cellsOf } from "./cells.test-support.ts";
import type { ChangedPairs, DiffVerdict, PairSet } from "./change.ts";
import type { Member } from "./outside-members.ts";

/** The slow twin of `changedPairs`: asks the evaluator about every pair of cells. */
export function slowChangedPairs(before: Survey, after: Survey): readonly ChangedPairs[] {
  const cells = cellsOf(before, after);
  const segments = portSegments([...rangesOf(before), ...rangesOf(after)]);
  requireWithin("pairs", cells.length ** 2);
  return joined(draftsOf(cells, changeFinder(segments, before, after)));
}

function rangesOf({ index }: Survey): readonly TrafficRange[] {
  const ofGroups = index.world.groups.flatMap(({ rules }) => rules);
  return [...ofGroups, ...policyRanges(index), ...aclRanges(index)];
}

/** A change on one segment of ports. */
interface Draft {
  readonly key: string;
  readonly before: Side;
  readonly after: Side;
  readonly segment: PortSegment;
  readonly example: Flow;
  /** Destination cells by source cell. */
  readonly cells: Map<Cell, Cell[]>;
}

interface Side {
  readonly verdict: DiffVerdict;
  readonly rules: readonly DecidingRule[];
  readonly key: string;
}

/** A difference on one segment, for all pairs of the same kinds in the same places. */
interface Change {
  /** Position of the segment. */
  readonly at: number;
  readonly segment: PortSegment;
  readonly key: string;
  readonly was: Side;
  readonly is: Side;
}

type ChangeFinder = (from: Cell, to: Cell, pair: readonly Member[]) => readonly Change[];

// In the order of segments, so that neighbours can be joined.
function draftsOf(cells: readonly Cell[], find: ChangeFinder): readonly Draft[] {
  const drafts = new Map<string, Draft & { readonly at: number }>();
  for (const from of cells) {
    for (const to of cells) {
      const pair = pairOf(from, to);
      if (pair === undefined) continue;
      for (const change of find(from, to, pair)) {
        const draft = drafts.get(change.key) ?? { ...draftOf(change, pair), at: change.at };
        drafts.set(change.key, draft);
        const own = draft.cells.get(from);
        if (own === undefined) draft.cells.set(from, [to]);
        else own.push(to);
      }
    }
  }
  return [...drafts.values()].sort((a, b) => a.at - b.at);
}

// What holds for one pair holds for all of the same kinds that share a node, or do not, alike.
function changeFinder(
  segments: readonly PortSegment[],
  before: Survey,
  after: Survey,
): ChangeFinder {
  const known = new Map<string, readonly Change[]>();
  return (from, to, pair) => {
    const places = `${isOneNode(from.nodeBefore, to.nodeBefore)} ${isOneNode(from.nodeAfter, to.nodeAfter)}`;
    const place = `${from.kindId} ${to.kindId} ${places}`;
    const found = known.get(place) ?? changesOf(pair, segments, before, after);
    known.set(place, found);
    return found;
  };
}

function isOneNode(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a === b;
}

function changesOf(
  pair: readonly Member[],
  segments: readonly PortSegment[],
  before: Survey,
  after: Survey,
): readonly Change[] {
  const [old, now] = [pair.map((one) => one.before), pair.map((one) => one.after)];
  return segments.flatMap((segment, at) => {
    const was = sideOf(before, old, segment);
    const is = sideOf(after, now, segment);
    if (!isChange(was.verdict, is.verdict)) return [];
    return [{ at, segment, was, is, key: `${at} ${was.key} > ${is.key}` }];
  });
}

// Two members that stand for all pairs of the cells; none where one would talk to itself.
function pairOf(from: Cell, to: Cell): readonly Member[] | undefined {
  if (from.isOutside && to.isOutside) return undefined;
  if (from !== to) return [from.members[0], to.members[0]];
  return from.members.length > 1 ? from.members.slice(0, 2) : undefined;
}

function sideOf(
  { verdicts }: Survey,
  [source, destination]: readonly (Party | undefined)[],
  { sample }: PortSegment,
): Side {
  if (source === undefined || destination === undefined) return absent;
  if (relationOf(source.end, destination.end) === "self") return absent;
  const answer: Answer = verdicts.answer(source, destination, sample);
  return { verdict: answer.verdict, rules: answer.rules, key: reasonKey(answer) };
}

const absent: Side = { verdict: "ABSENT", rules: [], key: "ABSENT" };

function isChange(before: DiffVerdict, after: DiffVerdict): boolean {
  if (before === after) return false;
  const other = before === "ABSENT" ? after : before;
  if (before !== "ABSENT" && after !== "ABSENT") return true;
  return other === "ALLOW" || other === "UNKNOWN";
}

function draftOf({ key, at, was, is, segment }: Change, pair: readonly Member[]): Draft {
  const [source, destination] = pair.map((one) => (one.after ?? one.before)?.endpoint);
  if (source === undefined || destination === undefined) throw new Error("a party is nowhere");
  const example = { source, destination, ...segment.sample };
  const meaning = key.slice(`${at} `.length);
  return { key: meaning, before: was, after: is, segment, example, cells: new Map() };
}

// Neighbouring ports with the same change become one range; equal changes one entry.
function joined(drafts: readonly Draft[]): readonly ChangedPairs[] {
  const byMeaning = new Map<string, { readonly first: Draft; readonly segments: PortSegment[] }>();
  for (const draft of drafts) {
    const key = `${draft.key}\n${JSON.stringify(pairSets(draft))}`;
    const known = byMeaning.get(key);
    if (known === undefined) byMeaning.set(key, { first: draft, segments: [draft.segment] });
    else extend(known.segments, draft.segment);
  }
  return [...byMeaning.values()].map(({ first, segments }) => ({
    before: first.before.verdict,
    after: first.after.verdict,
    traffic: segments.map(segmentText),
    pairs: pairSets(first),
    pairCount: pairCount(first) * segments.length,
    rulesBefore: first.before.rules,
    rulesAfter: first.after.rules,
    example: first.example,
  }));
}

function extend(segments: PortSegment[], next: PortSegment): void {
  const last = segments[segments.length - 1];
  const hasPorts = next.protocol === TCP || next.protocol === UDP;
  if (hasPorts && last.protocol === next.protocol && last.toPort + 1 === next.fromPort) {
    segments[segments.length - 1] = { ...last, toPort: next.toPort };
  } else segments.push(next);
}

// Sources with the same destinations stand together.
function pairSets({ cells }: Draft): readonly PairSet[] {
  const byDestinations = new Map<string, { sources: string[]; destinations: readonly string[] }>();
  for (const [from, to] of cells) {
    const destinations = namesOf(to);
    const key = JSON.stringify(destinations);
    const known = byDestinations.get(key) ?? { sources: [], destinations };
    byDestinations.set(key, known);
    known.sources.push(...namesOf([from]));
  }
  return [...byDestinations.values()].map(({ sources, destinations }) => {
    return { sources: sources.sort(), destinations };
  });
}

function namesOf(cells: readonly Cell[]): readonly string[] {
  return cells.flatMap(({ members }) => members.map(({ name }) => name)).sort();
}

function pairCount({ cells }: Draft): number {
  let count = 0;
  for (const [from, to] of cells) {
    for (const cell of to) {
      const own = from.members.length;
      count += cell === from ? own * (own - 1) : own * cell.members.length;
    }
  }
  return count;
}
