import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attachmentId } from "../desired/names.ts";
import { openJournal } from "./journal.ts";
import { type AttachmentRecord, formatRecord, parseRecord } from "./record.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "trunkline-journal-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function record(containerId: string, sequence: number): AttachmentRecord {
  const key = { network: "net", containerId, ifName: "eth0" };
  return {
    version: 1,
    id: attachmentId(key),
    ...key,
    netns: "/run/netns/x",
    pod: { namespace: "shop", name: "api", uid: "u" },
    state: "adding",
    sequence,
    createdTimeMs: 1,
    objects: [],
  };
}

describe("the journal", () => {
  it("has after a restart what was put, in order, and counts on", async () => {
    const journal = await openJournal(folder);
    expect(journal.nextSequence()).toBe(1);
    await journal.put(record("b", 2));
    await journal.put(record("a", 1));
    await journal.put({ ...record("b", 2), state: "ready" });
    await journal.put(record("c", 3));
    await journal.remove(record("c", 3).id);
    const again = await openJournal(folder);
    expect(again.all().map((r) => `${r.containerId} ${r.state}`)).toEqual(["a adding", "b ready"]);
    expect(again.nextSequence()).toBe(3);
    expect(again.torn).toEqual([]);
  });

  it("ignores a file that was being written when the daemon died", async () => {
    const journal = await openJournal(folder);
    await journal.put(record("a", 1));
    const attachments = join(folder, "attachments");
    await writeFile(join(attachments, `${record("a", 1).id}.json.new`), '{"version":1,"id"');
    const again = await openJournal(folder);
    expect(again.all()).toHaveLength(1);
    expect(await readdir(attachments)).toEqual([`${record("a", 1).id}.json`]);
  });

  it("sets a torn record aside, names it, and goes on with the others", async () => {
    const journal = await openJournal(folder);
    await journal.put(record("a", 1));
    await journal.put(record("b", 2));
    const file = join(folder, "attachments", `${record("a", 1).id}.json`);
    const half = (await readFile(file, "utf8")).slice(0, 60);
    await writeFile(file, half);
    const again = await openJournal(folder);
    expect(again.all().map((r) => r.containerId)).toEqual(["b"]);
    expect(again.torn).toEqual([`${file}.torn`]);
    expect(await readFile(`${file}.torn`, "utf8")).toBe(half);
  });

  it("keeps what settings were before, and survives the loss of that", async () => {
    const journal = await openJournal(folder);
    await journal.putPreviousSysctls({ "net/ipv4/ip_forward": "0" });
    const again = await openJournal(folder);
    expect(again.previousSysctls()).toEqual({ "net/ipv4/ip_forward": "0" });
    await writeFile(join(folder, "host.json"), "{");
    const third = await openJournal(folder);
    expect(third.previousSysctls()).toEqual({});
    expect(third.torn).toEqual([join(folder, "host.json.torn")]);
  });

  it("writes one record at a time when many writes come at once", async () => {
    const journal = await openJournal(folder);
    const states = ["adding", "ready", "deleting", "ready"] as const;
    await Promise.all(states.map((state) => journal.put({ ...record("a", 1), state })));
    expect((await openJournal(folder)).all()).toMatchObject([{ state: "ready" }]);
  });
});

describe("a record", () => {
  it("is read back as it was written, and never from a part of itself", () => {
    const text = formatRecord(record("a", 1));
    expect(parseRecord(text)).toEqual(record("a", 1));
    for (let length = 0; length < text.trim().length; length += 1) {
      expect(parseRecord(text.slice(0, length))).toBeUndefined();
    }
  });
});
