import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { assert, TrunklineError } from "@trunkline/core";
import type { Change } from "./change.ts";
import { encodeLine, LEDGER_VERSION, LINE_BYTES_MAX } from "./ledger-line.ts";
import { lockLedger, type Unlock } from "./ledger-lock.ts";
import { type ReadLedger, readLedgerFile } from "./read-ledger.ts";

/** Bytes of changes after which the file is replaced by a snapshot, unless it is larger itself. */
const SNAPSHOT_AFTER_BYTES = 4 * 1024 * 1024;

/** Bytes written at once while a snapshot is made. */
const SNAPSHOT_CHUNK_BYTES = 1024 * 1024;

/** Changes that may wait for the disk. */
const QUEUE_COUNT_MAX = 100_000;

/** What a ledger needs. */
export interface LedgerOptions {
  /** The file; its directory is made if it is missing. */
  readonly path: string;
  /** Everything that is remembered, as changes: the content of a snapshot. */
  snapshot(): Iterable<Change>;
  /** Called once when the file can no longer be written. */
  onBroken(error: TrunklineError): void;
  /** Bytes of changes after which a snapshot is made; for tests. */
  readonly snapshotAfterBytes?: number;
}

/**
 * Who holds what, on disk: appended line by line, several changes to one fsync, replaced by a
 * snapshot when it has grown. One process at a time has it open.
 *
 * After a failed write nothing is known about the file any more, so the ledger refuses everything
 * until the process is started again and has read it.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #unlock: Unlock;
  #file: FileHandle;
  #revision: number;
  #syncedRevision: number;
  #snapshotBytes = 0;
  #changeBytes = 0;
  #queue: { readonly revision: number; readonly change: Change }[] = [];
  #writing: Promise<void> | undefined;
  #broken: TrunklineError | undefined;

  constructor(options: LedgerOptions, unlock: Unlock, file: FileHandle, revision: number) {
    this.#options = options;
    this.#unlock = unlock;
    this.#file = file;
    this.#revision = revision;
    this.#syncedRevision = revision;
  }

  /** Number of changes so far, those included that are still on their way to the disk. */
  get revision(): number {
    return this.#revision;
  }

  /** Throws NOT_READY when nothing more can be written. */
  check(): void {
    if (this.#broken) throw this.#broken;
    if (this.#queue.length < QUEUE_COUNT_MAX) return;
    const text = `ledger ${this.#options.path}: ${this.#queue.length} changes wait for the disk`;
    throw new TrunklineError("NOT_READY", text);
  }

  /** Resolves when the changes and all before them are on disk. */
  append(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      this.#revision += 1;
      this.#queue.push({ revision: this.#revision, change });
    }
    return this.synced();
  }

  /** Resolves when everything appended so far is on disk. */
  async synced(): Promise<void> {
    const target = this.#revision;
    while (this.#syncedRevision < target) {
      if (this.#broken) throw this.#broken;
      this.#writing ??= this.#write();
      await this.#writing;
    }
  }

  /** Writes what is queued and gives the file free. */
  async close(): Promise<void> {
    // A broken ledger was reported when it broke; what can still be done is to let go of it.
    await this.synced().catch(() => undefined);
    this.#broken ??= new TrunklineError("NOT_READY", `ledger ${this.#options.path} is closed`);
    await this.#file.close();
    await this.#unlock();
  }

  async #write(): Promise<void> {
    try {
      const limit = this.#options.snapshotAfterBytes ?? SNAPSHOT_AFTER_BYTES;
      if (this.#changeBytes > Math.max(limit, this.#snapshotBytes)) await this.#writeSnapshot();
      else await this.#writeQueue();
    } catch (cause) {
      const text = `ledger ${this.#options.path} cannot be written: ${(cause as Error).message}`;
      this.#broken = new TrunklineError("NOT_READY", text, { cause });
      this.#options.onBroken(this.#broken);
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeQueue(): Promise<void> {
    const batch = this.#queue;
    this.#queue = [];
    const syncedRevision = this.#syncedRevision;
    const text = batch
      .map(({ revision, change }) => line({ kind: "change", revision, syncedRevision, change }))
      .join("");
    this.#changeBytes += await writeAll(this.#file, text);
    await this.#file.datasync();
    this.#syncedRevision = batch.at(-1)?.revision ?? syncedRevision;
  }

  // The snapshot is of this moment, so it holds what is queued, too.
  async #writeSnapshot(): Promise<void> {
    const revision = this.#revision;
    const changes = [...this.#options.snapshot()];
    this.#queue = [];
    const { file, bytes } = await replaceFile(this.#options.path, revision, changes);
    await this.#file.close();
    this.#file = file;
    this.#snapshotBytes = bytes;
    this.#changeBytes = 0;
    this.#syncedRevision = revision;
  }
}

/** A ledger that was opened, and what it held. */
export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly found: ReadLedger;
}

/**
 * Opens the ledger, or makes an empty one. Throws ALREADY_EXISTS when another process has it, DRIFT
 * with path and line when it is damaged, NOT_READY when the file system refuses.
 */
export async function openLedger(options: LedgerOptions): Promise<OpenedLedger> {
  const { path } = options;
  const unlock = await refusing(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    return lockLedger(path);
  });
  try {
    return await refusing(path, async () => {
      const found = await readLedgerFile(path);
      if (!found) {
        const { file } = await replaceFile(path, 0, []);
        const empty = { revision: 0, changes: [], validBytes: 0, tornBytes: 0 };
        return { ledger: new Ledger(options, unlock, file, 0), found: empty };
      }
      const file = await open(path, "r+");
      if (found.tornBytes > 0) await cutOff(file, found.validBytes);
      await file.close();
      const appending = await open(path, "a");
      return { ledger: new Ledger(options, unlock, appending, found.revision), found };
    });
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function refusing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof TrunklineError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    const text = `ledger ${path} cannot be opened: ${(cause as Error).message}`;
    throw new TrunklineError("NOT_READY", text, { cause });
  }
}

async function cutOff(file: FileHandle, bytes: number): Promise<void> {
  await file.truncate(bytes);
  await file.sync();
}

// Temp file, fsync, rename, fsync of the directory: the name always leads to a whole ledger.
async function replaceFile(
  path: string,
  revision: number,
  changes: readonly Change[],
): Promise<{ readonly file: FileHandle; readonly bytes: number }> {
  const temporary = `${path}.new`;
  const file = await open(temporary, "w");
  let bytes = 0;
  const recordCount = changes.length;
  let chunk = line({ kind: "header", version: LEDGER_VERSION, revision, recordCount });
  for (const change of changes) {
    chunk += line({ kind: "change", revision, syncedRevision: revision, change });
    if (chunk.length < SNAPSHOT_CHUNK_BYTES) continue;
    bytes += await writeAll(file, chunk);
    chunk = "";
  }
  bytes += await writeAll(file, chunk);
  await file.sync();
  await file.close();
  await rename(temporary, path);
  const directory = await open(dirname(path), "r");
  await directory.sync();
  await directory.close();
  return { file: await open(path, "a"), bytes };
}

async function writeAll(file: FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  let offset = 0;
  while (offset < bytes.length) offset += (await file.write(bytes, offset)).bytesWritten;
  return bytes.length;
}

function line(content: Parameters<typeof encodeLine>[0]): string {
  const text = encodeLine(content);
  assert(Buffer.byteLength(text) <= LINE_BYTES_MAX, `a ledger line of ${text.length} bytes`);
  return text;
}
