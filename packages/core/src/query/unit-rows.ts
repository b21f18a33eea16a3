import { setBit } from "./bits.ts";
import { nodeOf } from "./class-key.ts";
import { relationOf } from "./class-verdicts.ts";
import type { MatrixRow, RowSource } from "./matrix.ts";
import { ALLOWED, apartPair, codeOf, samplesOf, UNSURE } from "./pair-codes.ts";
import type { Party } from "./party.ts";
import type { Unit } from "./units.ts";

/** Rows of units of several pods: each kind of pair that there is between two units counts once. */
export function* unitRows(units: readonly Unit[], source: RowSource): Generator<MatrixRow> {
  const kinds = units.map((unit) => kindsOf(unit, source.samples.length));
  for (const [at, { name }] of units.entries()) {
    const bytes = Math.ceil((units.length * source.services.length) / 8);
    const allAllowed = new Uint8Array(bytes);
    const anyAllowed = new Uint8Array(bytes);
    const anyUnknown = new Uint8Array(bytes);
    for (let to = 0; to < units.length; to++) {
      const pairs = pairsBetween(kinds[at], kinds[to]);
      for (const [which, service] of source.services.entries()) {
        const bit = which * units.length + to;
        const codes = pairs.map((pair) => codeOf(source.verdicts, ...pair, service));
        if (codes.every((code) => code === ALLOWED)) setBit(allAllowed, bit);
        if (codes.includes(ALLOWED)) setBit(anyAllowed, bit);
        if (codes.includes(UNSURE)) setBit(anyUnknown, bit);
      }
    }
    yield { source: name, allAllowed, anyAllowed, anyUnknown };
  }
}

/** The pods of one class in a unit. */
interface UnitClass {
  /** Two of them, on two nodes if possible. */
  readonly samples: readonly Party[];
  /** Up to two a node. */
  readonly onNode: ReadonlyMap<string, readonly Party[]>;
}

function kindsOf(unit: Unit, classCount: number): readonly UnitClass[] {
  const onNode = new Map<number, Map<string, Party[]>>();
  for (const party of unit.parties) {
    const node = nodeOf(party.end);
    if (node === undefined) continue;
    const nodes = onNode.get(party.classId) ?? new Map<string, Party[]>();
    onNode.set(party.classId, nodes);
    const own = nodes.get(node) ?? [];
    nodes.set(node, own);
    if (own.length < 2) own.push(party);
  }
  return samplesOf(unit.parties, classCount)
    .map((samples, classId) => ({ samples, onNode: onNode.get(classId) ?? new Map() }))
    .filter(({ samples }) => samples.length > 0);
}

type Pair = readonly [Party, Party];

function pairsBetween(
  sources: readonly UnitClass[],
  destinations: readonly UnitClass[],
): readonly Pair[] {
  const pairs = sources.flatMap((source) =>
    destinations.flatMap((destination) => {
      const apart = apartPair(source.samples, destination.samples);
      const near = nearPair(source, destination);
      return [apart, near].filter((pair) => pair !== undefined);
    }),
  );
  if (pairs.length > 0) return pairs;
  // One pod alone: its way to itself is all there is.
  return [[sources[0].samples[0], destinations[0].samples[0]]];
}

function nearPair(source: UnitClass, destination: UnitClass): Pair | undefined {
  for (const [node, from] of source.onNode) {
    for (const one of from) {
      const other = destination.onNode.get(node)?.find((party) => {
        return relationOf(one.end, party.end) === "sameNode";
      });
      if (other !== undefined) return [one, other];
    }
  }
  return undefined;
}
