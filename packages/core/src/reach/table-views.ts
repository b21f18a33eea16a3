import { PAGE_BITS, PAGE_SHIFT } from "./pair-table.ts";

const pageColumns = 1 << PAGE_SHIFT;

/** A table of an image, and the words its cells have. */
export interface TableColumns {
  readonly slots: Int32Array;
  readonly pages: Int32Array;
  readonly defaults: Int32Array;
  readonly words: Int32Array;
}

/** Lists of numbers, one behind the other: list i is `items` from `starts[i]` to `starts[i + 1]`. */
export interface Lists {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** Sorts positions into lists by the key each has, 0..keyCount-1; others are left out. */
export function listsBy(keys: Int32Array, keyCount: number): Lists {
  const starts = new Int32Array(keyCount + 1);
  for (const key of keys) if (key >= 0 && key < keyCount) starts[key + 1]++;
  for (let key = 0; key < keyCount; key++) starts[key + 1] += starts[key];
  const items = new Int32Array(starts[keyCount]);
  const next = starts.slice(0, keyCount);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at];
    if (key >= 0 && key < keyCount) items[next[key]++] = at;
  }
  return { starts, items };
}

/** A table read whole rows and columns at a time, where kernels look up one cell. */
export class TableViews {
  readonly rowCount: number;
  /** Number of columns, whole pages. */
  readonly columnCount: number;
  /** By row: the word where no page says otherwise. */
  readonly defaultWords: Int32Array;
  /** Row, page of columns, and where its words begin in `pageWords`, of each page of a row. */
  readonly rowOf: Int32Array;
  readonly pageOf: Int32Array;
  readonly wordsAt: Int32Array;
  readonly pageWords: Int32Array;
  /** Pages by the row, and by the page of columns. */
  readonly byRow: Lists;
  readonly byPage: Lists;

  /** @param columnCount columns that are asked for are below it. */
  constructor({ slots, pages, defaults, words }: TableColumns, columnCount: number) {
    const pageCount = (columnCount + pageColumns - 1) >> PAGE_SHIFT;
    this.rowCount = defaults.length;
    this.columnCount = pageCount << PAGE_SHIFT;
    this.defaultWords = defaults.map((cell) => words[cell]);
    this.pageWords = pages.map((cell) => words[cell]);
    let used = 0;
    for (let at = 0; at < slots.length; at += 2) if (slots[at] !== 0) used++;
    this.rowOf = new Int32Array(used);
    this.pageOf = new Int32Array(used);
    this.wordsAt = new Int32Array(used);
    for (let at = 0, to = 0; at < slots.length; at += 2) {
      if (slots[at] === 0) continue;
      this.rowOf[to] = (slots[at] - 1) >> PAGE_BITS;
      this.pageOf[to] = (slots[at] - 1) & ((1 << PAGE_BITS) - 1);
      this.wordsAt[to] = slots[at + 1] << PAGE_SHIFT;
      to++;
    }
    this.byRow = listsBy(this.rowOf, this.rowCount);
    this.byPage = listsBy(this.pageOf, pageCount);
  }

  /** True for a row that says yes to everything, in all columns. */
  isOpen(row: number): boolean {
    const { starts } = this.byRow;
    return this.defaultWords[row] === -1 && starts[row] === starts[row + 1];
  }
}

/** One row at a time: a word by column. */
export class RowView {
  /** By column: what the row says. */
  readonly words: Int32Array;
  readonly #table: TableViews;
  #row = -1;

  constructor(table: TableViews) {
    this.#table = table;
    this.words = new Int32Array(table.columnCount);
  }

  /** Shows another row. O(its pages), where its default is that of the last one. */
  show(row: number): Int32Array {
    const { words } = this;
    if (row === this.#row) return words;
    const { defaultWords } = this.#table;
    if (this.#row < 0 || defaultWords[row] !== defaultWords[this.#row]) {
      words.fill(defaultWords[row]);
    } else this.#clear();
    this.#row = row;
    const { byRow, pageOf, wordsAt, pageWords } = this.#table;
    for (let i = byRow.starts[row]; i < byRow.starts[row + 1]; i++) {
      const [to, from] = [pageOf[byRow.items[i]] << PAGE_SHIFT, wordsAt[byRow.items[i]]];
      for (let c = 0; c < pageColumns; c++) words[to + c] = pageWords[from + c];
    }
    return words;
  }

  #clear(): void {
    const { byRow, pageOf, defaultWords } = this.#table;
    const word = defaultWords[this.#row];
    for (let i = byRow.starts[this.#row]; i < byRow.starts[this.#row + 1]; i++) {
      const from = pageOf[byRow.items[i]] << PAGE_SHIFT;
      this.words.fill(word, from, from + pageColumns);
    }
  }
}

/** One column at a time: a word by row, of some rows. */
export class ColumnView {
  readonly #table: TableViews;
  /** By row of the table: its position among those that are wanted, or -1. */
  readonly #positions: Int32Array;
  readonly #defaults: Int32Array;
  /** Words of the columns of a page by position, one column behind the other. */
  readonly #lines: Int32Array;
  #page = -1;

  /** @param rows the rows that are wanted; words go by their positions. */
  constructor(table: TableViews, rows: Int32Array) {
    this.#table = table;
    this.#positions = new Int32Array(table.rowCount).fill(-1);
    for (let at = 0; at < rows.length; at++) this.#positions[rows[at]] = at;
    this.#defaults = rows.map((row) => table.defaultWords[row]);
    this.#lines = new Int32Array(rows.length << PAGE_SHIFT);
  }

  /**
   * By position of a row: what it says to a column. The columns of a page are read together, so that
   * who asks for columns in their order reads each page of a row once.
   */
  show(column: number): Int32Array {
    const { length } = this.#defaults;
    const page = column >> PAGE_SHIFT;
    if (page !== this.#page) this.#read(page);
    this.#page = page;
    const at = (column & (pageColumns - 1)) * length;
    return this.#lines.subarray(at, at + length);
  }

  #read(page: number): void {
    const { byPage, rowOf, wordsAt, pageWords } = this.#table;
    const lines = this.#lines;
    const { length } = this.#defaults;
    for (let at = 0; at < lines.length; at += length) lines.set(this.#defaults, at);
    for (let i = byPage.starts[page]; i < byPage.starts[page + 1]; i++) {
      const item = byPage.items[i];
      const position = this.#positions[rowOf[item]];
      if (position < 0) continue;
      const from = wordsAt[item];
      for (let c = 0; c < pageColumns; c++) lines[c * length + position] = pageWords[from + c];
    }
  }
}
