import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

/** The root of the repository. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** The executables, built; `npm test` builds before it tests. */
export const EXECUTABLES = {
  "ec2-emulator": resolve(ROOT, "packages/ec2-emulator/dist/main.js"),
  "policy-service": resolve(ROOT, "packages/policy-service/dist/main.js"),
  "ipam-service": resolve(ROOT, "packages/ipam-service/dist/main.js"),
  "node-daemon": resolve(ROOT, "packages/node-daemon/dist/main.js"),
} as const;

/** Name of an executable. */
export type ExecutableName = keyof typeof EXECUTABLES;

/** Longest a process may take to say that it is ready, or to end by itself. */
const START_MS_MAX = 20_000;

/** Largest output that is kept of one stream, characters. */
const OUTPUT_LENGTH_MAX = 4_000_000;

/** How a process ended and what it said. */
export interface Ended {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start, or from the signal that was sent to it, milliseconds. */
  readonly durationMs: number;
}

/** What a program is run with. */
export interface RunOptions {
  readonly args?: readonly string[];
  /** Added to an environment that has none of our variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Longest that {@link run} lets it go on, milliseconds; {@link START_MS_MAX} else. */
  readonly limitMs?: number;
}

/** A process that said that it is ready. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** What the ready line says, `grpc=127.0.0.1:7401` as `{ grpc: "127.0.0.1:7401" }`. */
  readonly ready: Readonly<Record<string, string>>;
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Runs a program to its end; its time is limited. */
export async function run(program: string, options: RunOptions = {}): Promise<Ended> {
  const watched = watch(program, options);
  const limitMs = options.limitMs ?? START_MS_MAX;
  const limit = setTimeout(() => watched.process.kill("SIGKILL"), limitMs);
  try {
    return await watched.ended;
  } finally {
    clearTimeout(limit);
  }
}

/** A program that goes on until it is ended; nothing says that it is ready. */
export interface Program extends AsyncDisposable {
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** How it ended, or undefined while it goes on. */
  ended(): Ended | undefined;
}

/** Starts a program that others wrote; disposing ends it. */
export function startProgram(program: string, options: RunOptions = {}): Program {
  const watched = watch(program, options);
  let ended: Ended | undefined;
  const whenEnded = watched.ended.then((how) => {
    ended = how;
  });
  return {
    stdout: watched.stdout,
    stderr: watched.stderr,
    ended: () => ended,
    [Symbol.asyncDispose]: async () => {
      await end(watched, "SIGTERM");
      await whenEnded;
    },
  };
}

/** Starts one of our executables and waits for its ready line. */
export function start(name: ExecutableName, options: RunOptions = {}): Promise<Child> {
  return startFile(name, [EXECUTABLES[name]], options);
}

/** Starts a program of Node's that says `NAME ready …`; `file` are Node's arguments and the file. */
export async function startFile(
  name: string,
  file: readonly string[],
  options: RunOptions = {},
): Promise<Child> {
  const watched = watch(process.execPath, {
    ...options,
    args: [...file, ...(options.args ?? [])],
  });
  const line = await readyLine(name, watched);
  return {
    pid: watched.process.pid ?? 0,
    ready: Object.fromEntries(
      line.split(" ").flatMap((word) => {
        const at = word.indexOf("=");
        return at > 0 ? [[word.slice(0, at), word.slice(at + 1)]] : [];
      }),
    ),
    stdout: watched.stdout,
    stderr: watched.stderr,
    end: (signal = "SIGTERM") => end(watched, signal),
    [Symbol.asyncDispose]: async () => {
      const ended = await end(watched, "SIGTERM");
      if (ended.code !== 0 && ended.signal !== "SIGKILL") {
        throw new Error(`${name} ended with ${ended.code ?? ended.signal}:\n${ended.stderr}`);
      }
    },
  };
}

interface Watched {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Called at each piece of output and at the end. */
  onChange: () => void;
  signalledAtMs: number;
}

// A test that ran out of time never gets to its clean-up; what it started must not outlive the run.
const alive = new Set<ChildProcess>();
const killAll = () => {
  for (const child of alive) child.kill("SIGKILL");
};
process.once("exit", killAll);
process.once("disconnect", killAll);

function watch(program: string, { args = [], env = {}, stdin }: RunOptions): Watched {
  const startMs = performance.now();
  const child = spawn(program, args, { env: { ...plainEnvironment(), ...env }, cwd: ROOT });
  alive.add(child);
  const texts = { stdout: "", stderr: "" };
  const ended = new Promise<Ended>((resolveEnd, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      alive.delete(child);
      const durationMs = performance.now() - (watched.signalledAtMs || startMs);
      resolveEnd({ code, signal, durationMs, ...texts });
      watched.onChange();
    });
  });
  const watched: Watched = {
    process: child,
    ended,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    onChange: () => {},
    signalledAtMs: 0,
  };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] = (texts[name] + text).slice(-OUTPUT_LENGTH_MAX);
      watched.onChange();
    });
  }
  // A program that refuses its arguments ends before it reads: the broken pipe is not the news.
  child.stdin.once("error", () => {});
  child.stdin.end(stdin);
  return watched;
}

// Variables of ours and of AWS would change what is tested; those of the machine stay.
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(TRUNKLINE_|AWS_|CNI_|NODE_|VITEST)/.test(name),
    ),
  );
}

async function readyLine(name: string, watched: Watched): Promise<string> {
  const prefix = `${name} ready`;
  const ready = new Promise<string>((resolveReady, reject) => {
    const limit = setTimeout(() => {
      watched.process.kill("SIGKILL");
      reject(new Error(`${name} was not ready in ${START_MS_MAX} ms:\n${watched.stderr()}`));
    }, START_MS_MAX);
    watched.onChange = () => {
      const line = watched
        .stdout()
        .split("\n")
        .find((each) => each.startsWith(prefix));
      if (line !== undefined) resolveReady(line.slice(prefix.length).trim());
      else if (hasEnded(watched)) reject(new Error(`${name} did not start:\n${watched.stderr()}`));
      else return;
      clearTimeout(limit);
      watched.onChange = () => {};
    };
  });
  return ready;
}

function hasEnded({ process: child }: Watched): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function end(watched: Watched, signal: NodeJS.Signals): Promise<Ended> {
  if (hasEnded(watched)) return await watched.ended;
  watched.signalledAtMs = performance.now();
  watched.process.kill(signal);
  const limit = setTimeout(() => watched.process.kill("SIGKILL"), START_MS_MAX);
  try {
    return await watched.ended;
  } finally {
    clearTimeout(limit);
  }
}
