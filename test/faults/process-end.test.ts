import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { executableOf, type Part } from "../support/configs.ts";
import { dynamicClient } from "../support/dynamic-client.ts";
import { startStack } from "../support/stack.ts";
import { podRef } from "../support/world.ts";
import { faultWorld, podNamed } from "./fault-world.ts";

/** Longest a service may take to end when it is asked to, milliseconds. */
const END_MS_MAX = 2_000;

const parts: readonly Part[] = ["node-daemon n1", "ipam-service", "policy-service", "ec2-emulator"];

describe("every service", () => {
  it("says one ready line, and on SIGTERM ends with 0 in time, leaving no socket or lock", async () => {
    await using stack = await startStack(faultWorld, { nodes: ["n1"] });
    await stack.ipam.call("AllocateBranch", {
      nodeName: "n1",
      pod: podRef(podNamed("n1-app-0")),
    });
    for (const part of parts) {
      const ready = stack.child(part).stdout();
      expect(ready).toMatch(new RegExp(`^${executableOf(part)} ready \\S+.*\\n$`));
      const ended = await stack.stop(part);
      expect(ended, part).toMatchObject({ code: 0, signal: null, stdout: ready });
      expect(ended.durationMs, part).toBeLessThan(END_MS_MAX);
    }
    const left = await readdir(stack.dir, { recursive: true });
    expect(left.filter((file) => /\.(sock|lock|pid|tmp|new)$/.test(file))).toEqual([]);
  });

  it("tells who watches its health that it stops serving, before it stops", async () => {
    await using stack = await startStack(faultWorld, { nodes: ["n1"] });
    const services = [
      { part: "node-daemon n1", address: stack.nodeAddress("n1") },
      { part: "ipam-service", address: stack.addresses.ipam },
      { part: "policy-service", address: stack.addresses.policy },
    ] as const;
    for (const { part, address } of services) {
      await using health = dynamicClient("grpc.health.v1.Health", address);
      const seen: string[] = [];
      const watching = (async () => {
        for await (const { status } of health.stream<{ status: string }>("Watch")) {
          seen.push(status);
          if (status === "NOT_SERVING") return;
        }
      })();
      await expect.poll(() => seen).toEqual(["SERVING"]);
      const ended = await stack.stop(part);
      await watching;
      expect(seen).toEqual(["SERVING", "NOT_SERVING"]);
      expect(ended, part).toMatchObject({ code: 0 });
      expect(ended.durationMs, part).toBeLessThan(END_MS_MAX);
    }
  });

  it("refuses to start beside one that has its place", async () => {
    await using stack = await startStack(faultWorld, { nodes: ["n1"] });
    await expect(stack.start("ipam-service")).rejects.toThrow(/did not start/);
    await expect(stack.start("node-daemon n1")).rejects.toThrow(/already listens|did not start/);
    // Those who were there first go on.
    expect(await stack.ipam.call("ListNodes")).toMatchObject({ items: [{ node: { name: "n1" } }] });
    expect(await stack.node("n1").call("Status")).toMatchObject({ nodeName: "n1" });
  });
});
