/**
 * The image: one buffer, a header of 64 words, then columns that begin at multiples of 64 bytes.
 *
 * Hot columns, in the order a verdict reads them. A leaf of a trie is negative and holds the set
 * of groups that the address carries and the longest prefix it lies in:
 *
 *     address  -> trie4 (its bits in three parts: the root's, above rootShift; the last's, below
 *                 lastShift; those between) or seeds6, hosts6 (single addresses), else heads6,
 *                 trie6, deep6 -> leaf: set << 18 | prefix node
 *     protocol -> protocols4/6: base << 1 | hasPorts;  portClasses[base + port] -> port class
 *     interface, direction -> interfaces -> a unit, or ~(its list of units in unitLists)
 *     unit, x  -> pages[(x | ~mask) & dir[unit + (x >> shift)]], mask = (1 << shift) - 1
 *                 x = prefix node, set: value = number of a row; x = port class: value = bit
 *     verdict  =  that bit of the rows of prefix and set: word w of row r of a unit is
 *                 bits[(place & -32) + (w << (place & 31)) + r], place = dir[unit]
 *
 * Cells of dir (axis-writer.ts) and of trie4 (sealed-trie4.ts) say themselves which bits of x or
 * of the address count, so that a verdict has no branch: one value for many x, or a short prefix,
 * is read in as many loads as a page or a host.
 *
 * A unit is one direction of one group. Unit 0 has no rules. It begins with the place of its rows;
 * their numbers are its own, so that a verdict reads two bytes for each, and units share the pages
 * that hold one small number. Cold columns tell what a unit's rules are (see deciding-rules.ts).
 */

/** "TLIM", little-endian. */
export const IMAGE_MAGIC = 0x4d494c54;
/** Changes with every change of the layout. */
export const IMAGE_VERSION = 4;
/** Words of the header. */
export const HEADER_WORDS = 64;

/** Bits of a leaf that hold the prefix node. */
export const NODE_BITS = 18;
/** Largest prefix node, and the mask of a leaf. */
export const NODE_MASK = (1 << NODE_BITS) - 1;
/** Largest number of a set: 13 bits. */
export const SET_MASK = 0x1fff;
/** A leaf's sign, which cells of trie6 that point on lack. */
export const LEAF = 1 << 31;
/** Words at the beginning of a unit in `dir`: the place of its rows. */
export const UNIT_WORDS = 1;
/** Bits of a place that say, as a shift, how far apart the words of a row lie. */
export const PLACE_BITS = 5;
/** Entries of a page of rows, as a shift: 128 bytes, so that a single host costs little. */
export const ROW_SHIFT = 6;
/** Entries of a page of ports, as a shift: 128 bytes as well. */
export const PORT_SHIFT = 6;
/** Units of one list, and with them groups of one interface. EC2 allows 16. */
export const MAX_UNITS_PER_LIST = 255;
/** Words of one entry of the table of IPv6 hosts: address, leaf, padding. */
export const HOST_WORDS = 8;
/** Words of one entry of the table of rules. */
export const RULE_WORDS = 4;

/** Words of the header after magic, version and size in bytes. */
export const HEADER_FIELDS = [
  "interfaceCount",
  "groupCount",
  "unitCount",
  "nodeCount",
  "setCount",
  "portClassCount",
  "stride",
  "setBase",
  "portBase",
  "hostShift",
  "ruleCount",
  "rootShift",
  "lastShift",
  "seedMask",
  "headShift",
] as const;

/** Counts and sizes of an image. */
export type ImageCounts = Readonly<Record<(typeof HEADER_FIELDS)[number], number>>;

/** Word of the header at which the counts begin. */
export const FIRST_FIELD = 3;
/** Word of the header at which pairs of offset and length in bytes begin, one a column. */
export const FIRST_COLUMN = 20;

/** Columns in their order in the buffer, with the bytes of one element. */
export const COLUMNS = {
  protocols4: 4,
  protocols6: 4,
  portClasses: 2,
  trie4: 4,
  trie6: 4,
  hosts6: 4,
  deep6: 4,
  seeds6: 4,
  heads6: 4,
  interfaces: 4,
  unitLists: 4,
  dir: 4,
  rowPages: 2,
  portPages: 2,
  bits: 4,
  certain: 1,
  setGroups: 4,
  unitRules: 4,
  rules: 4,
  parents: 4,
  texts: 1,
} as const;

/** Name of a column. */
export type ColumnName = keyof typeof COLUMNS;

/** Where columns of these lengths (elements) go. */
export function placeColumns(lengths: Readonly<Record<ColumnName, number>>): {
  readonly offsets: Readonly<Record<ColumnName, number>>;
  readonly sizeBytes: number;
} {
  const offsets: Partial<Record<ColumnName, number>> = {};
  let end = HEADER_WORDS * 4;
  for (const name of columnNames) {
    offsets[name] = end;
    end = alignUp(end + lengths[name] * COLUMNS[name]);
  }
  return { offsets: offsets as Record<ColumnName, number>, sizeBytes: end };
}

/** All columns, in their order. */
export const columnNames = Object.keys(COLUMNS) as readonly ColumnName[];

// A column begins at a cache line.
function alignUp(bytes: number): number {
  return (bytes + 63) & ~63;
}
