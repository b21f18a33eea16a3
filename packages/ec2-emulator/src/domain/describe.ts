import type { IndexedTables } from "../account/indexes.ts";
import type { Row, Source } from "../account/table.ts";
import { checkFilterNames, type FilterSpec, passes, readFilters } from "../wire/filters.ts";
import { encodeToken, type PageLimits, type PageRequest, readPage } from "../wire/paging.ts";
import { listOf, type Tree } from "../wire/xml.ts";
import type { Call } from "./call.ts";
import { candidates, type Lookups } from "./candidates.ts";
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
  /** How filters find their rows that do not have the name of an index. */
  readonly lookups?: Lookups;
  /** Ids and MaxResults may be given together. */
  readonly mayPageIds?: boolean;
}

/** One page of rows with the token of the next. */
export interface Page<R> {
  readonly rows: readonly R[];
  /** The rows as they are shown; rendered while the answer is written. */
  readonly items: Iterable<Tree>;
  readonly nextToken: string | undefined;
}

/** Runs a describe action: ids, filters by index, paging. */
export function describe<R extends Row>(call: Call, spec: DescribeSpec<R>): Page<R> {
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
      : candidates(source, filters, { call, lookups: spec.lookups ?? {}, after: page.after });
  const taken = take(rows, source, page, (row) => {
    return !spec.isHidden?.(row) && passes(row, filters, spec.filters, call);
  });
  return { ...taken, items: listOf(taken.rows, (row) => spec.render(row, call)) };
}

function visible<R extends Row>(source: Source<R>, spec: DescribeSpec<R>): Pick<Source<R>, "get"> {
  return {
    get: (id) => {
      const row = source.get(id);
      return row === undefined || spec.isHidden?.(row) ? undefined : row;
    },
  };
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
