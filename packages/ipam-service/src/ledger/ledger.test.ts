import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrunklineError } from "@trunkline/core";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { nodeFixture } from "../../test-support/node.ts";
import type { Change } from "./change.ts";
import { type LedgerOptions, openLedger } from "./ledger.ts";
import { encodeLine } from "./ledger-line.ts";
import { readLedger } from "./read-ledger.ts";

const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ledger-"));
  folders.push(folder);
  return folder;
}

async function newPath(): Promise<string> {
  return join(await newFolder(), "ledger.jsonl");
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

function options(path: string, overrides: Partial<LedgerOptions> = {}): LedgerOptions {
  const onBroken = (error: TrunklineError) => {
    throw error;
  };
  return { path, snapshot: () => [], onBroken, ...overrides };
}

function change(name: string): Change {
  return { kind: "node", node: nodeFixture({ name }) };
}

function header(recordCount = 0, revision = 0): string {
  return encodeLine({ kind: "header", version: 1, revision, recordCount });
}

function refusal(action: () => unknown): TrunklineError {
  try {
    action();
  } catch (error) {
    if (error instanceof TrunklineError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a ledger", () => {
  it("gives back what was appended, after it was closed and opened again", async () => {
    const path = await newPath();
    const { ledger, found } = await openLedger(options(path));
    expect(found.changes).toEqual([]);
    await Promise.all([ledger.append([change("a"), change("b")]), ledger.append([change("c")])]);
    expect(ledger.revision).toBe(3);
    await ledger.close();
    const again = await openLedger(options(path));
    expect(again.found).toMatchObject({
      revision: 3,
      changes: [change("a"), change("b"), change("c")],
      tornBytes: 0,
    });
    await again.ledger.close();
  });

  it("is a prefix of what was appended wherever a crash cuts it", async () => {
    const path = await newPath();
    const { ledger } = await openLedger(options(path));
    const changes = ["a", "b", "c"].map(change);
    for (const each of changes) await ledger.append([each]);
    await ledger.close();
    const bytes = await readFile(path);
    for (let length = header().length; length <= bytes.length; length++) {
      const read = readLedger(bytes.subarray(0, length), path);
      expect(read.changes).toEqual(changes.slice(0, read.changes.length));
      expect(read.validBytes + read.tornBytes).toBe(length);
      const isWhole = bytes[length - 1] === 0x0a;
      expect(read.tornBytes === 0).toBe(isWhole);
    }
  });

  it("goes on after a torn end, which is cut off", async () => {
    const path = await newPath();
    const first = await openLedger(options(path));
    await first.ledger.append([change("a"), change("b")]);
    await first.ledger.close();
    await truncate(path, (await readFile(path)).length - 5);
    const second = await openLedger(options(path));
    expect(second.found).toMatchObject({ revision: 1, changes: [change("a")] });
    await second.ledger.append([change("c")]);
    await second.ledger.close();
    const third = await openLedger(options(path));
    expect(third.found).toMatchObject({ changes: [change("a"), change("c")], tornBytes: 0 });
    await third.ledger.close();
  });

  it("is refused with the line when a byte before the last write is changed", async () => {
    const path = await newPath();
    const { ledger } = await openLedger(options(path));
    for (const name of ["a", "b", "c", "d"]) await ledger.append([change(name)]);
    await ledger.close();
    const bytes = await readFile(path);
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    // The newline before the last line is left alone: without it the two are one torn end.
    fc.assert(
      fc.property(fc.nat({ max: lastLine - 2 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] ^= flip;
        const error = refusal(() => readLedger(changed, path));
        const lineNumber = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        expect(error.code).toBe("DRIFT");
        expect(Number(error.facts.lineNumber)).toBe(lineNumber);
        expect(error.message).toContain(`${path}: line ${lineNumber}`);
      }),
    );
  });

  it("drops a torn write of several lines, also when a later one of them is whole", () => {
    const line = (revision: number, syncedRevision: number, name: string) =>
      encodeLine({ kind: "change", revision, syncedRevision, change: change(name) });
    // Revisions 2 to 4 were one write that the disk did in its own order: 3 is missing.
    const zeros = `${"\0".repeat(40)}\n`;
    const text = header() + line(1, 0, "a") + line(2, 1, "b") + zeros + line(4, 1, "d");
    expect(readLedger(Buffer.from(text), "l")).toMatchObject({
      revision: 2,
      changes: [change("a"), change("b")],
    });
  });

  it("is replaced by a snapshot when it has grown", async () => {
    const path = await newPath();
    const state = new Map<string, Change>();
    const snapshot = () => state.values();
    const opened = await openLedger(options(path, { snapshot, snapshotAfterBytes: 5_000 }));
    for (let index = 0; index < 200; index++) {
      const next = change(`n${index % 3}`);
      state.set(`n${index % 3}`, next);
      await opened.ledger.append([next]);
    }
    await opened.ledger.close();
    expect((await readFile(path)).length).toBeLessThan(12_000);
    const again = await openLedger(options(path));
    expect(again.found.revision).toBe(200);
    const names = again.found.changes.map((each) => each.kind === "node" && each.node.name);
    expect(new Set(names)).toEqual(new Set(["n0", "n1", "n2"]));
    await again.ledger.close();
  });

  it("is refused when it is of another version, no ledger, or lacks part of its snapshot", () => {
    const version = { kind: "header", version: 2, revision: 0, recordCount: 0 } as const;
    const read = (text: string) => () => readLedger(Buffer.from(text), "l");
    expect(refusal(read(encodeLine(version))).message).toContain("has version 2");
    expect(refusal(read("")).message).toContain("line 1 is not the header");
    expect(refusal(read("hello\n")).message).toContain("line 1 is not the header");
    expect(refusal(read(header(1))).message).toContain("line 2 is missing");
    expect(refusal(read(`${header(1)}x\n`)).message).toContain("line 2 is damaged");
  });

  it("belongs to one process, and to the next one when that is dead", async () => {
    const path = await newPath();
    const first = await openLedger(options(path));
    const second = await openLedger(options(path)).catch((error: unknown) => error);
    expect(second).toMatchObject({ code: "ALREADY_EXISTS" });
    expect(String(second)).toContain(`in use by process ${process.pid}`);
    await first.ledger.close();
    // A process that has ended: its id may be in use again, but not with its start time.
    const dead = { pid: process.pid, startTime: "1", bootId: "another" };
    await writeFile(`${path}.lock`, JSON.stringify(dead));
    const third = await openLedger(options(path));
    await third.ledger.close();
  });

  it("refuses everything after a write has failed", async () => {
    const path = await newPath();
    const broken: TrunklineError[] = [];
    const onBroken = (error: TrunklineError) => broken.push(error);
    const snapshot = (): Iterable<Change> => {
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    };
    const opened = await openLedger(options(path, { onBroken, snapshot, snapshotAfterBytes: 10 }));
    await opened.ledger.append([change("a")]);
    await expect(opened.ledger.append([change("b")])).rejects.toMatchObject({ code: "NOT_READY" });
    expect(() => opened.ledger.check()).toThrow("cannot be written: no space left");
    expect(broken).toHaveLength(1);
    await opened.ledger.close();
  });

  it("says why it cannot be opened", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "file"), "");
    const under = join(folder, "file", "ledger.jsonl");
    await expect(openLedger(options(under))).rejects.toMatchObject({ code: "NOT_READY" });
    const path = join(folder, "damaged.jsonl");
    await appendFile(path, "garbage\n");
    await expect(openLedger(options(path))).rejects.toMatchObject({ code: "DRIFT" });
    await writeFile(path, header());
    await (await openLedger(options(path))).ledger.close();
  });
});
