import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWasm } from "../../scripts/build-wasm.mjs";
import { bindWasm, loadWasm } from "../../scripts/wasm-kernels.mjs";
import { type Bind, mismatches } from "./fuzz-check.test-support.ts";

// The same lines in WASM over the same bytes must say the same.
describe("WASM kernels agree with the slow evaluator", () => {
  const folder = mkdtempSync(join(tmpdir(), "trunkline-wasm-"));
  let bind: Bind;

  beforeAll(async () => {
    const module = loadWasm(await buildWasm(folder));
    bind = (image, columns) => {
      const wasm = bindWasm(module, image, columns);
      return {
        ...wasm.kernels,
        batch4: (way, first, end) => {
          wasm.kernels.batch4(way, first, end);
          columns.allowed.set(wasm.columns.allowed);
        },
        batch6: (way, first, end) => {
          wasm.kernels.batch6(way, first, end);
          columns.allowed.set(wasm.columns.allowed);
        },
      };
    };
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it("on 30 worlds from SEED=2001, 250 verdicts each", () => {
    for (let seed = 2001; seed <= 2030; seed++) expect(mismatches(seed, 250, bind)).toEqual([]);
  }, 60_000);
});
