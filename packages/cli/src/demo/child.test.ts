import { systemClock } from "@trunkline/process";
import { afterEach, describe, expect, it } from "vitest";
import { type Child, startChild } from "./child.ts";

const started: Child[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.stop()));
});

function start(script: string): Child {
  const spec = { name: "svc", command: process.execPath, args: ["-e", script], env: {} };
  const child = startChild(spec, systemClock);
  started.push(child);
  return child;
}

const never = new AbortController().signal;
const READY = "console.log('svc ready grpc=127.0.0.1:7'); setInterval(() => {}, 1000);";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a child process", () => {
  it("is ready when it says so, and is gone when it is stopped", async () => {
    const child = start(READY);
    expect((await child.whenReady(never)).get("grpc")).toBe("127.0.0.1:7");
    await child.stop();
    await child.stop();
    expect(await child.ended).toBe("was killed by SIGTERM");
    expect(isAlive(child.pid)).toBe(false);
  });

  it("that ends before it is ready says how, and what it said last", async () => {
    const child = start("console.error('configuration is wrong'); process.exit(78);");
    await expect(child.whenReady(never)).rejects.toThrow("svc ended with exit code 78");
    await child.ended;
    expect(child.lastLines()).toEqual(["configuration is wrong"]);
  });

  it("that cannot be started says so", async () => {
    const spec = { name: "svc", command: "/nowhere/node", args: [], env: {} };
    const child = startChild(spec, systemClock);
    await expect(child.whenReady(never)).rejects.toThrow("svc could not be started");
    await child.stop();
  });

  it("is waited for no longer when the user wants to end", async () => {
    const child = start("setInterval(() => {}, 1000)");
    const abort = new AbortController();
    const waiting = child.whenReady(abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });

  it("that does not listen to SIGTERM is killed", async () => {
    const child = start(`process.on("SIGTERM", () => {}); ${READY}`);
    await child.whenReady(never);
    // Virtual time: the patience of eight seconds is over at once.
    const impatient = { nowMs: () => 0, sleep: async () => {} };
    const spec = {
      name: "svc",
      command: process.execPath,
      args: ["-e", `process.on("SIGTERM", () => {}); ${READY}`],
      env: {},
    };
    const deaf = startChild(spec, impatient);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await deaf.stop();
    expect(await deaf.ended).toBe("was killed by SIGKILL");
    child.kill();
    expect(await child.ended).toBe("was killed by SIGKILL");
  });

  it("inherits nothing of the environment", async () => {
    const child = start(
      `console.log("svc ready env=" + Object.keys(process.env).join()); ${READY}`,
    );
    expect((await child.whenReady(never)).get("env")).toBe("");
  });
});
