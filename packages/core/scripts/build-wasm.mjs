// Builds the kernels to WASM: dist/wasm/kernels.wasm, from the lines that also make kernels.ts.
//
//   pnpm --filter @trunkline/core run build:wasm
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";
import { writeAssemblyScript } from "./write-kernels.mjs";

// The host gives the memory, and the image lies in it.
const options = [
  "-O3",
  "--enable",
  "simd",
  "--converge",
  "--noAssert",
  "--importMemory",
  "--runtime",
  "stub",
];

/** Builds kernels.wasm in a folder that exists; returns its path. */
export async function buildWasm(folder) {
  writeAssemblyScript(join(folder, "kernels.ts"));
  const files = ["kernels.ts", "--baseDir", folder, "--outFile", "kernels.wasm"];
  const { error, stderr } = await main([...files, ...options]);
  if (error !== null) throw new Error(`${stderr.toString()}${error.message}`);
  return join(folder, "kernels.wasm");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL("../dist/wasm/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  process.stdout.write(`${await buildWasm(folder)}\n`);
}
