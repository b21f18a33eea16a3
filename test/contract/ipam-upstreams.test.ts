import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Ec2Proxy, ec2Proxy } from "../support/ec2-proxy.ts";
import type { AllocateBranchResponse } from "../support/messages.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { groupId, instanceId, podRef } from "../support/world.ts";
import { contractWorld, podNamed } from "./contract-world.ts";

// What any call may answer because of those that ipam-service itself asks: EC2 and policy-service.

let stack: Stack;
let proxy: Ec2Proxy;
beforeAll(async () => {
  stack = await startStack(contractWorld, { nodes: [], ipam: false });
  proxy = await ec2Proxy(stack.addresses.ec2.replace("http://", ""));
  await stack.start("ipam-service", { ec2Endpoint: `http://${proxy.address}` });
  await stack.ipam.call("EnsureTrunk", { nodeName: "n1", instanceId: instanceId("n1") });
});
beforeEach(() => proxy.heal());
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

function request(podName: string) {
  const pod = podNamed(podName);
  return { nodeName: pod.nodeName, pod: podRef(pod) };
}

/** Deadline of calls that must be refused: more than ipam-service waits for EC2 by itself. */
const DEADLINE_MS = 25_000;

function refusal(podName: string) {
  return stack.ipam.failure("AllocateBranch", request(podName), DEADLINE_MS);
}

describe("a call that needs EC2", () => {
  it("answers THROTTLED with RetryInfo when the request budget is used up", async () => {
    proxy.fail("CreateNetworkInterface", {
      kind: "error",
      status: 503,
      code: "RequestLimitExceeded",
      message: "Request limit exceeded.",
    });
    const failure = await refusal("n1-app-0");
    expect(failure).toMatchObject({
      status: "RESOURCE_EXHAUSTED",
      reason: "THROTTLED",
      domain: "trunkline.dev",
    });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
  });

  it("answers NOT_PERMITTED and names the right that is missing", async () => {
    proxy.fail("CreateNetworkInterface", {
      kind: "error",
      status: 403,
      code: "UnauthorizedOperation",
      message: "You are not authorized to perform this operation.",
    });
    const failure = await refusal("n1-app-1");
    expect(failure).toMatchObject({ status: "PERMISSION_DENIED", reason: "NOT_PERMITTED" });
    expect(failure.message).toContain("CreateNetworkInterface");
  });

  it("makes one interface when the answer to its creation is lost", async () => {
    const before = await stack.account.read();
    proxy.fail("CreateNetworkInterface", { kind: "lost-answer" }, 1);
    const { branch } = await allocateAtLast("n1-app-2");
    const after = await stack.account.read();
    const known = new Set(before.interfaces.map((each) => each.NetworkInterfaceId));
    const added = after.interfaces.filter((each) => !known.has(each.NetworkInterfaceId));
    expect(added.map((each) => each.NetworkInterfaceId)).toEqual([branch?.eniId]);
  });

  it("makes one association when the answer to it is lost", async () => {
    const before = await stack.account.read();
    proxy.fail("AssociateTrunkInterface", { kind: "lost-answer" }, 1);
    const { branch } = await allocateAtLast("n1-app-3");
    const after = await stack.account.read();
    const known = new Set(before.associations.map((each) => each.AssociationId));
    const added = after.associations.filter((each) => !known.has(each.AssociationId));
    expect(added.map((each) => each.AssociationId)).toEqual([branch?.associationId]);
  });
});

// A pod's runtime asks again; so does this.
async function allocateAtLast(podName: string): Promise<AllocateBranchResponse> {
  let answer: AllocateBranchResponse | undefined;
  await expect
    .poll(
      async () => {
        answer = await stack.ipam.call<AllocateBranchResponse>("AllocateBranch", request(podName));
        return answer.attachment;
      },
      { timeout: 20_000 },
    )
    .toBe("branch");
  return answer as AllocateBranchResponse;
}

describe("a call that needs policy-service", () => {
  it("answers NOT_READY with RetryInfo when that cannot be reached", async () => {
    await stack.stop("policy-service");
    for (const podName of ["n1-app-4", "n1-plain-0"]) {
      const failure = await refusal(podName);
      expect(failure).toMatchObject({
        status: "UNAVAILABLE",
        reason: "NOT_READY",
        domain: "trunkline.dev",
      });
      expect(failure.retryAfterMs).toBeGreaterThan(0);
      expect(failure.message).toContain("policy-service");
    }
    await stack.start("policy-service");
    expect(await allocateAtLast("n1-app-4")).toMatchObject({
      branch: { groupIds: [groupId("app")] },
    });
  });
});

describe("a call that is given too little time", () => {
  it("ends with DEADLINE_EXCEEDED, and a repeat finds what it did", async () => {
    const failure = await stack.ipam.failure("AllocateBranch", request("n1-app-5"), 1);
    expect(failure.status).toBe("DEADLINE_EXCEEDED");
    expect((await allocateAtLast("n1-app-5")).branch?.groupIds).toEqual([groupId("app")]);
  });
});

describe("a call that its caller cancels", () => {
  it("ends with CANCELLED, and a repeat finds what it did", async () => {
    const before = await stack.account.read();
    proxy.delay("CreateNetworkInterface", 300);
    expect(await stack.ipam.cancelled("AllocateBranch", request("both"), 100)).toBe("CANCELLED");
    const { branch } = await allocateAtLast("both");
    const after = await stack.account.read();
    expect(after.interfaces.length).toBe(before.interfaces.length + 1);
    expect(after.interfaces.map((each) => each.NetworkInterfaceId)).toContain(branch?.eniId);
  });
});

describe("EC2 that cannot be reached", () => {
  it("makes the call answer NOT_READY", async () => {
    await proxy[Symbol.asyncDispose]();
    const failure = await refusal("n1-app-6");
    expect(failure).toMatchObject({ status: "UNAVAILABLE", reason: "NOT_READY" });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
  });
});
