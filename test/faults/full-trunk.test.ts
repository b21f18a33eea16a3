import { describe, expect, it } from "vitest";
import { accountFaults } from "../support/account-view.ts";
import { eventually } from "../support/eventually.ts";
import { saysNoStack } from "../support/says-no-stack.ts";
import { startFaultStack } from "./fault-stack.ts";
import { LARGE_BRANCH_LIMIT } from "./fault-world.ts";

/** Longer than one ADD takes on a busy machine, so that it is seen; short enough to wait for. */
const QUARANTINE_SEC = 5;

describe("a full trunk", () => {
  it("lets the tenth pod of an m5.large wait until one is free again", async () => {
    await using faults = await startFaultStack({
      "ipam-service": { quarantineSec: QUARANTINE_SEC },
    });
    const { stack } = faults;
    const clean = await faults.kernelObjects();
    const pods = Array.from({ length: LARGE_BRANCH_LIMIT }, (_, index) => `n1-app-${index}`);
    await Promise.all(pods.map((pod) => eventually(() => faults.ask("Add", pod), 20_000)));
    const full = await faults.kernelObjects();
    const before = await stack.account.read();
    const tenth = `n1-app-${LARGE_BRANCH_LIMIT}`;
    const error = await faults.refusedAdd(tenth);
    expect(error.code).toBe(11);
    expect(error.msg).toContain("n1");
    expect(error.msg).toContain(String(LARGE_BRANCH_LIMIT));
    expect(error.details).toContain("BRANCH_EXHAUSTED");
    saysNoStack(error.text);
    await stack.nothingLeft(before);
    expect(await faults.kernelObjects()).toEqual(full);
    await faults.ask("Delete", "n1-app-0");
    // In quarantine the branch still counts.
    await expect(faults.ask("Add", tenth)).rejects.toThrow("RESOURCE_EXHAUSTED");
    await eventually(() => faults.ask("Add", tenth), 20_000);
    expect(accountFaults(await stack.account.read())).toEqual([]);
    await Promise.all([...pods.slice(1), tenth].map((pod) => faults.ask("Delete", pod)));
    expect(await faults.kernelObjects()).toEqual(clean);
  });
});
