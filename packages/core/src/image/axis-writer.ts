import { fillRun, type Grower } from "./grower.ts";

/**
 * The cells of units in `dir`, and the pages that one axis (prefixes and sets, or ports) uses.
 *
 * The value of x is `pages[(x | ~mask) & cell]`, where the mask is that of a page. A cell with the
 * bits of the mask has a page of its own; one without them says one value for all its x, and leads
 * to an entry at the beginning of some page that holds it. An entry that is not 0 never changes.
 */
export class AxisWriter {
  readonly dir: Grower;
  readonly pages: Grower<Uint16Array>;
  readonly #shift: number;
  readonly #mask: number;
  /** By value: a page that begins with it, 0 for none. The page at 0 begins with 0. */
  #pageOf = new Int32Array(1024);
  /** The run that waits for neighbours of its value. */
  #waiting = { base: 0, from: 0, to: 0, value: 0 };

  /** @param shift entries of a page, as a shift. */
  constructor(dir: Grower, pages: Grower<Uint16Array>, shift: number) {
    this.dir = dir;
    this.pages = pages;
    this.#shift = shift;
    this.#mask = (1 << shift) - 1;
  }

  /**
   * Gives x of a run its value, those of no value before: whole cells of `dir` where they fit,
   * entries of pages elsewhere.
   *
   * @param base the cell of x 0.
   */
  fill(base: number, from: number, to: number, value: number): void {
    if (from >= to) return;
    const shift = this.#shift;
    const firstWhole = (from + this.#mask) >> shift;
    const endWhole = to >> shift;
    if (firstWhole > endWhole) {
      this.#fillPart(base, from, to, value);
      return;
    }
    if ((from & this.#mask) !== 0) this.#fillPart(base, from, firstWhole << shift, value);
    // The rest before the whole cells, because its page begins with the value that they need.
    if ((to & this.#mask) !== 0) this.#fillPart(base, endWhole << shift, to, value);
    if (firstWhole === endWhole) return;
    const cell = this.#pageWith(value);
    fillRun(this.dir.words, cell, base + firstWhole, base + endWhole);
  }

  /**
   * Like {@link fill} for runs in their order: neighbours of one value are written as one, which
   * needs no page where they meet. The last run is written by {@link flush}.
   */
  join(base: number, from: number, to: number, value: number): void {
    if (from >= to) return;
    const waiting = this.#waiting;
    if (waiting.to !== from || waiting.value !== value || waiting.base !== base) {
      this.flush();
      waiting.base = base;
      waiting.from = from;
      waiting.value = value;
    }
    waiting.to = to;
  }

  /** Writes the run that waits. */
  flush(): void {
    const { base, from, to, value } = this.#waiting;
    this.fill(base, from, to, value);
    this.#waiting.from = 0;
    this.#waiting.to = 0;
  }

  /** The value of one x. */
  valueAt(base: number, x: number): number {
    return this.pages.words[(x | ~this.#mask) & this.dir.words[base + (x >> this.#shift)]];
  }

  // A run inside one page.
  #fillPart(base: number, from: number, to: number, value: number): void {
    const mask = this.#mask;
    const at = base + (from >> this.#shift);
    let cell = this.dir.words[at];
    if ((cell & mask) !== mask) {
      cell = this.pages.add(mask + 1, this.pages.words[cell]) | mask;
      this.dir.words[at] = cell;
    }
    const page = cell & ~mask;
    const first = from & mask;
    fillRun(this.pages.words, value, page + first, page + first + to - from);
    if (first === 0) this.#note(value, page);
  }

  #pageWith(value: number): number {
    if (value === 0) return 0;
    const known = value < this.#pageOf.length ? this.#pageOf[value] : 0;
    if (known > 0) return known;
    const page = this.pages.add(this.#mask + 1, value);
    this.#note(value, page);
    return page;
  }

  #note(value: number, page: number): void {
    if (value >= this.#pageOf.length) {
      const grown = new Int32Array(2 * value);
      grown.set(this.#pageOf);
      this.#pageOf = grown;
    }
    // The first one stays: the fewer pages everybody reads, the more of them are in caches.
    if (this.#pageOf[value] === 0) this.#pageOf[value] = page;
  }
}
