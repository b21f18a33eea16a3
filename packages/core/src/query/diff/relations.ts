import type { Kind, Kinds } from "./kinds.ts";

/** Pairs of two kinds in one relation. */
export interface RelatedPairs {
  readonly from: number;
  readonly to: number;
  /** Bit 0: on one node before; bit 1: after. */
  readonly relation: number;
  /** The first of them, by source, then by destination. */
  readonly source: number;
  readonly destination: number;
  readonly pairCount: number;
}

/** True for pairs that were on one node and are not, or the other way round. */
export function hasMoved({ relation }: RelatedPairs): boolean {
  return relation === 1 || relation === 2;
}

/** Which pairs of members are on one node, where that matters. */
export class Relations {
  readonly #kinds: Kinds;
  /** By pair of kinds: counts and first pairs of relations 1 to 3. */
  readonly #near = new Map<number, NearPairs>();

  constructor(kinds: Kinds) {
    this.#kinds = kinds;
    const { before, after } = kinds.nodeOf;
    for (const [source, destination] of nearPairs(kinds, before)) {
      const isNearAfter = after[source] >= 0 && after[source] === after[destination];
      this.#note(source, destination, isNearAfter ? 3 : 1);
    }
    for (const [source, destination] of nearPairs(kinds, after)) {
      const wasNear = before[source] >= 0 && before[source] === before[destination];
      if (!wasNear) this.#note(source, destination, 2);
    }
  }

  /** The relation of two members. */
  of(source: number, destination: number): number {
    const { kinds, kindOf, nodeOf } = this.#kinds;
    if (!doesNodeMatter(kinds[kindOf[source]], kinds[kindOf[destination]])) return 0;
    const isNear = (nodes: Int32Array) =>
      nodes[source] >= 0 && nodes[source] === nodes[destination];
    return Number(isNear(nodeOf.before)) + 2 * Number(isNear(nodeOf.after));
  }

  /** All relations that there are between members of two kinds, nobody's to itself. */
  between(from: number, to: number): readonly RelatedPairs[] {
    const near = this.#near.get(from * this.#kinds.kinds.length + to);
    const apart = this.apart(from, to);
    return [...(apart === undefined ? [] : [apart]), ...(near ? listed(from, to, near) : [])];
  }

  /** The pairs of two kinds that are on no node together in either world; undefined for none. */
  apart(from: number, to: number): RelatedPairs | undefined {
    const { kinds } = this.#kinds;
    const [sources, destinations] = [kinds[from].members, kinds[to].members];
    const near = this.#near.get(from * kinds.length + to);
    const nearCount = near?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
    const pairCount = sources.length * (destinations.length - Number(from === to)) - nearCount;
    if (pairCount === 0) return undefined;
    for (const source of sources) {
      for (const destination of destinations) {
        if (source === destination || this.of(source, destination) !== 0) continue;
        return { from, to, relation: 0, source, destination, pairCount };
      }
    }
    throw new Error("pairs that were counted are not there");
  }

  /** All pairs of kinds in the other relations. */
  *near(): Generator<RelatedPairs> {
    const { length } = this.#kinds.kinds;
    for (const [key, near] of this.#near) {
      yield* listed(Math.floor(key / length), key % length, near);
    }
  }

  #note(source: number, destination: number, relation: number): void {
    const { kinds, kindOf } = this.#kinds;
    const key = kindOf[source] * kinds.length + kindOf[destination];
    const own = this.#near.get(key) ?? { counts: [0, 0, 0, 0], firsts: [] };
    this.#near.set(key, own);
    own.counts[relation]++;
    const first = own.firsts[relation];
    const isFirst =
      first === undefined ||
      source < first.source ||
      (source === first.source && destination < first.destination);
    if (isFirst) own.firsts[relation] = { source, destination };
  }
}

interface NearPairs {
  readonly counts: number[];
  readonly firsts: { readonly source: number; readonly destination: number }[];
}

function listed(from: number, to: number, { counts, firsts }: NearPairs): readonly RelatedPairs[] {
  return counts.flatMap((pairCount, relation) => {
    return pairCount === 0 ? [] : [{ from, to, relation, ...firsts[relation], pairCount }];
  });
}

/** The same as `relationOf` for kinds: network policies know a node wherever its pods are. */
function doesNodeMatter(one: Kind, other: Kind): boolean {
  if (one.byNode === "always" || other.byNode === "always") return true;
  return one.byNode === "with others" && other.byNode === "with others";
}

function* nearPairs({ kinds, kindOf }: Kinds, nodes: Int32Array) {
  const onNode = new Map<number, number[]>();
  for (const [member, node] of nodes.entries()) {
    if (node < 0) continue;
    const own = onNode.get(node) ?? [];
    onNode.set(node, own);
    own.push(member);
  }
  for (const members of onNode.values()) {
    for (const source of members) {
      const one = kinds[kindOf[source]];
      for (const destination of members) {
        if (source === destination) continue;
        if (doesNodeMatter(one, kinds[kindOf[destination]])) yield [source, destination] as const;
      }
    }
  }
}
