import { PAGE_BITS, PAGE_SHIFT, slotShift } from "./pair-table.ts";

const pageColumns = 1 << PAGE_SHIFT;

/** A table of an image: which cell a row has in a column. */
export interface CellTable {
  readonly slots: Int32Array;
  readonly pages: Int32Array;
  readonly defaults: Int32Array;
}

/** Shows a table one row at a time. */
export class RowCells {
  /** By column: the cell of the row that was shown last. */
  readonly cells: Int32Array;
  readonly #table: CellTable;
  #row = -1;

  /** @param columnCount columns that are asked for are below it. */
  constructor(table: CellTable, columnCount: number) {
    this.#table = table;
    this.cells = new Int32Array((columnCount + pageColumns - 1) & -pageColumns);
  }

  /** Shows the next row as it is now. */
  forget(): void {
    this.#row = -1;
  }

  /** Shows a row. O(pages of all columns). */
  show(row: number): Int32Array {
    const { cells } = this;
    if (row === this.#row) return cells;
    this.#row = row;
    const { slots, pages, defaults } = this.#table;
    cells.fill(defaults[row]);
    const mask = (slots.length >> 1) - 1;
    const shift = slotShift(slots);
    for (let to = 0; to < cells.length; to += pageColumns) {
      const key = (((row << PAGE_BITS) | (to >> PAGE_SHIFT)) + 1) | 0;
      let slot = Math.imul(key, 0x9e3779b1) >>> shift;
      while (slots[2 * slot] !== key && slots[2 * slot] !== 0) slot = (slot + 1) & mask;
      if (slots[2 * slot] === 0) continue;
      const from = slots[2 * slot + 1] << PAGE_SHIFT;
      for (let c = 0; c < pageColumns; c++) cells[to + c] = pages[from + c];
    }
    return cells;
  }
}
