import { readFile } from "node:fs/promises";
import type { Clock } from "@trunkline/core";
import { assemble, type Manifests, type ParsedFile, parseFile } from "./assemble.ts";
import { type ListedFile, type Listing, listFiles, problemAt, reasonOf } from "./list-files.ts";
import type { Problem } from "./problem.ts";

/** Reads a folder again and again, at the price of what has changed. */
export interface FolderReader {
  /** Returns undefined when nothing can have changed since the last call. */
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

interface CachedFile {
  readonly stamp: string;
  readonly isSettled: boolean;
  readonly parsed: ParsedFile;
}

/** Makes a reader of one folder; `clock` tells fresh files from settled ones. */
export function createFolderReader(folder: string, clock: Clock): FolderReader {
  let cache = new Map<string, CachedFile>();
  let lastListing: string | undefined;

  return {
    async read() {
      const { files, problems } = await listWithinBudget(folder);
      const listing = JSON.stringify([files.map((f) => [f.name, f.stamp]), problems]);
      const isSettled = [...cache.values()].every((entry) => entry.isSettled);
      if (listing === lastListing && isSettled) return undefined;
      const next = new Map<string, CachedFile>();
      for (const file of files) {
        const known = cache.get(file.name);
        const isKnown = known?.isSettled && known.stamp === file.stamp;
        next.set(file.name, isKnown ? known : await readOne(file, clock.nowMs()));
      }
      cache = next;
      lastListing = listing;
      const parsed = [...next.values()].map((entry) => entry.parsed);
      return assemble([...parsed, { objects: [], problems, ignoredKinds: [] }]);
    },
  };
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
    return parseFile(file.name, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return broken(file, `cannot be read: ${reasonOf(error)}`);
  }
}

function broken(file: ListedFile, description: string): ParsedFile {
  return { objects: [], problems: [problemAt(file.name, description)], ignoredKinds: [] };
}

async function listWithinBudget(folder: string): Promise<Listing> {
  const listing = await listFiles(folder);
  const problems = budgetProblems(listing.files);
  if (problems.length === 0) return listing;
  return { files: [], problems: [...listing.problems, ...problems] };
}

/** A folder that is too large is not read at all: half of it would be another world. */
function budgetProblems(files: readonly ListedFile[]): Problem[] {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (totalBytes <= FOLDER_BYTES_MAX) return [];
  const description = `files have ${totalBytes} bytes, at most ${FOLDER_BYTES_MAX} are read`;
  return [problemAt(".", description)];
}
