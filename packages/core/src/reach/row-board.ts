import type { Words } from "./questions.ts";

/** Columns that are asked for the commonest cell. */
const samples = 24;

/** Number that stands for no rule. */
export const NO_RULE = -1;

/**
 * A row under construction: for each column a cell, that is words of answers and, question by
 * question, the rule that allowed first.
 *
 * Columns that nobody touched share one cell, the default; a column takes it over when it is
 * touched first. Cells are `yes`, `maybe`, then a rule a question.
 */
export class RowBoard {
  readonly columnCount: number;
  /** Words of a cell. */
  readonly width: number;
  /** Cells by column, the default behind them. */
  readonly cells: Int32Array;
  /** The columns that were touched are the first `size`. */
  readonly touched: Int32Array;
  size = 0;
  readonly #stamps: Int32Array;
  #stamp = 0;

  constructor(columnCount: number, questionCount: number) {
    this.columnCount = columnCount;
    this.width = 2 + questionCount;
    this.cells = new Int32Array((columnCount + 1) * this.width);
    this.touched = new Int32Array(columnCount);
    this.#stamps = new Int32Array(columnCount);
  }

  /** Offset of the default's cell. */
  get defaultAt(): number {
    return this.columnCount * this.width;
  }

  /** Begins a row in which all columns have these words, by this rule. */
  begin({ yes, maybe }: Words, rule = NO_RULE): void {
    this.#stamp++;
    this.size = 0;
    const at = this.defaultAt;
    this.cells.fill(rule, at, at + this.width);
    this.cells[at] = yes;
    this.cells[at + 1] = maybe;
  }

  /** Offset of a column's cell, which is its own from now on. */
  touch(column: number): number {
    const at = column * this.width;
    if (this.#stamps[column] === this.#stamp) return at;
    this.#stamps[column] = this.#stamp;
    this.touched[this.size++] = column;
    const { defaultAt, width } = this;
    for (let i = 0; i < width; i++) this.cells[at + i] = this.cells[defaultAt + i];
    return at;
  }

  /** Allows more in the cell at an offset; the rule is noted where nothing allowed before. */
  allow(at: number, { yes, maybe }: Words, rule: number): void {
    const { cells } = this;
    for (let fresh = yes & ~cells[at]; fresh !== 0; fresh &= fresh - 1) {
      const question = 31 - Math.clz32(fresh & -fresh);
      if (question < this.width - 2) cells[at + 2 + question] = rule;
    }
    cells[at] |= yes;
    cells[at + 1] |= yes | maybe;
  }

  /** Allows more in all columns. */
  allowAll(words: Words, rule: number): void {
    for (let i = 0; i < this.size; i++) this.allow(this.touched[i] * this.width, words, rule);
    this.allow(this.defaultAt, words, rule);
  }

  /** Allows more in the columns of a list. */
  allowIn(columns: readonly number[], words: Words, rule: number): void {
    for (const column of columns) this.allow(this.touch(column), words, rule);
  }

  /**
   * Makes the commonest cell the default, if it is that of most columns: then few columns differ
   * from it. Says the same as before about every column.
   *
   * @param cellOf number of the cell at an offset.
   */
  settle(cellOf: (at: number) => number): void {
    const best = this.size * 4 < this.columnCount * 3 ? -1 : this.#commonest(cellOf);
    if (best < 0) return;
    for (let column = 0; column < this.columnCount; column++) this.touch(column);
    this.cells.copyWithin(this.defaultAt, best, best + this.width);
  }

  // Offset of the cell that most of some columns have, or -1.
  #commonest(cellOf: (at: number) => number): number {
    const counts = new Map<number, number>();
    const step = Math.ceil(this.size / samples);
    for (let i = 0; i < this.size; i += step) {
      const at = this.touched[i] * this.width;
      const cell = cellOf(at);
      const count = (counts.get(cell) ?? 0) + 1;
      counts.set(cell, count);
      if (count * 2 > samples) return at;
    }
    return -1;
  }
}
