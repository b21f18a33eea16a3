// Whether one namespace reaches another over TCP, and with which source address.
import { shell } from "./shell.ts";

const PORT = 8080;

const SERVER = `
  require("node:net")
    .createServer((socket) => socket.end(socket.remoteAddress))
    .listen(${PORT}, process.argv[1], () => console.log("ready"));
`.replaceAll("\n", " ");

export interface Listener {
  stop(): Promise<void>;
}

/** Listens in a namespace, "" for the node's own, and tells each caller its address. */
export async function listenIn(netns: string, address: string): Promise<Listener> {
  const file = `/run/listener.${address}`;
  const pid = await shell(
    `${enter(netns)} ${process.execPath} -e '${SERVER}' ${address} >${file} 2>&1 & echo $!`,
    `for try in $(seq 200); do test -s ${file} && break; sleep 0.05; done`,
    `grep -q ready ${file}`,
  );
  return { stop: async () => void (await shell(`kill ${pid.trim()}`)) };
}

/** The address that a listener saw a connection come from, or the words of the failure. */
export async function callFrom(netns: string, address: string): Promise<string> {
  const call = `exec 3<>/dev/tcp/${address}/${PORT} && cat <&3`;
  return (await shell(`${enter(netns)} timeout 10 bash -c '${call}' || echo failed`)).trim();
}

function enter(netns: string): string {
  return netns === "" ? "" : `nsenter --net=/run/netns/${netns}`;
}
