import { TrunklineError } from "../errors/trunkline-error.ts";
import {
  COLUMNS,
  type ColumnName,
  columnNames,
  FIRST_COLUMN,
  FIRST_FIELD,
  HEADER_FIELDS,
  HEADER_WORDS,
  IMAGE_MAGIC,
  IMAGE_VERSION,
  type ImageCounts,
} from "./layout.ts";

/** Memory an image may live in. */
export type ImageBuffer = ArrayBuffer | SharedArrayBuffer;

/** The columns of an image as views of its buffer; layout.ts says what each holds. */
export interface ImageColumns {
  readonly protocols4: Int32Array;
  readonly protocols6: Int32Array;
  readonly portClasses: Uint16Array;
  readonly trie4: Int32Array;
  readonly trie6: Int32Array;
  readonly hosts6: Int32Array;
  readonly deep6: Int32Array;
  readonly seeds6: Int32Array;
  readonly heads6: Int32Array;
  readonly interfaces: Int32Array;
  readonly unitLists: Int32Array;
  readonly dir: Int32Array;
  readonly rowPages: Uint16Array;
  readonly portPages: Uint16Array;
  readonly bits: Int32Array;
  readonly certain: Uint8Array;
  readonly setGroups: Int32Array;
  readonly unitRules: Int32Array;
  readonly rules: Int32Array;
  readonly parents: Int32Array;
  readonly texts: Uint8Array;
}

/** A compiled policy: rules of groups, who carries which groups, and where; ready for verdicts. */
export interface Image extends ImageCounts, ImageColumns {
  readonly buffer: ImageBuffer;
  /** Where the image begins in the buffer. */
  readonly byteOffset: number;
  /** Bytes of the image. */
  readonly sizeBytes: number;
}

/**
 * Opens an image where it lies, without a copy: in a file's bytes, shared memory or WASM memory.
 *
 * Checks magic, version, and that every column is aligned and inside the buffer; what the columns
 * hold is not read. Verdicts over damaged columns are wrong, but end and never throw. Throws
 * INVALID_ARGUMENT.
 *
 * @param byteOffset a multiple of 4.
 */
export function openImage(buffer: ImageBuffer, byteOffset = 0): Image {
  const header = openHeader(buffer, byteOffset);
  const sizeBytes = header[2];
  const columns: Partial<Record<ColumnName, ArrayBufferView>> = {};
  for (const [index, name] of columnNames.entries()) {
    const offset = header[FIRST_COLUMN + 2 * index];
    const length = header[FIRST_COLUMN + 2 * index + 1];
    checkColumn(name, { offset, length, sizeBytes });
    columns[name] = viewOf(name, buffer, byteOffset + offset, length);
  }
  const fields = HEADER_FIELDS.map((name, index) => [name, header[FIRST_FIELD + index]] as const);
  const counts = Object.fromEntries(fields) as ImageCounts;
  checkCounts(counts);
  // Every name of a column has been set above, with the view its width asks for.
  const views = columns as unknown as ImageColumns;
  return { ...counts, ...views, buffer, byteOffset, sizeBytes };
}

function openHeader(buffer: ImageBuffer, byteOffset: number): Int32Array {
  if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % 4 !== 0) {
    refuse(`byte offset ${byteOffset} is not a multiple of 4`);
  }
  const available = buffer.byteLength - byteOffset;
  if (available < HEADER_WORDS * 4) {
    refuse(`${Math.max(0, available)} bytes are fewer than a header of ${HEADER_WORDS * 4}`);
  }
  const header = new Int32Array(buffer, byteOffset, HEADER_WORDS);
  if (header[0] !== IMAGE_MAGIC) {
    refuse(`it begins with 0x${(header[0] >>> 0).toString(16)}, not 0x${IMAGE_MAGIC.toString(16)}`);
  }
  if (header[1] !== IMAGE_VERSION) {
    refuse(`its version is ${header[1]}, this program reads version ${IMAGE_VERSION}`);
  }
  if (header[2] < HEADER_WORDS * 4 || header[2] > available) {
    refuse(`it says it has ${header[2]} bytes, ${available} are there`);
  }
  return header;
}

interface ColumnPlace {
  readonly offset: number;
  readonly length: number;
  readonly sizeBytes: number;
}

function checkColumn(name: ColumnName, { offset, length, sizeBytes }: ColumnPlace): void {
  const width = COLUMNS[name];
  if (offset % 4 !== 0 || length % width !== 0) {
    refuse(`column ${name} at byte ${offset}, ${length} bytes, is not aligned`);
  }
  if (offset < HEADER_WORDS * 4 || length < 0 || offset + length > sizeBytes) {
    refuse(`column ${name} at byte ${offset}, ${length} bytes, is not inside ${sizeBytes} bytes`);
  }
}

function checkCounts(counts: ImageCounts): void {
  for (const name of HEADER_FIELDS) {
    if (counts[name] < 0) refuse(`${name} is ${counts[name]}`);
  }
  const { rootShift, lastShift } = counts;
  if (lastShift < 1 || rootShift <= lastShift || rootShift > 31) {
    refuse(`IPv4 addresses are split at bits ${rootShift} and ${lastShift}`);
  }
}

function viewOf(name: ColumnName, buffer: ImageBuffer, offset: number, length: number) {
  switch (COLUMNS[name]) {
    case 1:
      return new Uint8Array(buffer, offset, length);
    case 2:
      return new Uint16Array(buffer, offset, length / 2);
    case 4:
      return new Int32Array(buffer, offset, length / 4);
  }
}

function refuse(obstacle: string): never {
  throw new TrunklineError("INVALID_ARGUMENT", `the image cannot be opened: ${obstacle}`);
}
