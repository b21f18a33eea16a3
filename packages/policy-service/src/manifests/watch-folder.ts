import type { Clock } from "@trunkline/core";
import type { Manifests } from "./assemble.ts";
import type { FolderReader } from "./read-folder.ts";

/** How a folder is watched. */
export interface FolderWatchOptions {
  readonly reader: FolderReader;
  /** Called after each change, with problems or without. */
  readonly onManifests: (manifests: Manifests) => void;
  /** Called when reading itself fails, which is a bug. */
  readonly onFailure: (error: unknown) => void;
  readonly pollMs: number;
  readonly clock: Clock;
}

/** A folder that is looked at again and again. */
export interface FolderWatch {
  /** Ends the watch after the look that is under way. */
  close(): Promise<void>;
}

/**
 * Looks at a folder every `pollMs`. Polling, because notifications miss what Kubernetes does with a
 * mounted ConfigMap: it swaps a symbolic link above the files.
 */
export function watchFolder(options: FolderWatchOptions): FolderWatch {
  const ended = new AbortController();
  const running = run(options, ended.signal);
  return {
    async close() {
      ended.abort();
      await running;
    },
  };
}

async function run(options: FolderWatchOptions, ended: AbortSignal): Promise<void> {
  const { reader, onManifests, onFailure, pollMs, clock } = options;
  for (;;) {
    try {
      await clock.sleep(pollMs, ended);
    } catch {
      // The only way a sleep fails is that the watch has ended.
      return;
    }
    try {
      const manifests = await reader.read();
      if (manifests !== undefined && !ended.aborted) onManifests(manifests);
    } catch (error) {
      onFailure(error);
    }
  }
}
