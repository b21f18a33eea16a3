import { spawn } from "node:child_process";
import { TrunklineError } from "@trunkline/core";
import type { ExamplePod } from "./example.ts";

/** One call of a CNI plugin, as a container runtime makes it. */
export interface PluginCall {
  readonly command: "ADD" | "DEL";
  readonly pod: ExamplePod;
  readonly containerId: string;
  readonly netns: string;
  /** Folder that holds the plugin. */
  readonly folder: string;
  /** Network configuration; its `type` names the plugin. */
  readonly config: { readonly type: string } & Readonly<Record<string, unknown>>;
  /** Search path for the plugin's interpreter. */
  readonly path: string;
}

/** Time one call may take, milliseconds: longer than the daemon's own deadline. */
const CALL_MS_MAX = 60_000;
/** Largest answer that is read, characters. */
const OUTPUT_LENGTH_MAX = 1024 * 1024;

/** Code of a CNI error that asks the runtime to try again later. Source: CNI specification 1.1. */
export const CNI_TRY_AGAIN = "11";

/**
 * Executes the plugin: variables in the environment, configuration on standard input, result on
 * standard output. Returns the result document. Throws with the plugin's code in `facts.cniCode`.
 */
export async function runPlugin(call: PluginCall, signal: AbortSignal): Promise<unknown> {
  const { code, stdout, stderr } = await execute(call, signal);
  const subject = `CNI ${call.command} of ${call.pod.namespace}/${call.pod.name}`;
  if (code === 0) return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  const error = readError(stdout);
  const reason = error?.msg ?? (lastWord(stderr) || "no reason given");
  throw new TrunklineError(
    error?.code === Number(CNI_TRY_AGAIN) ? "NOT_READY" : "DATAPLANE_FAILED",
    `${subject} failed with code ${error?.code ?? "?"}: ${reason}`,
    { facts: { cniCode: String(error?.code ?? ""), advice: "look at the log of the node daemon" } },
  );
}

/** Environment of a call. Source: CNI specification 1.1, "Parameters"; CNI_ARGS as containerd. */
function pluginEnvironment(call: PluginCall): Record<string, string> {
  const args = {
    IgnoreUnknown: "1",
    K8S_POD_NAMESPACE: call.pod.namespace,
    K8S_POD_NAME: call.pod.name,
    K8S_POD_INFRA_CONTAINER_ID: call.containerId,
    K8S_POD_UID: call.pod.uid,
  };
  return {
    CNI_COMMAND: call.command,
    CNI_CONTAINERID: call.containerId,
    CNI_NETNS: call.netns,
    CNI_IFNAME: "eth0",
    CNI_ARGS: Object.entries(args)
      .map(([key, value]) => `${key}=${value}`)
      .join(";"),
    CNI_PATH: call.folder,
    PATH: call.path,
  };
}

interface Executed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function execute(call: PluginCall, signal: AbortSignal): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const child = spawn(`${call.folder}/${call.config.type}`, [], {
      env: pluginEnvironment(call),
      stdio: ["pipe", "pipe", "pipe"],
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_MS_MAX)]),
      // A group of its own, so that Ctrl-C does not cut a call in the middle without our knowing.
      detached: true,
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (piece: string) => {
        output[name] = (output[name] + piece).slice(0, OUTPUT_LENGTH_MAX);
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...output }));
    // A plugin that ends without reading is reported by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(call.config));
  });
}

// A crash of Node ends with lines that say nothing; what it was is the line with the error.
function lastWord(stderr: string): string {
  const lines = stderr.trim().split("\n");
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? "";
}

function readError(stdout: string): { code: number; msg: string } | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    if (typeof value !== "object" || value === null) return undefined;
    const { code, msg, details } = value as Record<string, unknown>;
    const text = [msg, details].filter((part) => typeof part === "string" && part !== "");
    return { code: Number(code), msg: text.join(": ") };
  } catch {
    // Not a CNI error document: the caller falls back on standard error.
    return undefined;
  }
}
