import { parseArgs } from "node:util";
import { type Clock, ERROR_CODES, type Random, TrunklineError } from "@trunkline/core";
import * as v from "valibot";
import { systemClock } from "./clock.ts";
import { type ConfigSchema, readConfig } from "./config.ts";
import { helpText } from "./help.ts";
import { createLog, LOG_LEVELS, type Log, type LogLevel } from "./log.ts";

/** Exit code for a configuration that is wrong. Source: sysexits.h EX_CONFIG. */
export const EXIT_CONFIG = 78;
/** Exit code for a bug. Source: sysexits.h EX_SOFTWARE. */
export const EXIT_BUG = 70;
/** Exit code for command-line usage. Source: sysexits.h EX_USAGE. */
export const EXIT_USAGE = 64;

/** The key every process has; spread it into the schema. */
export const commonEntries = {
  logLevel: v.optional(
    v.pipe(v.picklist(LOG_LEVELS), v.description(`log level: ${LOG_LEVELS.join(", ")}`)),
    "info",
  ),
};

/** What a process is given to work with: nothing else reaches it from outside. */
export interface ProcessContext {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
}

/** A process that is up. */
export interface Running {
  /** What the ready line says after the name: "grpc=127.0.0.1:7401". */
  readonly ready: string;
  /** Ends cleanly; called once, on SIGTERM or SIGINT. */
  close(): Promise<void>;
}

/** A process as data. */
export interface ProcessSpec<Schema extends ConfigSchema> {
  /** "ipam-service". */
  readonly name: string;
  /** One sentence for `--help`. */
  readonly summary: string;
  readonly schema: Schema;
  start(config: v.InferOutput<Schema>, context: ProcessContext): Promise<Running>;
}

/** The part of `process` that is used; a `main.ts` passes the real one. */
export type HostProcess = Pick<
  NodeJS.Process,
  "argv" | "env" | "on" | "exit" | "stdout" | "stderr" | "exitCode"
>;

/**
 * Runs a process from argv and environment: `--help`, `--version`, `--config FILE`, one ready line
 * on standard output, clean end on SIGTERM or SIGINT, a second signal ends at once.
 */
export async function runProcess<Schema extends ConfigSchema>(
  spec: ProcessSpec<Schema>,
  host: HostProcess,
  version: string,
): Promise<void> {
  const envPrefix = `TRUNKLINE_${spec.name.toUpperCase().replaceAll("-", "_")}_`;
  const args = readArgs(host.argv.slice(2));
  if ("problem" in args) return fail(host, EXIT_USAGE, `${spec.name}: ${args.problem}`, spec.name);
  if (args.help) return void host.stdout.write(helpText({ ...spec, envPrefix }));
  if (args.version) return void host.stdout.write(`${spec.name} ${version}\n`);
  const file = args.config ?? host.env[`${envPrefix}CONFIG`];
  let config: v.InferOutput<Schema>;
  try {
    config = readConfig(spec.schema, { file, env: host.env, envPrefix });
  } catch (error) {
    if (!(error instanceof TrunklineError)) throw error;
    return fail(host, EXIT_CONFIG, `${spec.name}: ${error.message}`, spec.name);
  }
  const level = (config as { logLevel?: LogLevel }).logLevel ?? "info";
  const log = createLog(spec.name, level);
  const context = { log, clock: systemClock, random: Math.random };
  try {
    const running = await spec.start(config, context);
    endOnSignals(running, host, log);
    host.stdout.write(`${spec.name} ready ${running.ready}\n`);
  } catch (error) {
    refuse(spec.name, error, host, log);
  }
}

interface Args {
  readonly help: boolean;
  readonly version: boolean;
  readonly config: string | undefined;
}

function readArgs(argv: readonly string[]): Args | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", default: false },
        config: { type: "string" },
      },
    });
    return { help: values.help, version: values.version, config: values.config };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function refuse(name: string, error: unknown, host: HostProcess, log: Log): void {
  if (error instanceof TrunklineError) {
    // Nobody has asked anything yet, so a wrong argument at the start is wrong configuration.
    const isConfig = error.code === "INVALID_ARGUMENT";
    const code = isConfig ? EXIT_CONFIG : ERROR_CODES[error.code].exitCode;
    fail(host, code, `${name}: cannot start: ${error.message}`, name);
    return;
  }
  log.error({ err: error }, "start failed");
  fail(host, EXIT_BUG, `${name}: cannot start: internal error, see the log`, name);
}

function fail(host: HostProcess, code: number, message: string, name: string): void {
  host.stderr.write(`${message}\nsee ${name} --help\n`);
  host.exit(code);
}

function endOnSignals(running: Running, host: HostProcess, log: Log): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals) => {
    if (isEnding) host.exit(signal === "SIGINT" ? 130 : 143);
    isEnding = true;
    log.info({ signal }, "ending");
    running.close().then(
      () => host.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "end failed");
        host.exit(EXIT_BUG);
      },
    );
  };
  host.on("SIGTERM", end);
  host.on("SIGINT", end);
}
