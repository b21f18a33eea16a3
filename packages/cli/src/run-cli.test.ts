import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type CliProcess, runCli } from "./run-cli.ts";

const runtime = mkdtempSync(join(tmpdir(), "run-cli-"));
afterAll(() => rmSync(runtime, { recursive: true }));

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command against a runtime directory without any system. */
async function run(...args: string[]): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) =>
    Object.assign(new EventEmitter(), {
      isTTY: false,
      write: (text: string) => {
        written[name] += text;
        return true;
      },
    });
  const host = Object.assign(new EventEmitter(), {
    argv: ["node", "trunkline", ...args],
    env: { XDG_RUNTIME_DIR: runtime },
    execArgv: [],
    execPath: process.execPath,
    pid: process.pid,
    getuid: () => process.getuid?.() ?? 0,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
  });
  // The double has what the command line uses of a process, and no more.
  const exitCode = await runCli(host as unknown as CliProcess, {
    version: "1.2.3",
    exampleFolder: join(runtime, "none"),
  });
  return { exitCode, ...written };
}

describe("the command line", () => {
  it.each<[string[], number, string]>([
    [["explian"], 64, "unknown command 'explian' (Did you mean explain?)"],
    [["explain", "shop/api"], 64, "missing required argument 'destination'"],
    [["explain", "shop/api", "db1"], 64, '"db1" names no port'],
    [["explain", "shop/api", "db1:1", "--mode", "x"], 64, "Allowed choices are strict, standard"],
    [["explain", "shop/api", "db1:1"], 64, "no policy-service is named and no demo is running"],
    [["pods"], 64, "no node daemon or ipam-service is named"],
    [["pods", "--node", "nonsense"], 64, '"nonsense" is not an address'],
    [["pods", "--ipam", "127.0.0.1:1"], 69, "ipam-service at 127.0.0.1:1 cannot be reached"],
    [["demo"], 66, "cannot read"],
    [["emulator", "fault", "list"], 64, "no EC2 emulator is named and no demo is running"],
    [["emulator", "dump", "--ec2", "nonsense"], 64, '"nonsense" is not the URL of an EC2 API'],
    [["emulator", "audit", "--ec2", "http://127.0.0.1:1"], 69, "cannot be reached"],
    [["emulator", "audit", "--limit", "0"], 64, "a whole number from 1 to 1000"],
    [["emulator", "fault", "add", "deny", "--count", "few"], 64, "It must be a number"],
    [
      ["emulator", "fault", "add", "deny", "--set", "x"],
      64,
      "the fault is wrong: x is not key=value",
    ],
    [["emulator", "fault", "remove"], 64, "name one ID, or say --all"],
    [["emulator", "fault", "remove", "fault-1", "--all"], 64, "name one ID, or say --all"],
    [["emulator", "fault", "ad"], 64, "unknown command 'ad' (Did you mean add?)"],
  ])("%j ends with %i and says in two lines why, on standard error", async (args, code, text) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect(exitCode).toBe(code);
    expect(stdout).toBe("");
    expect(stderr).toContain(text);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("prints nothing but JSON in JSON mode, so nothing at all when it fails", async () => {
    expect((await run("pods", "--json")).stdout).toBe("");
  });
});
