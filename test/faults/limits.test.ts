import { describe, expect, it } from "vitest";
import { cniFailure } from "../support/cni.ts";
import { saysNoStack } from "../support/says-no-stack.ts";
import { startStack } from "../support/stack.ts";
import { instanceId } from "../support/world.ts";
import { startFaultStack } from "./fault-stack.ts";
import { faultWorld, LARGE_BRANCH_LIMIT, podNamed } from "./fault-world.ts";

/** Short enough for a test, long enough to be seen. */
const QUARANTINE_SEC = 1;

describe.concurrent("a limit", () => {
  it("of branches lets the tenth pod of an m5.large wait until one is free again", async () => {
    await using faults = await startFaultStack({
      "ipam-service": { quarantineSec: QUARANTINE_SEC },
    });
    const { stack } = faults;
    const clean = await faults.kernelObjects();
    for (let index = 0; index < LARGE_BRANCH_LIMIT; index++) await faults.add(`n1-app-${index}`);
    const full = await faults.kernelObjects();
    const before = await stack.account.read();
    const tenth = `n1-app-${LARGE_BRANCH_LIMIT}`;
    const error = await faults.refusedAdd(tenth);
    expect(error.code).toBe(11);
    expect(error.msg).toMatch(/n1.*9|9.*n1/);
    expect(error.details).toContain("BRANCH_EXHAUSTED");
    saysNoStack(error.text);
    await stack.nothingLeft(before);
    expect(await faults.kernelObjects()).toEqual(full);
    await faults.remove("n1-app-0");
    // In quarantine the branch still counts.
    expect((await faults.refusedAdd(tenth)).code).toBe(11);
    await expect
      .poll(() => faults.add(tenth).catch(() => undefined), { timeout: 15_000, interval: 200 })
      .toBeDefined();
    for (let index = 1; index <= LARGE_BRANCH_LIMIT; index++)
      await faults.remove(`n1-app-${index}`);
    expect(await faults.kernelObjects()).toEqual(clean);
  });

  it("of instance types refuses one that no table has, by name", async () => {
    await using stack = await startStack(faultWorld, { nodes: [] });
    const before = await stack.account.read();
    const failure = await stack.ipam.failure("EnsureTrunk", {
      nodeName: "odd",
      instanceId: instanceId("odd"),
    });
    expect(failure).toMatchObject({ status: "FAILED_PRECONDITION", reason: "UNSUPPORTED" });
    expect(failure.message).toContain("x99.large");
    saysNoStack(failure.message);
    await stack.nothingLeft(before);
    // The node's daemon starts all the same, and says why it takes no pods.
    await stack.start("node-daemon odd");
    const socket = stack.nodeAddress("odd").slice("unix:".length);
    const pod = { ...podNamed("n1-app-0"), nodeName: "odd" };
    await expect
      .poll(async () => {
        const status = await cniFailure({
          command: "STATUS",
          socket,
          pod,
          config: { cniVersion: "1.1.0" },
        });
        return { code: status.code, isNamed: status.msg.includes("x99.large") };
      })
      .toEqual({ code: 50, isNamed: true });
    const add = await cniFailure({ command: "ADD", socket, pod });
    expect(add).toMatchObject({ code: 11 });
    expect(add.msg).toContain("x99.large");
    saysNoStack(add.text);
    await stack.nothingLeft(before);
  });
});
