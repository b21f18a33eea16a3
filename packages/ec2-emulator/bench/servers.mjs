import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const packageRoot = resolve(import.meta.dirname, "..");
/** Where the differential tests install moto when the machine has none. */
const cachedMoto = resolve(packageRoot, "../../node_modules/.cache/moto_server/bin/moto_server");
const START_MS_MAX = 180_000;
/** Units of the times in /proc/PID/stat, a second has so many. Source: USER_HZ of Linux. */
const TICKS_PER_SEC = 100;

/** Starts the built emulator with a configuration file; `nodeOptions` are arguments of Node's. */
export function startEmulator(config, nodeOptions = []) {
  const main = resolve(packageRoot, "dist/main.js");
  if (!existsSync(main)) throw new Error(`${main} is not there: npx turbo run build`);
  return start(process.execPath, [...nodeOptions, main, "--config", config], /ready http=(\S+)/);
}

/** Starts moto's server; undefined when the machine has none. */
export async function startMoto() {
  const isThere = (program) => spawnSync(program, ["--help"], { stdio: "ignore" }).status === 0;
  const program = ["moto_server", cachedMoto].find(isThere);
  if (program === undefined) return undefined;
  return await start(program, ["-H", "127.0.0.1", "-p", "0"], /Running on http:\/\/(\S+)/);
}

async function start(program, args, ready) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const address = await new Promise((listening, reject) => {
    let text = "";
    const fail = (reason) => reject(new Error(`${program} ${reason}: ${text}`));
    const limit = setTimeout(() => fail("was not ready in time"), START_MS_MAX);
    const read = (piece) => {
      text = (text + piece).slice(-4000);
      const found = ready.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(limit);
      listening(found);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", () => fail("cannot be run"));
    child.once("close", (code) => fail(`ended with ${code}`));
  });
  return {
    endpoint: `http://${address}`,
    cpuSec: () => cpuSecOf(child.pid),
    memoryMib: () => memoryOf(child.pid),
    stop: async () => {
      process.off("exit", kill);
      if (child.exitCode !== null) return;
      const ended = new Promise((done) => child.once("close", done));
      child.kill("SIGTERM");
      const limit = setTimeout(kill, 5000);
      await ended;
      clearTimeout(limit);
    },
  };
}

/** Processor time that a process used, in user and system, all threads, seconds. */
function cpuSecOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // Fields 14 and 15, counted behind the name, which may hold blanks. Source: proc(5).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC;
}

function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const mib = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { resident: mib("VmRSS"), peak: mib("VmHWM") };
}
