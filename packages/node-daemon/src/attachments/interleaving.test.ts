import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, TrunklineError } from "@trunkline/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CniRequest } from "../cni/request.ts";
import { FRESH_KERNEL } from "../datapath/kernel-model.ts";
import { openPlan } from "../datapath/plan.ts";
import type { PodAttachment } from "../desired/desired-pod.ts";
import { openJournal } from "../journal/journal.ts";
import { addAttachment } from "./add.ts";
import type { Allocation } from "./allocation.ts";
import { keyedLock } from "./keyed-lock.ts";
import type { NodeContext } from "./node-context.ts";
import { recover } from "./recover.ts";
import { removeAttachment, sweepDeleting } from "./remove.ts";
import { driftOf } from "./wire.ts";

/** Two pod names; the first is re-created under a new uid, and pods get new sandboxes. */
const SANDBOXES = [
  { name: "web-0", uid: "u1", containerId: "c1" },
  { name: "web-0", uid: "u1", containerId: "c2" },
  { name: "web-0", uid: "u2", containerId: "c3" },
  { name: "web-1", uid: "u3", containerId: "c4" },
  { name: "web-1", uid: "u3", containerId: "c5" },
] as const;

const noLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock: Clock = { nowMs: () => 0, sleep: async () => undefined };

// Written many times: a folder in memory, if there is one, spares the disk.
const folderOfFolders = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Gives out the lowest free VLAN id and address, and takes them back at once. */
function allocationDouble(turn: () => Promise<unknown>) {
  const held = new Map<string, number>();
  let failing = 0;
  const allocation: Allocation = {
    allocate: async (pod) => {
      await turn();
      if (failing > 0) {
        failing -= 1;
        throw new TrunklineError("NOT_READY", "cut off");
      }
      const used = new Set(held.values());
      const lowest = [1, 2, 3, 4, 5].find((id) => !used.has(id)) ?? 0;
      const vlanId = held.get(pod.uid) ?? lowest;
      held.set(pod.uid, vlanId);
      return branch(vlanId);
    },
    release: async (uid) => {
      await turn();
      held.delete(uid);
    },
  };
  const fail = (times: number) => {
    failing = times;
  };
  return { allocation, held, fail };
}

function branch(vlanId: number): PodAttachment {
  return {
    kind: "branch",
    mode: vlanId % 2 === 0 ? "standard" : "strict",
    eniId: `eni-${vlanId}`,
    mac: `00:00:5e:00:53:0${vlanId}`,
    ipv4: `10.0.0.${vlanId}`,
    subnetCidr: "10.0.0.0/24",
    gateway: "10.0.0.254",
    vlanId,
    groupIds: [],
  };
}

function requestFor(index: number): CniRequest {
  const { name, uid, containerId } = SANDBOXES[index] ?? SANDBOXES[0];
  return {
    key: { network: "n", containerId, ifName: "eth0" },
    netns: `/run/netns/${containerId}`,
    pod: { namespace: "shop", name, uid },
    config: {
      cniVersion: "1.1.0",
      name: "n",
      socket: undefined,
      prevAddresses: undefined,
      validAttachments: [],
    },
  };
}

async function openContext(folder: string, allocation: Allocation): Promise<NodeContext> {
  return {
    journal: await openJournal(folder),
    datapath: await openPlan({ file: join(folder, "plan.json"), print: () => {} }),
    allocation,
    clock,
    log: noLog,
    host: () => ({ trunkLink: "eth1", mtu: 9001 }),
    locks: keyedLock(),
    wakeSweep: () => {},
    strictPodGone: async () => {},
  };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(folderOfFolders, "trunkline-law-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const signal = new AbortController().signal;

function step(context: NodeContext, { op, index }: { op: string; index: number }) {
  const request = requestFor(index);
  return op === "add"
    ? addAttachment(context, request, signal)
    : removeAttachment(context, request.key);
}

/** Every pod that counts as ready is wired, and nothing is held for nobody. */
async function expectSound(context: NodeContext, held: ReadonlyMap<string, number>) {
  for (let turns = 0; !(await sweepDeleting(context)); turns += 1) expect(turns).toBeLessThan(5);
  const records = context.journal.all();
  for (const record of records) {
    expect(record.state).toBe("ready");
    expect(await driftOf(context, record)).toEqual([]);
  }
  expect(new Set(held.keys())).toEqual(new Set(records.map((record) => record.pod.uid)));
}

async function expectEmpty(context: NodeContext, folder: string) {
  for (const index of SANDBOXES.keys()) await step(context, { op: "del", index });
  expect(context.journal.all()).toEqual([]);
  const text = await readFile(join(folder, "plan.json"), "utf8").catch(() => undefined);
  if (text !== undefined) expect(JSON.parse(text)).toEqual(FRESH_KERNEL);
}

const steps = fc.array(
  fc.record({
    op: fc.constantFrom("add", "add", "del", "del", "outage"),
    index: fc.nat(SANDBOXES.length - 1),
  }),
  { minLength: 1, maxLength: 12 },
);

describe("ADD and DEL in any order, over reused names and VLAN ids", () => {
  it("never harm another pod, and leave nothing in the end", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.scheduler(), (list, scheduler) =>
        inFolder(async (folder) => {
          const turn = () => scheduler.schedule(Promise.resolve());
          const { allocation, held, fail } = allocationDouble(turn);
          const context = await openContext(folder, allocation);
          const calls = list.map(async (one) => {
            if (one.op === "outage") return fail(1);
            // An older sandbox may be told that it is over; that is an answer, not harm.
            await step(context, one).catch(onlyExpected);
          });
          await scheduler.waitFor(Promise.all(calls));
          fail(0);
          const rest = expectSound(context, held).then(() => expectEmpty(context, folder));
          await scheduler.waitFor(rest);
          expect(held.size).toBe(0);
        }),
      ),
      { numRuns: 120 },
    );
  }, 60_000);

  it("survive a crash after any write of the journal", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(30), (list, writes) =>
        inFolder(async (folder) => {
          const { allocation, held } = allocationDouble(async () => {});
          const context = await openContext(folder, allocation);
          const dying = { ...context, journal: dyingAfter(context.journal, writes) };
          const calls = list.filter(({ op }) => op !== "outage");
          for (const one of calls) await step(dying, one).catch(() => undefined);
          const reborn = await openContext(folder, allocation);
          await recover(reborn);
          await expectSound(reborn, held);
          await expectEmpty(reborn, folder);
          expect(held.size).toBe(0);
        }),
      ),
      { numRuns: 120 },
    );
  }, 60_000);
});

function onlyExpected(error: unknown): void {
  if (!(error instanceof TrunklineError)) throw error;
}

/** A journal whose process is dead after a number of writes: nothing happens any more. */
function dyingAfter(journal: NodeContext["journal"], writes: number): NodeContext["journal"] {
  let left = writes;
  const write = async (work: () => Promise<void>) => {
    if (left === 0) throw new Error("dead");
    left -= 1;
    await work();
  };
  return {
    ...journal,
    put: (record) => write(() => journal.put(record)),
    remove: (id) => write(() => journal.remove(id)),
  };
}
