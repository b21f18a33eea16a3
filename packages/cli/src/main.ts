import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runCli } from "./run-cli.ts";

const packageFile = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { readonly version: string };
const exampleFolder = fileURLToPath(new URL("../../../examples/shop", import.meta.url));

process.exitCode = await runCli(process, { version, exampleFolder });
