import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { TrunklineError } from "@trunkline/core";

/** Times a stale lock is taken away before giving up: others do the same at the same moment. */
const ATTEMPTS_MAX = 5;

/** Gives the lock back. */
export type Unlock = () => Promise<void>;

/**
 * Makes this process the only one that writes the ledger at `path`, until it ends or unlocks.
 * Throws ALREADY_EXISTS while another live process holds it.
 *
 * The lock is a file that names its holder by process id, start time and boot, so the lock of a dead
 * process is recognised and taken over. It protects processes of one machine and one process
 * namespace; two containers must not mount one ledger.
 */
export async function lockLedger(path: string): Promise<Unlock> {
  const lockPath = `${path}.lock`;
  const own = JSON.stringify(await describeProcess(process.pid));
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await createLock(lockPath, own)) return () => removeLock(lockPath, own);
    const holder = await readFile(lockPath, "utf8").catch(orMissing);
    if (holder === undefined) continue;
    if (await isAlive(holder)) throw heldBy(path, holder);
    await takeAway(lockPath, holder);
  }
  throw heldBy(path, "others that start at this moment");
}

let nameCount = 0;

// Nobody else alive uses the name: a process with this id that has ended may have left such a file.
function ownName(lockPath: string): string {
  nameCount += 1;
  return `${lockPath}.${process.pid}.${nameCount}`;
}

interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot; empty where the system does not tell. */
  readonly startTime: string;
  readonly bootId: string;
}

// A link appears with its whole content or not at all, which a plain exclusive create does not.
async function createLock(lockPath: string, content: string): Promise<boolean> {
  const ownPath = ownName(lockPath);
  await writeFile(ownPath, content);
  try {
    await link(ownPath, lockPath);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(ownPath);
  }
}

async function takeAway(lockPath: string, staleContent: string): Promise<void> {
  const asidePath = ownName(lockPath);
  try {
    await rename(lockPath, asidePath);
  } catch (error) {
    return void orMissing(error as NodeJS.ErrnoException);
  }
  const content = await readFile(asidePath, "utf8");
  // Between reading and renaming another process may have taken over: give it back what is its.
  if (content !== staleContent) await link(asidePath, lockPath).catch(orExists);
  await unlink(asidePath);
}

async function removeLock(lockPath: string, own: string): Promise<void> {
  const content = await readFile(lockPath, "utf8").catch(orMissing);
  if (content === own) await unlink(lockPath);
}

async function isAlive(holder: string): Promise<boolean> {
  const identity = parse(holder);
  if (!identity) return false;
  const now = await describeProcess(identity.pid);
  if (now.bootId !== identity.bootId || now.startTime !== identity.startTime) return false;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(text) as Partial<ProcessIdentity>;
    const isComplete = Number.isInteger(value.pid) && (value.pid ?? 0) > 0;
    return isComplete ? (value as ProcessIdentity) : undefined;
  } catch {
    // Not written by lockLedger, which never leaves half a file: nobody holds it.
    return undefined;
  }
}

async function describeProcess(pid: number): Promise<ProcessIdentity> {
  const [stat, bootId] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""),
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
  ]);
  // The second field, the program's name, may hold spaces; start time is the 22nd. Source: proc(5).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pid, startTime: fields[19] ?? "", bootId: bootId.trim() };
}

function heldBy(path: string, holder: string): TrunklineError {
  const pid = parse(holder)?.pid;
  const who = pid === undefined ? holder : `process ${pid}`;
  const text = `ledger ${path} is in use by ${who}; two processes never share one`;
  return new TrunklineError("ALREADY_EXISTS", text);
}

function orMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

function orExists(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "EEXIST") throw error;
}
