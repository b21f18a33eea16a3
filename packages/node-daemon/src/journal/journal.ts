import { mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { keyedLock } from "../attachments/keyed-lock.ts";
import type { PreviousSysctls } from "../desired/desired-host.ts";
import { type AttachmentRecord, formatRecord, parseRecord } from "./record.ts";

const RECORD_SUFFIX = ".json";
/** A file that was being written when the daemon died; the one it was to replace is whole. */
const TEMPORARY_SUFFIX = ".new";
/** A record that cannot be read; kept for a person to look at. */
const TORN_SUFFIX = ".torn";

const HOST_FILE = "host.json";

/**
 * Records of attachments that survive any crash: a write returns only when it is on the disk, and
 * replaces the record whole or not at all.
 */
export interface Journal {
  /** The records, oldest first. */
  all(): readonly AttachmentRecord[];
  get(id: string): AttachmentRecord | undefined;
  put(record: AttachmentRecord): Promise<void>;
  /** Removes a record; one that is gone already is fine. */
  remove(id: string): Promise<void>;
  /** Number for a new record, larger than all before. */
  nextSequence(): number;
  /** Settings of the node as they were before the first change. */
  previousSysctls(): PreviousSysctls;
  putPreviousSysctls(previous: PreviousSysctls): Promise<void>;
}

/** What was found on the disk besides whole records. */
export interface JournalFindings {
  /** Files that held no record and were set aside, with their new names. */
  readonly torn: readonly string[];
}

/** Opens the journal in a folder, which is made if it is missing. */
export async function openJournal(folder: string): Promise<Journal & JournalFindings> {
  const attachments = join(folder, "attachments");
  await mkdir(attachments, { recursive: true, mode: 0o700 });
  const torn: string[] = [];
  const records = await readRecords(attachments, torn);
  let previous = await readPrevious(join(folder, HOST_FILE), torn);
  let sequence = Math.max(0, ...[...records.values()].map((record) => record.sequence));
  // Two writes of one record would share a temporary file.
  const writes = keyedLock();
  const path = (id: string) => join(attachments, id + RECORD_SUFFIX);

  return {
    torn,
    all: () => [...records.values()].sort((a, b) => a.sequence - b.sequence),
    get: (id) => records.get(id),
    put: (record) =>
      writes.run(record.id, async () => {
        await replaceFile(attachments, path(record.id), formatRecord(record));
        records.set(record.id, record);
      }),
    remove: (id) =>
      writes.run(id, async () => {
        await unlinkIfThere(path(id));
        records.delete(id);
      }),
    nextSequence: () => {
      sequence += 1;
      return sequence;
    },
    previousSysctls: () => previous,
    putPreviousSysctls: (value) =>
      writes.run(HOST_FILE, async () => {
        await replaceFile(folder, join(folder, HOST_FILE), `${JSON.stringify(value)}\n`);
        previous = value;
      }),
  };
}

async function readRecords(folder: string, torn: string[]): Promise<Map<string, AttachmentRecord>> {
  const records = new Map<string, AttachmentRecord>();
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (name.endsWith(TEMPORARY_SUFFIX)) await unlinkIfThere(file);
    if (!name.endsWith(RECORD_SUFFIX)) continue;
    const record = parseRecord(await readFile(file, "utf8"));
    if (record !== undefined && name === record.id + RECORD_SUFFIX) {
      records.set(record.id, record);
      continue;
    }
    await setAside(file, torn);
  }
  return records;
}

async function readPrevious(file: string, torn: string[]): Promise<PreviousSysctls> {
  try {
    return v.parse(v.record(v.string(), v.string()), JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    await setAside(file, torn);
    return {};
  }
}

async function setAside(file: string, torn: string[]): Promise<void> {
  await rename(file, file + TORN_SUFFIX);
  torn.push(file + TORN_SUFFIX);
}

async function replaceFile(folder: string, path: string, text: string): Promise<void> {
  const temporary = path + TEMPORARY_SUFFIX;
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(folder);
}

// The rename itself is on the disk only when the folder is.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
