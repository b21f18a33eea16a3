import type { Both } from "./joint-pods.ts";
import { addTo, Numbering } from "./numbering.ts";
import { PAGE_SHIFT } from "./pair-table.ts";
import { CLASS_WORDS } from "./reach-layout.ts";
import { type Lists, listsBy, RowView, type TableViews } from "./table-views.ts";
import { Tuples } from "./tuples.ts";

/** A word of the records of joint classes: each distinct pair of before and after by number. */
export interface WordPairs {
  /** By joint class: its pair. */
  readonly of: Int32Array;
  /** By pair: the word before and after. */
  readonly words: Both<Int32Array>;
  /** The joint classes of each pair. */
  readonly classes: Lists;
}

/** Numbers the pairs of one word. */
export function wordPairs(
  word: number,
  classes: Both<Int32Array>,
  records: Both<Int32Array>,
): WordPairs {
  const pairs = new Numbering<number, Both<number>>();
  const of = classes.before.map((old, at) => {
    const before = records.before[old * CLASS_WORDS + word];
    const after = records.after[classes.after[at] * CLASS_WORDS + word];
    return pairs.of(before * 2 ** 24 + after, () => ({ before, after }));
  });
  const words = {
    before: Int32Array.from(pairs.values, (pair) => pair.before),
    after: Int32Array.from(pairs.values, (pair) => pair.after),
  };
  return { of, words, classes: listsBy(of, pairs.count) };
}

/**
 * Where a table says something else than before: by pair of rows, the pairs of columns.
 *
 * Pages of words that both tables have are skipped as long as their columns have kept their
 * numbers; so what has not changed costs one comparison a page.
 */
export function tableDifferences(
  tables: Both<TableViews>,
  rows: WordPairs,
  columns: WordPairs,
): Lists {
  const finder = new DifferenceFinder(tables, columns);
  const { before, after } = rows.words;
  const starts = new Int32Array(before.length + 1);
  for (let pair = 0; pair < before.length; pair++) {
    finder.find(before[pair], after[pair]);
    starts[pair + 1] = finder.found.length;
  }
  return { starts, items: Int32Array.from(finder.found) };
}

class DifferenceFinder {
  /** Pairs of columns in which rows differ, of all rows so far. */
  readonly found: number[] = [];
  readonly #tables: Both<TableViews>;
  readonly #columns: Both<Int32Array>;
  readonly #rows: Both<RowView>;
  readonly #pages: Both<RowPages>;
  /** By page: the pairs of columns that have either column in it. */
  readonly #byPage: Lists;
  /** By page: 1 when each of these pairs is one column in both tables. */
  readonly #isKept: Uint8Array;
  readonly #seen: Int32Array;
  #turn = 0;

  constructor(tables: Both<TableViews>, { words }: WordPairs) {
    const contents = new Tuples(1 << PAGE_SHIFT);
    this.#tables = tables;
    this.#columns = words;
    this.#rows = { before: new RowView(tables.before), after: new RowView(tables.after) };
    const pageCount = Math.max(tables.before.columnCount, tables.after.columnCount) >> PAGE_SHIFT;
    this.#pages = {
      before: new RowPages(tables.before, pageCount, contents),
      after: new RowPages(tables.after, pageCount, contents),
    };
    const { byPage, isKept } = pairsByPage(words, pageCount);
    this.#byPage = byPage;
    this.#isKept = isKept;
    this.#seen = new Int32Array(words.before.length);
  }

  /** Adds the pairs of columns in which two rows differ. */
  find(before: number, after: number): void {
    const { before: old, after: now } = this.#tables;
    if (old.defaultWords[before] !== now.defaultWords[after]) {
      this.#compareAll(before, after);
      return;
    }
    this.#turn++;
    const [had, has] = [this.#pages.before, this.#pages.after];
    had.show(before);
    has.show(after);
    for (const pages of [had.shown, has.shown]) {
      for (const page of pages) {
        const isSame = had.contentAt[page] === has.contentAt[page];
        if (!isSame || this.#isKept[page] === 0) this.#comparePage(page, before, after);
      }
    }
  }

  #compareAll(before: number, after: number): void {
    const old = this.#rows.before.show(before);
    const now = this.#rows.after.show(after);
    const { before: oldColumns, after: newColumns } = this.#columns;
    for (let pair = 0; pair < oldColumns.length; pair++) {
      if (old[oldColumns[pair]] !== now[newColumns[pair]]) this.found.push(pair);
    }
  }

  #comparePage(page: number, before: number, after: number): void {
    const old = this.#rows.before.show(before);
    const now = this.#rows.after.show(after);
    const { before: oldColumns, after: newColumns } = this.#columns;
    const { starts, items } = this.#byPage;
    for (let at = starts[page]; at < starts[page + 1]; at++) {
      const pair = items[at];
      if (this.#seen[pair] === this.#turn) continue;
      this.#seen[pair] = this.#turn;
      if (old[oldColumns[pair]] !== now[newColumns[pair]]) this.found.push(pair);
    }
  }
}

/** The pages of one row at a time, by what is in them. */
class RowPages {
  /** The pages that the row has. */
  shown: Int32Array = new Int32Array(0);
  /** By page: the number of its words, the same for equal words in both tables; -1 without one. */
  readonly contentAt: Int32Array;
  readonly #table: TableViews;
  /** By page of a row, as the table lists them: the number of its words. */
  readonly #contents: Int32Array;
  readonly #pages: Int32Array;

  constructor(table: TableViews, pageCount: number, contents: Tuples) {
    this.#table = table;
    this.contentAt = new Int32Array(pageCount).fill(-1);
    this.#contents = table.byRow.items.map((at) => {
      return contents.intern(table.pageWords, table.wordsAt[at]);
    });
    this.#pages = table.byRow.items.map((at) => table.pageOf[at]);
  }

  show(row: number): void {
    for (const page of this.shown) this.contentAt[page] = -1;
    const { starts } = this.#table.byRow;
    this.shown = this.#pages.subarray(starts[row], starts[row + 1]);
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      this.contentAt[this.#pages[i]] = this.#contents[i];
    }
  }
}

function pairsByPage({ before, after }: Both<Int32Array>, pageCount: number) {
  const byPage = new Map<number, number[]>();
  const isKept = new Uint8Array(pageCount).fill(1);
  for (const [pair, old] of before.entries()) {
    const [was, is] = [old >> PAGE_SHIFT, after[pair] >> PAGE_SHIFT];
    addTo(byPage, was, pair);
    if (old === after[pair]) continue;
    isKept[was] = 0;
    isKept[is] = 0;
    if (was !== is) addTo(byPage, is, pair);
  }
  const starts = new Int32Array(pageCount + 1);
  const items: number[] = [];
  for (let page = 0; page < pageCount; page++) {
    for (const pair of byPage.get(page) ?? []) items.push(pair);
    starts[page + 1] = items.length;
  }
  return { byPage: { starts, items: Int32Array.from(items) }, isKept };
}

/** Turns lists of numbers below `count` round: by number, the lists it is in. */
export function turned({ starts, items }: Lists, count: number): Lists {
  const listOf = new Int32Array(items.length);
  for (let list = 0; list < starts.length - 1; list++) {
    listOf.fill(list, starts[list], starts[list + 1]);
  }
  const byNumber = listsBy(items, count);
  return { starts: byNumber.starts, items: byNumber.items.map((at) => listOf[at]) };
}
