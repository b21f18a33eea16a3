import { nodeOf } from "./class-key.ts";
import { type ClassVerdicts, relationOf, type Service } from "./class-verdicts.ts";
import type { Party } from "./party.ts";

// A verdict in two bits.
const REFUSED = 0;
/** Code of an ALLOW. */
export const ALLOWED = 1;
/** Code of an UNKNOWN. */
export const UNSURE = 2;
// No two pods of these classes are apart from each other.
const NO_PAIR = 3;

/** The verdict of one pair. */
export function codeOf(
  verdicts: ClassVerdicts,
  source: Party,
  destination: Party,
  service: Service,
): number {
  switch (verdicts.answer(source, destination, service).verdict) {
    case "ALLOW":
      return ALLOWED;
    case "UNKNOWN":
      return UNSURE;
    case "DENY":
    case "UNSUPPORTED":
      return REFUSED;
  }
}

/**
 * Verdicts from one class to every class when the ends are not on one node, a byte each; class
 * numbers are positions, services follow each other.
 */
export function apartCodes(
  samples: readonly (readonly Party[])[],
  verdicts: ClassVerdicts,
  services: readonly Service[],
): (classId: number) => Uint8Array {
  const known = new Map<number, Uint8Array>();
  return (classId) => {
    const found = known.get(classId);
    if (found !== undefined) return found;
    const codes = new Uint8Array(samples.length * services.length).fill(NO_PAIR);
    for (let to = 0; to < samples.length; to++) {
      const pair = apartPair(samples[classId], samples[to]);
      if (pair === undefined) continue;
      for (const [at, service] of services.entries()) {
        codes[at * samples.length + to] = codeOf(verdicts, ...pair, service);
      }
    }
    known.set(classId, codes);
    return codes;
  };
}

/** Few members of every class that stand for all: two of them, on two nodes if possible. */
export function samplesOf(parties: readonly Party[], classCount: number): readonly Party[][] {
  const samples: Party[][] = Array.from({ length: classCount }, () => []);
  for (const party of parties) {
    const own = samples[party.classId];
    if (own.length === 0) own.push(party);
    else if (own.length === 1) own.push(party);
    else if (isOnOneNode(own) && nodeOf(party.end) !== nodeOf(own[0].end)) own[1] = party;
  }
  return samples;
}

/** Two parties of the lists that are neither one nor on one node. */
export function apartPair(
  sources: readonly Party[],
  destinations: readonly Party[],
): readonly [Party, Party] | undefined {
  for (const source of sources) {
    for (const destination of destinations) {
      if (relationOf(source.end, destination.end) === "apart") return [source, destination];
    }
  }
  return undefined;
}

function isOnOneNode([first, second]: readonly Party[]): boolean {
  return nodeOf(first.end) === nodeOf(second.end);
}
