import type { IncomingMessage } from "node:http";
import { type FormNode, parseForm } from "../wire/form.ts";
import { Refusal } from "../wire/refusal.ts";

/** Largest body that is read, bytes. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** What the SDK says about the call in headers. */
export interface CallerFacts {
  readonly reader: string;
  readonly invocationId: string | undefined;
  readonly attempt: number | undefined;
}

/** The whole body as text. Throws RequestEntityTooLarge with status 413. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) {
      throw new Refusal("RequestEntityTooLarge", `More than ${BODY_BYTES_MAX} bytes sent.`, 413);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The parameters of an EC2 Query call: form body of a POST, or query string of a GET. */
export function readParameters(request: IncomingMessage, body: string, query: string): FormNode {
  if (request.method === "GET") return parseForm(query);
  if (request.method !== "POST") {
    throw new Refusal("UnsupportedHttpVerb", `The method ${request.method} is not supported.`, 405);
  }
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "" && type !== "application/x-www-form-urlencoded") {
    throw new Refusal(
      "InvalidRequest",
      `The content type ${type?.slice(0, 100)} is not application/x-www-form-urlencoded.`,
    );
  }
  return parseForm(body !== "" && query !== "" ? `${body}&${query}` : body || query);
}

/** Who calls, for the audit log and for what a reader sees. */
export function readCaller(request: IncomingMessage): CallerFacts {
  const { authorization = "", "amz-sdk-invocation-id": invocation } = request.headers;
  const credential = /Credential=([^/,\s]{1,128})/.exec(authorization)?.[1];
  const attempt = /attempt=(\d{1,4})/.exec(String(request.headers["amz-sdk-request"] ?? ""))?.[1];
  return {
    reader: credential ?? "anonymous",
    invocationId: typeof invocation === "string" ? invocation.slice(0, 64) : undefined,
    attempt: attempt === undefined ? undefined : Number(attempt),
  };
}
