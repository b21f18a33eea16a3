import { TrunklineError } from "../errors/trunkline-error.ts";
import type { GroupSets } from "./group-sets.ts";
import type { Grower } from "./grower.ts";
import { LEAF, NODE_BITS, NODE_MASK } from "./layout.ts";
import type { PrefixNodes } from "./prefix-nodes.ts";
import type { SizedSplit, TrieSplit } from "./trie-split.ts";
import type { Trie4 } from "./trie4.ts";

/** Bits of a cell below its place. */
const placeShift = 8;
const widthMask = (1 << placeShift) - 1;
/** Most bits of an address that a block may look at. */
export const MAX_BLOCK_BITS = placeShift;
/** Places that a cell can name: 64 MB of cells. */
const maxCells = 1 << (32 - placeShift);

/**
 * The IPv4 trie as kernels read it, in cells that lead on without a branch.
 *
 * A cell of the root and of a middle block is `place << 8 | mask`: the next cell lies at the place
 * plus those bits of the address that the mask lets through. A leaf above the last level has the
 * mask 0 and leads to a pair of cells: the first leads to the second, which is the leaf.
 */
export class SealedTrie4 {
  readonly cells: Grower;
  readonly #split: TrieSplit;
  readonly #pairs = new Map<number, number>();

  /** @param cells a sealed trie, to be changed where it lies. */
  constructor(cells: Grower, split: TrieSplit) {
    this.cells = cells;
    this.#split = split;
  }

  /** Turns the cells of a finished {@link Trie4} into these; there is room for `sealedCellCount`. */
  static seal({ cells }: Trie4, split: TrieSplit): void {
    new SealedTrie4(cells, split).#sealRoot();
  }

  /** Gives a single address a set of groups. */
  paintHost(ip: number, set: number): void {
    this.change(ip, 32, (leaf) => (leaf & NODE_MASK) | LEAF | (set << NODE_BITS));
  }

  /** Changes every leaf of a block of addresses. */
  change(base: number, prefixLength: number, change: (leaf: number) => number): void {
    const { root, middle, last } = this.#split;
    let run: Cells = { first: base >>> (32 - root), count: 1 << (root - prefixLength), level: 0 };
    if (prefixLength > root) {
      const first = this.#openBlock(run.first, middle) + ((base >>> last) & ((1 << middle) - 1));
      run = { first, count: 1 << (root + middle - prefixLength), level: 1 };
    }
    if (prefixLength > root + middle) {
      const first = this.#openBlock(run.first, last) + (base & ((1 << last) - 1));
      run = { first, count: 1 << (32 - prefixLength), level: 2 };
    }
    this.#changeCells(run, change);
  }

  #changeCells({ first, count, level }: Cells, change: (leaf: number) => number): void {
    for (let at = first; at < first + count; at++) {
      const cell = this.cells.words[at];
      const place = cell >>> placeShift;
      if (level === 2) this.cells.words[at] = change(cell);
      else if ((cell & widthMask) !== 0) {
        const inner = { first: place, count: (cell & widthMask) + 1, level: level + 1 };
        this.#changeCells(inner, change);
      } else this.#setLeaf(at, level, change(this.cells.words[place + 1 - level]));
    }
  }

  #sealRoot(): void {
    const { root, middle } = this.#split;
    const { words } = this.cells;
    const mask = (1 << middle) - 1;
    let before = 0;
    let sealed = 0;
    for (let at = 0; at < 1 << root; at++) {
      const cell = words[at];
      if (cell >= 0) {
        words[at] = (cell << placeShift) | mask;
        this.#sealBlock(cell);
        continue;
      }
      // Neighbours are mostly equal.
      if (cell !== before) {
        before = cell;
        sealed = this.#pairOf(cell) << placeShift;
      }
      words[at] = sealed;
    }
  }

  // A block of the middle level; those of the last hold leaves, which stay as they are.
  #sealBlock(first: number): void {
    const { middle, last } = this.#split;
    const { words } = this.cells;
    const mask = (1 << last) - 1;
    const end = first + (1 << middle);
    let before = 0;
    let sealed = 0;
    for (let at = first; at < end; at++) {
      const cell = words[at];
      if (cell >= 0) {
        words[at] = (cell << placeShift) | mask;
        continue;
      }
      if (cell !== before) {
        before = cell;
        sealed = (this.#pairOf(cell) + 1) << placeShift;
      }
      words[at] = sealed;
    }
  }

  #setLeaf(at: number, level: number, leaf: number): void {
    const cell = (this.#pairOf(leaf) + level) << placeShift;
    this.cells.words[at] = cell;
  }

  #pairOf(leaf: number): number {
    const known = this.#pairs.get(leaf);
    if (known !== undefined) return known;
    const pair = this.#add(2, leaf);
    this.cells.words[pair] = (pair + 1) << placeShift;
    this.#pairs.set(leaf, pair);
    return pair;
  }

  // What a leaf leads to is what every cell of a block in its stead holds.
  #openBlock(at: number, width: number): number {
    const cell = this.cells.words[at];
    const place = cell >>> placeShift;
    if ((cell & widthMask) !== 0) return place;
    const block = this.#add(1 << width, this.cells.words[place]);
    this.cells.words[at] = (block << placeShift) | ((1 << width) - 1);
    return block;
  }

  #add(count: number, value: number): number {
    const place = this.cells.add(count, value);
    if (place + count > maxCells) {
      throw new TrunklineError("QUOTA", `IPv4 prefixes need more than ${maxCells} cells`);
    }
    return place;
  }
}

/** A run of cells of one level: 0 is the root, 2 the last. */
interface Cells {
  readonly first: number;
  readonly count: number;
  readonly level: number;
}

/** Cells of a sealed trie, and room for its pairs. Throws QUOTA when there are too many to name. */
export function sealedCellCount(
  { lengths4 }: PrefixNodes,
  { prefixes }: GroupSets,
  { root, middle, cellCount }: SizedSplit,
): number {
  let shortCount = 1;
  for (let at = 0; at < lengths4.length; at++) if (lengths4[at] <= root + middle) shortCount++;
  const heldCount = prefixes.filter(({ cidr }) => cidr.family === 4).length;
  // What a delegated prefix holds lies in one prefix, or in one around it and those inside it.
  const leafCount = heldCount === 0 ? shortCount : 2 * shortCount + heldCount;
  const count = cellCount + 2 * leafCount;
  if (count > maxCells) {
    throw new TrunklineError(
      "QUOTA",
      `IPv4 prefixes need ${count} cells, ${maxCells} can be named`,
    );
  }
  return count;
}
