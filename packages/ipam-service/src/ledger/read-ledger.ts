import { readFile, stat } from "node:fs/promises";
import { TrunklineError } from "@trunkline/core";
import type { Change } from "./change.ts";
import { decodeLine, LEDGER_VERSION, type LedgerLine, LINE_BYTES_MAX } from "./ledger-line.ts";

/** Largest ledger that is read, bytes: some 500,000 branches. */
const FILE_BYTES_MAX = 512 * 1024 * 1024;

/** A ledger as it was found. */
export interface ReadLedger {
  readonly revision: number;
  readonly changes: readonly Change[];
  /** Bytes that hold; what follows is a torn end and is cut off. */
  readonly validBytes: number;
  readonly tornBytes: number;
}

/** Reads a ledger file; undefined if there is none. Throws DRIFT that names the line if it is damaged. */
export async function readLedgerFile(path: string): Promise<ReadLedger | undefined> {
  const size = await stat(path).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );
  if (size === undefined) return undefined;
  if (size > FILE_BYTES_MAX) {
    const text = `ledger ${path} is ${size} bytes long, ${FILE_BYTES_MAX} are read at most`;
    throw new TrunklineError("UNSUPPORTED", text);
  }
  return readLedger(await readFile(path), path);
}

/**
 * Reads the bytes of a ledger.
 *
 * A line that is damaged ends the ledger if it was never promised to anybody: no later line was
 * written after it was known to be on disk. That is what a crash during a write leaves. Any other
 * damage is refused, because going on would forget interfaces that exist.
 */
export function readLedger(bytes: Buffer, path: string): ReadLedger {
  const lines = splitLines(bytes);
  const header = lines[0] && decode(bytes, lines[0]);
  if (header?.kind !== "header") throw damaged(path, 1, "is not the header of a ledger");
  if (header.version !== LEDGER_VERSION) {
    const text = `ledger ${path} has version ${header.version}, ${LEDGER_VERSION} is understood`;
    throw new TrunklineError("UNSUPPORTED", text);
  }
  const changes: Change[] = [];
  let revision = header.revision;
  for (const [index, span] of lines.entries()) {
    if (index === 0) continue;
    const isSnapshot = index <= header.recordCount;
    const expected = isSnapshot ? header.revision : revision + 1;
    const line = decode(bytes, span);
    if (line?.kind === "change" && line.revision === expected) {
      changes.push(line.change);
      revision = expected;
      continue;
    }
    // A snapshot was on disk before it got its name, so nothing of it can be torn.
    if (isSnapshot) throw damaged(path, index + 1, "is damaged");
    if (lines.slice(index + 1).some((later) => wasPromised(decode(bytes, later), expected))) {
      throw damaged(path, index + 1, "is damaged and later ones are not");
    }
    return { revision, changes, validBytes: span.start, tornBytes: bytes.length - span.start };
  }
  if (changes.length < header.recordCount) throw damaged(path, lines.length + 1, "is missing");
  return { revision, changes, validBytes: bytes.length, tornBytes: 0 };
}

interface Span {
  readonly start: number;
  /** Without the newline. */
  readonly end: number;
  readonly isEnded: boolean;
}

function splitLines(bytes: Buffer): readonly Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const isEnded = newline >= 0;
    const end = isEnded ? newline : bytes.length;
    spans.push({ start, end, isEnded });
    start = end + 1;
  }
  return spans;
}

function decode(bytes: Buffer, { start, end, isEnded }: Span): LedgerLine | undefined {
  if (!isEnded || end - start > LINE_BYTES_MAX) return undefined;
  return decodeLine(bytes.toString("utf8", start, end));
}

function wasPromised(later: LedgerLine | undefined, revision: number): boolean {
  return later?.kind === "change" && later.syncedRevision >= revision;
}

function damaged(path: string, lineNumber: number, what: string): TrunklineError {
  const text =
    `ledger ${path}: line ${lineNumber} ${what}; restore the file from a copy, ` +
    "or move it away and start with an empty one after deleting the interfaces it held";
  return new TrunklineError("DRIFT", text, { facts: { path, lineNumber: String(lineNumber) } });
}
