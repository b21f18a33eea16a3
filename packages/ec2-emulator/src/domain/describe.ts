import { type IndexedTables, tagKeyOf } from "../account/indexes.ts";
import type { Row, Source } from "../account/table.ts";
import {
  checkFilterNames,
  type Filter,
  type FilterSpec,
  passes,
  readFilters,
} from "../wire/filters.ts";
import { encodeToken, type PageLimits, type PageRequest, readPage } from "../wire/paging.ts";
import type { Tree } from "../wire/xml.ts";
import type { Call } from "./call.ts";
import { find, type Kind } from "./kinds.ts";

/** What one describe action does, as data. */
export interface DescribeSpec<R extends Row> {
  readonly source: (view: IndexedTables) => Source<R>;
  readonly kind: Kind;
  /** Parameter that lists ids. */
  readonly idParameter: string;
  readonly filters: FilterSpec<R, Call>;
  readonly pages: PageLimits;
  readonly render: (row: R, call: Call) => Tree;
  /** Rows that are never listed. */
  readonly isHidden?: (row: R) => boolean;
  /** Filter name → index, where they differ. */
  readonly indexOf?: Readonly<Record<string, string>>;
  /** Ids and MaxResults may be given together. */
  readonly mayPageIds?: boolean;
}

/** One page of rows, rendered, with the token of the next. */
export interface Page {
  readonly items: Tree[];
  readonly nextToken: string | undefined;
}

/** Runs a describe action: ids, filters by index, paging. */
export function describe<R extends Row>(call: Call, spec: DescribeSpec<R>): Page {
  const filters = readFilters(call.fields);
  checkFilterNames(filters, spec.filters);
  const page = readPage(call.fields, spec.pages, {
    query: call.query,
    ...(spec.mayPageIds ? {} : { idParameter: spec.idParameter }),
  });
  const source = spec.source(call.view);
  const ids = call.fields.texts(spec.idParameter);
  const rows =
    ids.length > 0
      ? [...new Set(ids)].map((id) => find(visible(source, spec), spec.kind, id))
      : candidates(source, filters, { spec, after: page.after });
  const kept = take(rows, source, page, (row) => {
    return !spec.isHidden?.(row) && passes(row, filters, spec.filters, call);
  });
  return {
    items: kept.rows.map((row) => spec.render(row, call)),
    nextToken: kept.nextToken,
  };
}

function visible<R extends Row>(source: Source<R>, spec: DescribeSpec<R>): Pick<Source<R>, "get"> {
  return {
    get: (id) => {
      const row = source.get(id);
      return row === undefined || spec.isHidden?.(row) ? undefined : row;
    },
  };
}

/** The rows that may pass, the oldest first, read through the cheapest index. */
function candidates<R extends Row>(
  source: Source<R>,
  filters: readonly Filter[],
  { spec, after }: { readonly spec: DescribeSpec<R>; readonly after: number },
): Iterable<R> {
  let best: { readonly index: string; readonly keys: readonly string[]; cost: number } | undefined;
  for (const filter of filters) {
    if (!filter.isExact) continue;
    const index = indexFor(filter.name, spec.indexOf);
    if (!source.hasIndex(index)) continue;
    const keys = [...new Set(filter.literals.map((literal) => indexKey(filter.name, literal)))];
    const cost = keys.reduce((sum, key) => sum + source.estimate(index, key), 0);
    if (best === undefined || cost < best.cost) best = { index, keys, cost };
  }
  if (best === undefined) return source.all(after);
  const rows = new Map<string, R>();
  for (const key of best.keys) for (const row of source.by(best.index, key)) rows.set(row.id, row);
  return [...rows.values()].sort((a, b) => source.sequenceOf(a.id) - source.sequenceOf(b.id));
}

function indexFor(name: string, aliases: Readonly<Record<string, string>> = {}): string {
  return name.startsWith("tag:") ? "tag" : (aliases[name] ?? name);
}

function indexKey(name: string, literal: string): string {
  return name.startsWith("tag:") ? tagKeyOf(name.slice("tag:".length), literal) : literal;
}

function take<R extends Row>(
  rows: Iterable<R>,
  source: Source<R>,
  page: PageRequest,
  wanted: (row: R) => boolean,
): { readonly rows: R[]; readonly nextToken: string | undefined } {
  const kept: R[] = [];
  for (const row of rows) {
    if (page.after > 0 && source.sequenceOf(row.id) <= page.after) continue;
    if (!wanted(row)) continue;
    if (kept.length === page.size) {
      const last = kept.at(-1);
      const after = last === undefined ? 0 : source.sequenceOf(last.id);
      return { rows: kept, nextToken: encodeToken(page, after) };
    }
    kept.push(row);
  }
  return { rows: kept, nextToken: undefined };
}
