import { clearBit, setBit } from "./bits.ts";
import { nodeOf } from "./class-key.ts";
import type { MatrixRow, RowSource } from "./matrix.ts";
import { ALLOWED, apartCodes, codeOf, UNSURE } from "./pair-codes.ts";

/**
 * Rows of single pods. What holds between classes is copied into the row, then the few pods of the
 * same node, and the pod itself, are judged on their own.
 */
export function* podRows(source: RowSource): Generator<MatrixRow> {
  const { parties, services, samples, verdicts } = source;
  const codesFrom = apartCodes(samples, verdicts, services);
  const classIds = Uint32Array.from(parties, ({ classId }) => classId);
  const onNode = positionsByNode(source);
  const baseOf = baseRows(source, (classId) => {
    return baseRow(classIds, codesFrom(classId), services.length);
  });
  for (const [at, party] of parties.entries()) {
    const row = copyOf(baseOf(party.classId));
    const near = onNode.get(nodeOf(party.end)) ?? [at];
    for (const to of near) {
      for (const [which, service] of services.entries()) {
        const code = codeOf(verdicts, party, parties[to], service);
        writeCode(row, which * parties.length + to, code);
      }
    }
    yield {
      source: party.name,
      allAllowed: row.allowed,
      anyAllowed: row.allowed,
      anyUnknown: row.unknown,
    };
  }
}

interface Bits {
  readonly allowed: Uint8Array;
  readonly unknown: Uint8Array;
}

// Kept for classes of several pods only: as many rows as pods would take too much memory.
function baseRows(
  { samples }: RowSource,
  make: (classId: number) => Bits,
): (classId: number) => Bits {
  const known = new Map<number, Bits>();
  return (classId) => {
    const row = known.get(classId) ?? make(classId);
    if (samples[classId].length > 1) known.set(classId, row);
    return row;
  };
}

function copyOf({ allowed, unknown }: Bits): Bits {
  return { allowed: allowed.slice(), unknown: unknown.slice() };
}

function positionsByNode({ parties }: RowSource): ReadonlyMap<string | undefined, number[]> {
  const positions = new Map<string | undefined, number[]>();
  for (const [at, { end }] of parties.entries()) {
    const node = nodeOf(end);
    // A pod without a node is near to itself alone.
    if (node === undefined) continue;
    const own = positions.get(node);
    if (own === undefined) positions.set(node, [at]);
    else own.push(at);
  }
  return positions;
}

function baseRow(classIds: Uint32Array, codes: Uint8Array, serviceCount: number): Bits {
  const count = classIds.length;
  const classCount = codes.length / serviceCount;
  const bytes = Math.ceil((count * serviceCount) / 8);
  const [allowed, unknown] = [new Uint8Array(bytes), new Uint8Array(bytes)];
  for (let which = 0; which < serviceCount; which++) {
    for (let to = 0; to < count; to++) {
      const code = codes[which * classCount + classIds[to]];
      if (code === ALLOWED) setBit(allowed, which * count + to);
      else if (code === UNSURE) setBit(unknown, which * count + to);
    }
  }
  return { allowed, unknown };
}

function writeCode({ allowed, unknown }: Bits, at: number, code: number): void {
  clearBit(allowed, at);
  clearBit(unknown, at);
  if (code === ALLOWED) setBit(allowed, at);
  else if (code === UNSURE) setBit(unknown, at);
}
