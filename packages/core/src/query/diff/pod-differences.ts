import { MAX_QUESTIONS } from "../../reach/questions.ts";
import { type ClassRow, type PodWords, podWords, type VerdictWords } from "../pod-words.ts";
import type { Survey } from "../survey.ts";
import type { Comparison } from "./differences.ts";
import { union } from "./edit-scope.ts";
import type { Kinds } from "./kinds.ts";
import type { Member } from "./outside-members.ts";
import { hasMoved, type RelatedPairs } from "./relations.ts";

/** Pairs of pods or nodes whose verdict differs on a segment of ports. */
export interface PodDifference {
  readonly pairs: RelatedPairs;
  /** Position of the segment. */
  readonly at: number;
}

/** Compares all pairs of pods, and of nodes, by their compiled verdicts, 32 segments of ports at a time. */
export function* podDifferences(comparison: Comparison): Generator<PodDifference> {
  const touched = touchedSegments(comparison);
  for (let first = 0; first < touched.length; first += MAX_QUESTIONS) {
    const chunk = touched.slice(first, first + MAX_QUESTIONS);
    for (const { pairs, bits } of changedBits(comparison, chunk)) {
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        yield { pairs, at: chunk[31 - Math.clz32(rest & -rest)] };
      }
    }
  }
}

// Positions of all segments on which any edit may tell.
function touchedSegments({ kinds: { kinds }, scope, segments, relations }: Comparison) {
  const mask = kinds
    .map((kind) => scope.maskOf(kind))
    .reduce((all, one) => (all === one ? all : union(all, one)), new Uint8Array(segments.length));
  const isAll = [...relations.near()].some(hasMoved);
  return segments.flatMap((_, at) => (isAll || mask[at] === 1 ? at : []));
}

interface ChangedBits {
  readonly pairs: RelatedPairs;
  /** By question: 1 where the verdict differs. */
  readonly bits: number;
}

function* changedBits(
  { surveys, options, segments, kinds, relations, isCompiled }: Comparison,
  chunk: readonly number[],
): Generator<ChangedBits> {
  const questions = chunk.map((at) => segments[at].sample);
  const compiled = ({ index }: Survey) => podWords(index, options, questions, "pods and nodes");
  const before = new WorldPods(compiled(surveys.before), kinds, (member) => member.before);
  const after = new WorldPods(compiled(surveys.after), kinds, (member) => member.after);
  const isAsked = kinds.kinds.map(isCompiled);
  const pods = kinds.kinds.flatMap((_, kind) => (isAsked[kind] ? kind : []));
  for (const from of pods) {
    const [was, is] = [before.rowOf(from), after.rowOf(from)];
    for (const to of pods) {
      const bits = changed(was, before.classOf[to], is, after.classOf[to]);
      const pairs = bits === 0 ? undefined : relations.apart(from, to);
      if (pairs !== undefined) yield { pairs, bits };
    }
  }
  for (const pairs of relations.near()) {
    if (!isAsked[pairs.from] || !isAsked[pairs.to]) continue;
    const [was, is] = [before.wordsOf(pairs), after.wordsOf(pairs)];
    const bits = (was.allowed ^ is.allowed) | (was.unknown ^ is.unknown);
    if (bits !== 0) yield { pairs, bits };
  }
}

// Whoever is not there is let through nowhere.
function changed(was: ClassRow | undefined, old: number, is: ClassRow | undefined, now: number) {
  const hasOld = was !== undefined && old >= 0;
  const hasNow = is !== undefined && now >= 0;
  const allowed = (hasOld ? was.allowed[old] : 0) ^ (hasNow ? is.allowed[now] : 0);
  const unknownBefore = hasOld && was.unknown !== undefined ? was.unknown[old] : 0;
  const unknownAfter = hasNow && is.unknown !== undefined ? is.unknown[now] : 0;
  return allowed | (unknownBefore ^ unknownAfter);
}

/** The compiled verdicts of one world, by kinds and members of both. */
class WorldPods {
  /** By kind: the class of its pods, -1 where they are not there. */
  readonly classOf: Int32Array;
  readonly #words: PodWords;
  /** By member: its position among the pods, -1 for none. */
  readonly #positions: Int32Array;

  constructor(
    words: PodWords,
    { members, kinds }: Kinds,
    sideOf: (member: Member) => Member["before"],
  ) {
    const known = new Map(words.names.map((name, at) => [name, at]));
    this.#words = words;
    this.#positions = Int32Array.from(members, (member) => {
      const party = sideOf(member);
      const isCompiled = party?.kind === "pod" || party?.kind === "node";
      return isCompiled ? (known.get(party.name) ?? -1) : -1;
    });
    this.classOf = Int32Array.from(kinds, ({ members: [first] }) => {
      const position = this.#positions[first];
      return position < 0 ? -1 : words.classOf[position];
    });
  }

  /** Overwritten by the next call; undefined for pods that are not there. */
  rowOf(kind: number): ClassRow | undefined {
    const classId = this.classOf[kind];
    return classId < 0 ? undefined : this.#words.rowOf(classId);
  }

  /** Verdicts of the first of some pairs. */
  wordsOf({ source, destination }: RelatedPairs): VerdictWords {
    const words: VerdictWords = { allowed: 0, unknown: 0 };
    const [from, to] = [this.#positions[source], this.#positions[destination]];
    if (from >= 0 && to >= 0) this.#words.write(from, to, words);
    return words;
  }
}
