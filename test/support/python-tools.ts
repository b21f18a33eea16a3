import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { ROOT, run } from "./child.ts";
import { type Tool, unfetched } from "./tools.ts";

/** A program of Python's, and what pip has to install for it. */
interface PythonProgram {
  readonly program: string;
  /** Argument that makes it end at once with code 0. */
  readonly probe: string;
  readonly requirement: string;
}

/** The AWS CLI of the machine (Debian: awscli), or the one of PyPI in a folder no commit sees. */
export function awsCli(): Promise<Tool> {
  return pythonTool({ program: "aws", probe: "--version", requirement: "awscli==1.45.11" });
}

/** The server of moto, a mock of EC2 that others use, found in the same way. */
export function motoServer(): Promise<Tool> {
  return pythonTool({
    program: "moto_server",
    probe: "--help",
    requirement: "moto[ec2,server]==5.2.1",
  });
}

async function pythonTool({ program, probe, requirement }: PythonProgram): Promise<Tool> {
  if (await answers(program, probe)) return { kind: "ready", path: program };
  const folder = resolve(ROOT, "node_modules/.cache", program);
  const path = resolve(folder, "bin", program);
  if (existsSync(path) && (await answers(path, probe))) return { kind: "ready", path };
  const refusal = unfetched(program);
  if (refusal !== undefined) return refusal;
  await mkdir(folder, { recursive: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ["python3", ["-m", "venv", folder]],
    [resolve(folder, "bin/pip"), ["install", "--quiet", requirement]],
  ];
  for (const [command, args] of steps) {
    const problem = await problemOf(command, args);
    if (problem !== undefined) return { kind: "missing", reason: problem };
  }
  return { kind: "ready", path };
}

// A shim of a version chooser may be there without the program behind it, so it is run.
async function answers(program: string, probe: string): Promise<boolean> {
  return (await problemOf(program, [probe])) === undefined;
}

/** Longest that pip may take, milliseconds. */
const INSTALL_MS_MAX = 240_000;

async function problemOf(command: string, args: readonly string[]): Promise<string | undefined> {
  const text = [command, ...args].join(" ");
  try {
    const { code, signal, stderr } = await run(command, { args, limitMs: INSTALL_MS_MAX });
    if (code === 0) return undefined;
    return `${text} ended with ${code ?? signal}: ${stderr.trim().slice(-500)}`;
  } catch (error) {
    // Not there, or not a program.
    return `${text}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
