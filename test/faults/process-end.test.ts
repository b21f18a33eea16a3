import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executableOf, type Part } from "../support/configs.ts";
import { dynamicClient } from "../support/dynamic-client.ts";
import { eventually } from "../support/eventually.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { podRef } from "../support/world.ts";
import { faultWorld, podNamed } from "./fault-world.ts";

/** Longest a service may take to end when it is asked to, milliseconds. */
const END_MS_MAX = 2_000;

/** Callers before those they ask. */
const parts: readonly Part[] = ["node-daemon n1", "ipam-service", "policy-service", "ec2-emulator"];

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(faultWorld, { nodes: ["n1"] });
  await stack.ipam.call("AllocateBranch", { nodeName: "n1", pod: podRef(podNamed("n1-app-0")) });
});
afterAll(() => stack?.[Symbol.asyncDispose]());

/** What a server says about its health from now until it is gone. */
function watchHealth(address: string): { readonly seen: string[]; readonly ended: Promise<void> } {
  const seen: string[] = [];
  const watch = async () => {
    await using health = dynamicClient("grpc.health.v1.Health", address);
    for await (const { status } of health.stream<{ status: string }>("Watch")) {
      seen.push(status);
      if (status === "NOT_SERVING") return;
    }
  };
  return { seen, ended: watch() };
}

function grpcAddress(part: Part): string | undefined {
  switch (part) {
    case "ec2-emulator":
      return undefined;
    case "policy-service":
      return stack.addresses.policy;
    case "ipam-service":
      return stack.addresses.ipam;
    default:
      return stack.nodeAddress("n1");
  }
}

describe("a service", () => {
  it.each(["ipam-service", "node-daemon n1"] as const)(
    "refuses to start beside a %s that has its place",
    async (part) => {
      await expect(stack.start(part)).rejects.toThrow(/did not start/);
      // The one that was there first goes on.
      if (part === "ipam-service") {
        const nodes = await stack.ipam.call("ListNodes");
        expect(nodes).toMatchObject({ items: [{ node: { name: "n1" } }] });
      } else {
        expect(await stack.node("n1").call("Status")).toMatchObject({ nodeName: "n1" });
      }
    },
  );

  it.each(parts)("%s said one line, tells its watchers, and ends with 0 in time", async (part) => {
    const ready = stack.child(part).stdout();
    expect(ready).toMatch(new RegExp(`^${executableOf(part)} ready \\S+.*\\n$`));
    const address = grpcAddress(part);
    const health = address === undefined ? undefined : watchHealth(address);
    if (health) await eventually(() => health.seen.length > 0);
    const ended = await stack.stop(part);
    await health?.ended;
    expect(health?.seen ?? []).toEqual(health ? ["SERVING", "NOT_SERVING"] : []);
    expect(ended).toMatchObject({ code: 0, signal: null, stdout: ready });
    expect(ended.durationMs).toBeLessThan(END_MS_MAX);
  });

  it("leaves no socket, lock or half-written file", async () => {
    const left = await readdir(stack.dir, { recursive: true });
    expect(left.filter((file) => /\.(sock|lock|pid|tmp|new)$/.test(file))).toEqual([]);
  });
});
