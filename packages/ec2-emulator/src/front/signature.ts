import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Refusal } from "../wire/refusal.ts";

/** A key that may sign calls. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A request as far as its signature covers it. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** How far the clocks of caller and server may differ, milliseconds. Source: SigV4 guide. */
const SKEW_MAX_MS = 15 * 60_000;

const HEADER =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/**
 * Checks a Signature Version 4 in the Authorization header.
 *
 * Throws AuthFailure for an unknown key, MissingAuthenticationToken without a header,
 * RequestExpired, and SignatureDoesNotMatch. Source: "AWS Signature Version 4", IAM user guide.
 */
export function checkSignature(
  request: SignedRequest,
  credentials: readonly Credential[],
  nowMs: number,
): void {
  const header = one(request.headers.authorization);
  if (header === "") {
    throw new Refusal(
      "MissingAuthenticationToken",
      "The request must contain either a valid (registered) AWS access key ID or X.509 certificate.",
    );
  }
  const match = HEADER.exec(header.trim());
  if (match === null) {
    throw new Refusal(
      "IncompleteSignature",
      "The Authorization header is not Signature Version 4.",
    );
  }
  const [, accessKeyId, date, region, service, names, signature] = match;
  const credential = credentials.find((known) => known.accessKeyId === accessKeyId);
  if (credential === undefined) {
    throw new Refusal(
      "AuthFailure",
      "AWS was not able to validate the provided access credentials",
    );
  }
  const time = one(request.headers["x-amz-date"]);
  checkTime(time, date, nowMs);
  const scope = `${date}/${region}/${service}/aws4_request`;
  const digest = sha256(canonicalRequest(request, names.split(";")));
  const text = ["AWS4-HMAC-SHA256", time, scope, digest].join("\n");
  const parts = [date, region, service, "aws4_request"];
  const key = parts.reduce<string | Buffer>(hmac, `AWS4${credential.secretAccessKey}`);
  if (timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex"))) return;
  throw new Refusal(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your " +
      "AWS Secret Access Key and signing method.",
  );
}

function checkTime(time: string, date: string, nowMs: number): void {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time);
  const [, year, month, day, hour, minute, second] = match ?? [];
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (match === null || Number.isNaN(atMs) || !time.startsWith(date)) {
    throw new Refusal("IncompleteSignature", "The header X-Amz-Date is missing or malformed.");
  }
  if (Math.abs(nowMs - atMs) <= SKEW_MAX_MS) return;
  throw new Refusal("RequestExpired", "Request has expired.");
}

function canonicalRequest(request: SignedRequest, names: readonly string[]): string {
  const headers = names.map(
    (name) => `${name}:${one(request.headers[name]).trim().replace(/\s+/g, " ")}\n`,
  );
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers.join(""),
    names.join(";"),
    sha256(request.body),
  ].join("\n");
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  return query
    .split("&")
    .map((pair) => (pair.includes("=") ? pair : `${pair}=`))
    .sort()
    .join("&");
}

function one(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value?.join(",") ?? "");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
