import { describe, expect, it } from "vitest";
import { bundle } from "./bundle.ts";
import { CORE_ENTRIES } from "./core-entries.ts";

/** The kilobytes that an entry may weigh minified, with everything that it needs of the others. */
const ENTRIES: Readonly<Record<string, number>> = {
  "@trunkline/core": 120,
  "@trunkline/core/capacity": 20,
  "@trunkline/core/groups": 20,
  "@trunkline/core/image": 60,
  "@trunkline/core/inputs": 60,
  "@trunkline/core/labels": 20,
  "@trunkline/core/memory": 60,
  "@trunkline/core/pools": 20,
  "@trunkline/core/query": 270,
  "@trunkline/core/reach": 125,
  "@trunkline/core/wasm": 20,
};

/** What people take of several entries, or of a part of one, and the kilobytes that it may weigh. */
const USES: Readonly<Record<string, readonly [number, Readonly<Record<string, string>>]>> = {
  "read and explain": [
    160,
    {
      "": "indexWorld, evaluate, explain",
      "/inputs": "readManifests, readEc2Describe, worldOf",
      "/memory": "rememberingIndex",
    },
  ],
  "compile an image": [60, { "/image": "compileImage" }],
  "read an image": [20, { "/image": "openImage, bindKernels" }],
  "read an image in WASM": [20, { "/wasm": "compileKernels, bindWasmKernels" }],
  "who can, what can, ports": [140, { "/query": "whoCan, whatCan, portsBetween" }],
  "matrix and its reports": [220, { "/query": "matrix, reportMatrix, renderReport" }],
  "say what would help": [140, { "/query": "whyNot" }],
};

async function weigh(what: string, source: string): Promise<number> {
  const { bytes, gzippedBytes } = await bundle(source);
  process.stdout.write(`${what}: ${bytes} bytes, ${gzippedBytes} gzipped\n`);
  return bytes;
}

describe("the core, minified", () => {
  it("has a limit for every entry", () => {
    const specifiers = CORE_ENTRIES.map(({ specifier }) => specifier);
    expect(Object.keys(ENTRIES).sort()).toEqual(specifiers.sort());
  });

  it.each(Object.entries(ENTRIES))("holds the whole of %s in %d kB", async (entry, max) => {
    const bytes = await weigh(entry, `export * from "${entry}";`);
    expect(bytes).toBeLessThanOrEqual(max * 1000);
  });

  it.each(Object.entries(USES))("to %s stays within its size", async (use, [max, names]) => {
    const lines = Object.entries(names).map(([path, list]) => {
      return `export { ${list} } from "@trunkline/core${path}";`;
    });
    expect(await weigh(use, lines.join("\n"))).toBeLessThanOrEqual(max * 1000);
  });
});
