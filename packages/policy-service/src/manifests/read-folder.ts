import { readFile } from "node:fs/promises";
import type { Clock } from "@trunkline/core";
import { assemble, type Manifests, type ParsedFile, parseFile } from "./assemble.ts";
import { type ListedFile, type Listing, listFiles, problemAt, reasonOf } from "./list-files.ts";
import type { Problem } from "./problem.ts";

/** Reads a folder again and again, at the price of what has changed. */
export interface FolderReader {
  /** Returns undefined when nothing has changed since the last call, or is changing all the time. */
  read(): Promise<Manifests | undefined>;
}

/** Largest manifest file that is read, bytes. etcd holds objects of 1.5 MiB; lists are larger. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** All files together, bytes. */
const FOLDER_BYTES_MAX = 256 * 1024 * 1024;

/**
 * A file that was written less than this before it was read may be written again within the same
 * tick of the file system's clock, without a trace in its times; it is read once more.
 */
const SETTLED_MS = 2000;

/**
 * Time for which a folder must be left alone before what it says is believed. Editors and tools
 * empty a file before they write it, or remove one before they make its successor.
 */
const QUIET_MS = 100;
/** Times that a folder which is being written to is waited for; then the next look goes on. */
const QUIET_TRIES_MAX = 20;

interface CachedFile {
  readonly stamp: string;
  readonly isSettled: boolean;
  readonly parsed: ParsedFile;
}

type Cache = ReadonlyMap<string, CachedFile>;

/** Makes a reader of one folder; `clock` tells fresh files from settled ones. */
export function createFolderReader(folder: string, clock: Clock): FolderReader {
  let cache: Cache = new Map();
  let last: string | undefined;

  return {
    async read() {
      let before = await listWithinBudget(folder);
      if (before.text === last && isAllSettled(cache)) return undefined;
      for (let tries = 0; tries < QUIET_TRIES_MAX; tries += 1) {
        await clock.sleep(QUIET_MS);
        const next = await readFiles(before.files, cache, clock);
        const after = await listWithinBudget(folder);
        if (after.text === before.text) {
          cache = next;
          last = after.text;
          const parsed = [...next.values()].map((file) => file.parsed);
          return assemble([...parsed, { objects: [], problems: after.problems, ignoredKinds: [] }]);
        }
        before = after;
      }
      return undefined;
    },
  };
}

function isAllSettled(cache: Cache): boolean {
  return [...cache.values()].every((file) => file.isSettled);
}

async function readFiles(
  files: readonly ListedFile[],
  cache: Cache,
  clock: Clock,
): Promise<Map<string, CachedFile>> {
  const next = new Map<string, CachedFile>();
  for (const file of files) {
    const known = cache.get(file.name);
    const isKnown = known?.isSettled && known.stamp === file.stamp;
    next.set(file.name, isKnown ? known : await readOne(file, clock.nowMs()));
  }
  return next;
}

async function readOne(file: ListedFile, nowMs: number): Promise<CachedFile> {
  const isSettled = nowMs - file.modifiedMs > SETTLED_MS;
  const parsed = await parse(file);
  return { stamp: file.stamp, isSettled, parsed };
}

async function parse(file: ListedFile): Promise<ParsedFile> {
  if (file.sizeBytes > FILE_BYTES_MAX) {
    return broken(file, `has ${file.sizeBytes} bytes, at most ${FILE_BYTES_MAX} are read`);
  }
  try {
    const bytes = await readFile(file.path);
    // Far likelier about to be written than meant; taking it would take its objects away.
    if (bytes.length === 0) return broken(file, "is empty");
    return parseFile(file.name, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return broken(file, `cannot be read: ${reasonOf(error)}`);
  }
}

function broken(file: ListedFile, description: string): ParsedFile {
  return { objects: [], problems: [problemAt(file.name, description)], ignoredKinds: [] };
}

/** A listing with a text that differs when anything about the folder does. */
async function listWithinBudget(folder: string): Promise<Listing & { readonly text: string }> {
  const { files, problems } = await listFiles(folder);
  const text = JSON.stringify([files.map(({ name, stamp }) => [name, stamp]), problems]);
  const tooLarge = budgetProblems(files);
  if (tooLarge.length === 0) return { files, problems, text };
  return { files: [], problems: [...problems, ...tooLarge], text };
}

/** A folder that is too large is not read at all: half of it would be another world. */
function budgetProblems(files: readonly ListedFile[]): Problem[] {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (totalBytes <= FOLDER_BYTES_MAX) return [];
  const description = `files have ${totalBytes} bytes, at most ${FOLDER_BYTES_MAX} are read`;
  return [problemAt(".", description)];
}
