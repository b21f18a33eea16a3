import { tagKeyOf } from "../account/indexes.ts";
import type { Row, Source } from "../account/table.ts";
import type { Filter } from "../wire/filters.ts";
import type { Call } from "./call.ts";

/** Name of the index of rows by their id, which every source has. */
export const BY_ID = "id";

/** How the rows that an exact filter value selects are found. */
export interface Lookup {
  /** Index of the rows, or {@link BY_ID}. */
  readonly index: string;
  /** Keys of the index for a value, by way of other rows; the value itself when left out. */
  readonly keys?: (value: string, call: Call) => Iterable<string | undefined>;
}

/** Lookups by filter name. A filter that has the name of an index needs none. */
export type Lookups = Readonly<Record<string, Lookup>>;

/** Ids that rows name: keys by way of other rows. */
export function* idsOf<R>(
  rows: Iterable<R>,
  idOf: (row: R) => string | undefined,
): Iterable<string | undefined> {
  for (const row of rows) yield idOf(row);
}

/** Keys of one index, under which every row stands that a filter lets pass. */
interface Found {
  readonly index: string;
  readonly keys: readonly string[];
  /** Rows under the keys, at most. */
  readonly cost: number;
}

/**
 * The rows that may pass the filters, of those made after a place, the oldest first. They are
 * found by the filter that selects the fewest, or are all rows when no filter has an index.
 */
export function candidates<R extends Row>(
  source: Source<R>,
  filters: readonly Filter[],
  asked: { readonly call: Call; readonly lookups: Lookups; readonly after: number },
): Iterable<R> {
  let best: Found | undefined;
  for (const filter of filters) {
    const found = findKeys(source, filter, asked);
    if (found !== undefined && (best === undefined || found.cost < best.cost)) best = found;
  }
  if (best === undefined) return source.all(asked.after);
  return rowsUnder(source, best, asked.after);
}

function findKeys<R extends Row>(
  source: Source<R>,
  filter: Filter,
  { call, lookups }: { readonly call: Call; readonly lookups: Lookups },
): Found | undefined {
  if (!filter.isExact) return undefined;
  const { index, keys } = lookupOf(filter.name, lookups);
  if (index !== BY_ID && !source.hasIndex(index)) return undefined;
  const found = new Set<string>();
  for (const literal of filter.literals) {
    for (const key of keys?.(literal, call) ?? [literal]) if (key !== undefined) found.add(key);
  }
  let cost = 0;
  for (const key of found) cost += index === BY_ID ? 1 : source.estimate(index, key);
  return { index, keys: [...found], cost };
}

function lookupOf(name: string, lookups: Lookups): Lookup {
  if (name.startsWith("tag:")) {
    const key = name.slice("tag:".length);
    return { index: "tag", keys: (value) => [tagKeyOf(key, value)] };
  }
  return lookups[name] ?? { index: name };
}

function rowsUnder<R extends Row>(source: Source<R>, found: Found, after: number): Iterable<R> {
  const { index, keys } = found;
  if (index === BY_ID) {
    const rows = keys.flatMap((id) => source.get(id) ?? []);
    return mergeInOrder(
      source,
      rows.filter((row) => source.sequenceOf(row.id) > after).map((row) => [row]),
    );
  }
  const lists = keys.map((key) => source.by(index, key, after));
  return lists.length === 1 ? lists[0] : mergeInOrder(source, lists);
}

/** The next row of a list and what follows it. */
interface Head<R> {
  readonly row: R;
  readonly sequence: number;
  readonly rest: Iterator<R>;
}

/** Lists in order as one list in order; a row that is in several comes once. */
function* mergeInOrder<R extends Row>(
  source: Source<R>,
  lists: readonly Iterable<R>[],
): Iterable<R> {
  // The oldest stands last, where it is taken from.
  const heads: Head<R>[] = [];
  for (const list of lists) pushNext(source, heads, list[Symbol.iterator]());
  heads.sort((a, b) => b.sequence - a.sequence);
  let last = 0;
  for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
    if (head.sequence > last) yield head.row;
    last = head.sequence;
    pushNext(source, heads, head.rest);
    sink(heads);
  }
}

function pushNext<R extends Row>(source: Source<R>, heads: Head<R>[], rest: Iterator<R>): void {
  const { value, done } = rest.next();
  if (done !== true) heads.push({ row: value, sequence: source.sequenceOf(value.id), rest });
}

/** Moves the last head, which is new, to its place. */
function sink<R>(heads: Head<R>[]): void {
  for (let at = heads.length - 1; at > 0; at--) {
    const [older, newer] = [heads[at], heads[at - 1]];
    if (older.sequence <= newer.sequence) return;
    heads[at - 1] = older;
    heads[at] = newer;
  }
}
