/** A row at its place in the order of creation; it stays the same while the row is replaced. */
export interface Entry<R> {
  row: R;
  readonly sequence: number;
}

/** Most entries in a run; a longer one is cut in two. */
const RUN_MAX = 512;

/**
 * Entries in the order of creation. They lie in short runs, so that putting one in between moves
 * few others, and reading on from any place needs no scan.
 */
export class OrderedEntries<R> {
  readonly #runs: Entry<R>[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds an entry, unless it is there. */
  add(entry: Entry<R>): void {
    const at = this.#runAt(entry.sequence);
    if (at === this.#runs.length) this.#runs.push([]);
    const run = this.#runs[at];
    const place = firstFrom(run, entry.sequence);
    if (run[place]?.sequence === entry.sequence) return;
    this.#size++;
    if (place === run.length) run.push(entry);
    else run.splice(place, 0, entry);
    if (run.length > RUN_MAX) this.#split(at);
  }

  /** Takes the entry out that has this place, if any has. */
  delete(sequence: number): void {
    const at = this.#runAt(sequence);
    const run = this.#runs[at];
    if (run === undefined) return;
    const place = firstFrom(run, sequence);
    if (run[place]?.sequence !== sequence) return;
    run.splice(place, 1);
    this.#size--;
    if (run.length === 0) this.#runs.splice(at, 1);
  }

  /** Rows that were made after a place, the oldest first. Nothing may change on the way. */
  *after(sequence: number): Iterable<R> {
    const runs = this.#runs;
    for (let at = this.#runAt(sequence); at < runs.length; at++) {
      const run = runs[at];
      const start = run[0].sequence > sequence ? 0 : firstFrom(run, sequence + 1);
      for (let place = start; place < run.length; place++) yield run[place].row;
    }
  }

  /** The run in which an entry of this place stands or would stand: the last to start before it. */
  #runAt(sequence: number): number {
    const runs = this.#runs;
    let low = 0;
    let high = runs.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (runs[middle][0].sequence <= sequence) low = middle;
      else high = middle;
    }
    return low;
  }

  #split(at: number): void {
    const run = this.#runs[at];
    // Rows are nearly always added at the end, where a full run in front wastes no memory.
    const isLast = at === this.#runs.length - 1;
    this.#runs.splice(at + 1, 0, run.splice(isLast ? RUN_MAX : RUN_MAX >> 1));
  }
}

/** Index of the first entry of a run whose place is not before this one. */
function firstFrom<R>(run: readonly Entry<R>[], sequence: number): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run[middle].sequence < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
