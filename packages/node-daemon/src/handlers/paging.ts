import { invalid } from "@trunkline/core";
import type { AttachmentRecord } from "../journal/record.ts";

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1000;

/** Which page. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/**
 * One page of records by namespace and name. The token is the key of the last record of the page
 * before, so that records which come and go in between shift nothing.
 */
export function pageOf(
  records: readonly AttachmentRecord[],
  { pageSize, pageToken }: PageRequest,
): { items: readonly AttachmentRecord[]; nextPageToken: string } {
  if (pageSize < 0 || pageSize > PAGE_SIZE_MAX) {
    const description = `is ${pageSize}, 0 to ${PAGE_SIZE_MAX} are allowed`;
    throw invalid("request is wrong:", [{ field: "page_size", description }]);
  }
  const after = decode(pageToken);
  const sorted = [...records].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = sorted.filter((record) => keyOf(record) > after);
  const items = rest.slice(0, pageSize || PAGE_SIZE_DEFAULT);
  const last = items.at(-1);
  const hasMore = items.length < rest.length && last !== undefined;
  return { items, nextPageToken: hasMore ? encode(keyOf(last)) : "" };
}

// A character that sorts before all that names are made of keeps "a" before "a-b".
const SEPARATOR = " ";

function keyOf({ pod, id }: AttachmentRecord): string {
  return [pod.namespace, pod.name, id].join(SEPARATOR);
}

function encode(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function decode(token: string): string {
  const key = Buffer.from(token, "base64url").toString();
  if (token === "" || key.split(SEPARATOR).length === 3) return key;
  throw invalid("request is wrong:", [
    { field: "page_token", description: "is not one that ListPods returned" },
  ]);
}
