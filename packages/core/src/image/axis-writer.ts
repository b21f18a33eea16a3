import { fillRun, type Grower } from "./grower.ts";

const RUN_WORDS = 3;

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
  /** Runs that were joined: from, to, value. */
  #runs: Int32Array = new Int32Array(1024 * RUN_WORDS);
  #runWords = 0;

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
   * Remembers a run for {@link flush}. Of runs in their order, neighbours of one value are one,
   * which needs no page where they meet.
   */
  join(from: number, to: number, value: number): void {
    if (from >= to) return;
    const last = this.#runWords - RUN_WORDS;
    if (last >= 0 && this.#runs[last + 1] === from && this.#runs[last + 2] === value) {
      this.#runs[last + 1] = to;
      return;
    }
    if (this.#runWords === this.#runs.length) this.#runs = grown(this.#runs);
    const run = this.#runWords;
    this.#runs[run] = from;
    this.#runs[run + 1] = to;
    this.#runs[run + 2] = value;
    this.#runWords = run + RUN_WORDS;
  }

  /** Fills all runs that were joined, and forgets them. */
  flush(base: number): void {
    const runs = this.#runs;
    const end = this.#runWords;
    for (let run = 0; run < end; run += RUN_WORDS) {
      this.fill(base, runs[run], runs[run + 1], runs[run + 2]);
    }
    this.#runWords = 0;
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
      const larger = new Int32Array(2 * value);
      larger.set(this.#pageOf);
      this.#pageOf = larger;
    }
    // The first one stays: the fewer pages everybody reads, the more of them are in caches.
    if (this.#pageOf[value] === 0) this.#pageOf[value] = page;
  }
}

function grown(words: Int32Array): Int32Array {
  const larger = new Int32Array(2 * words.length);
  larger.set(words);
  return larger;
}
