import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readSystem, removeSystem, systemFilePath, writeSystem } from "./system-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "system-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const uid = process.getuid?.() ?? 0;
const system = {
  pid: process.pid,
  ec2: "http://127.0.0.1:1",
  policy: "127.0.0.1:2",
  ipam: "127.0.0.1:3",
  nodes: ["unix:/a", "unix:/b"],
};
const path = () => systemFilePath({ XDG_RUNTIME_DIR: folder }, uid);
/** Larger than the kernel's limit of process ids. Source: Linux PID_MAX_LIMIT, 2^22. */
const NO_PROCESS = 2 ** 22 + 1;

it("a system that is written is found, and by its owner only", () => {
  expect(readSystem(path(), uid)).toBeUndefined();
  writeSystem(path(), uid, system);
  expect(readSystem(path(), uid)).toEqual(system);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(() => readSystem(path(), uid + 1)).toThrow("not to you");
});

it("a system that is removed leaves neither file nor folder", () => {
  writeSystem(path(), uid, system);
  removeSystem(path());
  removeSystem(path());
  expect(readdirSync(folder)).toEqual([]);
});

it("a system whose process is gone counts as none and is replaced", () => {
  writeSystem(path(), uid, { ...system, pid: NO_PROCESS });
  expect(readSystem(path(), uid)).toBeUndefined();
  writeSystem(path(), uid, system);
  expect(readSystem(path(), uid)?.pid).toBe(process.pid);
});

it("a second system is refused while the first is up", () => {
  writeSystem(path(), uid, { ...system, pid: process.ppid });
  expect(() => writeSystem(path(), uid, system)).toThrow("a system is up already");
});

it("a file of another kind is refused with its name", () => {
  mkdirSync(dirname(path()));
  writeFileSync(path(), "{}");
  expect(() => readSystem(path(), uid)).toThrow("is not what demo --keep writes");
});

it("without a runtime directory the file is among the temporary ones, by user", () => {
  const fallback = join(tmpdir(), "trunkline-1000", "system.json");
  expect(systemFilePath({}, 1000)).toBe(fallback);
  expect(systemFilePath({ XDG_RUNTIME_DIR: join(folder, "gone") }, 1000)).toBe(fallback);
});
