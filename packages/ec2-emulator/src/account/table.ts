import { type Entry, OrderedEntries } from "./ordered-entries.ts";

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
  /** Rows under a key of an index that were made after a place, the oldest first. */
  by(index: string, key: string, after?: number): Iterable<R>;
  /** Order of creation of a row that was returned by this source. */
  sequenceOf(id: string): number;
  /** About how many rows `by` would give, cheaply. */
  estimate(index: string, key: string): number;
  hasIndex(index: string): boolean;
}

// A bucket with a single entry, the usual case of an address or a MAC, is that entry.
type Bucket<R> = Entry<R> | OrderedEntries<R>;

/**
 * Rows by id with indexes, writing every change to a journal, so that a call can be undone, made
 * durable and shown late to some readers.
 */
export class Table<R extends Row> implements Source<R> {
  readonly name: string;
  readonly #spec: IndexSpec<R>;
  readonly #indexNames: readonly string[];
  readonly #indexes: ReadonlyMap<string, Map<string, Bucket<R>>>;
  readonly #entries = new Map<string, Entry<R>>();
  readonly #ordered = new OrderedEntries<R>();
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

  all(after = 0): Iterable<R> {
    return this.#ordered.after(after);
  }

  by(index: string, key: string, after = 0): Iterable<R> {
    const bucket = this.#indexOf(index).get(key);
    if (bucket === undefined) return [];
    if (bucket instanceof OrderedEntries) return bucket.after(after);
    return bucket.sequence > after ? [bucket.row] : [];
  }

  /** The only or first row under a key. */
  first(index: string, key: string): R | undefined {
    for (const row of this.by(index, key)) return row;
    return undefined;
  }

  estimate(index: string, key: string): number {
    const bucket = this.#indexOf(index).get(key);
    if (bucket === undefined) return 0;
    return bucket instanceof OrderedEntries ? bucket.size : 1;
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
    const known = this.#entries.get(id);
    const before = known?.row;
    if (after === undefined) this.#remove(known);
    else if (known !== undefined) this.#change(known, after);
    else this.#add({ row: after, sequence });
    this.onReplace?.(before, after);
    if (tell) this.#onChange({ table: this.name, id, sequence, before, after });
  }

  /** Called on every replacement, undo included: for structures derived from the rows. */
  onReplace: ((before: R | undefined, after: R | undefined) => void) | undefined;

  #add(entry: Entry<R>): void {
    this.#entries.set(entry.row.id, entry);
    this.#ordered.add(entry);
    if (entry.sequence > this.#lastSequence) this.#lastSequence = entry.sequence;
    for (const index of this.#indexNames) {
      for (const key of this.keysOf(index, entry.row)) addTo(this.#indexOf(index), key, entry);
    }
  }

  #change(entry: Entry<R>, after: R): void {
    const before = entry.row;
    entry.row = after;
    for (const index of this.#indexNames) {
      const old = this.keysOf(index, before);
      const fresh = this.keysOf(index, after);
      if (sameKeys(old, fresh)) continue;
      const buckets = this.#indexOf(index);
      for (const key of old) removeFrom(buckets, key, entry.sequence);
      for (const key of fresh) addTo(buckets, key, entry);
    }
  }

  #remove(entry: Entry<R> | undefined): void {
    if (entry === undefined) return;
    this.#entries.delete(entry.row.id);
    this.#ordered.delete(entry.sequence);
    for (const index of this.#indexNames) {
      const buckets = this.#indexOf(index);
      for (const key of this.keysOf(index, entry.row)) removeFrom(buckets, key, entry.sequence);
    }
  }

  #indexOf(index: string): Map<string, Bucket<R>> {
    const buckets = this.#indexes.get(index);
    if (buckets === undefined) throw new Error(`invariant broken: ${this.name} has no ${index}`);
    return buckets;
  }
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

function addTo<R>(buckets: Map<string, Bucket<R>>, key: string, entry: Entry<R>): void {
  const bucket = buckets.get(key);
  if (bucket === undefined) buckets.set(key, entry);
  else if (bucket instanceof OrderedEntries) bucket.add(entry);
  else if (bucket !== entry) buckets.set(key, pairOf(bucket, entry));
}

function pairOf<R>(one: Entry<R>, other: Entry<R>): OrderedEntries<R> {
  const pair = new OrderedEntries<R>();
  pair.add(one);
  pair.add(other);
  return pair;
}

function removeFrom<R>(buckets: Map<string, Bucket<R>>, key: string, sequence: number): void {
  const bucket = buckets.get(key);
  if (bucket instanceof OrderedEntries) {
    bucket.delete(sequence);
    if (bucket.size === 0) buckets.delete(key);
  } else if (bucket?.sequence === sequence) buckets.delete(key);
}
