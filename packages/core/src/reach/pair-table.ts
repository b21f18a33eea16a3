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
  /** Slots and rows that were written since `follow`, or undefined before it. */
  #changes: TableChanges | undefined;
  #pageCount = 0;
  // The row at hand by column, as far as its pages have been begun.
  #draft = new Int32Array(0);
  #begun = new Int32Array(0);
  #pages = new Int32Array(0);
  #turn = 0;

  constructor(questionCount: number) {
    this.cells = new Tuples(2 + questionCount);
  }

  /** Adds the row on the board; returns its number. @throws TrunklineError QUOTA beyond limits. */
  addRow(board: RowBoard): number {
    const { columnCount } = board;
    const count = this.defaults.length;
    if (count >= maxRows - 1) quota("rows", count + 1, maxRows - 1);
    if (columnCount > maxColumns) quota("columns", columnCount, maxColumns);
    const row = this.defaults.push(0) - 1;
    const pageCount = this.#draw(board, row);
    for (let i = 0; i < pageCount; i++) {
      const page = this.#pages[i];
      this.#put(keyOf(row, page), this.pages.intern(this.#draft, page << PAGE_SHIFT));
    }
    return row;
  }

  /** Writes the row on the board over another; says whether it tells anything else. */
  setRow(row: number, board: RowBoard): boolean {
    const old = this.defaults[row];
    this.#draw(board, row);
    const cell = this.defaults[row];
    let isChanged = cell !== old;
    for (let page = 0; page << PAGE_SHIFT < board.columnCount; page++) {
      const slot = this.#slotOf(keyOf(row, page));
      const isBegun = this.#begun[page] === this.#turn;
      const isThere = this.slots[2 * slot] !== 0;
      if (!isBegun && !isThere) continue;
      if (!isBegun) this.#draft.fill(cell, page << PAGE_SHIFT, (page + 1) << PAGE_SHIFT);
      const made = this.pages.intern(this.#draft, page << PAGE_SHIFT);
      if (isThere && this.slots[2 * slot + 1] === made) continue;
      isChanged = true;
      if (!isThere) this.#put(keyOf(row, page), made);
      else {
        this.slots[2 * slot + 1] = made;
        this.#changes?.slots.push(slot);
      }
    }
    return isChanged;
  }

  /** Draws the row's pages that are not its default alone; returns how many there are. */
  #draw(board: RowBoard, row: number): number {
    const { columnCount, touched, size } = board;
    const cellOf = this.#cellsOf(board);
    const cell = commonest(board, cellOf);
    this.#beginDraft(columnCount);
    this.defaults[row] = cell;
    this.#changes?.rows.push(row);
    let count = 0;
    const put = (column: number, own: number) => {
      const page = column >> PAGE_SHIFT;
      if (this.#begun[page] !== this.#turn) {
        this.#begun[page] = this.#turn;
        this.#draft.fill(cell, page << PAGE_SHIFT, (page + 1) << PAGE_SHIFT);
        this.#pages[count++] = page;
      }
      this.#draft[column] = own;
    };
    if (cellOf[0] === cell) {
      for (let i = 0; i < size; i++) {
        const own = cellOf[board.kindOf(touched[i])];
        if (own !== cell) put(touched[i], own);
      }
      return count;
    }
    for (let column = 0; column < columnCount; column++) {
      const own = cellOf[board.kindOf(column)];
      if (own !== cell) put(column, own);
    }
    return count;
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

  // By kind; those that no column has any more get one as well.
  #cellsOf({ cells, width, kindCount }: RowBoard): Int32Array {
    const cellOf = new Int32Array(kindCount);
    for (let kind = 0; kind < kindCount; kind++)
      cellOf[kind] = this.cells.intern(cells, kind * width);
    return cellOf;
  }

  #beginDraft(columnCount: number): void {
    const pages = (columnCount + pageColumns - 1) >> PAGE_SHIFT;
    if (this.#begun.length < pages) {
      this.#begun = new Int32Array(pages);
      this.#pages = new Int32Array(pages);
      this.#draft = new Int32Array(pages << PAGE_SHIFT);
    }
    this.#turn++;
  }

  /** The slot of a key, or the free one where it belongs. */
  #slotOf(key: number): number {
    const mask = (this.slots.length >> 1) - 1;
    let slot = slotOf(key, this.slots);
    while (this.slots[2 * slot] !== 0 && this.slots[2 * slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #put(key: number, page: number): void {
    if ((this.#pageCount + 1) * 4 > this.slots.length) this.#growSlots();
    this.#pageCount++;
    const slot = this.#slotOf(key);
    this.slots[2 * slot] = key;
    this.slots[2 * slot + 1] = page;
    this.#changes?.slots.push(slot);
  }

  /** Slots and rows that were written since the last call; the first begins to note them. */
  takeChanges(): TableChanges {
    const taken = this.#changes ?? noChanges;
    this.#changes = { slots: [], rows: [] };
    return taken;
  }

  /** Makes room for as many pages of rows again as there are, at least. */
  reserve(): void {
    this.#growSlots();
  }

  #growSlots(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.#pageCount = 0;
    for (let at = 0; at < old.length; at += 2) if (old[at] !== 0) this.#put(old[at], old[at + 1]);
  }
}

/** What was written in a table; things may be listed twice. */
export interface TableChanges {
  readonly slots: number[];
  readonly rows: number[];
}

const noChanges: TableChanges = { slots: [], rows: [] };

/** The cell that most columns have: few then differ from the default of the row. */
function commonest(board: RowBoard, cellOf: Int32Array): number {
  const { columnCount, size, touched, kindCount } = board;
  if (kindCount === 1) return cellOf[0];
  const counts = new Int32Array(kindCount);
  counts[0] = columnCount - size;
  for (let i = 0; i < size; i++) counts[board.kindOf(touched[i])]++;
  let best = 0;
  for (let kind = 1; kind < kindCount; kind++) if (counts[kind] > counts[best]) best = kind;
  return cellOf[best];
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
