import { type ErrorCode, TrunklineError } from "@trunkline/core";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { commonEntries, EXIT_CONFIG, type HostProcess, runProcess } from "./run-process.ts";

/** A process that fails at its start with one error, and what it left on the host. */
async function startFailing(code: ErrorCode) {
  const seen = { exitCode: -1, stderr: "" };
  const host = {
    argv: ["node", "main"],
    env: { TRUNKLINE_X_LOG_LEVEL: "silent" },
    on: () => host,
    exit: (exitCode: number) => Object.assign(seen, { exitCode }),
    stdout: { write: () => true },
    stderr: { write: (text: string) => Object.assign(seen, { stderr: seen.stderr + text }) },
  } as unknown as HostProcess;
  const start = () => Promise.reject(new TrunklineError(code, "it is so"));
  const spec = { name: "x", summary: "does x", schema: v.strictObject(commonEntries), start };
  await runProcess(spec, host, "0.0.0");
  return seen;
}

describe("a process that cannot start", () => {
  it("blames its configuration for an invalid argument", async () => {
    expect((await startFailing("INVALID_ARGUMENT")).exitCode).toBe(EXIT_CONFIG);
  });

  it("says why, and exits as the error table says", async () => {
    const { exitCode, stderr } = await startFailing("NOT_READY");
    expect(exitCode).toBe(69);
    expect(stderr).toContain("x: cannot start: it is so");
  });
});
