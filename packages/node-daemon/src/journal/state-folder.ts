import { createHash } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { TrunklineError } from "@trunkline/core";

/**
 * Makes the folder and takes it for this process; returns what gives it up. It is given up by the
 * kernel when the process dies in any way.
 *
 * Throws NOT_READY when the folder cannot be made, ALREADY_EXISTS when another process has it: two
 * daemons would undo each other's work.
 */
export async function prepareFolder(path: string): Promise<() => void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const text = `stateDir ${path} cannot be made: ${(error as Error).message}`;
    throw new TrunklineError("NOT_READY", text, { cause: error });
  }
  // Only Linux has names of sockets that are in no folder and vanish with the process.
  if (process.platform !== "linux") return () => undefined;
  const hash = createHash("sha1")
    .update(await realpath(path))
    .digest("hex");
  const server = await listenOn(`\0trunkline-node-${hash}`, path);
  return () => server.close();
}

function listenOn(name: string, path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") reject(error);
      const text = `another node daemon works in stateDir ${path}`;
      reject(new TrunklineError("ALREADY_EXISTS", text));
    });
    server.listen(name, () => resolve(server.unref()));
  });
}
