import { createHash } from "node:crypto";
import type { Fields } from "./fields.ts";
import { Refusal, wrongCombination } from "./refusal.ts";

/** What an action allows for MaxResults. */
export interface PageLimits {
  readonly min: number;
  readonly max: number;
  /** Page size when none is asked for; undefined gives everything in one page. */
  readonly byDefault?: number;
}

/** The page limits of most describe actions. Source: EC2 service model. */
export const COMMON_PAGES: PageLimits = { min: 5, max: 1000 };

/** A page asked for. */
export interface PageRequest {
  readonly size: number;
  /** Only rows that were made after this place in the order are wanted. */
  readonly after: number;
  readonly fingerprint: string;
}

/** Parameters that may differ between two pages of one query. */
const NOT_PART_OF_QUERY: ReadonlySet<string> = new Set([
  "Action",
  "Version",
  "NextToken",
  "MaxResults",
  "DryRun",
  "AWSAccessKeyId",
]);

/**
 * Reads MaxResults and NextToken. Throws InvalidParameterValue, InvalidParameterCombination and
 * InvalidNextToken, the latter also for a token of another query.
 */
export function readPage(
  fields: Fields,
  limits: PageLimits,
  options: { readonly idParameter?: string; readonly query: () => string },
): PageRequest {
  const size = fields.integer("MaxResults");
  if (size !== undefined) checkSize(size, limits);
  if (size !== undefined && options.idParameter !== undefined && fields.has(options.idParameter)) {
    throw wrongCombination(
      `The parameter ${options.idParameter} cannot be used with the parameter maxResults`,
    );
  }
  const token = fields.text("NextToken") ?? "";
  const pageSize = size ?? limits.byDefault ?? Number.POSITIVE_INFINITY;
  if (token === "" && pageSize === Number.POSITIVE_INFINITY) {
    return { size: pageSize, after: 0, fingerprint: "" };
  }
  const fingerprint = digest(options.query()).slice(0, 16);
  const after = token === "" ? 0 : decodeToken(token, fingerprint);
  return { size: pageSize, after, fingerprint };
}

/** The parameters that say what is asked, in one order whatever the client's. */
export function queryText(action: string, pairs: readonly (readonly [string, string])[]): string {
  const kept = pairs.filter(([name]) => !NOT_PART_OF_QUERY.has(name));
  return `${action}?${kept
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("&")}`;
}

function checkSize(size: number, limits: PageLimits): void {
  if (size >= limits.min && size <= limits.max) return;
  const bound =
    size < limits.min
      ? `Expecting a value greater than ${limits.min}`
      : `Expecting a value less than ${limits.max}`;
  throw new Refusal(
    "InvalidParameterValue",
    `Value ( ${size} ) for parameter maxResults is invalid. ${bound}.`,
  );
}

/** The token after a page that ended with this place in the order. */
export function encodeToken(page: PageRequest, after: number): string {
  const text = `${page.fingerprint}:${after}`;
  return Buffer.from(`${text}:${checksum(text)}`).toString("base64url");
}

function decodeToken(token: string, fingerprint: string): number {
  const [theirs, after, sum] = Buffer.from(token, "base64url").toString("latin1").split(":");
  const isOurs = sum !== undefined && sum === checksum(`${theirs}:${after}`);
  if (!isOurs || theirs !== fingerprint || !/^[0-9]{1,15}$/.test(after ?? "")) {
    throw new Refusal("InvalidNextToken", `The token '${token.slice(0, 100)}' is invalid.`);
  }
  return Number(after);
}

function checksum(text: string): string {
  return digest(`page ${text}`).slice(0, 12);
}

/** A fingerprint of a text, 43 characters. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
