import type { IndexedTables } from "./indexes.ts";
import type { Change, Row, Source, Table } from "./table.ts";

/** A change that some readers may not see yet. */
interface Version {
  readonly atMs: number;
  readonly before: Row | undefined;
  readonly sequence: number;
}

/** How late a reader sees a change, milliseconds: the same answer for the same question. */
export type LagOf = (reader: string, table: string, id: string, atMs: number) => number;

/** Most changes that are remembered for slow readers; the oldest are then seen by everybody. */
const VERSIONS_MAX = 200_000;

/** The recent past of an account, so that a reader can be shown it. */
export class History {
  readonly #versions = new Map<string, Map<string, Version[]>>();
  #count = 0;

  /** Remembers what was there before each change. */
  add(changes: readonly Change[], atMs: number): void {
    for (const change of changes) {
      const table = this.#tableOf(change.table);
      const versions = table.get(change.id) ?? [];
      versions.push({ atMs, before: change.before, sequence: change.sequence });
      table.set(change.id, versions);
      this.#count++;
    }
    if (this.#count > VERSIONS_MAX) this.forget(Number.POSITIVE_INFINITY);
  }

  /** Forgets changes that were made before a time, which every reader sees by now. */
  forget(beforeMs: number): void {
    for (const table of this.#versions.values()) {
      for (const [id, versions] of table) {
        const kept = versions.filter((version) => version.atMs >= beforeMs);
        this.#count -= versions.length - kept.length;
        if (kept.length === 0) table.delete(id);
        else if (kept.length < versions.length) table.set(id, kept);
      }
    }
  }

  /** Recent versions of the rows of a table, by id, the oldest first. */
  of(table: string): ReadonlyMap<string, readonly Version[]> {
    return this.#tableOf(table);
  }

  #tableOf(name: string): Map<string, Version[]> {
    let table = this.#versions.get(name);
    if (table === undefined) {
      table = new Map();
      this.#versions.set(name, table);
    }
    return table;
  }
}

/** A row with its place in the order of creation. */
interface Placed<R> {
  readonly row: R;
  readonly sequence: number;
}

/** A table as one reader sees it at one time. */
class LaggedTable<R extends Row> implements Source<R> {
  readonly #table: Table<R>;
  readonly #recent: ReadonlyMap<string, readonly Version[]>;
  readonly #isVisible: (id: string, atMs: number) => boolean;
  #changed: readonly Placed<R>[] | undefined;

  constructor(
    table: Table<R>,
    recent: ReadonlyMap<string, readonly Version[]>,
    isVisible: (id: string, atMs: number) => boolean,
  ) {
    this.#table = table;
    this.#recent = recent;
    this.#isVisible = isVisible;
  }

  get(id: string): R | undefined {
    let row = this.#table.get(id);
    const versions = this.#recent.get(id) ?? [];
    // Back from the newest change; the first visible one ends the walk, so that a reader never
    // sees a later change without an earlier one of the same row.
    for (let i = versions.length - 1; i >= 0; i--) {
      if (this.#isVisible(id, versions[i].atMs)) break;
      // Rows of one table are of one type.
      row = versions[i].before as R | undefined;
    }
    return row;
  }

  all(after = 0): Iterable<R> {
    return this.#merge(this.#table.all(after), after, () => true);
  }

  by(index: string, key: string, after = 0): Iterable<R> {
    const has = (row: R) => this.#table.keysOf(index, row).includes(key);
    return this.#merge(this.#table.by(index, key, after), after, has);
  }

  sequenceOf(id: string): number {
    return this.#table.sequenceOf(id) || (this.#recent.get(id)?.[0]?.sequence ?? 0);
  }

  estimate(index: string, key: string): number {
    return this.#table.estimate(index, key) + this.#recent.size;
  }

  hasIndex(index: string): boolean {
    return this.#table.hasIndex(index);
  }

  /** Rows without a recent change, and those with one as they are seen, the oldest first. */
  *#merge(rows: Iterable<R>, after: number, has: (row: R) => boolean): Iterable<R> {
    const changed = this.#changedRows();
    let next = changed.findIndex(({ sequence }) => sequence > after);
    if (next < 0) next = changed.length;
    for (const row of rows) {
      if (this.#recent.has(row.id)) continue;
      const sequence = this.#table.sequenceOf(row.id);
      for (; changed[next]?.sequence < sequence; next++) {
        if (has(changed[next].row)) yield changed[next].row;
      }
      yield row;
    }
    for (; next < changed.length; next++) if (has(changed[next].row)) yield changed[next].row;
  }

  /** Rows with a recent change as they are seen, the oldest first. */
  #changedRows(): readonly Placed<R>[] {
    if (this.#changed !== undefined) return this.#changed;
    const changed: Placed<R>[] = [];
    for (const id of this.#recent.keys()) {
      const row = this.get(id);
      if (row !== undefined) changed.push({ row, sequence: this.sequenceOf(id) });
    }
    this.#changed = changed.sort((a, b) => a.sequence - b.sequence);
    return this.#changed;
  }
}

/** An account as one reader sees it at one time. Making it is cheap; it is made for each call. */
export function laggedView(
  tables: ReadonlyMap<string, Table<Row>>,
  history: History,
  reader: { readonly name: string; readonly nowMs: number; readonly lagOf: LagOf },
): IndexedTables {
  const { name, nowMs, lagOf } = reader;
  const views = [...tables].map(([table, rows]) => {
    const isVisible = (id: string, atMs: number) => nowMs >= atMs + lagOf(name, table, id, atMs);
    return [table, new LaggedTable(rows, history.of(table), isVisible)] as const;
  });
  // The tables are those of an account, which has every member of IndexedTables.
  return Object.fromEntries(views) as unknown as IndexedTables;
}

/** A number in [0, 1) that depends on the text alone. Source: FNV-1a, 32 bits, then mixed. */
export function chanceOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 4294967296;
}
