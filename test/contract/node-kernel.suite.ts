import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { uidOf } from "../support/world.ts";
import { podNamed } from "./contract-world.ts";
import { nodeRequest } from "./node-calls.ts";
import { n1, stack } from "./node-stack.ts";

// What the daemon answers when the kernel is not as it left it. The plan datapath keeps its kernel in
// a file; other hands change it while the daemon is away.

interface Placed {
  readonly netns: string;
  readonly object: {
    readonly kind: string;
    readonly space: string;
    readonly name?: string;
    readonly parent?: string;
    readonly to?: string;
    readonly dev?: string;
  };
}

async function changeKernel(change: (objects: Placed[]) => Placed[]): Promise<void> {
  await stack.stop("node-daemon n1");
  const file = join(stack.dir, "state-n1", "plan.json");
  const objects = JSON.parse(await readFile(file, "utf8")) as Placed[];
  await writeFile(file, JSON.stringify(change(objects)));
  await stack.start("node-daemon n1");
  await eventually(() => n1.client.call("Status"));
}

async function kernel(): Promise<string[]> {
  const file = join(stack.dir, "state-n1", "plan.json");
  const objects = JSON.parse(await readFile(file, "utf8")) as Placed[];
  return objects.map((object) => JSON.stringify(object)).sort();
}

describe("a kernel that other hands changed", () => {
  it("makes Check list what is missing, with CNI code 100, and Delete still works", async () => {
    const { pod } = await n1.add("n1-app-0");
    await changeKernel((objects) =>
      objects.filter(
        ({ object }) => !(object.kind === "route" && object.to?.startsWith(pod.ipv4Address)),
      ),
    );
    const failure = await n1.client.failure("Check", nodeRequest("n1-app-0", "CHECK"));
    expect(failure).toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "DRIFT",
      facts: { cniCode: "100" },
    });
    expect(failure.message).toContain(pod.ipv4Address);
    const { drift } = await n1.client.call<{ drift: string[] }>("GetPod", {
      namespace: "shop",
      name: "n1-app-0",
    });
    expect(drift.join()).toContain(pod.ipv4Address);
    expect(await n1.remove("n1-app-0")).toEqual({ deleted: true });
  });

  it("makes Add answer ALREADY_EXISTS when the pod has an interface of that name", async () => {
    const foreign = { kind: "foreign", space: "pod", name: "eth0", type: "dummy" };
    await changeKernel((objects) => [
      ...objects,
      { netns: "/var/run/netns/n1-app-1", object: foreign },
    ]);
    const before = await kernel();
    const failure = await n1.refusedAdd("n1-app-1");
    expect(failure).toMatchObject({
      status: "ALREADY_EXISTS",
      reason: "ALREADY_EXISTS",
      facts: { cniCode: "100" },
    });
    expect(failure.message).toContain("eth0");
    expect(await kernel()).toEqual(before);
  });

  it("makes Add answer DATAPLANE_FAILED with CNI code 101 and undo what it did", async () => {
    await n1.add("n1-app-2");
    await changeKernel((objects) => {
      const vlan = objects.find(({ object }) => object.kind === "vlan");
      // Every id that the next branch can have is taken on the trunk, under names of somebody else.
      const others = Array.from({ length: 20 }, (_, index) => ({
        netns: "",
        object: {
          ...(vlan?.object as Placed["object"]),
          name: `other${index}`,
          vlanId: 1 + index,
          mac: "02:00:00:00:00:01",
          alias: "somebody else's",
        },
      }));
      return [...objects, ...others];
    });
    const before = await kernel();
    const failure = await n1.refusedAdd("n1-app-3");
    expect(failure).toMatchObject({
      status: "INTERNAL",
      reason: "DATAPLANE_FAILED",
      facts: { cniCode: "101" },
    });
    expect(failure.message).toContain("File exists");
    expect(await kernel()).toEqual(before);
    const podUid = uidOf(podNamed("n1-app-3"));
    expect(await stack.ipam.failure("GetBranch", { podUid })).toMatchObject({
      status: "NOT_FOUND",
    });
    expect(await n1.remove("n1-app-2")).toEqual({ deleted: true });
  });
});
