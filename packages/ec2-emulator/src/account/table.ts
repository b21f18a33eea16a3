/** What every stored object has. Rows are never changed in place, only replaced. */
export interface Row {
  readonly id: string;
  /** When the row next changes by itself (attaching → attached), milliseconds since 1970. */
  readonly changesAtMs?: number | undefined;
}

/** One replacement of a row; `before` or `after` is undefined for a creation or a deletion. */
export interface Change {
  readonly table: string;
  readonly id: string;
  /** Place of the row in the order of creation. */
  readonly sequence: number;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** Index name → the keys under which a row is found. */
export type IndexSpec<R> = Readonly<Record<string, (row: R) => readonly string[]>>;

/** Reading side of a table, which a lagging reader sees through {@link LaggedTable}. */
export interface Source<R extends Row> {
  get(id: string): R | undefined;
  /** Every row that was made after a place in the order of creation, the oldest first. */
  all(after?: number): Iterable<R>;
  /** Rows under a key of an index, in no particular order. */
  by(index: string, key: string): Iterable<R>;
  /** Order of creation of a row that was returned by this source. */
  sequenceOf(id: string): number;
  /** About how many rows `by` would give, cheaply. */
  estimate(index: string, key: string): number;
  hasIndex(index: string): boolean;
}

interface Entry<R> {
  readonly row: R;
  readonly sequence: number;
}

// A bucket with a single id, the usual case of an address or a MAC, is kept without a Set.
type Bucket = string | Set<string>;

/**
 * Rows by id with indexes, writing every change to a journal, so that a call can be undone, made
 * durable and shown late to some readers.
 */
export class Table<R extends Row> implements Source<R> {
  readonly name: string;
  readonly #spec: IndexSpec<R>;
  readonly #indexNames: readonly string[];
  readonly #indexes: ReadonlyMap<string, Map<string, Bucket>>;
  #entries = new Map<string, Entry<R>>();
  // A row that an undo puts back comes last in the map, whatever its place was.
  #isOrdered = true;
  readonly #onChange: (change: Change) => void;
  #lastSequence = 0;

  constructor(name: string, spec: IndexSpec<R>, onChange: (change: Change) => void) {
    this.name = name;
    this.#spec = spec;
    this.#indexNames = Object.keys(spec);
    this.#indexes = new Map(this.#indexNames.map((index) => [index, new Map()]));
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): R | undefined {
    return this.#entries.get(id)?.row;
  }

  /** The row, which the caller knows to exist. */
  need(id: string): R {
    const row = this.get(id);
    if (row === undefined) throw new Error(`invariant broken: no row ${id} in ${this.name}`);
    return row;
  }

  *all(after = 0): Iterable<R> {
    if (!this.#isOrdered) this.#order();
    for (const entry of this.#entries.values()) if (entry.sequence > after) yield entry.row;
  }

  *by(index: string, key: string): Iterable<R> {
    const bucket = this.#indexOf(index).get(key);
    if (bucket === undefined) return;
    if (typeof bucket === "string") yield this.need(bucket);
    else for (const id of bucket) yield this.need(id);
  }

  /** The only or first row under a key. */
  first(index: string, key: string): R | undefined {
    for (const row of this.by(index, key)) return row;
    return undefined;
  }

  estimate(index: string, key: string): number {
    const bucket = this.#indexOf(index).get(key);
    if (bucket === undefined) return 0;
    return typeof bucket === "string" ? 1 : bucket.size;
  }

  sequenceOf(id: string): number {
    return this.#entries.get(id)?.sequence ?? 0;
  }

  hasIndex(index: string): boolean {
    return this.#indexes.has(index);
  }

  /** Keys of a row under an index. */
  keysOf(index: string, row: R): readonly string[] {
    return this.#spec[index]?.(row) ?? [];
  }

  /** Adds the row or replaces the one with its id. */
  put(row: R): R {
    const sequence = this.#entries.get(row.id)?.sequence ?? this.#lastSequence + 1;
    this.#replace(row.id, row, sequence, true);
    return row;
  }

  /** Removes the row if it exists. */
  delete(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#replace(id, undefined, entry.sequence, true);
  }

  /** Puts a row as it stood at a sequence, without telling anybody: undo and load. */
  restore(id: string, row: R | undefined, sequence: number): void {
    this.#replace(id, row, sequence, false);
  }

  #replace(id: string, after: R | undefined, sequence: number, tell: boolean): void {
    const before = this.#entries.get(id)?.row;
    if (before === undefined && sequence <= this.#lastSequence) this.#isOrdered = false;
    if (after === undefined) this.#entries.delete(id);
    else this.#entries.set(id, { row: after, sequence });
    if (sequence > this.#lastSequence) this.#lastSequence = sequence;
    for (const index of this.#indexNames) this.#reindex(index, before, after);
    this.onReplace?.(before, after);
    if (tell) this.#onChange({ table: this.name, id, sequence, before, after });
  }

  /** Called on every replacement, undo included: for structures derived from the rows. */
  onReplace: ((before: R | undefined, after: R | undefined) => void) | undefined;

  #order(): void {
    const entries = [...this.#entries].sort(([, a], [, b]) => a.sequence - b.sequence);
    this.#entries = new Map(entries);
    this.#isOrdered = true;
  }

  #reindex(index: string, before: R | undefined, after: R | undefined): void {
    const keysOf = this.#spec[index];
    if (keysOf === undefined) return;
    const old = before === undefined ? [] : keysOf(before);
    const fresh = after === undefined ? [] : keysOf(after);
    if (sameKeys(old, fresh)) return;
    const buckets = this.#indexOf(index);
    if (before !== undefined) for (const key of old) removeFrom(buckets, key, before.id);
    if (after !== undefined) for (const key of fresh) addTo(buckets, key, after.id);
  }

  #indexOf(index: string): Map<string, Bucket> {
    const buckets = this.#indexes.get(index);
    if (buckets === undefined) throw new Error(`invariant broken: ${this.name} has no ${index}`);
    return buckets;
  }
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

function addTo(buckets: Map<string, Bucket>, key: string, id: string): void {
  const bucket = buckets.get(key);
  if (bucket === undefined) buckets.set(key, id);
  else if (typeof bucket !== "string") bucket.add(id);
  else if (bucket !== id) buckets.set(key, new Set([bucket, id]));
}

function removeFrom(buckets: Map<string, Bucket>, key: string, id: string): void {
  const bucket = buckets.get(key);
  if (bucket === undefined) return;
  if (typeof bucket === "string") {
    if (bucket === id) buckets.delete(key);
    return;
  }
  bucket.delete(id);
  if (bucket.size === 0) buckets.delete(key);
}
