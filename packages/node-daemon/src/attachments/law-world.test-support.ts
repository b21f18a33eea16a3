import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, TrunklineError } from "@trunkline/core";
import type { CniRequest } from "../cni/request.ts";
import { openPlan } from "../datapath/plan.ts";
import type { PodAttachment } from "../desired/desired-pod.ts";
import { openJournal } from "../journal/journal.ts";
import { addAttachment } from "./add.ts";
import type { Allocation } from "./allocation.ts";
import { keyedLock } from "./keyed-lock.ts";
import type { NodeContext } from "./node-context.ts";
import { removeAttachment } from "./remove.ts";

/** Two pod names; the first is re-created under a new uid, and pods get new sandboxes. */
export const SANDBOXES = [
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
export function allocationDouble(turn: () => Promise<unknown>) {
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

export async function openContext(folder: string, allocation: Allocation): Promise<NodeContext> {
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

export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(folderOfFolders, "trunkline-law-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const signal = new AbortController().signal;

/** Makes one call. */
export function step(context: NodeContext, { op, index }: { op: string; index: number }) {
  const request = requestFor(index);
  return op === "add"
    ? addAttachment(context, request, signal)
    : removeAttachment(context, request.key);
}
