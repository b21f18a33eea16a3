import { fillRun, type Grower } from "./grower.ts";

/** The cells of units in `dir`, and the pages that one axis (prefixes and sets, or ports) uses. */
export class AxisWriter {
  readonly dir: Grower;
  readonly pages: Grower<Int32Array> | Grower<Uint16Array>;
  readonly #shift: number;
  readonly #pageSize: number;

  /** @param shift entries of a page, as a shift. */
  constructor(dir: Grower, pages: Grower<Int32Array> | Grower<Uint16Array>, shift: number) {
    this.dir = dir;
    this.pages = pages;
    this.#shift = shift;
    this.#pageSize = 1 << shift;
  }

  /**
   * Gives x of a run its value: whole cells of `dir` where they fit, entries of pages elsewhere.
   *
   * @param base the cell of x 0.
   */
  fill(base: number, from: number, to: number, value: number): void {
    const { words } = this.dir;
    const pageSize = this.#pageSize;
    for (let at = from; at < to; ) {
      const cell = base + (at >> this.#shift);
      const end = Math.min(to, (at | (pageSize - 1)) + 1);
      if (end - at === pageSize) words[cell] = value;
      else {
        if (words[cell] >= 0) words[cell] = ~this.pages.add(pageSize, words[cell]);
        const first = ~words[cell] + (at & (pageSize - 1));
        fillRun(this.pages.words, value, first, first + end - at);
      }
      at = end;
    }
  }

  /** The value of one x. */
  valueAt(base: number, x: number): number {
    const cell = this.dir.words[base + (x >> this.#shift)];
    return cell >= 0 ? cell : this.pages.words[~cell + (x & (this.#pageSize - 1))];
  }
}
