import { clearBit, setBit } from "./bits.ts";
import { QUERY_LIMITS } from "./limits.ts";
import type { MatrixRow } from "./matrix.ts";
import { packWords } from "./pack-words.ts";
import type { PodWords, VerdictWords } from "./pod-words.ts";

interface Bits {
  readonly allowed: Uint8Array;
  readonly unknown: Uint8Array;
}

/**
 * Rows of single pods. What holds between classes is copied into the row, then the few pods of the
 * same node, and the pod itself, are looked up on their own.
 */
export function* podRows(pods: PodWords, questionCount: number): Generator<MatrixRow> {
  const { names, nodeOf, classOf } = pods;
  const baseOf = baseRows(pods, questionCount);
  const onNode = podsByNode(nodeOf);
  const words: VerdictWords = { allowed: 0, unknown: 0 };
  for (const [source, name] of names.entries()) {
    const row = copyOf(baseOf(classOf[source]));
    // A pod without a node is near to itself alone.
    for (const near of onNode.get(nodeOf[source]) ?? [source]) {
      pods.write(source, near, words);
      for (let question = 0; question < questionCount; question++) {
        const at = question * names.length + near;
        putBit(row.allowed, at, (words.allowed >>> question) & 1);
        putBit(row.unknown, at, (words.unknown >>> question) & 1);
      }
    }
    const { allowed, unknown } = row;
    yield { source: name, allAllowed: allowed, anyAllowed: allowed, anyUnknown: unknown };
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
function baseRows(pods: PodWords, questionCount: number): (classId: number) => Bits {
  const byteCount = Math.ceil((pods.names.length * questionCount) / 8);
  const keptMax = Math.floor(QUERY_LIMITS.rowBytes / Math.max(1, 2 * byteCount));
  const podCounts = new Int32Array(pods.classCount);
  for (const classId of pods.classOf) podCounts[classId]++;
  const known = new Map<number, Bits>();
  return (classId) => {
    const found = known.get(classId);
    if (found !== undefined) return found;
    const made = { allowed: new Uint8Array(byteCount), unknown: new Uint8Array(byteCount) };
    const { allowed, unknown } = pods.rowOf(classId);
    packWords(made.allowed, allowed, pods.classOf, questionCount);
    if (unknown !== undefined) packWords(made.unknown, unknown, pods.classOf, questionCount);
    if (podCounts[classId] > 1 && known.size < keptMax) known.set(classId, made);
    return made;
  };
}

function copyOf({ allowed, unknown }: Bits): Bits {
  return { allowed: allowed.slice(), unknown: unknown.slice() };
}

function putBit(bits: Uint8Array, at: number, value: number): void {
  if (value === 1) setBit(bits, at);
  else clearBit(bits, at);
}
