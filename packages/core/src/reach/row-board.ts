import type { Words } from "./questions.ts";

/** Number that stands for no rule. */
export const NO_RULE = -1;

/** Changes the cell at an offset of `cells`; equal cells must become equal ones. */
export type CellEdit = (cells: Int32Array, at: number) => void;

/** Columns that get one change. */
export interface BoardPart {
  readonly columns: readonly number[];
  readonly edit: CellEdit;
}

/**
 * A row under construction: for each column a cell, that is words of answers and, question by
 * question, the rule that allowed first.
 *
 * Columns that have been treated alike are one kind, and share a cell: a change is worked out once
 * a kind, and a column costs no more than to be moved. All begin as kind 0. Cells are `yes`,
 * `maybe`, then a rule a question.
 */
export class RowBoard {
  readonly columnCount: number;
  /** Words of a cell. */
  readonly width: number;
  /** Cells by kind. */
  cells: Int32Array;
  kindCount = 0;
  /** The columns that have left kind 0 are the first `size`. */
  readonly touched: Int32Array;
  size = 0;
  readonly #kindOf: Int32Array;
  readonly #stamps: Int32Array;
  #stamp = 0;
  // By kind: the one that the change at hand makes of it, while the turn is that of the change.
  #next = new Int32Array(64);
  #turns = new Int32Array(64);
  #turn = 0;

  constructor(columnCount: number, questionCount: number) {
    this.columnCount = columnCount;
    this.width = 2 + questionCount;
    this.cells = new Int32Array(64 * this.width);
    this.touched = new Int32Array(columnCount);
    this.#kindOf = new Int32Array(columnCount);
    this.#stamps = new Int32Array(columnCount);
  }

  /** Begins a row in which all columns have these words, by this rule. */
  begin({ yes, maybe }: Words, rule = NO_RULE): void {
    this.#stamp++;
    this.size = 0;
    this.kindCount = 1;
    this.cells.fill(rule, 0, this.width);
    this.cells[0] = yes;
    this.cells[1] = maybe;
  }

  /** The kind of a column. */
  kindOf(column: number): number {
    return this.#stamps[column] === this.#stamp ? this.#kindOf[column] : 0;
  }

  /** Changes the cells of some columns; one that is listed twice is changed once. */
  change(columns: readonly number[], edit: CellEdit): void {
    this.#turn++;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      const kind = this.#stamps[column] === this.#stamp ? this.#kindOf[column] : 0;
      const next = this.#turns[kind] === this.#turn ? this.#next[kind] : this.#part(kind, edit);
      if (next !== kind) this.put(column, next);
    }
  }

  /** Changes the cells of all columns. */
  changeAll(edit: CellEdit): void {
    for (let kind = 0; kind < this.kindCount; kind++) edit(this.cells, kind * this.width);
  }

  /** Changes the cells of parts that share no column, and those of all other columns. */
  changeApart(parts: readonly BoardPart[], others: CellEdit): void {
    const before = this.kindCount;
    for (const { columns, edit } of parts) {
      this.#turn++;
      for (const column of columns) {
        const kind = this.kindOf(column);
        if (this.#turns[kind] !== this.#turn) this.#lead(kind, this.copyKind(kind));
        this.put(column, this.#next[kind]);
      }
      for (let kind = 0; kind < before; kind++) {
        if (this.#turns[kind] === this.#turn) edit(this.cells, this.#next[kind] * this.width);
      }
    }
    for (let kind = 0; kind < before; kind++) others(this.cells, kind * this.width);
  }

  /** Allows more in the columns of a list; the rule is noted where nothing allowed before. */
  allow(columns: readonly number[], words: Words, rule: number): void {
    this.change(columns, allowing(words, rule, this.width - 2));
  }

  /** Allows more in all columns. */
  allowAll(words: Words, rule: number): void {
    this.changeAll(allowing(words, rule, this.width - 2));
  }

  /** Makes a kind with the cell of another; no column has it yet. */
  copyKind(kind: number): number {
    const { width } = this;
    const made = this.kindCount++;
    if (this.kindCount > this.#next.length) this.#grow();
    this.cells.copyWithin(made * width, kind * width, (kind + 1) * width);
    return made;
  }

  /** Moves a column to a kind. */
  put(column: number, kind: number): void {
    if (this.#stamps[column] !== this.#stamp) {
      this.#stamps[column] = this.#stamp;
      this.touched[this.size++] = column;
    }
    this.#kindOf[column] = kind;
  }

  /** What the change at hand makes of a kind: itself, where it changes nothing. */
  #part(kind: number, edit: CellEdit): number {
    const { width } = this;
    const made = this.copyKind(kind);
    const { cells } = this;
    edit(cells, made * width);
    let word = 0;
    while (word < width && cells[kind * width + word] === cells[made * width + word]) word++;
    if (word < width) return this.#lead(kind, made);
    this.kindCount--;
    return this.#lead(kind, kind);
  }

  // What a kind has become is not changed again.
  #lead(kind: number, next: number): number {
    this.#next[kind] = next;
    this.#turns[kind] = this.#turn;
    this.#next[next] = next;
    this.#turns[next] = this.#turn;
    return next;
  }

  #grow(): void {
    const grown = (words: Int32Array) => {
      const made = new Int32Array(words.length * 2);
      made.set(words);
      return made;
    };
    this.cells = grown(this.cells);
    this.#next = grown(this.#next);
    this.#turns = grown(this.#turns);
  }
}

/** The change of allowing more. */
function allowing({ yes, maybe }: Words, rule: number, questionCount: number): CellEdit {
  return (cells, at) => {
    for (let fresh = yes & ~cells[at]; fresh !== 0; fresh &= fresh - 1) {
      const question = 31 - Math.clz32(fresh & -fresh);
      if (question < questionCount) cells[at + 2 + question] = rule;
    }
    cells[at] |= yes;
    cells[at + 1] |= yes | maybe;
  };
}
