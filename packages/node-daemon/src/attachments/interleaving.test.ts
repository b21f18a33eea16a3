import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TrunklineError } from "@trunkline/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Datapath } from "../datapath/datapath.ts";
import { FRESH_KERNEL } from "../datapath/kernel-model.ts";
import {
  allocationDouble,
  inFolder,
  openContext,
  SANDBOXES,
  step,
} from "./law-world.test-support.ts";
import type { NodeContext } from "./node-context.ts";
import { recover } from "./recover.ts";
import { sweepDeleting } from "./remove.ts";
import { driftOf } from "./wire.ts";

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

describe("a kernel that refuses in the middle", () => {
  it("leaves nothing of the pod, on the node or held, and other pods as they were", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(25), fc.nat(6), (list, changes, batches) =>
        inFolder(async (folder) => {
          const { allocation, held } = allocationDouble(async () => {});
          const context = await openContext(folder, allocation);
          const datapath = refusingOnce(context.datapath, { batches, changes });
          const refusing = { ...context, datapath };
          const calls = list.filter(({ op }) => op !== "outage");
          for (const one of calls) await step(refusing, one).catch(onlyExpected);
          await expectSound(context, held);
          await expectEmpty(context, folder);
          expect(held.size).toBe(0);
        }),
      ),
      { numRuns: 120 },
    );
  }, 60_000);
});

/** Makes only the first changes of one batch, then says no; before and after it is as it was. */
function refusingOnce(
  datapath: Datapath,
  { batches, changes }: { batches: number; changes: number },
): Datapath {
  let left = batches;
  return {
    ...datapath,
    apply: async (netns, batch) => {
      left -= 1;
      if (left !== -1 || changes >= batch.length) return datapath.apply(netns, batch);
      await datapath.apply(netns, batch.slice(0, changes));
      throw new TrunklineError("DATAPLANE_FAILED", "the kernel says no");
    },
  };
}

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
