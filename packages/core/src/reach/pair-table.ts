import { TrunklineError } from "../errors/trunkline-error.ts";
import type { RowBoard } from "./row-board.ts";
import { Tuples } from "./tuples.ts";

/** Columns of a page, as a shift: 64 bytes, so that a row that speaks of few columns is small. */
export const PAGE_SHIFT = 4;
const pageColumns = 1 << PAGE_SHIFT;
/** Bits of a key that hold the page. */
export const PAGE_BITS = 13;
/** Rows of one table are fewer. */
const maxRows = 2 ** (31 - PAGE_BITS);
/** Columns of one table are fewer. */
const maxColumns = 2 ** (PAGE_BITS + PAGE_SHIFT);

/**
 * Which cell a row has in a column. Rows have a default, and pages for the columns where they
 * differ from it; pages and cells are stored once, and found by hash of row and page.
 */
export class PairTable {
  /** `yes`, `maybe`, then a rule a question. */
  readonly cells: Tuples;
  readonly pages = new Tuples(pageColumns);
  /** By row: its default cell. */
  readonly defaults: number[] = [];
  /** Pairs of key + 1 and page; never more than half full. */
  slots = new Int32Array(1024);
  #pageCount = 0;
  // Pages of the row at hand, by number, each where it begins in the draft, or -1.
  #draftAt = new Int32Array(0);
  #draft = new Int32Array(1024);

  constructor(questionCount: number) {
    this.cells = new Tuples(2 + questionCount);
  }

  /** Adds the row on the board; returns its number. @throws TrunklineError QUOTA beyond limits. */
  addRow(board: RowBoard): number {
    board.settle((at) => this.cells.intern(board.cells, at));
    const cell = this.cells.intern(board.cells, board.defaultAt);
    const row = this.#newRow(cell, board.columnCount);
    let length = 0;
    for (let i = 0; i < board.size; i++) {
      const column = board.touched[i];
      const own = this.cells.intern(board.cells, column * board.width);
      if (own === cell) continue;
      const page = column >> PAGE_SHIFT;
      if (this.#draftAt[page] < 0) {
        this.#draftAt[page] = length;
        length = this.#openDraft(length, cell);
      }
      this.#draft[this.#draftAt[page] + (column & (pageColumns - 1))] = own;
    }
    this.#storeDraft(row, board);
    return row;
  }

  /** The cell of a row in a column. */
  cellAt(row: number, column: number): number {
    const { slots } = this;
    const mask = (slots.length >> 1) - 1;
    const key = keyOf(row, column >> PAGE_SHIFT);
    for (let slot = slotOf(key, slots); ; slot = (slot + 1) & mask) {
      const found = slots[2 * slot];
      if (found === key) {
        const page = slots[2 * slot + 1];
        return this.pages.words[(page << PAGE_SHIFT) + (column & (pageColumns - 1))];
      }
      if (found === 0) return this.defaults[row];
    }
  }

  #newRow(cell: number, columnCount: number): number {
    if (this.defaults.length >= maxRows - 1) quota("rows", this.defaults.length + 1, maxRows - 1);
    if (columnCount > maxColumns) quota("columns", columnCount, maxColumns);
    const pages = (columnCount + pageColumns - 1) >> PAGE_SHIFT;
    if (this.#draftAt.length < pages) this.#draftAt = new Int32Array(pages).fill(-1);
    return this.defaults.push(cell) - 1;
  }

  #openDraft(length: number, cell: number): number {
    if (length + pageColumns > this.#draft.length) {
      const grown = new Int32Array(this.#draft.length * 2);
      grown.set(this.#draft);
      this.#draft = grown;
    }
    this.#draft.fill(cell, length, length + pageColumns);
    return length + pageColumns;
  }

  #storeDraft(row: number, { touched, size }: RowBoard): void {
    for (let i = 0; i < size; i++) {
      const page = touched[i] >> PAGE_SHIFT;
      const at = this.#draftAt[page];
      if (at < 0) continue;
      this.#draftAt[page] = -1;
      this.#put(keyOf(row, page), this.pages.intern(this.#draft, at));
    }
  }

  #put(key: number, page: number): void {
    if ((this.#pageCount + 1) * 4 > this.slots.length) this.#growSlots();
    this.#pageCount++;
    const mask = (this.slots.length >> 1) - 1;
    let slot = slotOf(key, this.slots);
    while (this.slots[2 * slot] !== 0) slot = (slot + 1) & mask;
    this.slots[2 * slot] = key;
    this.slots[2 * slot + 1] = page;
  }

  #growSlots(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.#pageCount = 0;
    for (let at = 0; at < old.length; at += 2) if (old[at] !== 0) this.#put(old[at], old[at + 1]);
  }
}

/** The key of a row and a page, never 0. */
function keyOf(row: number, page: number): number {
  return ((row << PAGE_BITS) | page) + 1;
}

function slotOf(key: number, slots: Int32Array): number {
  return Math.imul(key, 0x9e3779b1) >>> slotShift(slots);
}

/** Bits of a hash to drop, so that it is a number of a slot. */
export function slotShift(slots: Int32Array): number {
  return Math.clz32(slots.length >> 1) + 1;
}

function quota(what: string, count: number, largest: number): never {
  throw new TrunklineError(
    "QUOTA",
    `a table of pairs would have ${count} ${what}, ${largest} fit`,
    {
      facts: { wantedCount: String(count), limitCount: String(largest) },
    },
  );
}
