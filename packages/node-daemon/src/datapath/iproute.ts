// The only file that starts iproute2.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { TrunklineError } from "@trunkline/core";

/** Longest a run of iproute2 may take. A run takes milliseconds unless the kernel is stuck. */
const RUN_MS_MAX = 10_000;

/** Most output of one run that is read, characters: about 30,000 links. */
const OUTPUT_LENGTH_MAX = 32 * 1024 * 1024;

/** Ends the input of one command; no line of ours is equal to it. */
const INPUT_END = "TRUNKLINE_INPUT_END";

/** Stands before the exit code at the end of the output of one command. */
const OUTPUT_END = "TRUNKLINE_EXIT_CODE ";

/** Runs iproute2 in the host's namespace ("") or in one named by its path. */
export interface Iproute {
  /** Runs commands in order; throws DATAPLANE_FAILED naming the first that the kernel refused. */
  batch(netns: string, lines: readonly string[]): Promise<void>;
  /** Runs `show` commands and returns what each printed, one array of objects per command. */
  show(netns: string, lines: readonly string[]): Promise<readonly (readonly object[])[]>;
  close(): void;
}

/**
 * Opens iproute2. The commands are started by a small shell that stays, one after another: a copy
 * of this process for each command would cost the more the larger the daemon is (2 ms at 60 MB,
 * 10 ms at 450 MB).
 */
export function openIproute(): Iproute {
  const shell = openShell();
  const run = async (netns: string, options: string, lines: readonly string[]) => {
    const enter = netns === "" ? "" : `nsenter --net=${quote(netns)} `;
    const input = [...lines, INPUT_END, ""].join("\n");
    const { code, output } = await shell.run(
      `${enter}ip ${options} -batch - <<'${INPUT_END}' 2>&1\n${input}`,
    );
    if (code !== 0) throw batchError(netns, lines, output);
    return output;
  };
  return {
    batch: async (netns, lines) => {
      await run(netns, "", lines);
    },
    show: async (netns, lines) => {
      const output = await run(netns, "-json -details", lines);
      // Anything else is a warning.
      const documents = output.split("\n").filter((line) => line.startsWith("["));
      if (documents.length !== lines.length) {
        throw new Error(`ip printed ${documents.length} documents for ${lines.length} commands`);
      }
      return documents.map((text) => JSON.parse(text) as readonly object[]);
    },
    close: shell.close,
  };
}

/** True if iproute2 is there and, when asked for, the kernel's 802.1Q module could be loaded. */
export async function hasTools(withVlan: boolean): Promise<boolean> {
  const shell = openShell();
  try {
    const script = withVlan ? "modprobe 8021q" : "ip -Version && command -v nsenter";
    return (await shell.run(`{ ${script} ; } </dev/null 2>&1\n`)).code === 0;
  } finally {
    shell.close();
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function batchError(netns: string, lines: readonly string[], output: string): TrunklineError {
  const number = /Command failed -:(\d+)/.exec(output)?.[1];
  const line = number === undefined ? lines[0] : lines[Number(number) - 1];
  // Lines that begin with "[" are what the commands before it printed.
  const words = output.split("\n").filter((text) => !/^\[|^Command failed -:/.test(text));
  const reason = words.join(" ").trim() || "no reason given";
  const where = netns === "" ? "" : ` in ${netns}`;
  return new TrunklineError("DATAPLANE_FAILED", `"ip ${line}"${where}: ${reason}`);
}

interface Shell {
  /** Runs one command, given with its input, after those before it. */
  run(script: string): Promise<{ readonly code: number; readonly output: string }>;
  close(): void;
}

type ShellProcess = ChildProcessByStdio<Writable, Readable, null>;

function openShell(): Shell {
  let child: ShellProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function start(): ShellProcess {
    // A group of its own, so that what it started can be ended with it.
    const started = spawn("sh", [], { stdio: ["pipe", "pipe", "inherit"], detached: true });
    started.stdout.setEncoding("utf8");
    // Its end is seen by whoever waits for output.
    started.on("error", () => undefined).stdin.on("error", () => undefined);
    started.once("close", () => {
      if (child === started) child = undefined;
    });
    started.unref();
    return started;
  }

  function end(): void {
    if (child?.pid !== undefined) killGroup(child.pid);
    child = undefined;
  }

  async function run(script: string) {
    child ??= start();
    try {
      child.stdin.write(`${script}echo "${OUTPUT_END}$?"\n`);
      return await readAnswer(child);
    } catch (error) {
      end();
      throw error;
    }
  }

  return {
    run: (script) => {
      const result = last.then(() => run(script));
      // The caller gets the error; the next command is tried all the same.
      last = result.catch(() => undefined);
      return result;
    },
    close: end,
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function readAnswer(
  child: ShellProcess,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    let text = "";
    const limit = AbortSignal.timeout(RUN_MS_MAX);
    const settle = (outcome: () => void) => {
      child.stdout.off("data", read);
      child.off("close", ended);
      limit.removeEventListener("abort", expired);
      outcome();
    };
    const fail = (reason: string) =>
      settle(() => reject(new TrunklineError("DATAPLANE_FAILED", `iproute2 ${reason}`)));
    const ended = () => fail("ended before it answered");
    const expired = () => fail(`did not answer within ${RUN_MS_MAX} ms`);
    const read = (chunk: string) => {
      text += chunk;
      if (text.length > OUTPUT_LENGTH_MAX) return fail("printed too much");
      const at = text.endsWith("\n") ? text.lastIndexOf(OUTPUT_END) : -1;
      if (at < 0) return;
      const code = Number(text.slice(at + OUTPUT_END.length));
      settle(() => resolve({ code, output: text.slice(0, at) }));
    };
    child.stdout.on("data", read);
    child.once("close", ended);
    limit.addEventListener("abort", expired, { once: true });
  });
}
