import { setTimeout as wait } from "node:timers/promises";
import { type Random, seededRandom } from "@trunkline/core";
import { expect, it } from "vitest";
import { HoldWatch } from "../load/holds.ts";
import { accountFaults } from "../support/account-view.ts";
import { eventually } from "../support/eventually.ts";
import type { AllocateBranchResponse } from "../support/messages.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { instanceId, type PodSpec, podRef, uidOf } from "../support/world.ts";
import { faultWorld } from "./fault-world.ts";

/** Decides when ipam-service is killed, and which pods come and go. */
const SEED = Number(process.env.SEED ?? 1);
/** Times that ipam-service is killed. */
const CRASH_COUNT = 4;
/** Branches that are given between two crashes, so that each comes in the middle of work. */
const HOLDS_PER_LIFE = 5;
/** Longest that it lives after that, milliseconds. */
const REST_MS_MAX = 400;
/** Longest that a caller goes on asking, milliseconds. */
const PATIENCE_MS = 30_000;

const pods = faultWorld.pods.filter((pod) => pod.nodeName === "n1" && pod.role === "app");

it(`ipam-service killed ${CRASH_COUNT} times under load neither loses nor doubles (SEED=${SEED})`, async () => {
  await using stack = await startStack(faultWorld, {
    nodes: [],
    config: { "ipam-service": { quarantineSec: 1 } },
  });
  const before = await stack.account.read();
  await stack.ipam.call("EnsureTrunk", { nodeName: "n1", instanceId: instanceId("n1") });
  const random = seededRandom(SEED);
  const watch = new HoldWatch();
  const wish = new AbortController();
  const callers = pods.map((pod, index) =>
    comeAndGo({ stack, watch, pod, signal: wish.signal, random: seededRandom(SEED + index + 1) }),
  );
  for (let crash = 0; crash < CRASH_COUNT; crash++) {
    const heldCount = watch.heldCount + HOLDS_PER_LIFE;
    await eventually(() => watch.heldCount >= heldCount, PATIENCE_MS);
    await wait(random() * REST_MS_MAX);
    await stack.stop("ipam-service", "SIGKILL");
    expect(accountFaults(await stack.account.read())).toEqual([]);
    await stack.start("ipam-service");
  }
  wish.abort();
  await Promise.all(callers);
  expect(watch.faults).toEqual([]);
  expect(watch.openPods).toEqual([]);
  await eventually(() => stack.ipam.call("RemoveNode", { nodeName: "n1" }), PATIENCE_MS);
  await stack.nothingLeft(before);
}, 120_000);

interface Caller {
  readonly stack: Stack;
  readonly watch: HoldWatch;
  readonly pod: PodSpec;
  readonly signal: AbortSignal;
  readonly random: Random;
}

// One pod more than the node has branches, each starting and ending again and again. What is refused
// or lost is asked again with the same key, as a node daemon does.
async function comeAndGo({ stack, watch, pod, signal, random }: Caller): Promise<void> {
  const podUid = uidOf(pod);
  while (!signal.aborted) {
    const request = { nodeName: pod.nodeName, pod: podRef(pod) };
    const answer = await eventually(
      () =>
        signal.aborted
          ? undefined
          : stack.ipam.call<AllocateBranchResponse>("AllocateBranch", request),
      PATIENCE_MS,
    );
    if (answer?.branch !== undefined)
      watch.see({ kind: "held", hold: { podUid, ...answer.branch } });
    await wait(random() * 100);
    watch.see({ kind: "freed", podUid });
    await eventually(
      () => stack.ipam.call("ReleaseBranch", { nodeName: pod.nodeName, podUid }),
      PATIENCE_MS,
    );
    await wait(random() * 100);
  }
}
