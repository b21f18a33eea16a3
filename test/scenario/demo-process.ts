import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../support/child.ts";

/** The command, built; `npm test` builds before it tests. */
const COMMAND = join(ROOT, "packages/cli/bin/trunkline.mjs");

/** Longest one run may take, milliseconds; three cold starts on a busy machine fit in. */
const RUN_MS_MAX = 100_000;

/** How a command ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place where a demo keeps all it makes, so that one can look what is left of it. */
export interface Place extends Disposable {
  readonly path: string;
  /** Environment that makes every process of a demo keep to the place. */
  readonly env: NodeJS.ProcessEnv;
  /** Files and processes that are there now; empty when nothing is left. */
  leftovers(): string[];
}

/** A command that is running. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard output or error holds the text. */
  says(text: string): Promise<void>;
}

/** Makes a place; it is removed with the test, whatever is left in it. */
export function makePlace(): Place {
  const path = mkdtempSync(join(tmpdir(), "place-"));
  for (const folder of ["tmp", "run"]) mkdirSync(join(path, folder));
  const env = {
    PATH: process.env["PATH"],
    TMPDIR: join(path, "tmp"),
    XDG_RUNTIME_DIR: join(path, "run"),
  };
  return {
    path,
    env,
    leftovers: () => [
      ...["tmp", "run"].flatMap((folder) =>
        readdirSync(join(path, folder), { recursive: true }).map((file) => `${folder}/${file}`),
      ),
      ...processesOf(path),
    ],
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Starts `trunkline` with these arguments in the place. */
export function startCommand(place: Place, ...args: string[]): Running {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: ROOT, env: place.env });
  const said = { stdout: "", stderr: "" };
  let look = () => {};
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (piece: string) => {
      said[name] += piece;
      look();
    });
  }
  const limit = setTimeout(() => child.kill("SIGKILL"), RUN_MS_MAX);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(limit);
      resolve({ code, ...said });
      look();
    });
  });
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      look = () => {
        if (said.stdout.includes(text) || said.stderr.includes(text)) resolve();
        else if (child.exitCode !== null)
          reject(new Error(`"${text}" was never said: ${said.stderr}`));
      };
      look();
    });
  return { process: child, ended, says };
}

/** Runs `trunkline` with these arguments to its end. */
export function runCommand(place: Place, ...args: string[]): Promise<Ended> {
  return startCommand(place, ...args).ended;
}

// Every process of a demo has the place in its arguments or in its environment.
function processesOf(path: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const about = `${readIfThere(`/proc/${pid}/cmdline`)}\0${readIfThere(`/proc/${pid}/environ`)}`;
      return about.includes(path)
        ? [`process ${pid}: ${about.split("\0").slice(0, 4).join(" ")}`]
        : [];
    });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process ended between our two looks, or is somebody else's: not ours in both cases.
    return "";
  }
}
