#!/usr/bin/env node
import { runProcess } from "@trunkline/process";
import { nodeSpec } from "./start.ts";
import { VERSION } from "./version.ts";

await runProcess(nodeSpec, process, VERSION);
