import { EXIT_BUG, EXIT_USAGE, systemClock } from "@trunkline/process";
import { type Command, CommanderError } from "commander";
import { createIo, type Io } from "./io.ts";
import { createProgram, type ProgramHost } from "./program.ts";
import { readSystem, systemFilePath } from "./system/system-file.ts";
import { chooseTargets } from "./system/targets.ts";
import { failure } from "./view/failure.ts";

/** The part of `process` that the command line uses; `main.ts` passes the real one. */
export type CliProcess = Pick<
  NodeJS.Process,
  "argv" | "env" | "execArgv" | "execPath" | "getuid" | "on" | "pid" | "stderr" | "stdout"
>;

/** Exit codes of a command that was ended by a signal: 128 and its number. Source: POSIX shells. */
const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Exit code of a command whose reader went away: 128 and the number of SIGPIPE. */
const EXIT_PIPE = 141;

/** What the command line needs besides the process. */
export interface CliOptions {
  readonly version: string;
  readonly exampleFolder: string;
}

/** Runs one command and returns the exit code. Never throws and never shows a stack. */
export async function runCli(host: CliProcess, options: CliOptions): Promise<number> {
  const io = createIo(host.stdout, host.stderr, host.env);
  const ending = createEnding(host);
  let exitCode = 0;
  const program = createProgram({
    ...programHost(host, options, io),
    watchSignals: ending.watch,
    onDone: (code) => {
      exitCode = code;
    },
  });
  makeThrow(program);
  try {
    await program.parseAsync([...host.argv]);
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, io, ending.exitCode());
  }
}

// Commander would print and exit by itself; both are ours to do, for commands of commands too.
function makeThrow(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} });
  for (const inner of command.commands) makeThrow(inner);
}

interface Ending {
  /** Takes over the signals. A command that does not ask for this is ended by them as usual. */
  watch(): AbortSignal;
  /** Exit code for the signal that came, undefined while none has. */
  exitCode(): number | undefined;
}

// Signals that come while things are being taken back are repeats of the first: npm and the terminal
// both send one. Taking back is limited in time, so it is never cut.
function createEnding(host: CliProcess): Ending {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const end = (code: number) => {
    exitCode ??= code;
    controller.abort();
  };
  const watch = () => {
    for (const [name, code] of Object.entries(SIGNAL_EXIT_CODES)) {
      host.on(name as keyof typeof SIGNAL_EXIT_CODES, () => end(code));
    }
    return controller.signal;
  };
  // A reader that went away, as in `trunkline demo | head`, ends a command as SIGPIPE ends others.
  for (const stream of [host.stdout, host.stderr]) stream.on("error", () => end(EXIT_PIPE));
  return { watch, exitCode: () => exitCode };
}

function programHost(
  host: CliProcess,
  options: CliOptions,
  io: Io,
): Omit<ProgramHost, "onDone" | "watchSignals"> {
  const uid = host.getuid?.() ?? 0;
  const systemFile = systemFilePath(host.env, uid);
  return {
    ...options,
    execPath: host.execPath,
    execArgv: host.execArgv,
    pid: host.pid,
    uid,
    path: host.env["PATH"] ?? "",
    systemFile,
    onExit: (callback) => void host.on("exit", callback),
    contextFor: (json, named) => ({
      io: json ? { ...io, say: () => {} } : io,
      clock: systemClock,
      json,
      targets: () => chooseTargets(named, host.env, () => readSystem(systemFile, uid)),
    }),
  };
}

function exitCodeOf(error: unknown, io: Io, signalCode: number | undefined): number {
  if (error instanceof CommanderError) return usageExitCode(error, io);
  if (signalCode !== undefined) {
    io.say("trunkline: ended before it was done");
    return signalCode;
  }
  const { lines, exitCode } = failure(error);
  io.say([io.paintSaid("bad", lines[0]), lines[1]].join("\n"));
  return exitCode;
}

function usageExitCode(error: CommanderError, io: Io): number {
  // Help and version were asked for and have been printed.
  if (error.exitCode === 0) return 0;
  if (error.code === "commander.help") return EXIT_USAGE;
  const message = error.message.replace(/^error: /, "").trim();
  if (message === "") return EXIT_BUG;
  io.say(`trunkline: ${message.replaceAll("\n", " ")}\nsee: trunkline --help`);
  return EXIT_USAGE;
}
