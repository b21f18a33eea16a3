import { type FieldProblem, TrunklineError } from "@trunkline/core";

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1000;

/** What a list request says about paging. */
interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** Entries of one page, at most, and what the token of the page before says. */
export interface ReadPage {
  readonly size: number;
  /** Undefined for the first page. */
  readonly after: string | undefined;
}

/** Reads the paging of a request; problems go to `report`. */
export function readPage(
  { pageSize, pageToken }: PageRequest,
  report: (problem: FieldProblem) => void,
): ReadPage {
  if (pageSize < 0 || pageSize > PAGE_SIZE_MAX) {
    report({ field: "page_size", description: `${pageSize} is not 0..${PAGE_SIZE_MAX}` });
  }
  const text = Buffer.from(pageToken, "base64url").toString();
  const isToken = text.startsWith("after:");
  if (pageToken !== "" && !isToken) {
    report({ field: "page_token", description: "is not the next_page_token of a page" });
  }
  const after = isToken ? text.slice("after:".length) : undefined;
  return { size: pageSize || PAGE_SIZE_DEFAULT, after };
}

/** A token that {@link readPage} gives back. */
export function pageToken(after: string): string {
  return Buffer.from(`after:${after}`).toString("base64url");
}

/**
 * The position that a token of one revision holds. Throws STALE_REVISION when the world is another
 * one by now, so that no entry is lost between two pages.
 */
export function positionAt(after: string | undefined, revision: number): number {
  if (after === undefined) return 0;
  const [then, position] = after.split(" ").map(Number);
  if (then === revision && Number.isSafeInteger(position)) return Math.max(0, position);
  throw new TrunklineError(
    "STALE_REVISION",
    `the page before was of revision ${then}, the world is at ${revision}: ask for the first page`,
    { facts: { revision: String(revision) } },
  );
}
