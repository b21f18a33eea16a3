import { type Clock, type ErrorCode, TrunklineError } from "@trunkline/core";
import { BranchState } from "@trunkline/proto/ipam";
import { describe, expect, it } from "vitest";
import { allocationFor, type IpamCalls } from "./allocation.ts";

/** A clock on which sleeping takes no time. */
function fastClock(): Clock & { readonly slept: number[] } {
  let nowMs = 0;
  const slept: number[] = [];
  return {
    slept,
    nowMs: () => nowMs,
    sleep: async (durationMs) => {
      slept.push(durationMs);
      nowMs += durationMs;
    },
  };
}

const branch = {
  eniId: "eni-1",
  macAddress: "00:00:5e:00:53:af",
  ipv4Address: "192.168.120.42",
  subnetCidr: "192.168.120.0/24",
  gateway: "192.168.120.1",
  vlanId: 7,
  associationId: "",
  trunkEniId: "eni-t",
  nodeName: "n1",
  groupIds: ["sg-1"],
  state: BranchState.BRANCH_STATE_ALLOCATED,
  pod: undefined,
  policies: [],
  stateTimeMs: 0n,
  reusableTimeMs: 0n,
  subnetId: "subnet-1",
};

function allocation(answers: (ErrorCode | typeof branch)[], clock: Clock) {
  const refuse = () => Promise.reject(new Error("not called"));
  const ipam: IpamCalls = {
    ensureTrunk: refuse,
    releaseBranch: refuse,
    allocateAddress: refuse,
    releaseAddress: refuse,
    allocateBranch: async () => {
      const answer = answers.shift() ?? "NOT_READY";
      if (typeof answer === "string") throw new TrunklineError(answer, `says ${answer}`);
      return { attachment: { $case: "branch", value: answer }, reused: false };
    },
  };
  const random = () => 1;
  const options = { ipam, nodeName: "n1", mode: "strict", timeoutMs: 10_000 } as const;
  return allocationFor({ ...options, clock, random });
}

const pod = { namespace: "shop", name: "api", uid: "u" };
const signal = new AbortController().signal;

describe("an allocation", () => {
  it("waits longer from try to try while the service cannot be reached", async () => {
    const clock = fastClock();
    const answers = ["NOT_READY", "DEADLINE_EXCEEDED", "NOT_READY", branch] as const;
    const given = await allocation([...answers], clock).allocate(pod, signal);
    expect(given).toMatchObject({ kind: "branch", vlanId: 7, mode: "strict" });
    expect(clock.slept).toEqual([100, 200, 400]);
  });

  it("gives up within its time, with the last reason and the number of tries", async () => {
    const clock = fastClock();
    const error = await allocation([], clock)
      .allocate(pod, signal)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "NOT_READY", message: "says NOT_READY (tried 9 times)" });
    expect(clock.nowMs()).toBeLessThanOrEqual(10_000);
  });

  it("ends at once, typed, when the daemon stops or the caller goes", async () => {
    const stop = new AbortController();
    stop.abort(new TrunklineError("NOT_READY", "stopping"));
    const gone = new AbortController();
    gone.abort();
    const clock = fastClock();
    const tried = allocation(["NOT_READY"], clock);
    await expect(tried.allocate(pod, stop.signal)).rejects.toThrow("stopping");
    await expect(tried.allocate(pod, gone.signal)).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it.each([
    { ipv4Address: "192.168.120.42 dev eth0" },
    { macAddress: "" },
    { vlanId: 4095 },
    { gateway: "$(reboot)" },
  ])("takes no word of the service for an address that is none: %j", async (wrong) => {
    const tried = allocation([{ ...branch, ...wrong }], fastClock());
    await expect(tried.allocate(pod, signal)).rejects.toThrow("answered with");
  });
});
