import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXECUTABLES, run } from "../support/child.ts";
import { AWS_ENVIRONMENT, configOf } from "../support/configs.ts";
import type { ResolvePodResponse } from "../support/messages.ts";
import { saysNoStack } from "../support/says-no-stack.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { tempDir } from "../support/temp-dir.ts";
import { groupId, writeWorld } from "../support/world.ts";
import { faultWorld } from "./fault-world.ts";

const MALFORMED = "kind: Pod\nmetadata: {name: [\n";

const policy = (name: string, spec: object) =>
  JSON.stringify({
    apiVersion: "vpcresources.k8s.aws/v1beta1",
    kind: "SecurityGroupPolicy",
    metadata: { namespace: "shop", name },
    spec,
  });

const INEFFECTIVE = [
  policy("no-selector", { securityGroups: { groupIds: [groupId("app")] } }),
  policy("no-groups", { podSelector: { matchLabels: { role: "plain" } } }),
  policy("empty-groups", {
    podSelector: { matchLabels: { role: "plain" } },
    securityGroups: { groupIds: [] },
  }),
].join("\n---\n");

/** Exit code of a wrong configuration. Source: sysexits.h, EX_CONFIG. */
const EX_CONFIG = 78;

function resolve(name: string): Promise<ResolvePodResponse> {
  return stack.policy.call("ResolvePod", { pod: { namespace: "shop", name } });
}

let stack: Stack;
beforeAll(async () => {
  const config = { "policy-service": { pollMs: 50 } };
  stack = await startStack(faultWorld, { nodes: [], ipam: false, config });
});
afterAll(() => stack?.[Symbol.asyncDispose]());

describe("policy-service", () => {
  it("does not start on malformed manifests, and names every file, line and reason", async () => {
    await using dir = await tempDir();
    const files = await writeWorld(dir.path, faultWorld);
    await writeFile(join(files.manifestsDir, "broken.yaml"), MALFORMED);
    await writeFile(join(files.manifestsDir, "wrong.yaml"), "kind: Pod\napiVersion: v1\nspec: 7\n");
    const addresses = { ec2: "127.0.0.1:1", policy: "", ipam: "" };
    const config = configOf("policy-service", { dir: dir.path, files, ...addresses });
    const file = join(dir.path, "policy.yaml");
    await writeFile(file, JSON.stringify(config));
    const { code, stdout, stderr } = await run(process.execPath, {
      args: [EXECUTABLES["policy-service"], "--config", file],
      env: AWS_ENVIRONMENT,
    });
    expect({ code, stdout }).toEqual({ code: EX_CONFIG, stdout: "" });
    expect(stderr).toMatch(/broken\.yaml:\d+: not YAML/);
    expect(stderr).toMatch(/wrong\.yaml:\d+: .*metadata/);
    saysNoStack(stderr);
  });

  it("keeps the world it has when a file becomes malformed, and takes up what is mended", async () => {
    const { revision } = await resolve("n1-app-0");
    const file = join(stack.files.manifestsDir, "later.yaml");
    await writeFile(file, MALFORMED);
    const { stderr } = stack.child("policy-service");
    await expect.poll(stderr).toMatch(/later\.yaml:\d+: not YAML/);
    expect(await resolve("n1-app-0")).toMatchObject({
      revision,
      groupIds: [groupId("app")],
    });
    await writeFile(
      file,
      policy("more", {
        podSelector: { matchLabels: { role: "app" } },
        securityGroups: { groupIds: [groupId("more")] },
      }),
    );
    await expect
      .poll(async () => (await resolve("n1-app-0")).groupIds)
      .toEqual([groupId("app"), groupId("more")]);
    await rm(file);
    await expect.poll(async () => (await resolve("n1-app-0")).groupIds).toEqual([groupId("app")]);
    saysNoStack(stderr());
  });

  it("passes over a policy without selector or groups, and says so", async () => {
    await writeFile(join(stack.files.manifestsDir, "ineffective.yaml"), INEFFECTIVE);
    const { stderr } = stack.child("policy-service");
    await expect.poll(stderr).toContain("policies are ignored");
    for (const name of ["no-selector", "no-groups", "empty-groups"]) {
      expect(stderr()).toContain(`shop/${name}`);
    }
    // A policy that selects nobody by mistake must not take the pod's groups from it.
    expect(await resolve("n1-app-0")).toMatchObject({ groupIds: [groupId("app")] });
    const plain = await resolve("n1-plain-0");
    expect(plain).toMatchObject({ source: "SOURCE_NODE", groupIds: [], policies: [] });
    expect(plain.ignored.join("\n")).toContain("shop/no-groups");
    expect(plain.ignored.join("\n")).toContain("shop/empty-groups");
    saysNoStack(stderr());
  });
});
