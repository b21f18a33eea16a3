import { TrunklineError } from "../errors/trunkline-error.ts";
import type { Ipv6 } from "../net/ipv6.ts";
import { growing32 } from "./grower.ts";
import { LEAF } from "./layout.ts";

/** A block of IPv6 addresses and what it does to the leaves inside it. */
export interface Paint6 {
  readonly base: Ipv6;
  readonly prefixLength: number;
  readonly change: (leaf: number) => number;
}

/** Cells of the trie, 4 bytes each: 256 MB. */
const maxCells = 1 << 26;

/**
 * The IPv6 columns while they are built: a trie over the first 64 bits (16, then 8 at a time), and
 * a sorted list for a /64 with prefixes inside it.
 */
export class Trie6 {
  readonly cells = growing32(1 << 17);
  readonly deep = growing32();
  /** The first 32 bits of those blocks that longer prefixes have opened, and their cells. */
  readonly heads = new Map<number, number>();

  constructor() {
    this.cells.add(65_536, LEAF);
  }

  /** Changes every leaf of a block of /64 or shorter. */
  paint({ base, prefixLength, change }: Paint6): void {
    let table = 0;
    let index = base[0] >>> 16;
    let end = 16;
    while (end < prefixLength) {
      table = this.#openBlock(table + index);
      if (end === 32) this.heads.set(base[0], table);
      index = (base[end >> 5] >>> (24 - (end & 31))) & 255;
      end += 8;
    }
    this.#paintCells(table + index, 1 << (end - prefixLength), change);
  }

  /** Puts a list into the cell of a /64; `paints` inside it, outer ones first. */
  paintDeep(base: Ipv6, paints: readonly Paint6[]): void {
    let at = base[0] >>> 16;
    for (let end = 16; end < 64; end += 8) {
      const block = this.#openBlock(at);
      if (end === 32) this.heads.set(base[0], block);
      at = block + ((base[end >> 5] >>> (24 - (end & 31))) & 255);
    }
    const runs = runsOf(paints, this.cells.words[at]);
    const list = this.deep.add(1 + 3 * runs.length, 0);
    this.deep.words[list] = runs.length;
    for (const [index, { start, leaf }] of runs.entries()) {
      const words = [Number(start >> 32n) | 0, Number(start & 0xffffffffn) | 0, leaf];
      this.deep.words.set(words, list + 1 + 3 * index);
    }
    this.cells.words[at] = list;
  }

  #paintCells(first: number, count: number, change: (leaf: number) => number): void {
    for (let at = first; at < first + count; at++) {
      const cell = this.cells.words[at];
      // At most six levels deep.
      if (cell >= 0) this.#paintCells(cell, 256, change);
      else this.cells.words[at] = change(cell);
    }
  }

  #openBlock(at: number): number {
    const cell = this.cells.words[at];
    if (cell >= 0) return cell;
    if (this.cells.length > maxCells) {
      throw new TrunklineError("QUOTA", `IPv6 prefixes need more than ${maxCells} cells`);
    }
    const block = this.cells.add(256, cell);
    this.cells.words[at] = block;
    return block;
  }
}

interface LeafRun {
  readonly start: bigint;
  readonly leaf: number;
}

// Blocks nest or are apart: where one ends, the one around it goes on.
function runsOf(paints: readonly Paint6[], around: number): readonly LeafRun[] {
  const sorted = [...paints].sort(byBase);
  const runs: LeafRun[] = [{ start: 0n, leaf: around }];
  const open: { readonly end: bigint; readonly leaf: number }[] = [];
  const leafNow = () => open.at(-1)?.leaf ?? around;
  const start = (at: bigint) => {
    if (runs.at(-1)?.start === at) runs.pop();
    runs.push({ start: at, leaf: leafNow() });
  };
  const closeBefore = (at: bigint) => {
    for (let top = open.at(-1); top !== undefined && top.end <= at; top = open.at(-1)) {
      open.pop();
      start(top.end);
    }
  };
  for (const { base, prefixLength, change } of sorted) {
    const first = low64(base);
    closeBefore(first);
    open.push({ end: first + (1n << BigInt(128 - prefixLength)), leaf: change(leafNow()) });
    start(first);
  }
  closeBefore(1n << 64n);
  return runs.filter(({ start: at }) => at < 1n << 64n);
}

function byBase(a: Paint6, b: Paint6): number {
  const [lowA, lowB] = [low64(a.base), low64(b.base)];
  if (lowA !== lowB) return lowA < lowB ? -1 : 1;
  return a.prefixLength - b.prefixLength;
}

function low64(base: Ipv6): bigint {
  return (BigInt(base[2] >>> 0) << 32n) | BigInt(base[3] >>> 0);
}

/** The leaf of an address by trie and lists alone. */
export function leafOf6(trie: Int32Array, deep: Int32Array, address: Ipv6): number {
  let cell = trie[address[0] >>> 16];
  for (let end = 16; end < 64 && cell >= 0; end += 8) {
    cell = trie[cell + ((address[end >> 5] >>> (24 - (end & 31))) & 255)];
  }
  if (cell < 0) return cell;
  // The last run that begins at or before the address; the first begins at 0.
  let low = 0;
  let high = (deep[cell] & 0xffffff) - 1;
  while (low < high) {
    const middle = low + ((high - low + 1) >> 1);
    const at = cell + 1 + 3 * middle;
    const isAfter =
      deep[at] >>> 0 > address[2] >>> 0 ||
      (deep[at] === address[2] && deep[at + 1] >>> 0 > address[3] >>> 0);
    if (isAfter) high = middle - 1;
    else low = middle;
  }
  return deep[cell + 3 + 3 * low];
}
