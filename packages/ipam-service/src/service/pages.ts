import { invalid } from "@trunkline/core";

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1000;

/** What a list request says about paging. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Cuts one page out of a sorted list. A token names the last item given, not a position, so that a
 * list that changes between two pages neither repeats nor skips what stayed.
 */
export function pageOf<Item>(
  sorted: readonly Item[],
  request: PageRequest,
  keyOf: (item: Item) => string,
): Page<Item> {
  const size = sizeOf(request.pageSize);
  const after = request.pageToken === "" ? undefined : decode(request.pageToken);
  const found = after === undefined ? 0 : sorted.findIndex((item) => keyOf(item) > after);
  const start = found < 0 ? sorted.length : found;
  const items = sorted.slice(start, start + size);
  const last = items.at(-1);
  const isLast = start + size >= sorted.length || last === undefined;
  return { items, nextPageToken: isLast ? "" : encode(keyOf(last)) };
}

function sizeOf(pageSize: number): number {
  if (pageSize >= 0 && pageSize <= PAGE_SIZE_MAX) return pageSize || PAGE_SIZE_DEFAULT;
  const description = `${pageSize} is not 0..${PAGE_SIZE_MAX}`;
  throw invalid("list request is wrong:", [{ field: "page_size", description }]);
}

function encode(key: string): string {
  return Buffer.from(`after:${key}`).toString("base64url");
}

function decode(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (text.startsWith("after:")) return text.slice("after:".length);
  const description = "is not the next_page_token of a page";
  throw invalid("list request is wrong:", [{ field: "page_token", description }]);
}
