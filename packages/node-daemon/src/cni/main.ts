#!/usr/bin/env node
import { systemClock } from "@trunkline/process";
import { errorDocument } from "./error-json.ts";
import { runPlugin } from "./plugin.ts";
import { readInput } from "./read-input.ts";

// A bug outside of the call below must not put a stack where the runtime expects a document.
process.once("uncaughtException", (error) => {
  process.stdout.write(`${JSON.stringify(errorDocument(error, undefined, undefined))}\n`);
  process.exit(1);
});

const { stdout, exitCode } = await runPlugin({
  env: process.env,
  readConfig: () => readInput(process.stdin, systemClock),
});
// Ends with the last byte written: a standard input that stays open must not hold the process.
process.stdout.write(stdout === "" ? "" : `${stdout}\n`, () => process.exit(exitCode));
