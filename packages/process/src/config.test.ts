import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { helpText } from "./help.ts";

const schema = v.strictObject({
  listen: v.optional(v.pipe(v.string(), v.description("where to listen")), "127.0.0.1:0"),
  poolSize: v.optional(v.pipe(v.number(), v.minValue(1)), 3),
  endpoint: v.string(),
});

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "c.yaml");
  writeFileSync(path, text);
  return path;
}

const envPrefix = "TRUNKLINE_X_";

describe("a configuration", () => {
  it("takes defaults, then the file, then the environment", () => {
    const env = { TRUNKLINE_X_POOL_SIZE: "7", OTHER: "1" };
    const config = readConfig(schema, { file: file("endpoint: a\npoolSize: 5"), env, envPrefix });
    expect(config).toEqual({ listen: "127.0.0.1:0", poolSize: 7, endpoint: "a" });
  });

  it("is refused with every problem at once", () => {
    const env = { TRUNKLINE_X_NOPE: "1" };
    const read = () => readConfig(schema, { file: file("poolSize: 0\nlistn: x"), env, envPrefix });
    expect(read).toThrow(/NOPE: no such key \(environment\)/);
    expect(read).toThrow(/poolSize: .*>=1/);
    expect(read).toThrow(/listn: no such key/);
    expect(read).toThrow(/endpoint: missing/);
  });

  it("is refused when the file is not YAML, without a stack", () => {
    const read = () => readConfig(schema, { file: file("a: [1"), env: {}, envPrefix });
    expect(read).toThrow(/cannot read .*c\.yaml/);
  });

  it("describes itself in the help", () => {
    const text = helpText({ name: "x", summary: "does x", schema, envPrefix });
    expect(text).toContain("listen    127.0.0.1:0  where to listen");
    expect(text).toContain("endpoint  (required)");
  });
});
