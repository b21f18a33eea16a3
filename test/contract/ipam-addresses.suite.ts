import { beforeAll, describe, expect, it } from "vitest";
import type { Address } from "../support/messages.ts";
import {
  groupId,
  instanceId,
  NODE_GROUP_ID,
  nodeEniId,
  podRef,
  subnetId,
  uidOf,
} from "../support/world.ts";
import { podNamed, SMALL_SECONDARY_LIMIT } from "./contract-world.ts";
import { stack } from "./ipam-stack.ts";

beforeAll(async () => {
  await Promise.all(
    ["n1", "small", "tight"].map((nodeName) =>
      stack.ipam.call("EnsureTrunk", { nodeName, instanceId: instanceId(nodeName) }),
    ),
  );
});

function request(podName: string, nodeName = podNamed(podName).nodeName) {
  return { nodeName, pod: podRef(podNamed(podName)) };
}

async function allocate(podName: string): Promise<Address> {
  const answer = await stack.ipam.call<{ address: Address }>("AllocateAddress", request(podName));
  return answer.address;
}

function release(podName: string): Promise<{ released: boolean }> {
  const pod = podNamed(podName);
  return stack.ipam.call("ReleaseAddress", { nodeName: pod.nodeName, podUid: uidOf(pod) });
}

describe("AllocateAddress", () => {
  it("gives a secondary address of the primary interface, and the same when repeated", async () => {
    const first = await allocate("n1-plain-0");
    expect(first).toMatchObject({
      eniId: nodeEniId("n1"),
      deviceIndex: 0,
      subnetCidr: "10.0.1.0/24",
      gateway: "10.0.1.1",
      groupIds: [NODE_GROUP_ID],
      pod: podRef(podNamed("n1-plain-0")),
    });
    expect(await allocate("n1-plain-0")).toEqual(first);
    const { interfaces } = await stack.account.read();
    const primary = interfaces.find((each) => each.NetworkInterfaceId === nodeEniId("n1"));
    expect(primary?.PrivateIpAddresses?.map((each) => each.PrivateIpAddress)).toEqual([
      "10.0.1.11",
      first.ipv4Address,
    ]);
  });

  it("gives two pods that ask at once two addresses", async () => {
    const [one, two] = await Promise.all([allocate("n1-plain-0"), allocate("n1-plain-1")]);
    expect(one.ipv4Address).not.toBe(two.ipv4Address);
  });

  it("refuses for an unknown node with NOT_FOUND and its name", async () => {
    const failure = await stack.ipam.failure("AllocateAddress", request("unensured-app-0"));
    expect(failure).toMatchObject({ status: "NOT_FOUND", reason: "NOT_FOUND" });
    expect(failure.message).toContain("unensured");
  });

  it("refuses beyond the interface's limit with ADDRESS_EXHAUSTED", async () => {
    for (let index = 0; index < SMALL_SECONDARY_LIMIT; index++)
      await allocate(`small-plain-${index}`);
    const last = `small-plain-${SMALL_SECONDARY_LIMIT}`;
    const failure = await stack.ipam.failure("AllocateAddress", request(last));
    expect(failure).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "ADDRESS_EXHAUSTED" });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
  });

  it("refuses when the subnet has no address with SUBNET_FULL", async () => {
    await stack.ipam.call("AllocateBranch", request("tight-app-0"));
    const failure = await stack.ipam.failure("AllocateAddress", request("tight-plain-0"));
    expect(failure).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "SUBNET_FULL" });
    expect(failure.message).toContain(subnetId("tight"));
  });

  it("answers UNIMPLEMENTED for a shared attachment", async () => {
    const failure = await stack.ipam.failure("AllocateAddress", {
      ...request("n1-plain-0"),
      groupIds: [groupId("app")],
    });
    expect(failure).toMatchObject({ status: "UNIMPLEMENTED", reason: "NOT_IMPLEMENTED" });
  });

  it("refuses an empty request with every field that is missing", async () => {
    const failure = await stack.ipam.failure("AllocateAddress");
    expect(failure.violations.map((each) => each.field)).toContain("node_name");
  });
});

describe("ReleaseAddress", () => {
  it("takes the address back, and a repeat finds nothing", async () => {
    await allocate("n1-plain-1");
    expect(await release("n1-plain-1")).toEqual({ released: true });
    expect(await release("n1-plain-1")).toEqual({ released: false });
  });

  it("refuses an empty request with every field that is missing", async () => {
    const failure = await stack.ipam.failure("ReleaseAddress");
    expect(failure.violations.map((each) => each.field).sort()).toEqual(["node_name", "pod_uid"]);
  });
});
