import { invalid } from "../errors/trunkline-error.ts";

/** "TLLM", little-endian. */
const magic = 0x4d4c4c54;
/** Changes with every change of the layout. */
const version = 1;
/** Magic, version, size in bytes, pods, selectors, rows; the rest is 0. */
const headerWords = 8;

/** Which selectors hold for which pods, as rows of bits that pods share. */
export interface MatchColumns {
  /** By pod: its row. */
  readonly rowOfPod: Uint16Array | Int32Array;
  /** By row, `stride` words each: bit i of word j is selector 32 * j + i. */
  readonly rows: Int32Array;
  readonly stride: number;
  /** Numbers of pods are below it. */
  readonly podCount: number;
  /** Numbers of selectors are below it. */
  readonly selectorCount: number;
}

/** True when the selector holds for the pod; false for numbers that are not in use. */
export function holdsFor(columns: MatchColumns, pod: number, selector: number): boolean {
  const { rowOfPod, rows, stride, podCount, selectorCount } = columns;
  if (!isBelow(pod, podCount) || !isBelow(selector, selectorCount)) return false;
  return ((rows[rowOfPod[pod] * stride + (selector >>> 5)] >>> (selector & 31)) & 1) !== 0;
}

/** The selectors that hold for the pod, ascending. */
export function selectorsFor(columns: MatchColumns, pod: number): number[] {
  const { rowOfPod, rows, stride, podCount } = columns;
  const selectors: number[] = [];
  if (!isBelow(pod, podCount)) return selectors;
  const first = rowOfPod[pod] * stride;
  for (let w = 0; w < stride; w++) {
    for (let bits = rows[first + w]; bits !== 0; bits &= bits - 1) {
      selectors.push((w << 5) | (31 - Math.clz32(bits & -bits)));
    }
  }
  return selectors;
}

/** The pods that the selector holds for, as bits: bit i of word j is pod 32 * j + i. */
export function podsFor(columns: MatchColumns, selector: number): Int32Array {
  const { rowOfPod, rows, stride, podCount, selectorCount } = columns;
  const bits = new Int32Array((podCount + 31) >>> 5);
  if (!isBelow(selector, selectorCount)) return bits;
  const [word, shift] = [selector >>> 5, selector & 31];
  for (let pod = 0; pod < podCount; pod++) {
    const holds = (rows[rowOfPod[pod] * stride + word] >>> shift) & 1;
    bits[pod >>> 5] |= holds << (pod & 31);
  }
  return bits;
}

/**
 * Writes the columns in their canonical form: rows are distinct, row 0 is empty, the others are
 * numbered in the order of the first pod that has them. Equal answers give equal bytes.
 */
export function saveMatches(columns: MatchColumns): ArrayBuffer {
  const { podCount, selectorCount } = columns;
  const words = (selectorCount + 31) >>> 5;
  const { firstRows, rowOfPod } = distinctRows(columns, words);
  const size = headerWords + firstRows.length * words + podCount;
  const saved = new Int32Array(size);
  saved.set([magic, version, size * 4, podCount, selectorCount, firstRows.length]);
  for (const [row, from] of firstRows.entries()) {
    if (from < 0) continue;
    saved.set(columns.rows.subarray(from, from + words), headerWords + row * words);
  }
  saved.set(rowOfPod, size - podCount);
  return saved.buffer;
}

/** Opens what {@link saveMatches} wrote, without a copy. */
export function openColumns(buffer: ArrayBufferLike, offset: number): MatchColumns {
  const problem = (description: string) => {
    return invalid("these bytes are no saved label matches", [{ field: "buffer", description }]);
  };
  if (!Number.isInteger(offset) || offset < 0 || offset % 4 !== 0) {
    throw problem(`byte offset ${offset} is not a multiple of 4`);
  }
  const roomBytes = buffer.byteLength - offset;
  if (roomBytes < headerWords * 4) throw problem(`${roomBytes} bytes are shorter than a header`);
  const header = new Int32Array(buffer, offset, headerWords);
  if (header[0] !== magic) throw problem(`they begin with ${header[0]}, not with ${magic}`);
  if (header[1] !== version) throw problem(`version ${header[1]} is not ${version}`);
  const [sizeBytes, podCount, selectorCount, rowCount] = header.subarray(2);
  const stride = (selectorCount + 31) >>> 5;
  const wantedBytes = 4 * (headerWords + rowCount * stride + podCount);
  const isWhole = podCount >= 0 && selectorCount >= 0 && rowCount >= 1 && sizeBytes === wantedBytes;
  if (!isWhole || sizeBytes > roomBytes) {
    throw problem(
      `the header says ${sizeBytes} bytes, its counts ${wantedBytes}, ${roomBytes} are`,
    );
  }
  const firstRow = offset + headerWords * 4;
  const rows = new Int32Array(buffer, firstRow, rowCount * stride);
  const rowOfPod = new Int32Array(buffer, firstRow + rows.byteLength, podCount);
  const wild = rowOfPod.findIndex((row) => row < 0 || row >= rowCount);
  if (wild >= 0) throw problem(`pod ${wild} has row ${rowOfPod[wild]} of ${rowCount}`);
  return { rowOfPod, rows, stride, podCount, selectorCount };
}

/** Whole, not negative and below the count, which fits into 32 bits. */
function isBelow(number: number, count: number): boolean {
  return number >>> 0 === number && number < count;
}

/** Numbers rows anew; `firstRows` is the first word of each, -1 for the empty row 0. */
function distinctRows(columns: MatchColumns, words: number) {
  const { rows, stride, podCount } = columns;
  const firstRows = [-1];
  const rowOfPod = new Int32Array(podCount);
  const byOldRow = new Map<number, number>();
  const byText = new Map([[new Int32Array(words).join(), 0]]);
  for (let pod = 0; pod < podCount; pod++) {
    const old = columns.rowOfPod[pod];
    let row = byOldRow.get(old);
    if (row === undefined) {
      const text = rows.subarray(old * stride, old * stride + words).join();
      row = byText.get(text);
      if (row === undefined) {
        row = firstRows.push(old * stride) - 1;
        byText.set(text, row);
      }
      byOldRow.set(old, row);
    }
    rowOfPod[pod] = row;
  }
  return { firstRows, rowOfPod };
}
