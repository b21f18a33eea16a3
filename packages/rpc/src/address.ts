import { chmod, unlink } from "node:fs/promises";
import { connect as dial } from "node:net";
import { TrunklineError } from "@trunkline/core";

/**
 * A place to listen on or to connect to: `HOST:PORT`, or `unix:/absolute/path`.
 * Port 0 lets the kernel choose.
 */
export type Address = string;

/** Returns the path of a Unix socket address, undefined for a TCP one. */
export function socketPath(address: Address): string | undefined {
  return address.startsWith("unix:") ? address.slice("unix:".length) : undefined;
}

/** Throws INVALID_ARGUMENT unless the text is an address. */
export function checkAddress(address: Address): void {
  const path = socketPath(address);
  const isValid = path === undefined ? /^.+:\d{1,5}$/.test(address) : path.startsWith("/");
  if (!isValid) {
    throw new TrunklineError(
      "INVALID_ARGUMENT",
      `"${address}" is not an address: write HOST:PORT or unix:/absolute/path`,
    );
  }
}

/** Longest a Unix socket path may be: sizeof(sockaddr_un.sun_path) - 1. Source: unix(7). */
const SOCKET_PATH_BYTES_MAX = 107;

/**
 * Makes room for a Unix socket: removes the file a dead server left behind.
 * Throws ALREADY_EXISTS when a live server answers on it.
 */
export async function clearStaleSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > SOCKET_PATH_BYTES_MAX) {
    throw new TrunklineError(
      "INVALID_ARGUMENT",
      `socket path ${path} is ${Buffer.byteLength(path)} bytes long, ${SOCKET_PATH_BYTES_MAX} are allowed`,
    );
  }
  if (await answers(path)) {
    throw new TrunklineError("ALREADY_EXISTS", `another server already listens on unix:${path}`);
  }
  await removeSocket(path);
}

/** Lets only the owner talk to the socket. */
export async function protectSocket(path: string): Promise<void> {
  await chmod(path, 0o600);
}

/** Removes the socket file; one that is gone already is fine. */
export async function removeSocket(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    // Nobody listens, or there is no file: both mean that the way is free.
    socket.once("error", () => resolve(false));
  });
}
