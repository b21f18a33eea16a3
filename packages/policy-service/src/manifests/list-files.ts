import type { BigIntStats, Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Problem } from "./problem.ts";

/** A manifest file as the file system sees it. */
export interface ListedFile {
  readonly path: string;
  /** Path below the folder, with "/". */
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Differs when the file was replaced or written; equal otherwise. */
  readonly stamp: string;
}

/** The manifest files of a folder, sorted by name. */
export interface Listing {
  readonly files: readonly ListedFile[];
  readonly problems: readonly Problem[];
}

/** Files that are read at most. */
const FILES_MAX = 20_000;
/** Levels of folders that are followed. */
const DEPTH_MAX = 16;
const MANIFEST_NAME = /\.(?:ya?ml|json)$/i;

/**
 * Lists *.yaml, *.yml and *.json below a folder. Follows symbolic links; passes over names that
 * begin with a dot, which is where Kubernetes keeps the real files of a mounted ConfigMap.
 *
 * Throws nothing: what cannot be read is a problem, the folder itself included.
 */
export async function listFiles(folder: string): Promise<Listing> {
  const found: Found = { files: [], problems: [], folders: new Set(), isFull: false };
  await listInto(found, { folder, prefix: "", depth: 0 });
  found.files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return found;
}

interface Found {
  readonly files: ListedFile[];
  readonly problems: Problem[];
  /** Real paths of the folders seen, so that a link to a parent ends. */
  readonly folders: Set<string>;
  isFull: boolean;
}

interface Place {
  readonly folder: string;
  readonly prefix: string;
  readonly depth: number;
}

async function listInto(found: Found, place: Place): Promise<void> {
  if (found.isFull) return;
  if (place.depth > DEPTH_MAX) {
    found.problems.push(problemAt(place.prefix, `lies deeper than ${DEPTH_MAX} folders`));
    return;
  }
  let children: Dirent[];
  try {
    const real = await realpath(place.folder);
    if (found.folders.has(real)) return;
    found.folders.add(real);
    children = await readdir(place.folder, { withFileTypes: true });
  } catch (error) {
    found.problems.push(problemAt(place.prefix || ".", `cannot be read: ${reasonOf(error)}`));
    return;
  }
  for (const child of children) {
    if (!child.name.startsWith(".")) await addChild(found, place, child);
  }
}

async function addChild(found: Found, place: Place, child: Dirent): Promise<void> {
  const name = place.prefix === "" ? child.name : `${place.prefix}/${child.name}`;
  const isWanted = MANIFEST_NAME.test(child.name);
  // Other files need no look; a link may be a folder.
  if (!isWanted && !child.isDirectory() && !child.isSymbolicLink()) return;
  const path = join(place.folder, child.name);
  let stats: BigIntStats;
  try {
    stats = await stat(path, { bigint: true });
  } catch (error) {
    if (isWanted) found.problems.push(problemAt(name, `cannot be read: ${reasonOf(error)}`));
    return;
  }
  if (stats.isDirectory()) {
    await listInto(found, { folder: path, prefix: name, depth: place.depth + 1 });
  } else if (isWanted && stats.isFile()) {
    addFile(found, listed(path, name, stats));
  }
}

function addFile(found: Found, file: ListedFile): void {
  if (found.files.length < FILES_MAX) {
    found.files.push(file);
  } else if (!found.isFull) {
    found.isFull = true;
    found.problems.push(problemAt(".", `more than ${FILES_MAX} manifest files`));
  }
}

function listed(path: string, name: string, stats: BigIntStats): ListedFile {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return {
    path,
    name,
    sizeBytes: Number(size),
    modifiedMs: Number(mtimeNs / 1_000_000n),
    stamp: [dev, ino, size, mtimeNs, ctimeNs].join(":"),
  };
}

/** A problem of a whole file or folder. */
export function problemAt(file: string, description: string): Problem {
  return { file, line: 1, subject: "", path: "", description };
}

/** The reason of a failed system call, without the path that the message repeats. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(",")[0] ?? "") : String(error);
}
