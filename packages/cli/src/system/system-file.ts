import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { TrunklineError } from "@trunkline/core";
import * as v from "valibot";

/** A running system that `demo --keep` left up, as other commands find it. */
export interface RunningSystem {
  /** Process that owns the system and ends it. */
  readonly pid: number;
  /** Where the emulator answers the EC2 API: "http://127.0.0.1:34567". */
  readonly ec2: string;
  /** Address of policy-service. */
  readonly policy: string;
  /** Address of ipam-service. */
  readonly ipam: string;
  /** Addresses of the node daemons. */
  readonly nodes: readonly string[];
}

const schema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  ec2: v.string(),
  policy: v.string(),
  ipam: v.string(),
  nodes: v.array(v.string()),
});

/** Where the file is: the user's runtime directory, or a private one among the temporary files. */
export function systemFilePath(
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): string {
  const runtime = env["XDG_RUNTIME_DIR"];
  // A container or a sudo often keeps the variable and not the directory.
  const hasRuntime = runtime !== undefined && runtime !== "" && existsSync(runtime);
  const folder = hasRuntime ? join(runtime, "trunkline") : join(tmpdir(), `trunkline-${uid}`);
  return join(folder, "system.json");
}

/**
 * The system that is up, undefined when there is none. A file whose process is gone counts as none.
 * Throws NOT_READY when the file is not one that `demo --keep` writes, or is somebody else's.
 */
export function readSystem(path: string, uid: number): RunningSystem | undefined {
  const text = readOwn(path, uid);
  if (text === undefined) return undefined;
  const system = parse(path, text);
  return isAlive(system.pid) ? system : undefined;
}

/**
 * Leaves word of a system. Throws ALREADY_EXISTS when another one is up, and NOT_PERMITTED when the
 * folder is not the user's own: what is in it says where commands connect to.
 */
export function writeSystem(path: string, uid: number, system: RunningSystem): void {
  const other = readSystem(path, uid);
  if (other !== undefined && other.pid !== system.pid) {
    throw new TrunklineError(
      "ALREADY_EXISTS",
      `a system is up already: process ${other.pid}, policy-service at ${other.policy}`,
    );
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  checkOwner(dirname(path), uid);
  const next = `${path}.${system.pid}`;
  writeFileSync(next, `${JSON.stringify(system, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, path);
}

/** Removes the file, and its folder if that is empty then. */
export function removeSystem(path: string): void {
  rmSync(path, { force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // Somebody else keeps something in the folder, or it is gone: both are fine.
  }
}

function readOwn(path: string, uid: number): string | undefined {
  try {
    checkOwner(path, uid);
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function checkOwner(path: string, uid: number): void {
  const owner = statSync(path).uid;
  if (owner === uid) return;
  throw new TrunklineError(
    "NOT_PERMITTED",
    `${path} belongs to user ${owner}, not to you (${uid})`,
  );
}

function parse(path: string, text: string): RunningSystem {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (error) {
    throw new TrunklineError("NOT_READY", `${path} is not what demo --keep writes`, {
      facts: { advice: `remove it: rm ${path}` },
      cause: error,
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM says that the process exists and is not ours.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
