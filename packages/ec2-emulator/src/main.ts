#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { invalid } from "@trunkline/core";
import { type ProcessContext, type Running, runProcess } from "@trunkline/process";
import { parse as parseYaml } from "yaml";
import { type Config, configSchema } from "./config.ts";
import { startEmulator } from "./emulator.ts";

const VERSION = "0.1.0";

/** Largest account file that is read, bytes: 100,000 interfaces take about 100 MB. */
const ACCOUNT_BYTES_MAX = 512 * 1024 * 1024;

// A large account is half a gigabyte that stays: V8 would let as much again pile up before it
// collects. The more it collects, the slower are writes; 85 % leaves both within bounds.
setFlagsFromString("--heap-growing-percent=85");

await runProcess(
  {
    name: "ec2-emulator",
    summary: "an EC2 Query API with trunks, throttling, lag and faults that real clients talk to",
    schema: configSchema,
    start,
  },
  process,
  VERSION,
);

async function start(config: Config, { clock, random, log }: ProcessContext): Promise<Running> {
  const { account: path, state, metadataInstance, logLevel: _, ...rest } = config;
  const account = path === undefined ? undefined : await readAccount(path);
  const emulator = await startEmulator({
    ...rest,
    ...(state !== undefined && { state }),
    ...(metadataInstance !== undefined && { metadataInstance }),
    account,
    clock,
    random,
    onBug: (error) => log.error({ err: error }, "a call ended in a bug"),
  });
  log.info({ endpoint: emulator.endpoint, account: path }, "listening");
  return {
    ready: `http=${emulator.endpoint.slice("http://".length)}`,
    close: () => emulator.close(),
  };
}

async function readAccount(path: string): Promise<unknown> {
  try {
    const text = await readFile(path, "utf8");
    if (text.length > ACCOUNT_BYTES_MAX) throw new Error(`larger than ${ACCOUNT_BYTES_MAX} bytes`);
    return path.endsWith(".json") ? JSON.parse(text) : parseYaml(text, { maxAliasCount: 1000 });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw invalid("configuration is wrong:", [
      { field: "account", description: `cannot read ${path}: ${reason}` },
    ]);
  }
}
