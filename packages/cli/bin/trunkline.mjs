#!/usr/bin/env node
// Links at install time, before anything is built; that is why the command is not dist/main.js itself.
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) await import(main);
else {
  process.stderr.write("trunkline: not built yet\nbuild it with: npx turbo run build\n");
  process.exitCode = 69;
}
