import { readFile, rename, writeFile } from "node:fs/promises";
import { identity, type KernelObject } from "../desired/kernel-object.ts";
import type { Batch } from "../diff/diff.ts";
import type { Datapath } from "./datapath.ts";
import { applyToModel, FRESH_KERNEL, type KernelState, objectsIn } from "./kernel-model.ts";
import { commandText } from "./render.ts";

/** What the plan needs besides a place to keep its state. */
export interface PlanOptions {
  /** File that holds the state across restarts. */
  readonly file: string;
  /** Gets every batch as the commands that the kernel datapath would run. */
  readonly print: (commands: readonly string[]) => void;
}

/** A datapath that changes nothing: it keeps, and prints, what would be done. */
export async function openPlan(options: PlanOptions): Promise<Datapath> {
  let state = await readState(options.file);
  let saving = Promise.resolve();

  async function save(): Promise<void> {
    const text = `${JSON.stringify(state, null, 1)}\n`;
    // One save after another: two renames of the same temporary file would collide.
    const saved = saving.then(() => replaceFile(options.file, text));
    // The one that waits for this save reports its failure; the next save must still be tried.
    saving = saved.catch(() => undefined);
    await saved;
  }

  return {
    kind: "plan",
    checkNetns: async () => undefined,
    observe: async (netns, asked) => {
      const identities = new Set(asked.map(identity));
      return objectsAt(state, netns).filter((object) => identities.has(identity(object)));
    },
    apply: async (netns: string, batch: Batch) => {
      state = applyToModel(state, netns, batch);
      options.print(commandText(batch));
      await save();
    },
    // What Linux calls the devices of an instance that has only these.
    findLink: async ({ deviceIndex }) => `eth${deviceIndex}`,
    close: () => undefined,
  };
}

function objectsAt(state: KernelState, netns: string): readonly KernelObject[] {
  const host = objectsIn(state, "");
  return netns === "" ? host : [...host, ...objectsIn(state, netns)];
}

async function readState(file: string): Promise<KernelState> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  // Written by `save` below and by nobody else, whole or not at all.
  return text === undefined ? FRESH_KERNEL : (JSON.parse(text) as KernelState);
}

async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
