import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../../..");

/** A server in a process of its own. */
export interface BenchServer extends AsyncDisposable {
  readonly endpoint: string;
  /** Resident memory, MiB. */
  residentMib(): Promise<number>;
}

/** Starts the emulator, built or from its sources. */
export async function startEmulatorProcess(config: string): Promise<BenchServer> {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@trunkline/source",
      "--import",
      "tsx",
      "packages/ec2-emulator/src/main.ts",
      "--config",
      config,
    ],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the emulator ended with ${code}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      const match = /ready http=(\S+)/.exec(chunk.toString());
      if (match !== null) resolve(`http://${match[1]}`);
    });
  });
  return asServer(child, endpoint);
}

/** Starts moto's server, or says why it cannot. */
export async function startMoto(): Promise<BenchServer | undefined> {
  const port = await freePort();
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
  });
  const isMissing = await new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(true));
    child.once("spawn", () => resolve(false));
  });
  if (isMissing) return undefined;
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await fetch(`${endpoint}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return asServer(child, endpoint);
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (child.exitCode !== null) return undefined;
  }
  child.kill("SIGKILL");
  return undefined;
}

function asServer(child: ChildProcess, endpoint: string): BenchServer {
  return {
    endpoint,
    residentMib: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    [Symbol.asyncDispose]: async () => {
      child.removeAllListeners("exit");
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
