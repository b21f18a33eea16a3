import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, start } from "../support/child.ts";
import { AWS_ENVIRONMENT, configOf } from "../support/configs.ts";
import { type DynamicClient, dynamicClient } from "../support/dynamic-client.ts";
import type { ResolvePodResponse } from "../support/messages.ts";
import { type TempDir, tempDir } from "../support/temp-dir.ts";
import { groupId, writeWorld } from "../support/world.ts";
import { contractWorld } from "./contract-world.ts";

// A server that has read the manifests and cannot reach EC2: half of the world is missing.

/** Nobody listens on port 1. */
const NOWHERE = "127.0.0.1:1";

let dir: TempDir;
let child: Child;
let client: DynamicClient;
beforeAll(async () => {
  dir = await tempDir();
  const files = await writeWorld(dir.path, contractWorld);
  const addresses = { ec2: NOWHERE, policy: "", ipam: "" };
  const config = configOf("policy-service", { dir: dir.path, files, ...addresses });
  const file = join(dir.path, "policy-service.yaml");
  await writeFile(file, JSON.stringify(config));
  child = await start("policy-service", { args: ["--config", file], env: AWS_ENVIRONMENT });
  client = dynamicClient("trunkline.policy.v1.PolicyService", child.ready.grpc ?? "");
});
afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
  await child?.[Symbol.asyncDispose]();
  await dir?.[Symbol.asyncDispose]();
});

const pod = (name: string) => ({ pod: { namespace: "shop", name } });
const flow = { source: pod("n1-app-0"), destination: pod("n1-app-1"), protocol: "tcp", port: 80 };

describe("a policy-service that cannot reach EC2", () => {
  it("still says which groups a pod gets: only manifests decide that", async () => {
    const answer = await client.call<ResolvePodResponse>("ResolvePod", pod("n1-app-0"));
    expect(answer).toMatchObject({ source: "SOURCE_POLICY", groupIds: [groupId("app")] });
  });

  it.each([
    ["Evaluate", { flows: [flow] }],
    ["Explain", { flow }],
    ["WhoCan", { destination: pod("n1-app-0"), protocol: "tcp", port: 80 }],
    ["Audit", {}],
  ])("answers %s with UNAVAILABLE and RetryInfo instead of guessing", async (method, request) => {
    const failure = await client.failure(method, request);
    expect(failure).toMatchObject({
      status: "UNAVAILABLE",
      reason: "NOT_READY",
      domain: "trunkline.dev",
    });
    expect(failure.retryAfterMs).toBeGreaterThan(0);
    expect(failure.message).toContain("EC2");
  });
});
