// Builds the WASM kernels, from the lines that also make kernels.ts and from batch-kernels.as, and
// writes them as text: src/wasm/kernel-bytes.ts.
//
//   node packages/core/scripts/build-wasm.mjs [FILE]       then `biome check --write` of the file
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";
import { columnOrder, sizeOrder, writeAssemblyScript } from "./write-kernels.mjs";

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

async function compile(folder) {
  writeAssemblyScript(join(folder, "kernels.ts"));
  const files = ["kernels.ts", "--baseDir", folder, "--outFile", "kernels.wasm"];
  const { error, stderr } = await main([...files, ...options]);
  if (error !== null) throw new Error(`${stderr.toString()}${error.message}`);
  return readFileSync(join(folder, "kernels.wasm"));
}

const text = (bytes) => `// Written by scripts/build-wasm.mjs; do not edit.

/** The WASM module, in base64. */
export const KERNEL_BYTES =
  "${bytes.toString("base64")}";

/** Columns whose addresses \`bind\` takes, in this order. */
export const COLUMN_ORDER = ${JSON.stringify(columnOrder)} as const;

/** Fields of an image that it takes after those. */
export const SIZE_ORDER = ${JSON.stringify(sizeOrder)} as const;
`;

const folder = mkdtempSync(join(tmpdir(), "trunkline-wasm-"));
try {
  const bytes = await compile(folder);
  const file = fileURLToPath(new URL("../src/wasm/kernel-bytes.ts", import.meta.url));
  writeFileSync(process.argv[2] ?? file, text(bytes));
} finally {
  rmSync(folder, { recursive: true });
}
