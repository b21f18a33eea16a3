import { TrunklineError } from "../errors/trunkline-error.ts";
import {
  REACH_COLUMNS,
  REACH_FIELDS,
  REACH_FIRST_COLUMN,
  REACH_FIRST_FIELD,
  REACH_HEADER_WORDS,
  REACH_MAGIC,
  REACH_VERSION,
  type ReachColumn,
  type ReachColumns,
  type ReachCounts,
} from "./reach-layout.ts";

/** Memory that compiled reachability may live in. */
export type ReachBuffer = ArrayBuffer | SharedArrayBuffer;

/** Compiled reachability between pods, ready for verdicts. */
export interface ReachImage extends ReachCounts, ReachColumns {
  readonly buffer: ReachBuffer;
  /** Where it begins in the buffer. */
  readonly byteOffset: number;
  readonly sizeBytes: number;
}

/** Puts columns into one buffer. */
export function assembleReach(
  columns: ReachColumns,
  counts: ReachCounts,
  isShared: boolean,
): ReachBuffer {
  const offsets: number[] = [];
  let end = REACH_HEADER_WORDS * 4;
  for (const name of REACH_COLUMNS) {
    offsets.push(end);
    end = (end + columns[name].byteLength + 63) & ~63;
  }
  const buffer = isShared ? new SharedArrayBuffer(end) : new ArrayBuffer(end);
  const header = new Int32Array(buffer, 0, REACH_HEADER_WORDS);
  header.set([REACH_MAGIC, REACH_VERSION, end]);
  header.set(
    REACH_FIELDS.map((name) => counts[name]),
    REACH_FIRST_FIELD,
  );
  for (const [at, name] of REACH_COLUMNS.entries()) {
    const { length } = columns[name];
    header.set([offsets[at], length], REACH_FIRST_COLUMN + 2 * at);
    new Int32Array(buffer, offsets[at], length).set(columns[name]);
  }
  return buffer;
}

/**
 * Opens compiled reachability where it lies, without a copy. Checks magic, version, and that every
 * column is inside the buffer; what the columns hold is not read.
 *
 * @param byteOffset a multiple of 4.
 * @throws TrunklineError INVALID_ARGUMENT for anything else.
 */
export function openReach(buffer: ReachBuffer, byteOffset = 0): ReachImage {
  if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % 4 !== 0) {
    refuse(`byte offset ${byteOffset} is not a multiple of 4`);
  }
  const room = buffer.byteLength - byteOffset;
  if (room < REACH_HEADER_WORDS * 4) refuse(`${Math.max(0, room)} bytes are fewer than a header`);
  const header = new Int32Array(buffer, byteOffset, REACH_HEADER_WORDS);
  const [magic, version, sizeBytes] = header;
  if (magic !== REACH_MAGIC) refuse(`it begins with ${magic}, not ${REACH_MAGIC}`);
  if (version !== REACH_VERSION) refuse(`its version is ${version}, not ${REACH_VERSION}`);
  if (sizeBytes < REACH_HEADER_WORDS * 4 || sizeBytes > room) {
    refuse(`it says it has ${sizeBytes} bytes, ${room} are there`);
  }
  const columns: Partial<Record<ReachColumn, Int32Array>> = {};
  for (const [at, name] of REACH_COLUMNS.entries()) {
    const offset = header[REACH_FIRST_COLUMN + 2 * at];
    const length = header[REACH_FIRST_COLUMN + 2 * at + 1];
    const isInside = offset >= REACH_HEADER_WORDS * 4 && offset % 4 === 0 && length >= 0;
    if (!isInside || offset + length * 4 > sizeBytes) {
      refuse(`column ${name} at byte ${offset}, ${length} words, is not inside ${sizeBytes} bytes`);
    }
    columns[name] = new Int32Array(buffer, byteOffset + offset, length);
  }
  const fields = REACH_FIELDS.map((name, at) => [name, header[REACH_FIRST_FIELD + at]] as const);
  const counts = Object.fromEntries(fields) as ReachCounts;
  // Every name of a column has been set above.
  return { ...counts, ...(columns as ReachColumns), buffer, byteOffset, sizeBytes };
}

function refuse(obstacle: string): never {
  const message = `compiled reachability cannot be opened: ${obstacle}`;
  throw new TrunklineError("INVALID_ARGUMENT", message);
}
