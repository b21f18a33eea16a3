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

/** A table before and after, with its pages numbered together. */
export interface TablePair {
  readonly views: Both<TableViews>;
  /** By page of a row, as the views list them: the number of its words, equal for equal words. */
  readonly contents: Both<Int32Array>;
}

/** Numbers the pages of two tables by what is in them. */
export function tablePair(views: Both<TableViews>): TablePair {
  const known = new Tuples(1 << PAGE_SHIFT);
  const contentsOf = ({ pageWords, wordsAt }: TableViews) => {
    const numbers = new Int32Array(pageWords.length >> PAGE_SHIFT);
    for (let page = 0; page < numbers.length; page++) {
      numbers[page] = known.intern(pageWords, page << PAGE_SHIFT);
    }
    return wordsAt.map((at) => numbers[at >> PAGE_SHIFT]);
  };
  return { views, contents: { before: contentsOf(views.before), after: contentsOf(views.after) } };
}

/**
 * Finds where a table says something else than before.
 *
 * Pages of words that both tables have are skipped as long as their columns have kept their
 * numbers; so what has not changed costs one comparison a page.
 */
export class DifferenceFinder {
  readonly #views: Both<TableViews>;
  readonly #columns: Both<Int32Array>;
  readonly #rows: Both<RowView>;
  readonly #pages: Both<RowPages>;
  /** By page: the pairs of columns that have either column in it. */
  readonly #byPage: Lists;
  /** By page: 1 when each of these pairs is one column in both tables. */
  readonly #isKept: Uint8Array;
  readonly #seen: Int32Array;
  #turn = 0;
  #found: number[] = [];

  constructor({ views, contents }: TablePair, { words }: WordPairs) {
    this.#views = views;
    this.#columns = words;
    this.#rows = { before: new RowView(views.before), after: new RowView(views.after) };
    const pageCount = Math.max(views.before.columnCount, views.after.columnCount) >> PAGE_SHIFT;
    this.#pages = {
      before: new RowPages(views.before, contents.before, pageCount),
      after: new RowPages(views.after, contents.after, pageCount),
    };
    const { byPage, isKept } = pairsByPage(words, pageCount);
    this.#byPage = byPage;
    this.#isKept = isKept;
    this.#seen = new Int32Array(words.before.length);
  }

  /** By pair of rows, the pairs of columns in which they differ. */
  differences({ words: { before, after } }: WordPairs): Lists {
    this.#found = [];
    const starts = new Int32Array(before.length + 1);
    for (let pair = 0; pair < before.length; pair++) {
      this.#compare(before[pair], after[pair]);
      starts[pair + 1] = this.#found.length;
    }
    return { starts, items: Int32Array.from(this.#found) };
  }

  #compare(before: number, after: number): void {
    const { before: old, after: now } = this.#views;
    if (old.defaultWords[before] !== now.defaultWords[after]) {
      this.#compareAll(before, after);
      return;
    }
    this.#turn++;
    const [had, has] = [this.#pages.before, this.#pages.after];
    had.show(before);
    has.show(after);
    for (const { first, last, pages } of [had, has]) {
      for (let i = first; i < last; i++) {
        const page = pages[i];
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
      if (old[oldColumns[pair]] !== now[newColumns[pair]]) this.#found.push(pair);
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
      if (old[oldColumns[pair]] !== now[newColumns[pair]]) this.#found.push(pair);
    }
  }
}

/** The pages of one row at a time, by what is in them. */
class RowPages {
  /** The pages of all rows; those of the row from `first` to before `last`. */
  readonly pages: Int32Array;
  first = 0;
  last = 0;
  /** By page: the number of its words; -1 where the row has its default. */
  readonly contentAt: Int32Array;
  readonly #starts: Int32Array;
  readonly #contents: Int32Array;

  constructor({ byRow, pageOf }: TableViews, contents: Int32Array, pageCount: number) {
    this.contentAt = new Int32Array(pageCount).fill(-1);
    this.#starts = byRow.starts;
    this.#contents = byRow.items.map((at) => contents[at]);
    this.pages = byRow.items.map((at) => pageOf[at]);
  }

  show(row: number): void {
    const { pages, contentAt } = this;
    for (let i = this.first; i < this.last; i++) contentAt[pages[i]] = -1;
    this.first = this.#starts[row];
    this.last = this.#starts[row + 1];
    for (let i = this.first; i < this.last; i++) contentAt[pages[i]] = this.#contents[i];
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
