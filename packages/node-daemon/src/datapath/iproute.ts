// The only file that starts iproute2.
import { spawn } from "node:child_process";
import { TrunklineError } from "@trunkline/core";

/** Longest a run of iproute2 may take. A run takes milliseconds unless the kernel is stuck. */
const RUN_MS_MAX = 10_000;

/** Most output that is read, bytes: about 30,000 links. */
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;

/** Runs commands in order; throws DATAPLANE_FAILED naming the first that the kernel refused. */
export async function ipBatch(netns: string, lines: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command(netns, ["-batch", "-"]), inputOf(lines));
  if (code !== 0) throw batchError(netns, lines, stderr);
}

/** Runs `show` commands and returns what each printed, one array of objects per command. */
export async function ipShow(
  netns: string,
  lines: readonly string[],
): Promise<readonly (readonly object[])[]> {
  const args = ["-json", "-details", "-batch", "-"];
  const { code, stdout, stderr } = await run(command(netns, args), inputOf(lines));
  if (code !== 0) throw batchError(netns, lines, stderr);
  const documents = stdout.split("\n").filter((line) => line.trim() !== "");
  if (documents.length !== lines.length) {
    throw new Error(`ip printed ${documents.length} documents for ${lines.length} commands`);
  }
  return documents.map((text) => JSON.parse(text) as readonly object[]);
}

/** True if iproute2 is there. */
export async function hasIproute(): Promise<boolean> {
  return succeeds(["ip", "-Version"]);
}

/** Loads the kernel's 802.1Q module; false if there is none. */
export async function loadVlanModule(): Promise<boolean> {
  return succeeds(["modprobe", "8021q"]);
}

async function succeeds(words: readonly string[]): Promise<boolean> {
  try {
    return (await run(words, "")).code === 0;
  } catch (error) {
    if (error instanceof TrunklineError) return false;
    throw error;
  }
}

function command(netns: string, args: readonly string[]): readonly string[] {
  return netns === "" ? ["ip", ...args] : ["nsenter", `--net=${netns}`, "ip", ...args];
}

function inputOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function batchError(netns: string, lines: readonly string[], stderr: string): TrunklineError {
  const number = /Command failed -:(\d+)/.exec(stderr)?.[1];
  const line = number === undefined ? lines[0] : lines[Number(number) - 1];
  const reason = stderr.replace(/Command failed -:\d+/, "").trim() || "no reason given";
  const where = netns === "" ? "" : ` in ${netns}`;
  return new TrunklineError("DATAPLANE_FAILED", `"ip ${line}"${where}: ${reason}`);
}

interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run([file = "", ...args]: readonly string[], input: string): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ["pipe", "pipe", "pipe"],
      timeout: RUN_MS_MAX,
      killSignal: "SIGKILL",
    });
    const output = { stdout: "", stderr: "" };
    const collect = (name: "stdout" | "stderr") => (chunk: string) => {
      output[name] += chunk;
      if (output[name].length > OUTPUT_BYTES_MAX) child.kill("SIGKILL");
    };
    child.stdout.setEncoding("utf8").on("data", collect("stdout"));
    child.stderr.setEncoding("utf8").on("data", collect("stderr"));
    const fail = (reason: string, cause?: unknown) =>
      reject(new TrunklineError("DATAPLANE_FAILED", `${file} ${reason}`, { cause }));
    child.once("error", (error) => fail(`cannot be started: ${error.message}`, error));
    child.once("close", (code, signal) => {
      if (signal !== null) fail(`was ended by ${signal}: more than ${RUN_MS_MAX} ms or too long`);
      else resolve({ code, ...output });
    });
    // A command that ends before it has read its input reports why by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
