import type { GroupSets } from "./group-sets.ts";
import { fillRun, Grower } from "./grower.ts";
import { LEAF, NODE_BITS, NODE_MASK } from "./layout.ts";
import type { PrefixNodes } from "./prefix-nodes.ts";
import type { TrieSplit } from "./trie-split.ts";

/**
 * The IPv4 trie while it is built: the table of the root, then blocks. A cell is a leaf, which is
 * negative, or where a block begins.
 */
export class Trie4 {
  readonly cells: Grower;
  readonly #split: TrieSplit;

  private constructor(cells: Grower, split: TrieSplit) {
    this.cells = cells;
    this.#split = split;
  }

  /** A trie that says prefix 0 and set 0 everywhere, in a place for all of its cells. */
  static empty(cells: Int32Array, split: TrieSplit): Trie4 {
    const trie = new Trie4(Grower.within(cells, 0), split);
    trie.cells.add(1 << split.root, LEAF);
    return trie;
  }

  /** Gives blocks of addresses their prefixes. Outer blocks come first, and all before any set. */
  paintNodes({ bases4, lengths4 }: Pick<PrefixNodes, "bases4" | "lengths4">): void {
    const { words } = this.cells;
    for (let node = 0; node < bases4.length; node++) {
      const length = lengths4[node];
      const first = this.#cellOf(bases4[node], length);
      fillRun(words, LEAF | node, first, first + (1 << (this.#bitsUpTo(length) - length)));
    }
  }

  /** Gives single addresses their sets of groups. */
  paintHosts({ ips4, sets4 }: Pick<GroupSets, "ips4" | "sets4">): void {
    const { words } = this.cells;
    for (let at = 0; at < ips4.length; at++) {
      const cell = this.#cellOf(ips4[at], 32);
      words[cell] = (words[cell] & NODE_MASK) | LEAF | (sets4[at] << NODE_BITS);
    }
  }

  /** Gives a block of addresses a set of groups. */
  paintSet(base: number, prefixLength: number, set: number): void {
    const bits = LEAF | (set << NODE_BITS);
    this.#change(base, prefixLength, (leaf) => (leaf & NODE_MASK) | bits);
  }

  #change(base: number, prefixLength: number, change: (leaf: number) => number): void {
    const { root, middle, last } = this.#split;
    const end = this.#bitsUpTo(prefixLength);
    const first = this.#cellOf(base, prefixLength);
    const widths = end === root ? [middle, last] : end === 32 ? [] : [last];
    this.#changeCells({ first, count: 1 << (end - prefixLength) }, widths, change);
  }

  #changeCells(
    { first, count }: { readonly first: number; readonly count: number },
    [width = 0, ...widths]: readonly number[],
    change: (leaf: number) => number,
  ): void {
    for (let at = first; at < first + count; at++) {
      const cell = this.cells.words[at];
      // As deep as there are widths: blocks of the last level hold leaves alone.
      if (cell >= 0) this.#changeCells({ first: cell, count: 1 << width }, widths, change);
      else this.cells.words[at] = change(cell);
    }
  }

  // Bits that are looked at up to the level that tells blocks of this length apart.
  #bitsUpTo(prefixLength: number): number {
    const { root, middle } = this.#split;
    if (prefixLength <= root) return root;
    return prefixLength <= root + middle ? root + middle : 32;
  }

  // The first cell of a block of addresses in the level that tells it apart.
  #cellOf(base: number, prefixLength: number): number {
    const { root, middle, last } = this.#split;
    let at = base >>> (32 - root);
    if (prefixLength <= root) return at;
    at = this.#openBlock(at, middle) + ((base >>> last) & ((1 << middle) - 1));
    if (prefixLength <= root + middle) return at;
    return this.#openBlock(at, last) + (base & ((1 << last) - 1));
  }

  #openBlock(at: number, width: number): number {
    const cell = this.cells.words[at];
    if (cell >= 0) return cell;
    const block = this.cells.add(1 << width, cell);
    this.cells.words[at] = block;
    return block;
  }
}
