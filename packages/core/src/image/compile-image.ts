import { addressColumns } from "./address-columns.ts";
import { assemble, type ColumnLengths, lengthsOf, type Room } from "./assemble.ts";
import { type Axes, axesOf } from "./axes.ts";
import { type ColumnSources, readyColumns } from "./column-source.ts";
import { type GroupSets, readSets } from "./group-sets.ts";
import type { Image, ImageBuffer } from "./image.ts";
import { interfaceColumns } from "./interface-columns.ts";
import { HOST_WORDS, type ImageCounts, RULE_WORDS } from "./layout.ts";
import { classifyPorts, type PortClasses, portColumns } from "./port-classes.ts";
import { numberPrefixes, type PrefixNodes } from "./prefix-nodes.ts";
import { ruleColumns } from "./rule-columns.ts";
import { type ImageSource, type RuleTables, readRules } from "./rule-tables.ts";
import { cheapestSplit, type SizedSplit } from "./trie-split.ts";
import { compileUnits, giveBack, takeUnitColumns, type UnitColumns } from "./unit-columns.ts";

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
 * of the interface that holds it. It knows groups alone: no paths, network ACLs or network policies,
 * and no connections that are open already. Interfaces keep their positions as numbers. Throws QUOTA beyond
 * the image's limits (layout.ts), INVALID_ARGUMENT when interfaces share an address.
 */
export function compileImage(source: ImageSource, options: CompileOptions = {}): ImageBuffer {
  return draftImage(source, options, noSpare).image.buffer;
}

/** Numbers for later prefixes and port classes, and room at the end of columns. */
export interface Spare {
  readonly nodes: number;
  readonly classes: number;
  roomFor(lengths: ColumnLengths): Room;
}

const noSpare: Spare = { nodes: 0, classes: 0, roomFor: () => ({}) };

/** What an image was made from, and what its numbers mean. */
export interface ImageDraft {
  readonly tables: RuleTables;
  readonly sets: GroupSets;
  readonly nodes: PrefixNodes;
  readonly split: SizedSplit;
  readonly ports: PortClasses;
  readonly axes: Axes;
  /** Where each unit begins, by 2 * group + (1 for egress); 0 for those without rules. */
  readonly offsets: Int32Array;
}

/** An image, with what it was made from. */
export interface CompiledImage {
  readonly draft: ImageDraft;
  readonly image: Image;
  /** Elements of each column, room at its end not counted. */
  readonly lengths: ColumnLengths;
}

/** Compiles a source, leaving room for later edits. */
export function draftImage(
  source: ImageSource,
  { vpcId, shared = false }: CompileOptions,
  spare: Spare,
): CompiledImage {
  const draft = draftOf(source, vpcId, spare);
  const units = takeUnitColumns(draft.axes, draft.tables.entries.count);
  compileUnits(draft, units);
  const sources = columnSources(draft, units, spare);
  const counts = countsOf(draft, sources);
  const lengths = lengthsOf(sources);
  const image = assemble(sources, counts, { room: spare.roomFor(lengths), isShared: shared });
  giveBack(units);
  return { draft, image, lengths };
}

function draftOf(source: ImageSource, vpcId: string | undefined, spare: Spare): ImageDraft {
  const tables = readRules(source);
  const sets = readSets(source, tables, vpcId);
  const nodes = numberPrefixes(tables.prefixes, spare.nodes);
  const split = cheapestSplit(nodes, sets);
  const ports = classifyPorts(tables.entries);
  const axes = axesOf({ tables, sets, nodes, ports }, spare);
  const offsets = unitOffsets(tables, axes.stride);
  return { tables, sets, nodes, split, ports, axes, offsets };
}

// Where each unit begins in `dir`; 0, the unit without rules, for those that have none.
function unitOffsets({ units }: RuleTables, stride: number): Int32Array {
  let count = 1;
  return Int32Array.from(units, (unit) => {
    return unit === undefined || unit.first === unit.end ? 0 : stride * count++;
  });
}

function columnSources(
  { tables, sets, nodes, split, ports, offsets }: ImageDraft,
  { dir, rowPages, portPages, bits }: UnitColumns,
  spare: Spare,
): ColumnSources {
  return {
    ...readyColumns({
      ...portColumns(ports, spare.classes > 0),
      ...interfaceColumns(tables, offsets),
      dir: dir.used(),
      rowPages: rowPages.used(),
      portPages: portPages.used(),
      bits: bits.used(),
    }),
    ...ruleColumns(tables, sets, nodes),
    ...addressColumns(nodes, sets, split),
  };
}

function countsOf(
  { tables, sets, nodes, split, ports, axes }: ImageDraft,
  sources: ColumnSources,
): ImageCounts {
  return {
    interfaceCount: sources.interfaces.length / 2,
    groupCount: tables.groupNumbers.size,
    unitCount: sources.dir.length / axes.stride,
    nodeCount: nodes.count,
    setCount: sets.sets.length,
    portClassCount: ports.count,
    stride: axes.stride,
    setBase: axes.setBase,
    portBase: axes.portBase,
    hostShift: Math.clz32(sources.hosts6.length / HOST_WORDS - 1),
    ruleCount: sources.rules.length / RULE_WORDS,
    rootShift: 32 - split.root,
    lastShift: split.last,
    seedMask: sources.seeds6.length - 1,
    headShift: Math.clz32(sources.heads6.length / 2 - 1),
  };
}
