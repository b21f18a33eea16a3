#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { runProcess } from "@trunkline/process";
import { ipamSpec } from "./spec.ts";

const packageFile = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { readonly version: string };

await runProcess(ipamSpec, process, version);
