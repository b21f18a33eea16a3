import { Grower } from "./grower.ts";
import { LEAF } from "./layout.ts";

/** The IPv4 trie while it is built: 65,536 cells for the first 16 bits, then blocks of 256. */
export class Trie4 {
  readonly cells: Grower;

  /** @param cells a trie that exists, to be changed where it lies. */
  constructor(cells?: Grower) {
    this.cells = cells ?? new Grower(1 << 17);
    if (cells === undefined) this.cells.add(65_536, LEAF);
  }

  /** Changes every leaf of a block of addresses. */
  paint(base: number, prefixLength: number, change: (leaf: number) => number): void {
    let table = 0;
    let index = base >>> 16;
    let end = 16;
    while (end < prefixLength) {
      table = this.#openBlock(table + index);
      end += 8;
      index = (base >>> (32 - end)) & 255;
    }
    this.#paintCells(table + index, 1 << (end - prefixLength), change);
  }

  #paintCells(first: number, count: number, change: (leaf: number) => number): void {
    for (let at = first; at < first + count; at++) {
      const cell = this.cells.words[at];
      // At most two levels deep: blocks of the last level hold leaves alone.
      if (cell >= 0) this.#paintCells(cell, 256, change);
      else this.cells.words[at] = change(cell);
    }
  }

  #openBlock(at: number): number {
    const cell = this.cells.words[at];
    if (cell >= 0) return cell;
    const block = this.cells.add(256, cell);
    this.cells.words[at] = block;
    return block;
  }
}
