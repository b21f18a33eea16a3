import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Account } from "../account/account.ts";
import { DEFAULT_QUOTAS } from "../account/settings.ts";
import { StateDir, type SyncFile } from "./state-dir.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "state-dir-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function open(sync: SyncFile) {
  const account = new Account({
    region: "us-west-2",
    accountId: "111122223333",
    quotas: DEFAULT_QUOTAS,
    stateScale: 0,
    detachedVisibleMs: 0,
  });
  const state = new StateDir(dir, account, sync);
  let calls = 0;
  /** A call that changes something; resolves when it may be answered. */
  const call = () => {
    const id = `ip-${++calls}`;
    account.elasticIps.put({ id, publicIp: `192.0.2.${calls}`, isEphemeral: false, tags: {} });
    state.append(account.commit(), account);
    return state.durable();
  };
  return { account, state, call };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A disk that is done with a sync when it is told to. */
class SlowDisk {
  readonly #waiting: (() => void)[] = [];
  syncs = 0;

  readonly sync: SyncFile = () => {
    this.syncs++;
    return new Promise((resolve) => this.#waiting.push(resolve));
  };

  async finish(): Promise<void> {
    this.#waiting.shift()?.();
    await turn();
  }
}

it("an answer waits for the disk, and calls that come meanwhile share the next sync", async () => {
  const disk = new SlowDisk();
  const { call, state, account } = open(disk.sync);
  const answered: string[] = [];
  const calls = [call().then(() => answered.push("first"))];
  for (let n = 0; n < 100; n++) calls.push(call().then(() => answered.push("later")));
  await turn();
  expect([answered, disk.syncs]).toEqual([[], 1]);
  await disk.finish();
  expect([answered, disk.syncs]).toEqual([["first"], 2]);
  await disk.finish();
  await Promise.all(calls);
  expect([answered.length, disk.syncs]).toEqual([101, 2]);
  await state.durable();
  await state.close(account);
  expect(disk.syncs).toBe(2);
});

it("after a disk that failed nothing is answered any more", async () => {
  const { call } = open(() => Promise.reject(new Error("EIO")));
  await expect(call()).rejects.toThrow("EIO");
  await expect(call()).rejects.toThrow("EIO");
});
