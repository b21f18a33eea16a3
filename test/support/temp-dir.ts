import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory of its own that is removed with all it holds. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
}

/** Makes a directory; its path is short because Unix sockets go into it. */
export async function tempDir(): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), "tl-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
