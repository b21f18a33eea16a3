import { spawn } from "node:child_process";
import { once } from "node:events";

/** Longest that moto may take to listen: it imports a few hundred modules. */
const START_MS_MAX = 60_000;

/** A running server of moto. */
export interface Moto extends AsyncDisposable {
  /** "http://127.0.0.1:40123". */
  readonly endpoint: string;
}

/** Starts moto's server on a free port of the loopback; `program` is where it is. */
export async function startMoto(program: string): Promise<Moto> {
  const child = spawn(program, ["-H", "127.0.0.1", "-p", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(child, "close");
  const endpoint = await new Promise<string>((listening, reject) => {
    let text = "";
    const limit = setTimeout(() => reject(new Error(`moto did not start: ${text}`)), START_MS_MAX);
    const read = (piece: string) => {
      text = (text + piece).slice(-4000);
      const found = /Running on (http:\/\/[\d.]+:\d+)/.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(limit);
      // It writes a line for each call; unread, its pipe would fill.
      text = "";
      listening(found);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`moto ended with ${code}: ${text}`)));
  });
  return {
    endpoint,
    [Symbol.asyncDispose]: async () => {
      process.off("exit", kill);
      child.kill("SIGTERM");
      const limit = setTimeout(kill, 5000);
      await ended;
      clearTimeout(limit);
    },
  };
}
