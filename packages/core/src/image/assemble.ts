import type { ColumnSources } from "./column-source.ts";
import { type Image, type ImageBuffer, type ImageColumns, openImage } from "./image.ts";
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
  placeColumns,
} from "./layout.ts";

/** Elements of each column. */
export type ColumnLengths = Readonly<Record<ColumnName, number>>;

/** Elements to leave free at the end of columns. */
export type Room = Partial<ColumnLengths>;

/** The lengths of columns. */
export function lengthsOf(sources: ColumnSources): ColumnLengths {
  return byName((name) => sources[name].length);
}

/** Makes one buffer of columns; each is written where it lies. */
export function assemble(
  sources: ColumnSources,
  counts: ImageCounts,
  { room, isShared }: { readonly room: Room; readonly isShared: boolean },
): Image {
  const lengths = byName((name) => sources[name].length + (room[name] ?? 0));
  const image = openImage(bufferFor(lengths, counts, isShared));
  for (const name of columnNames) write(name, sources, image);
  return image;
}

function write<N extends ColumnName>(name: N, sources: ColumnSources, image: ImageColumns): void {
  sources[name].write(image[name]);
}

function bufferFor(lengths: ColumnLengths, counts: ImageCounts, isShared: boolean): ImageBuffer {
  const { offsets, sizeBytes } = placeColumns(lengths);
  const buffer = isShared ? new SharedArrayBuffer(sizeBytes) : new ArrayBuffer(sizeBytes);
  const header = new Int32Array(buffer, 0, HEADER_WORDS);
  header.set([IMAGE_MAGIC, IMAGE_VERSION, sizeBytes]);
  header.set(
    HEADER_FIELDS.map((name) => counts[name]),
    FIRST_FIELD,
  );
  for (const [index, name] of columnNames.entries()) {
    header.set([offsets[name], lengths[name] * COLUMNS[name]], FIRST_COLUMN + 2 * index);
  }
  return buffer;
}

function byName(lengthOf: (name: ColumnName) => number): ColumnLengths {
  const lengths = columnNames.map((name) => [name, lengthOf(name)] as const);
  // One length a column: the names are all there are.
  return Object.fromEntries(lengths) as unknown as ColumnLengths;
}
