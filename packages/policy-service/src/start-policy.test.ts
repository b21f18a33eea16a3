import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom, TrunklineError } from "@trunkline/core";
import { type Log, systemClock } from "@trunkline/process";
import { PolicyServiceDefinition } from "@trunkline/proto/policy";
import { connect } from "@trunkline/rpc";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { configSchema } from "./config.ts";
import { startPolicy } from "./start-policy.ts";

const pod = (name: string, role: string) => `
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: ${name}, labels: {role: ${role}}}
`;
const policy = (groupId: string) => `
apiVersion: vpcresources.k8s.aws/v1beta1
kind: SecurityGroupPolicy
metadata: {namespace: shop, name: api}
spec: {podSelector: {matchLabels: {role: api}}, securityGroups: {groupIds: [${groupId}]}}
`;

let folder: string;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "policy-"));
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the service where nobody answers as EC2. */
async function start(options: object = {}) {
  const logged: { readonly message: string; readonly fields: Record<string, unknown> }[] = [];
  const note = (fields: object, message: string) =>
    void logged.push({ message, fields: { ...fields } });
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note };
  const config = v.parse(configSchema, {
    listen: "127.0.0.1:0",
    manifests: folder,
    region: "us-west-2",
    ec2Endpoint: "http://127.0.0.1:9",
    pollMs: 50,
    ...options,
  });
  const service = await startPolicy(config, { log, clock: systemClock, random: seededRandom(1) });
  const connection = connect({ address: service.address, name: "policy-service" });
  const client = connection.client(PolicyServiceDefinition);
  return {
    address: service.address,
    logged,
    client,
    groups: async (name: string) => {
      const answer = await client.resolvePod({ pod: { namespace: "shop", name } });
      return { groupIds: answer.groupIds, revision: Number(answer.revision) };
    },
    async [Symbol.asyncDispose]() {
      connection.close();
      await service.close();
    },
  };
}

const until = { timeout: 5_000, interval: 20 };

describe("policy-service without EC2", () => {
  it("starts, resolves pods and says why it judges nothing", async () => {
    write("a.yaml", `${pod("api", "api")}---${policy("sg-1")}`);
    await using service = await start();
    expect((await service.groups("api")).groupIds).toEqual(["sg-1"]);
    const end = { key: { $case: "address" as const, value: "10.0.0.1" } };
    const flow = { source: end, destination: end, protocol: "tcp", port: 80 };
    const refused = service.client.explain({ flow });
    await expect(refused).rejects.toThrow(/EC2 was not read yet: .*ECONNREFUSED/);
    await expect(service.client.evaluate({ flows: [flow] })).rejects.toMatchObject({
      code: "NOT_READY",
    });
    expect(service.logged.map(({ message }) => message)).toEqual([
      "EC2 cannot be read; trying again",
    ]);
  });
});

describe("manifests that change under a running service", () => {
  it("change the world, and its revision only when they say something else", async () => {
    write("a.yaml", `${pod("api", "api")}---${policy("sg-1")}`);
    await using service = await start();
    const first = await service.groups("api");
    write("a.yaml", `${pod("api", "api")}---${policy("sg-2")}`);
    await vi.waitFor(async () => {
      expect((await service.groups("api")).groupIds).toEqual(["sg-2"]);
    }, until);
    write("a.yaml", `# a comment\n${pod("api", "api")}---${policy("sg-2")}`);
    write("b.yaml", pod("web", "web"));
    await vi.waitFor(() => service.groups("web"), until);
    expect((await service.groups("api")).revision).toBe(first.revision + 2);
    rmSync(join(folder, "b.yaml"));
    await vi.waitFor(async () => {
      await expect(service.groups("web")).rejects.toMatchObject({ code: "NOT_FOUND" });
    }, until);
  });

  it("and are broken leave the last good world, with one warning a change", async () => {
    write("a.yaml", `${pod("api", "api")}---${policy("sg-1")}`);
    await using service = await start();
    const broken = () => {
      return service.logged.filter(({ message }) => message.startsWith("manifests are broken"));
    };
    const before = await service.groups("api");
    write("a.yaml", `${pod("api", "api")}---${policy("[sg-2")}`);
    await vi.waitFor(() => expect(broken()).toHaveLength(1), until);
    await systemClock.sleep(300);
    expect(await service.groups("api")).toEqual(before);
    expect(broken()).toHaveLength(1);
    expect(JSON.stringify(broken()[0]?.fields)).toContain("a.yaml:");
    write("a.yaml", `${pod("api", "api")}---${policy("sg-3")}`);
    await vi.waitFor(async () => {
      expect((await service.groups("api")).groupIds).toEqual(["sg-3"]);
    }, until);
  });

  it("and hold a policy that does nothing are taken, with a warning that says where", async () => {
    write("a.yaml", policy(""));
    await using service = await start();
    expect(service.logged[0]).toMatchObject({
      message: "policies are ignored",
      fields: {
        policies: [
          "a.yaml:2: SecurityGroupPolicy shop/api: " +
            "spec.securityGroups.groupIds: no group is named",
        ],
      },
    });
  });
});

describe("policy-service refuses to start", () => {
  it("with broken manifests, listing every problem", async () => {
    write("a.yaml", "kind: Pod");
    write("b.yaml", "a: [");
    const error = await start().catch((reason: unknown) => reason);
    if (!(error instanceof TrunklineError)) throw new Error(`started: ${String(error)}`);
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.problems.map(({ field }) => field)).toEqual(["a.yaml:1", "a.yaml:1", "b.yaml:1"]);
  });

  it("without a folder", async () => {
    await expect(start({ manifests: join(folder, "none") })).rejects.toThrow(/ENOENT/);
  });

  it("without a region", async () => {
    for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_CONFIG_FILE", join(folder, "none"));
    await expect(start({ region: undefined })).rejects.toThrow(/no region is known/);
  });

  it("where somebody listens already", async () => {
    await using first = await start();
    await expect(start({ listen: first.address })).rejects.toMatchObject({ code: "NOT_READY" });
  });
});
