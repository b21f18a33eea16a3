import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrunklineError } from "@trunkline/core";
import { type Example, readExample } from "../demo/example.ts";
import { gather } from "../demo/gather.ts";
import { nextCommands, reportLines } from "../demo/report.ts";
import type { NodeHost } from "../demo/service-main.ts";
import { createRuntime } from "../demo/start-pods.ts";
import { type DemoSystem, type SystemOptions, startSystem } from "../demo/start-system.ts";
import { createUndo, type Undo } from "../demo/undo.ts";
import { type ChildWatch, watchChildren } from "../demo/watch-children.ts";
import {
  type RunningSystem,
  readSystem,
  removeSystem,
  writeSystem,
} from "../system/system-file.ts";
import { type CommandContext, EXIT_FINE, EXIT_PROBLEMS } from "./context.ts";

/** Options of `demo`. */
export interface DemoOptions extends SystemOptions {
  /** Leave the system up until the user ends it. */
  readonly keep: boolean;
  /** Folder of the example. */
  readonly example: string;
}

/** What `demo` may use of the process it runs in. */
export interface DemoHost extends NodeHost {
  readonly pid: number;
  readonly uid: number;
  /** Search path for executables. */
  readonly path: string;
  /** Where word of a running system is left. */
  readonly systemFile: string;
  /**
   * Takes over Ctrl-C and its like: from now on they abort the signal instead of ending the process,
   * so that everything can be taken back first.
   */
  watchSignals(): AbortSignal;
  /** Calls back when the process ends, for whatever reason. */
  onExit(callback: () => void): void;
}

interface Run {
  readonly options: DemoOptions;
  readonly context: CommandContext;
  readonly host: DemoHost;
  readonly undo: Undo;
  readonly watch: ChildWatch;
}

/** `demo`: starts everything, shows it, checks it, and takes all of it back. */
export async function demo(
  options: DemoOptions,
  context: CommandContext,
  host: DemoHost,
): Promise<number> {
  const example = readExample(options.example);
  if (options.keep) refuseSecondSystem(host);
  const signal = host.watchSignals();
  const run: Run = { options, context, host, undo: createUndo(), watch: watchChildren(signal) };
  const exitCode = await runAndTakeBack(example, run, signal);
  if (!options.keep) context.io.say(nextCommands(false).join("\n"));
  return exitCode;
}

async function runAndTakeBack(example: Example, run: Run, signal: AbortSignal): Promise<number> {
  try {
    return await showAndCheck(example, run);
  } catch (error) {
    if (!signal.aborted) sayLogs(run);
    throw run.watch.failure() ?? error;
  } finally {
    await takeBack(run);
  }
}

async function showAndCheck(example: Example, run: Run): Promise<number> {
  const { context, watch } = run;
  const { io, clock } = context;
  const system = await bringUp(example, run);
  const report = await gather(example, system, { clock, signal: watch.signal });
  const running = runningSystem(system, run.host);
  if (context.json) io.out(JSON.stringify({ ...report, system: running }, null, 2));
  else io.out(["", ...reportLines(report, io.paint), ""].join("\n"));
  if (run.options.keep) {
    io.say(nextCommands(true).join("\n"));
    await stayUp(running, run);
  }
  return report.differences.length === 0 ? EXIT_FINE : EXIT_PROBLEMS;
}

async function bringUp(example: Example, run: Run): Promise<DemoSystem> {
  const { context, host, undo, watch, options } = run;
  const { io, clock } = context;
  const folder = makeFolder(run);
  const { signal } = watch;
  io.say("Starting the system, each part a process of its own");
  const onChild = watch.add;
  const starter = { folder, host, clock, io, undo, signal, onChild };
  const system = await startSystem(example, options, starter);
  const runtime = createRuntime(system, { folder, host, path: host.path, clock, io, signal });
  undo.push("delete the pods", () => runtime.deleteAll());
  io.say("Starting pods, each by the CNI plugin as a container runtime calls it");
  for (const pod of example.pods) {
    const startedMs = clock.nowMs();
    await runtime.add(pod);
    const took = io.paintSaid("weak", `${clock.nowMs() - startedMs} ms`);
    io.say(`  ${`${pod.namespace}/${pod.name}`.padEnd(16)} on ${pod.nodeName} ${took}`);
  }
  return system;
}

// Private, so that nobody else reaches the sockets in it; gone even if the process ends in a hurry.
function makeFolder({ host, undo, watch }: Run): string {
  const folder = mkdtempSync(join(shortTmpdir(), "trunkline-demo-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  undo.push(`remove ${folder}`, remove);
  host.onExit(() => {
    for (const child of watch.children) child.kill();
    remove();
  });
  return folder;
}

/** Leaves room for the names of sockets below it in the 107 bytes a socket path may have. */
const TMPDIR_LENGTH_MAX = 60;

function shortTmpdir(): string {
  return tmpdir().length <= TMPDIR_LENGTH_MAX ? tmpdir() : "/tmp";
}

function runningSystem(system: DemoSystem, host: DemoHost): RunningSystem {
  const { ec2, policy, ipam, nodes } = system;
  return { pid: host.pid, ec2, policy, ipam, nodes: [...nodes.values()] };
}

function refuseSecondSystem(host: DemoHost): void {
  const other = readSystem(host.systemFile, host.uid);
  if (other === undefined) return;
  throw new TrunklineError("ALREADY_EXISTS", `a demo is up already, as process ${other.pid}`, {
    facts: { advice: `use it, or end it first: kill ${other.pid}` },
  });
}

// The user's wish to end is the normal way out of here; the death of a process is not.
async function stayUp(running: RunningSystem, { context, host, undo, watch }: Run): Promise<void> {
  writeSystem(host.systemFile, host.uid, running);
  undo.push(`remove ${host.systemFile}`, () => removeSystem(host.systemFile));
  host.onExit(() => removeSystem(host.systemFile));
  context.io.say(`\nThe EC2 API answers at ${running.ec2}. Ctrl-C ends everything.`);
  if (!watch.signal.aborted) {
    await new Promise<void>((resolve) => {
      watch.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  const failure = watch.failure();
  if (failure !== undefined) throw failure;
}

async function takeBack({ context, undo, watch }: Run): Promise<void> {
  watch.letGo();
  const { io } = context;
  const failures = await undo.run();
  for (const failure of failures) io.say(`  could not ${failure}`);
  if (failures.length === 0) io.say(io.paintSaid("weak", "Everything was taken back."));
}

function sayLogs({ context, watch }: Run): void {
  for (const child of watch.children) {
    const lines = child.lastLines();
    if (lines.length === 0) continue;
    context.io.say(`last log lines of ${child.name} (process ${child.pid}):`);
    context.io.say(lines.map((line) => `  ${line}`).join("\n"));
  }
}
