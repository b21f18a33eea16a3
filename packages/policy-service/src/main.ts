#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { runProcess } from "@trunkline/process";
import { policyProcess } from "./start-policy.ts";

const { version } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { version: string };

await runProcess(policyProcess, process, version);
