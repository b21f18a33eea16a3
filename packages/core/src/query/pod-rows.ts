import { QUERY_LIMITS } from "./limits.ts";
import type { MatrixRow } from "./matrix.ts";
import { packWords } from "./pack-words.ts";
import type { ClassRow, PodWords, VerdictWords } from "./pod-words.ts";
import type { Unit } from "./units.ts";

/** What holds for all pods of a class, themselves and those of their node left out. */
interface BaseRow extends ClassRow {
  readonly allowedBits: Uint8Array;
  readonly unknownBits: Uint8Array;
}

/**
 * Rows of units of one pod each, in the order of pods. What holds between classes is copied into the row, then the few pods of the
 * same node, and the pod itself, are looked up on their own.
 */
export function* podRows(
  units: readonly Unit[],
  pods: PodWords,
  questionCount: number,
): Generator<MatrixRow> {
  const { nodeOf, classOf, isCertain } = pods;
  const count = units.length;
  const baseOf = baseRows(pods, questionCount);
  const onNode = podsByNode(nodeOf);
  const words: VerdictWords = { allowed: 0, unknown: 0 };
  for (const [source, { name }] of units.entries()) {
    const base = baseOf(classOf[source]);
    const allowed = base.allowedBits.slice();
    const unknown = isCertain ? base.unknownBits : base.unknownBits.slice();
    // A pod without a node is near to itself alone.
    for (const near of onNode.get(nodeOf[source]) ?? [source]) {
      pods.write(source, near, words);
      const to = classOf[near];
      flip(allowed, near, { count, bits: words.allowed ^ base.allowed[to] });
      if (!isCertain)
        flip(unknown, near, { count, bits: words.unknown ^ (base.unknown?.[to] ?? 0) });
    }
    yield { source: name, allAllowed: allowed, anyAllowed: allowed, anyUnknown: unknown };
  }
}

// A bit a question.
function flip(
  row: Uint8Array,
  pod: number,
  { count, bits }: { readonly count: number; readonly bits: number },
): void {
  for (let rest = bits; rest !== 0; rest &= rest - 1) {
    const question = 31 - Math.clz32(rest & -rest);
    const at = question * count + pod;
    row[at >> 3] ^= 1 << (at & 7);
  }
}

/** The pods of each node. */
export function podsByNode(nodeOf: Int32Array): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [pod, node] of nodeOf.entries()) {
    if (node < 0) continue;
    const own = found.get(node);
    if (own === undefined) found.set(node, [pod]);
    else own.push(pod);
  }
  return found;
}

// Kept for classes of several pods, as long as there is room.
function baseRows(pods: PodWords, questionCount: number): (classId: number) => BaseRow {
  const { classOf, classCount, names } = pods;
  const byteCount = Math.ceil((names.length * questionCount) / 8);
  const keptMax = Math.floor(QUERY_LIMITS.rowBytes / (2 * byteCount + 8 * classCount + 1));
  const podCounts = new Int32Array(classCount);
  for (const classId of classOf) podCounts[classId]++;
  const nothing = new Uint8Array(byteCount);
  const known = new Map<number, BaseRow>();
  const packed = (words: Int32Array) => {
    const bytes = new Uint8Array(byteCount);
    packWords(bytes, words, classOf, questionCount);
    return bytes;
  };
  return (classId) => {
    const found = known.get(classId);
    if (found !== undefined) return found;
    const row = pods.rowOf(classId);
    const made: BaseRow = {
      allowed: row.allowed.slice(),
      unknown: row.unknown?.slice(),
      allowedBits: packed(row.allowed),
      unknownBits: row.unknown === undefined ? nothing : packed(row.unknown),
    };
    if (podCounts[classId] > 1 && known.size < keptMax) known.set(classId, made);
    return made;
  };
}
