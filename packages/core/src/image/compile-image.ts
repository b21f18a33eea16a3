import { addressColumns } from "./address-columns.ts";
import { type GroupSets, readSets } from "./group-sets.ts";
import { Grower } from "./grower.ts";
import type { ImageBuffer, ImageColumns } from "./image.ts";
import { interfaceColumns } from "./interface-columns.ts";
import {
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
import type { PrefixNodes } from "./prefix-nodes.ts";
import { ruleColumns } from "./rule-columns.ts";
import { type ImageSource, type RuleTables, readRules } from "./rule-tables.ts";
import { type Axes, UnitCompiler } from "./unit-compiler.ts";

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
  const tables = readRules(source);
  const sets = readSets(source, tables.groupNumbers, options.vpcId);
  const nodes = tables.prefixes.number();
  const ports = classifyPorts(tables.units);
  const axes = axesOf(tables, sets, nodes, ports);
  const offsets = unitOffsets(tables, axes.stride);
  const columns = {
    ...portColumns(ports),
    ...addressColumns(nodes, sets),
    ...interfaceColumns(source, tables, offsets),
    ...unitColumns(tables, axes, offsets),
    ...ruleColumns(tables, sets),
  };
  const counts = {
    interfaceCount: source.interfaces.length,
    groupCount: tables.groupNumbers.size,
    unitCount: columns.dir.length / axes.stride,
    nodeCount: nodes.cidrs.length,
    setCount: sets.sets.length,
    portClassCount: ports.count,
    stride: axes.stride,
    setBase: axes.setBase,
    portBase: axes.portBase,
    hostMask: columns.hosts6.length / HOST_WORDS - 1,
    ruleCount: columns.rules.length / RULE_WORDS,
  };
  return assemble(columns, counts, options.shared ?? false);
}

function axesOf(
  tables: RuleTables,
  { sets }: GroupSets,
  { numbers, ends }: PrefixNodes,
  { classOf, count }: PortClasses,
): Axes & { readonly stride: number; readonly portClassCount: number } {
  const setBase = pagesFor(ends.length, ROW_SHIFT);
  const portBase = setBase + pagesFor(sets.length, ROW_SHIFT);
  const setsOfGroup: number[][] = Array.from(tables.groupNumbers, () => []);
  for (const [set, groups] of sets.entries()) {
    for (const group of groups) setsOfGroup[group].push(set);
  }
  const stride = portBase + pagesFor(count, PORT_SHIFT);
  return { numbers, ends, setsOfGroup, classOf, setBase, portBase, stride, portClassCount: count };
}

function pagesFor(count: number, shift: number): number {
  return ((count - 1) >> shift) + 1;
}

// Where each unit begins in `dir`; 0, the unit without rules, for those that have none.
function unitOffsets({ units }: RuleTables, stride: number): Int32Array {
  let count = 1;
  return Int32Array.from(units, (unit) => {
    return unit === undefined || unit.peers.length === 0 ? 0 : stride * count++;
  });
}

function unitColumns(
  { units }: RuleTables,
  axes: Axes & { readonly stride: number; readonly portClassCount: number },
  offsets: Int32Array,
) {
  const out = {
    dir: new Grower(),
    rowPages: new Grower(),
    portPages: new Grower(),
    bits: new Grower(),
  };
  // A page that needs no look-up is read all the same, at 0.
  out.rowPages.add(1 << ROW_SHIFT, 0);
  out.portPages.add(1 << PORT_SHIFT, 0);
  // No unit has more bits than classes of ports, and one for those that no rule names.
  out.bits.add((axes.portClassCount >> 5) + 1, 0);
  out.dir.add(axes.stride * (1 + offsets.reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0)), 0);
  const compiler = new UnitCompiler(axes, out);
  for (const [at, unit] of units.entries()) {
    if (unit !== undefined && offsets[at] > 0) compiler.compile(unit, offsets[at]);
  }
  return {
    dir: out.dir.used(),
    rowPages: out.rowPages.used(),
    portPages: Uint16Array.from(out.portPages.used()),
    bits: out.bits.used(),
  };
}

function assemble(columns: ImageColumns, counts: ImageCounts, shared: boolean): ImageBuffer {
  const lengths = Object.fromEntries(columnNames.map((name) => [name, columns[name].length]));
  // One length a column: the names are those of `columnNames`.
  const { offsets, sizeBytes } = placeColumns(lengths as Record<ColumnName, number>);
  const buffer = shared ? new SharedArrayBuffer(sizeBytes) : new ArrayBuffer(sizeBytes);
  const header = new Int32Array(buffer, 0, HEADER_WORDS);
  header.set([IMAGE_MAGIC, IMAGE_VERSION, sizeBytes]);
  header.set(
    HEADER_FIELDS.map((name) => counts[name]),
    FIRST_FIELD,
  );
  for (const [index, name] of columnNames.entries()) {
    const column = columns[name];
    header.set([offsets[name], column.byteLength], FIRST_COLUMN + 2 * index);
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    new Uint8Array(buffer, offsets[name], column.byteLength).set(bytes);
  }
  return buffer;
}
