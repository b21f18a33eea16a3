import { ERROR_CODES, type ErrorCode, TrunklineError } from "@trunkline/core";
import * as v from "valibot";

/** Time one question may take, milliseconds; a dump of 100,000 interfaces takes a few seconds. */
const ASK_MS_MAX = 60_000;
/** Largest answer that is read, bytes; the longest text of Node's is twice this. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
/** Characters shown of an answer that is not the emulator's. */
const SHOWN_LENGTH_MAX = 80;

const added = v.object({ id: v.exactOptional(v.string()) });
const faults = v.object({
  faults: v.array(
    v.object({
      id: v.string(),
      fault: v.looseObject({ kind: v.string() }),
      /** When it was ordered, milliseconds of the emulator's time since 1970. */
      sinceMs: v.number(),
      /** Calls that it happened to. */
      hits: v.number(),
    }),
  ),
});
const audit = v.object({
  /** Calls since the start, whether they are still kept or not. */
  total: v.number(),
  entries: v.array(
    v.looseObject({
      atMs: v.number(),
      action: v.string(),
      reader: v.string(),
      status: v.number(),
      latencyMs: v.number(),
      code: v.exactOptional(v.string()),
      fault: v.exactOptional(v.string()),
      attempt: v.exactOptional(v.nullable(v.number())),
    }),
  ),
});
const dump = v.record(v.string(), v.array(v.unknown()));
const refused = v.object({ code: v.string(), message: v.string() });

/** A fault in force, as the emulator lists it. */
export type ListedFault = v.InferOutput<typeof faults>["faults"][number];
/** The last calls of an emulator, the oldest first. */
export type AuditPage = v.InferOutput<typeof audit>;
/** An account in the shapes of `aws ec2 describe-…`: lists by name. */
export type AccountDump = v.InferOutput<typeof dump>;

/** What a command may ask of an emulator. */
export interface EmulatorClient {
  /** Orders a fault; the id is absent when it happened at once. */
  addFault(order: unknown): Promise<{ readonly id?: string }>;
  faults(): Promise<readonly ListedFault[]>;
  /** Throws NOT_FOUND when there is no such fault. */
  removeFault(id: string): Promise<void>;
  /** The last `limit` calls, of one action if it is named. */
  audit(action: string | undefined, limit: number): Promise<AuditPage>;
  dump(): Promise<AccountDump>;
}

/** A client of the emulator's own API. Throws NOT_READY when something else answers, or nobody. */
export function emulatorAt(endpoint: string): EmulatorClient {
  return {
    addFault: (order) => ask(endpoint, { method: "POST", path: "faults", body: order }, added),
    faults: async () => (await ask(endpoint, { method: "GET", path: "faults" }, faults)).faults,
    removeFault: async (id) => {
      const path = `faults/${encodeURIComponent(id)}`;
      await ask(endpoint, { method: "DELETE", path }, v.object({}));
    },
    audit: (action, limit) => {
      const query = new URLSearchParams({ limit: String(limit) });
      if (action !== undefined) query.set("action", action);
      return ask(endpoint, { method: "GET", path: `audit?${query}` }, audit);
    },
    dump: () => ask(endpoint, { method: "GET", path: "dump" }, dump),
  };
}

interface Question {
  readonly method: "GET" | "POST" | "DELETE";
  /** Behind /_trunkline/. */
  readonly path: string;
  readonly body?: unknown;
}

async function ask<Schema extends v.GenericSchema>(
  endpoint: string,
  question: Question,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const { status, text } = await send(endpoint, question);
  const data = parseJson(text);
  if (status >= 200 && status < 300) {
    const parsed = v.safeParse(schema, data);
    if (parsed.success) return parsed.output;
  }
  const refusal = v.safeParse(refused, data);
  if (refusal.success && Object.hasOwn(ERROR_CODES, refusal.output.code)) {
    throw new TrunklineError(refusal.output.code as ErrorCode, oneLine(refusal.output.message));
  }
  const shown = oneLine(text).slice(0, SHOWN_LENGTH_MAX);
  const message = `${endpoint} does not answer as Trunkline's emulator: ${status} ${shown}`;
  throw new TrunklineError("NOT_READY", message.trimEnd());
}

async function send(
  endpoint: string,
  { method, path, body }: Question,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(new URL(`/_trunkline/${path}`, endpoint), {
      method,
      // The emulator never redirects: whoever does is not it, and must not be followed.
      redirect: "manual",
      signal: AbortSignal.timeout(ASK_MS_MAX),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await readText(endpoint, response) };
  } catch (error) {
    if (error instanceof TrunklineError) throw error;
    if (error instanceof DOMException && error.name === "TimeoutError") {
      const message = `the emulator at ${endpoint} did not answer in ${ASK_MS_MAX} ms`;
      throw new TrunklineError("DEADLINE_EXCEEDED", message, { cause: error });
    }
    const message = `the emulator at ${endpoint} cannot be reached: ${reasonOf(error)}`;
    throw new TrunklineError("NOT_READY", message, { cause: error });
  }
}

async function readText(endpoint: string, response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body ?? []) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > ANSWER_BYTES_MAX) {
      const message = `the answer of ${endpoint} is larger than ${ANSWER_BYTES_MAX} bytes`;
      throw new TrunklineError("UNSUPPORTED", message);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

// What fetch throws says "fetch failed"; the reason is inside, and for several addresses deeper.
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || (cause as NodeJS.ErrnoException).code || cause.name;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the emulator's answer; the caller says so with the text.
    return undefined;
  }
}

// An error has one line for what happened; the emulator gives each problem a line of its own.
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/:\n\s*/g, ": ")
    .replace(/\s*\n\s*/g, "; ");
}
