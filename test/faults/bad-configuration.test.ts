import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXECUTABLES, type ExecutableName, run } from "../support/child.ts";
import { saysNoStack } from "../support/says-no-stack.ts";
import { tempDir } from "../support/temp-dir.ts";

/** Exit code of a wrong configuration. Source: sysexits.h, EX_CONFIG. */
const EX_CONFIG = 78;
/** Exit code of wrong usage. Source: sysexits.h, EX_USAGE. */
const EX_USAGE = 64;

const names = Object.keys(EXECUTABLES) as ExecutableName[];

function execute(name: ExecutableName, ...args: string[]) {
  return run(process.execPath, { args: [EXECUTABLES[name], ...args] });
}

async function withConfig(name: ExecutableName, text: string) {
  await using dir = await tempDir();
  const file = join(dir.path, "config.yaml");
  await writeFile(file, text);
  return await execute(name, "--config", file);
}

describe.concurrent.each(names)("%s", (name) => {
  it("explains itself with --help", async () => {
    const { code, stdout, stderr } = await execute(name, "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`usage: ${name} [--config FILE]`);
    expect(stdout).toMatch(/^ {2}listen +/m);
    expect(stdout).toMatch(/^ {2}logLevel +info +/m);
    expect(stdout).toContain("TRUNKLINE_");
  });

  it("refuses an unknown key and a wrong type in one go", async () => {
    const { code, stdout, stderr } = await withConfig(
      name,
      "listen: 7\nlistn: x\nlogLevel: loud\n",
    );
    expect({ code, stdout }).toEqual({ code: EX_CONFIG, stdout: "" });
    expect(stderr).toMatch(/^ {2}listn: no such key$/m);
    expect(stderr).toMatch(/^ {2}listen: .*7/m);
    expect(stderr).toMatch(/^ {2}logLevel: .*loud/m);
    expect(stderr).toContain(`see ${name} --help`);
    saysNoStack(stderr);
  });

  it("refuses a configuration that is not YAML", async () => {
    const { code, stderr } = await withConfig(name, "listen: [1\n");
    expect(code).toBe(EX_CONFIG);
    expect(stderr).toMatch(/cannot read .*config\.yaml/);
    saysNoStack(stderr);
  });
});

// What follows is the same code in every service.

it("a configuration that is not there is refused by its path", async () => {
  const { code, stderr } = await execute("node-daemon", "--config", "/nonexistent/config.yaml");
  expect(code).toBe(EX_CONFIG);
  expect(stderr).toContain("cannot read /nonexistent/config.yaml");
  saysNoStack(stderr);
});

it("an option that a service does not have is refused by its name", async () => {
  const { code, stderr } = await execute("ec2-emulator", "--confg", "x");
  expect(code).toBe(EX_USAGE);
  expect(stderr).toContain("--confg");
  saysNoStack(stderr);
});

it("a key of the environment that nobody knows is refused as well", async () => {
  const { code, stderr } = await run(process.execPath, {
    args: [EXECUTABLES["node-daemon"]],
    env: { TRUNKLINE_NODE_DAEMON_STATE_DR: "x" },
  });
  expect(code).toBe(EX_CONFIG);
  expect(stderr).toContain("TRUNKLINE_NODE_DAEMON_STATE_DR: no such key");
});
