import { addressColumns } from "./address-columns.ts";
import { type Axes, axesOf } from "./axes.ts";
import { type GroupSets, readSets } from "./group-sets.ts";
import { growing16, growing32 } from "./grower.ts";
import type { ImageBuffer, ImageColumns } from "./image.ts";
import { interfaceColumns } from "./interface-columns.ts";
import {
  COLUMNS,
  type ColumnName,
  columnNames,
  FIRST_COLUMN,
  FIRST_FIELD,
  HEADER_FIELDS,
  HEADER_WORDS,
  HOST_WORDS,
  IMAGE_MAGIC,
  IMAGE_VERSION,
  type ImageCounts,
  PORT_SHIFT,
  placeColumns,
  ROW_SHIFT,
  RULE_WORDS,
} from "./layout.ts";
import { classifyPorts, type PortClasses, portColumns } from "./port-classes.ts";
import { numberPrefixes } from "./prefix-nodes.ts";
import { ruleColumns } from "./rule-columns.ts";
import { type ImageSource, type RuleTables, readRules } from "./rule-tables.ts";
import { UnitCompiler } from "./unit-compiler.ts";

/** How to compile. */
export interface CompileOptions {
  /**
   * The VPC whose addresses carry groups. Without it the addresses of all interfaces do, which
   * needs them to be distinct.
   */
  readonly vpcId?: string;
  /** Puts the image into shared memory, for workers. */
  readonly shared?: boolean;
}

/**
 * Compiles rules of groups and their interfaces to an image, ready for `openImage`.
 *
 * A verdict of the image is 1 exactly when some group of the interface allows for certain: when
 * the slow evaluator's check says "yes" to a peer that is a single address and carries the groups
 * of the interface that holds it. Interfaces keep their positions as numbers. Throws QUOTA beyond
 * the image's limits (layout.ts), INVALID_ARGUMENT when interfaces share an address.
 */
export function compileImage(source: ImageSource, options: CompileOptions = {}): ImageBuffer {
  return assemble(draftImage(source, options, noSpare), noSpare, options.shared ?? false);
}

/** Words to leave free at the end of columns, and numbers for later prefixes and port classes. */
export interface Spare {
  readonly nodes: number;
  readonly classes: number;
  readonly words: Partial<Record<ColumnName, number>>;
}

const noSpare: Spare = { nodes: 0, classes: 0, words: {} };

/** Entries of pages that a rule takes at first guess. */
const pageRoom = 32;

/** An image in parts, with what it was made from. */
export interface ImageDraft {
  readonly tables: RuleTables;
  readonly sets: GroupSets;
  readonly ports: PortClasses;
  readonly axes: Axes;
  /** Number of IPv4 prefixes. */
  readonly nodeCount4: number;
  /** Where each unit begins, by 2 * group + (1 for egress); 0 for those without rules. */
  readonly offsets: Int32Array;
  readonly columns: ImageColumns;
  readonly counts: ImageCounts;
}

/** Compiles the parts. */
export function draftImage(source: ImageSource, options: CompileOptions, spare: Spare): ImageDraft {
  const tables = readRules(source);
  const sets = readSets(source, tables, options.vpcId);
  const nodes = numberPrefixes(tables.prefixes, spare.nodes);
  const ports = classifyPorts(tables.entries);
  const axes = axesOf({ tables, sets, nodes, ports }, spare);
  const offsets = unitOffsets(tables, axes.stride);
  const columns = {
    ...portColumns(ports, spare.classes > 0),
    ...addressColumns(nodes, sets),
    ...interfaceColumns(tables, offsets),
    ...unitColumns(tables, axes, offsets),
    ...ruleColumns(tables, sets, nodes),
  };
  const counts = {
    interfaceCount: source.interfaces.length,
    groupCount: tables.groupNumbers.size,
    unitCount: columns.dir.length / axes.stride,
    nodeCount: nodes.count,
    setCount: sets.sets.length,
    portClassCount: ports.count,
    stride: axes.stride,
    setBase: axes.setBase,
    portBase: axes.portBase,
    hostMask: columns.hosts6.length / HOST_WORDS - 1,
    ruleCount: columns.rules.length / RULE_WORDS,
  };
  return { tables, sets, ports, axes, nodeCount4: nodes.bases4.length, offsets, columns, counts };
}

// Where each unit begins in `dir`; 0, the unit without rules, for those that have none.
function unitOffsets({ units }: RuleTables, stride: number): Int32Array {
  let count = 1;
  return Int32Array.from(units, (unit) => {
    return unit === undefined || unit.first === unit.end ? 0 : stride * count++;
  });
}

function unitColumns({ units, entries }: RuleTables, axes: Axes, offsets: Int32Array) {
  const unitCount = 1 + offsets.reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0);
  // Room that is not written to costs nothing, growing does.
  const out = {
    dir: growing32(axes.stride * unitCount),
    rowPages: growing32(pageRoom * entries.count),
    portPages: growing16(pageRoom * entries.count),
    bits: growing32(axes.widthLimit + 4 * entries.count),
  };
  // A page that needs no look-up is read all the same, at 0.
  out.rowPages.add(1 << ROW_SHIFT, 0);
  out.portPages.add(1 << PORT_SHIFT, 0);
  out.bits.add(axes.widthLimit, 0);
  out.dir.add(axes.stride * unitCount, 0);
  const compiler = new UnitCompiler(axes, out);
  for (const [at, unit] of units.entries()) {
    if (unit !== undefined && offsets[at] > 0) compiler.compile(unit, offsets[at]);
  }
  return {
    dir: out.dir.used(),
    rowPages: out.rowPages.used(),
    portPages: out.portPages.used(),
    bits: out.bits.used(),
  };
}

/** Puts columns into one buffer. */
export function assemble(
  { columns, counts }: ImageDraft,
  spare: Spare,
  isShared: boolean,
): ImageBuffer {
  const room = columnNames.map((name) => columns[name].length + (spare.words[name] ?? 0));
  // One length a column: the names are those of `columnNames`.
  const lengths = Object.fromEntries(columnNames.map((name, at) => [name, room[at]])) as Record<
    ColumnName,
    number
  >;
  const { offsets, sizeBytes } = placeColumns(lengths);
  const buffer = isShared ? new SharedArrayBuffer(sizeBytes) : new ArrayBuffer(sizeBytes);
  const header = new Int32Array(buffer, 0, HEADER_WORDS);
  header.set([IMAGE_MAGIC, IMAGE_VERSION, sizeBytes]);
  header.set(
    HEADER_FIELDS.map((name) => counts[name]),
    FIRST_FIELD,
  );
  for (const [index, name] of columnNames.entries()) {
    const column = columns[name];
    header.set([offsets[name], lengths[name] * COLUMNS[name]], FIRST_COLUMN + 2 * index);
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    new Uint8Array(buffer, offsets[name], column.byteLength).set(bytes);
  }
  return buffer;
}
