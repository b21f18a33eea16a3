import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, TrunklineError } from "@trunkline/core";
import type { Io } from "../io.ts";
import type { ExamplePod } from "./example.ts";
import { CNI_TRY_AGAIN, type PluginCall, runPlugin } from "./run-plugin.ts";
import { type NodeHost, pluginProgram } from "./service-main.ts";
import type { DemoSystem } from "./start-system.ts";

/** Name of the plugin's executable, and `type` in the network configuration. */
const PLUGIN = "trunkline-cni";
/** Calls until ADD succeeds. A container runtime goes on for ever; a demo must end. */
const ADD_TRIES_MAX = 10;
const ADD_RETRY_MS = 1_000;
/** Time that taking a pod back may take: the user waits for it. */
const DEL_MS_MAX = 15_000;

/** A container runtime as far as networking sees it. */
export interface Runtime {
  /** ADD, again as long as the plugin says "try again later". */
  add(pod: ExamplePod): Promise<void>;
  /** DEL of every pod that ADD was called for. */
  deleteAll(): Promise<void>;
}

/** What a runtime needs. */
export interface RuntimeOptions {
  readonly folder: string;
  readonly host: NodeHost;
  readonly path: string;
  readonly clock: Clock;
  readonly io: Io;
  readonly signal: AbortSignal;
}

/** Makes a runtime for the nodes of a system. */
export function createRuntime(system: DemoSystem, options: RuntimeOptions): Runtime {
  const folder = installPlugin(options);
  const calls: PluginCall[] = [];
  const callFor = (pod: ExamplePod): PluginCall => ({
    command: "ADD",
    pod,
    containerId: containerId(pod),
    netns: join(options.folder, "netns", `${pod.namespace}-${pod.name}`),
    folder,
    path: options.path,
    config: {
      cniVersion: "1.0.0",
      name: "pods",
      type: PLUGIN,
      socket: system.nodes.get(pod.nodeName)?.replace(/^unix:/, ""),
    },
  });
  return {
    add: async (pod) => {
      const call = callFor(pod);
      calls.push(call);
      await addUntilDone(call, options);
    },
    deleteAll: async () => {
      const limit = AbortSignal.timeout(DEL_MS_MAX);
      const deletions = calls.map((call) => runPlugin({ ...call, command: "DEL" }, limit));
      const failed = (await Promise.allSettled(deletions)).find((one) => one.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    },
  };
}

async function addUntilDone(call: PluginCall, options: RuntimeOptions): Promise<void> {
  const { clock, io, signal } = options;
  for (let tries = 1; ; tries++) {
    try {
      await runPlugin(call, signal);
      return;
    } catch (error) {
      const isWorthAsking =
        error instanceof TrunklineError && error.facts.cniCode === CNI_TRY_AGAIN;
      if (!isWorthAsking || tries === ADD_TRIES_MAX) throw error;
      io.say(`  ${error.message}; asking again`);
      await clock.sleep(ADD_RETRY_MS, signal);
    }
  }
}

// A runtime looks for an executable file named like the type in the folders of CNI_PATH.
function installPlugin(options: RuntimeOptions): string {
  const folder = join(options.folder, "bin");
  mkdirSync(folder);
  const { command, args } = pluginProgram(options.host);
  const file = join(folder, PLUGIN);
  writeFileSync(file, `#!/bin/sh\nexec ${[command, ...args].map(quoted).join(" ")} "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

// 64 hexadecimal digits like a runtime's, and the same in every run.
function containerId(pod: ExamplePod): string {
  return createHash("sha256").update(`sandbox of ${pod.uid}`).digest("hex");
}
