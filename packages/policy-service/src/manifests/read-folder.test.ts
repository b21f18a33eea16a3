import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@trunkline/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFolderReader } from "./read-folder.ts";

// All files are old to this clock, so that what is read again is decided by the files alone.
const clock: Clock = { nowMs: () => Number.MAX_SAFE_INTEGER, sleep: () => Promise.resolve() };
const node = (name: string) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "manifests-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

const names = async (reader: ReturnType<typeof createFolderReader>) =>
  (await reader.read())?.cluster.nodes.map(({ name }) => name);

describe("a folder", () => {
  it("is read with everything below it that looks like a manifest", async () => {
    mkdirSync(join(folder, "deep/er"), { recursive: true });
    write("a.yaml", node("a"));
    write("b.yml", node("b"));
    write(
      "deep/er/c.json",
      JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name: "c" } }),
    );
    write("README.md", "not a manifest");
    expect(await names(createFolderReader(folder, clock))).toEqual(["a", "b", "c"]);
  });

  it("is read again when a file appears, changes or goes, and not otherwise", async () => {
    write("a.yaml", node("a"));
    const reader = createFolderReader(folder, clock);
    expect(await names(reader)).toEqual(["a"]);
    expect(await reader.read()).toBeUndefined();
    write("b.yaml", node("b"));
    expect(await names(reader)).toEqual(["a", "b"]);
    write("b.yaml", node("longer"));
    expect(await names(reader)).toEqual(["a", "longer"]);
    rmSync(join(folder, "a.yaml"));
    expect(await names(reader)).toEqual(["longer"]);
    expect(await reader.read()).toBeUndefined();
  });

  it("follows the swap of links by which a ConfigMap changes, and reads nothing twice", async () => {
    for (const version of ["..1", "..2"]) {
      mkdirSync(join(folder, version));
      write(`${version}/a.yaml`, node(version === "..1" ? "a1" : "a2"));
    }
    symlinkSync("..1", join(folder, "..data"));
    symlinkSync("..data/a.yaml", join(folder, "a.yaml"));
    const reader = createFolderReader(folder, clock);
    expect(await names(reader)).toEqual(["a1"]);
    symlinkSync("..2", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    expect(await names(reader)).toEqual(["a2"]);
  });

  it("ends when a link leads back to a parent", async () => {
    write("a.yaml", node("a"));
    mkdirSync(join(folder, "sub"));
    symlinkSync("..", join(folder, "sub/back"));
    expect(await names(createFolderReader(folder, clock))).toEqual(["a"]);
  });

  it("is looked at once more when a file was written a moment ago", async () => {
    write("a.yaml", node("a"));
    const now = Date.parse("2026-01-01");
    utimesSync(join(folder, "a.yaml"), now / 1000, now / 1000);
    let nowMs = now + 100;
    const reader = createFolderReader(folder, { ...clock, nowMs: () => nowMs });
    expect(await names(reader)).toEqual(["a"]);
    nowMs = now + 60_000;
    expect(await names(reader)).toEqual(["a"]);
    expect(await reader.read()).toBeUndefined();
  });

  it("is not believed while somebody writes to it", async () => {
    write("a.yaml", node("a"));
    let turn = 0;
    // Empties the file, then writes it in two parts, one a wait.
    const parts = ["", node("a1"), `${node("a1")}---\n${node("a2")}`];
    const writing: Clock = {
      ...clock,
      sleep: async () => {
        const part = parts[turn++];
        if (part !== undefined) write("a.yaml", part);
      },
    };
    expect(await names(createFolderReader(folder, writing))).toEqual(["a1", "a2"]);
    const restless: Clock = { ...clock, sleep: async () => write("a.yaml", node(`b${turn++}`)) };
    expect(await createFolderReader(folder, restless).read()).toBeUndefined();
  });

  it.each<[string, () => void, string]>([
    ["with an empty file", () => write("a.yaml", ""), "a.yaml:1: is empty"],
    ["that is not there", () => rmSync(folder, { recursive: true }), ".:1: cannot be read: ENOENT"],
    [
      "with a link to nowhere",
      () => symlinkSync("gone", join(folder, "a.yaml")),
      "a.yaml:1: cannot be read",
    ],
    [
      "with a file that is not text",
      () => writeFileSync(join(folder, "a.yaml"), Buffer.from([0xff, 0xfe, 0x00])),
      "a.yaml:1: cannot be read: The encoded data was not valid",
    ],
  ])("%s is a problem", async (_what, breakIt, expected) => {
    breakIt();
    const problems = (await createFolderReader(folder, clock).read())?.problems ?? [];
    expect(problems.map((p) => `${p.file}:${p.line}: ${p.description}`)).toEqual([
      expect.stringContaining(expected),
    ]);
  });
});
