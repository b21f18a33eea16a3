import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { seededRandom } from "@trunkline/core";
import { type Emulator, startEmulator } from "@trunkline/ec2-emulator";
import { createLog, systemClock } from "@trunkline/process";
import { PolicyServiceDefinition, Verdict } from "@trunkline/proto/policy";
import { type Connection, connect } from "@trunkline/rpc";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { configSchema } from "./config.ts";
import { addressEnd, namedEnd, podEnd, toDb } from "./service/shop.test-support.ts";
import { type PolicyService, startPolicy } from "./start-policy.ts";

const shop = join(import.meta.dirname, "../../../examples/shop");
const context = { clock: systemClock, random: seededRandom(1), log: createLog("test", "silent") };

let folder: string;
let emulator: Emulator;
let ec2: EC2Client;
let service: PolicyService;
let connection: Connection;

const client = () => connection.client(PolicyServiceDefinition);
const explain = (flow: object) => client().explain({ flow });

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  folder = mkdtempSync(join(tmpdir(), "policy-"));
  cpSync(join(shop, "kubernetes"), folder, { recursive: true });
  const account: unknown = parse(readFileSync(join(shop, "cloud.yaml"), "utf8"));
  emulator = await startEmulator({ account, ...context });
  ec2 = new EC2Client({ region: "us-west-2", endpoint: emulator.endpoint });
  const config = v.parse(configSchema, {
    listen: "127.0.0.1:0",
    manifests: folder,
    region: "us-west-2",
    ec2Endpoint: emulator.endpoint,
    pollMs: 50,
    // Long enough that nothing in these tests is seen by chance.
    cloudRefreshSec: 3600,
  });
  service = await startPolicy(config, context);
  connection = connect({ address: service.address, name: "policy-service" });
});
afterAll(async () => {
  connection?.close();
  await service?.close();
  ec2?.destroy();
  await emulator?.close();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

describe("policy-service over EC2", () => {
  it("judges the example as the example says, with the ids of the rules", async () => {
    const allowed = await explain(toDb(podEnd("api")));
    expect(allowed.verdict).toBe(Verdict.VERDICT_ALLOW);
    const rules = allowed.steps.flatMap((step) => step.rules);
    expect(rules.map(({ text }) => text)).toEqual(["tcp/5432 to sg-db", "tcp/5432 from sg-app"]);
    for (const { ruleId } of rules) expect(ruleId).toMatch(/^sgr-/);
    const denied = await explain(toDb(podEnd("web")));
    expect(denied.verdict).toBe(Verdict.VERDICT_DENY);
    expect(denied.steps.at(-1)?.missingRule).toBe("sg-db ingress tcp/5432 from sg-node");
  });

  it("says the same whether the world is read or made from the file", async () => {
    const flows = ["api", "api-2", "peer", "web", "web-2"].flatMap((name) => [
      toDb(podEnd(name)),
      { ...toDb(podEnd(name)), destination: addressEnd("192.0.2.1"), port: 443 },
      { ...toDb(namedEnd("db1")), destination: podEnd(name), port: 8080 },
    ]);
    const { verdicts } = await client().evaluate({ flows });
    expect(verdicts).toHaveLength(15);
    expect(verdicts).not.toContain(Verdict.VERDICT_UNSPECIFIED);
  });

  it("knows a branch that was made a moment ago", async () => {
    const { NetworkInterface: made } = await ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: "subnet-priv-a", Groups: ["sg-app"] }),
    );
    const eniId = made?.NetworkInterfaceId ?? "";
    await ec2.send(
      new CreateTagsCommand({
        Resources: [eniId],
        Tags: [{ Key: "vpcresources.k8s.aws/trunk-eni-id", Value: "eni-n1" }],
      }),
    );
    expect((await explain(toDb(podEnd("api", eniId)))).verdict).toBe(Verdict.VERDICT_ALLOW);
    const back = { ...toDb(podEnd("web")), source: { key: { $case: "eniId", value: eniId } } };
    expect((await explain(back)).verdict).toBe(Verdict.VERDICT_ALLOW);
  });

  it("judges a group only once EC2 has it", async () => {
    const policy = (groupId: string) => `
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: new, labels: {role: new}}
spec: {nodeName: n1}
---
apiVersion: vpcresources.k8s.aws/v1beta1
kind: SecurityGroupPolicy
metadata: {namespace: shop, name: new}
spec: {podSelector: {matchLabels: {role: new}}, securityGroups: {groupIds: [${groupId}]}}
`;
    const outside = { ...toDb(podEnd("new")), destination: addressEnd("192.0.2.1"), port: 443 };
    writeFileSync(join(folder, "new.yaml"), policy("sg-none"));
    await vi.waitFor(async () => {
      const { verdict, steps } = await explain(outside);
      expect(verdict).toBe(Verdict.VERDICT_UNKNOWN);
      expect(JSON.stringify(steps)).toContain("sg-none");
    }, 5_000);
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "new", Description: "new", VpcId: "vpc-shop" }),
    );
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 1, ToPort: 9, IpRanges: [{ CidrIp: "10.0.0.0/8" }] },
        ],
      }),
    );
    writeFileSync(join(folder, "new.yaml"), policy(GroupId ?? ""));
    await vi.waitFor(async () => {
      // A new group allows everything out.
      expect((await explain(outside)).verdict).toBe(Verdict.VERDICT_ALLOW);
    }, 5_000);
    const inside = { ...toDb(podEnd("web")), destination: podEnd("new"), port: 9 };
    expect((await explain(inside)).verdict).toBe(Verdict.VERDICT_ALLOW);
    expect((await explain({ ...inside, port: 10 })).verdict).toBe(Verdict.VERDICT_DENY);
  });
});
