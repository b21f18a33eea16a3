import { type ChildProcess, spawn } from "node:child_process";
import { type Clock, TrunklineError } from "@trunkline/core";
import { createLogTail, type LogTail } from "./log-tail.ts";
import { parseReadyLine, type ReadyAddresses } from "./ready-line.ts";

/** A process to start. */
export interface ChildSpec {
  /** What its ready line begins with: "ipam-service". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** All of its environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/** A process that was started. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves once with how it ended: "ended with exit code 78", "was killed by SIGKILL". */
  readonly ended: Promise<string>;
  /** Its last lines on standard output and error. */
  lastLines(): readonly string[];
  /** Resolves with its ready line. Throws NOT_READY when it ends first or takes too long. */
  whenReady(signal: AbortSignal): Promise<ReadyAddresses>;
  /** Ends it: SIGTERM, then SIGKILL. Resolves when it is gone; safe to repeat. */
  stop(): Promise<void>;
  /** Kills it without waiting: the last resort of a process that must end now. */
  kill(): void;
}

/** Time a process has until it is ready: a busy machine with two cores needs a few seconds. */
const READY_MS_MAX = 60_000;
/** Time a process has to end by itself: the five seconds in which servers drain, and some more. */
const STOP_MS_MAX = 8_000;

/**
 * Starts a process in a process group of its own, so that a Ctrl-C at the terminal reaches the parent
 * alone and the parent decides in which order things end.
 */
export function startChild(spec: ChildSpec, clock: Clock): Child {
  const child = spawn(spec.command, spec.args, {
    env: { ...spec.env },
    // Standard input carries nothing and stays open: it closes when this process is gone.
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  // A process that ends breaks the pipe; its end is told elsewhere.
  child.stdin.on("error", () => {});
  const { tail, ready } = readOutput(child, spec.name);
  const ended = endOf(child);
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const send = (signal: NodeJS.Signals) => {
    if (!hasEnded) signalGroup(child.pid, signal);
  };
  return {
    name: spec.name,
    pid: child.pid ?? 0,
    ended,
    lastLines: () => tail.lines(),
    whenReady: (signal) => waitUntilReady(spec.name, { ready, ended, clock, signal }),
    stop: async () => {
      send("SIGTERM");
      if (await endsWithin(STOP_MS_MAX, ended, clock)) return;
      send("SIGKILL");
      await ended;
    },
    kill: () => send("SIGKILL"),
  };
}

interface Output {
  readonly tail: LogTail;
  readonly ready: Promise<ReadyAddresses>;
}

function readOutput(child: ChildProcess, name: string): Output {
  let tail = createLogTail();
  const ready = new Promise<ReadyAddresses>((resolve) => {
    tail = createLogTail((line) => {
      const addresses = parseReadyLine(name, line);
      if (addresses !== undefined) resolve(addresses);
    });
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => tail.add(piece));
  }
  return { tail, ready };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    // Not "exit": the last lines of output may arrive after that.
    child.once("close", (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`),
    );
  });
}

interface Waiting {
  readonly ready: Promise<ReadyAddresses>;
  readonly ended: Promise<string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function waitUntilReady(name: string, waiting: Waiting): Promise<ReadyAddresses> {
  const { ready, ended, clock, signal } = waiting;
  const stopWaiting = new AbortController();
  const limit = clock
    .sleep(READY_MS_MAX, AbortSignal.any([signal, stopWaiting.signal]))
    .then(() => `was not ready after ${READY_MS_MAX} ms`);
  try {
    const outcome = await Promise.race([ready, ended, limit]);
    if (typeof outcome !== "string") return outcome;
    throw new TrunklineError("NOT_READY", `${name} ${outcome}`);
  } finally {
    stopWaiting.abort();
    // Whoever won the race, nobody is interested in the others any more.
    await limit.catch(() => {});
  }
}

async function endsWithin(limitMs: number, ended: Promise<string>, clock: Clock): Promise<boolean> {
  const stopWaiting = new AbortController();
  const limit = clock.sleep(limitMs, stopWaiting.signal).then(
    () => false,
    () => true,
  );
  const hasEnded = await Promise.race([ended.then(() => true), limit]);
  stopWaiting.abort();
  return hasEnded;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It ended between our look and our signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
