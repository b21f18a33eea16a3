import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter(Boolean);
const sources = files.filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file));
const production = sources.filter((file) => !/\.(test|bench|test-support)\.ts$/.test(file));

function read(file: string): string {
  return readFileSync(resolve(root, file), "utf8");
}

/** Lines of the given files that match, as "file:line: text". */
function lines(among: readonly string[], pattern: RegExp): string[] {
  return among.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((text, index) =>
        pattern.test(text) ? [`${file}:${index + 1}: ${text.trim()}`] : [],
      ),
  );
}

describe("the tree", () => {
  it("reads the time in one file only", () => {
    const found = lines(production, /\bDate\.now\(|performance\.now\(|new Date\(\)/);
    expect(found.filter((line) => !line.startsWith("packages/process/src/clock.ts"))).toEqual([]);
  });

  it("takes chance from outside, where a process is put together", () => {
    const found = lines(production, /Math\.random|randomUUID|randomBytes/);
    const allowed = /^packages\/(process\/src\/|[a-z-]+\/src\/start(-[a-z]+)?\.ts:)/;
    expect(found.filter((line) => !allowed.test(line))).toEqual([]);
  });

  it("reads argv, environment and signals in main files only", () => {
    const found = lines(production, /\bprocess\.(argv|env|exit|exitCode|on)\b/);
    expect(found.filter((line) => !/\/main\.ts:/.test(line))).toEqual([]);
  });

  it("leaves nothing for later in comments", () => {
    const marks = new RegExp(
      `\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`,
    );
    expect(
      lines(
        files.filter((file) => /\.(ts|mjs|proto|md|yaml)$/.test(file)),
        marks,
      ),
    ).toEqual([]);
  });

  it("skips no test unconditionally", () => {
    expect(
      lines(
        files.filter((file) => /\.test\.ts$/.test(file)),
        /\.(only|todo)\(|\b(it|test|describe)\.skip\(/,
      ),
    ).toEqual([]);
  });

  it("keeps core free of every import but its own files", () => {
    const core = production.filter((file) => file.startsWith("packages/core/src/"));
    expect(lines(core, /from "(?!\.)/)).toEqual([]);
  });

  it("keeps the AWS SDK out of the emulator", () => {
    const emulator = production.filter((file) => file.startsWith("packages/ec2-emulator/src/"));
    expect(lines(emulator, /@aws-sdk|@smithy/)).toEqual([]);
  });

  it("uses the emulator in the tests of services only, never in services", () => {
    const services = /^packages\/(ipam-service|policy-service|node-daemon)\/src\//;
    const inServices = production.filter((file) => services.test(file));
    expect(lines(inServices, /@trunkline\/ec2-emulator/)).toEqual([]);
  });

  it("spawns programs in few, named places", () => {
    const spawning = production.filter((file) => /node:child_process/.test(read(file)));
    const allowed =
      /^packages\/(cli\/src\/(demo|process)|node-daemon\/src\/.*(iproute|nftables)\.ts)/;
    expect(spawning.filter((file) => !allowed.test(file))).toEqual([]);
  });

  it.each([
    ["packages/core/src/image/kernels.ts", "packages/core/scripts/write-kernels.mjs"],
    ["packages/core/src/wasm/kernel-bytes.ts", "packages/core/scripts/build-wasm.mjs"],
  ])(
    "holds %s as %s writes it",
    (kept, script) => {
      const written = resolve(mkdtempSync(resolve(tmpdir(), "kernels-")), "kernels.ts");
      execFileSync("node", [script, written], { cwd: root });
      const biome = resolve(root, "node_modules/.bin/biome");
      const formatted = execFileSync(biome, ["check", "--write", `--stdin-file-path=${kept}`], {
        cwd: root,
        encoding: "utf8",
        input: readFileSync(written, "utf8"),
      });
      rmSync(dirname(written), { recursive: true });
      expect(read(kept)).toBe(formatted);
    },
    60_000,
  );

  it("holds no path of one machine", () => {
    const found = lines(
      files.filter((file) => file !== "pnpm-lock.yaml"),
      /\/(work|root|farm|home)\/[a-z.]/,
    );
    expect(found).toEqual([]);
  });
});
