import type { PairTable } from "./pair-table.ts";
import type { Tuples } from "./tuples.ts";

/** A table of an image. */
export interface FollowedColumns {
  readonly slots: Int32Array;
  readonly pages: Int32Array;
  readonly defaults: Int32Array;
  readonly yes: Int32Array;
  readonly maybe: Int32Array;
  readonly rules: Int32Array;
}

/** Carries what changes in a table over to its columns in an image. */
export class TableFollower {
  readonly #table: PairTable;
  readonly #columns: FollowedColumns;
  #cellCount: number;
  #pageCount: number;

  /** The columns must hold what the table does. */
  constructor(table: PairTable, columns: FollowedColumns) {
    this.#table = table;
    this.#columns = columns;
    this.#cellCount = table.cells.count;
    this.#pageCount = table.pages.count;
    table.takeChanges();
  }

  /** Carries all changes over; false, with the columns spoilt, when there is no room for them. */
  follow(): boolean {
    const { cells, pages, defaults, slots } = this.#table;
    const columns = this.#columns;
    const changes = this.#table.takeChanges();
    const hasRoom =
      slots.length === columns.slots.length &&
      pages.count * pages.width <= columns.pages.length &&
      defaults.length <= columns.defaults.length &&
      cells.count <= columns.yes.length;
    if (!hasRoom) return false;
    for (let cell = this.#cellCount; cell < cells.count; cell++) this.#writeCell(cells, cell);
    const from = this.#pageCount * pages.width;
    columns.pages.set(pages.words.subarray(from, pages.count * pages.width), from);
    for (const row of changes.rows) columns.defaults[row] = defaults[row];
    for (const slot of changes.slots) {
      columns.slots[2 * slot + 1] = slots[2 * slot + 1];
      columns.slots[2 * slot] = slots[2 * slot];
    }
    this.#cellCount = cells.count;
    this.#pageCount = pages.count;
    return true;
  }

  #writeCell({ words, width }: Tuples, cell: number): void {
    const { yes, maybe, rules } = this.#columns;
    const from = cell * width;
    yes[cell] = words[from];
    maybe[cell] = words[from + 1];
    rules.set(words.subarray(from + 2, from + width), cell * (width - 2));
  }
}
