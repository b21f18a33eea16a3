import {
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { TrunklineError } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import type { Change, Row } from "../account/table.ts";

/** Version of the files' format. */
const FORMAT = 1;
/** Size of the log at which a new snapshot is written, bytes. */
const LOG_BYTES_MAX = 128 * 1024 * 1024;
/** Bytes that are written at once. */
const CHUNK_LENGTH = 1024 * 1024;

/** Resolves once the disk has what was written to an open file. */
export type SyncFile = (file: number) => Promise<void>;

/** The kernel's own way. */
export const syncFile: SyncFile = promisify(fsync);

/** A row as a line of the files: table, id, place in the order of creation, row or null. */
type Line = readonly [table: string, id: string, sequence: number, row: Row | null];

/**
 * The account on disk: a snapshot and a log of what changed since.
 *
 * A change is in the kernel's hands before it is answered, so it survives the death of the process
 * at any moment. A loss of power may cost what the kernel had not written yet, unless there is a
 * `sync`: then an answer waits until the disk has it, and calls that come meanwhile share the next write. What
 * was cut off or left blank at the end of the log was never answered so, and is dropped.
 */
export class StateDir {
  readonly #dir: string;
  readonly #syncFile: SyncFile | undefined;
  readonly #snapshotPath: string;
  readonly #log: number;
  #logBytes: number;
  /** Calls written to the log, and those of them that the disk has. */
  #written = 0;
  #onDisk = 0;
  #syncing: Promise<void> | undefined;

  /** Opens or makes the directory and loads what is in it. Throws NOT_READY with the reason. */
  constructor(dir: string, account: Account, sync?: SyncFile) {
    this.#dir = dir;
    this.#syncFile = sync;
    this.#snapshotPath = join(dir, "snapshot.jsonl");
    const logPath = join(dir, "log.jsonl");
    try {
      mkdirSync(dir, { recursive: true });
      if (existsSync(this.#snapshotPath)) restore(account, this.#snapshotPath);
      const logged = existsSync(logPath) ? restore(account, logPath, isBlank) : 0;
      this.#log = openSync(logPath, "a");
      if (sync !== undefined) syncDir(dir);
      // What follows the last whole line was never answered.
      ftruncateSync(this.#log, logged);
      this.#logBytes = logged;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `the state in ${dir} cannot be opened: ${reason}`;
      throw new TrunklineError("NOT_READY", message, { cause: error });
    }
  }

  /** Writes down what a call changed; returns when the kernel has it. */
  append(changes: readonly Change[], account: Account): void {
    if (changes.length === 0) return;
    const lines: Line[] = changes.map(({ table, id, sequence, after }) => [
      table,
      id,
      sequence,
      after ?? null,
    ]);
    // One line for a call, so that a call is there as a whole or not at all.
    this.#logBytes += writeSync(this.#log, `${JSON.stringify(lines)}\n`);
    this.#written++;
    if (this.#logBytes > LOG_BYTES_MAX) this.snapshot(account);
  }

  /** Resolves once the disk has every call written so far, when that was asked for. */
  async durable(): Promise<void> {
    const wanted = this.#written;
    const sync = this.#syncFile;
    while (sync !== undefined && this.#onDisk < wanted) {
      this.#syncing ??= this.#sync(sync);
      await this.#syncing;
    }
  }

  // After a failure nobody knows what the disk has: the promise stays, and so rejects for good.
  async #sync(sync: SyncFile): Promise<void> {
    const written = this.#written;
    await sync(this.#log);
    this.#onDisk = Math.max(this.#onDisk, written);
    this.#syncing = undefined;
  }

  /** Writes the whole account and empties the log. */
  snapshot(account: Account): void {
    const temporary = `${this.#snapshotPath}.tmp`;
    const file = openSync(temporary, "w");
    let text = `${JSON.stringify({ format: FORMAT })}\n`;
    for (const [name, table] of account.tables) {
      for (const row of table.all()) {
        const line: Line = [name, row.id, table.sequenceOf(row.id), row];
        text += `${JSON.stringify([line])}\n`;
        if (text.length < CHUNK_LENGTH) continue;
        writeSync(file, text);
        text = "";
      }
    }
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, this.#snapshotPath);
    syncDir(this.#dir);
    // A death between the two leaves a log that says again what the snapshot says.
    ftruncateSync(this.#log, 0);
    this.#logBytes = 0;
    this.#onDisk = this.#written;
  }

  /** Writes a last snapshot, after what is on its way to the disk. */
  async close(account: Account): Promise<void> {
    await this.#syncing;
    this.snapshot(account);
    closeSync(this.#log);
  }
}

/** Makes the names in a directory as safe as the files. */
function syncDir(dir: string): void {
  const handle = openSync(dir, "r");
  fsyncSync(handle);
  closeSync(handle);
}

// A loss of power can leave a file longer than what was written to it; the rest reads as zeros,
// which no line holds.
const isBlank = (line: Buffer) => line.includes(0);

/** Restores every line up to the first torn one; returns the bytes up to there. */
function restore(
  account: Account,
  path: string,
  isTorn: (line: Buffer) => boolean = () => false,
): number {
  const bytes = readFileSync(path);
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(10, start);
    if (end < 0 || isTorn(bytes.subarray(start, end))) return start;
    restoreLine(account, bytes.toString("utf8", start, end));
    start = end + 1;
  }
}

function restoreLine(account: Account, line: string): void {
  const value: unknown = JSON.parse(line);
  if (!Array.isArray(value)) {
    const { format } = value as { readonly format?: number };
    if (format !== FORMAT) throw new Error(`format ${format} is not ${FORMAT}`);
    return;
  }
  for (const [table, id, sequence, row] of value as readonly Line[]) {
    account.restore({ table, id, sequence, after: row ?? undefined });
  }
}
