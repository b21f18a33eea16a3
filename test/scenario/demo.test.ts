import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AuthorizeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import type { DemoReport } from "@trunkline/cli";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accountReader } from "../support/account-view.ts";
import { ROOT } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { makePlace, type Place, runCommand, startCommand } from "./demo-process.ts";

// A machine that runs all tests at once needs longer than the usual minute.
vi.setConfig({ testTimeout: 120_000 });

const SHOP = join(ROOT, "examples/shop");

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place[Symbol.dispose]());

describe("the demo", () => {
  it("tells the whole story, ends with 0 and leaves nothing", async () => {
    const { code, stdout, stderr } = await runCommand(place, "demo");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^POD +NODE +INTERFACE +VLAN +ADDRESS +GROUPS +MODE$/m);
    expect(stdout).toMatch(/^shop\/api +n1 +eni-\w+ +\d+ +10\.0\.1\.\d+ +sg-app +strict$/m);
    expect(stdout).toMatch(/^shop\/web +n1 +eni-n1 +- +10\.0\.1\.\d+ +sg-node +-$/m);
    expect(stdout).toMatch(/^host +rule +10: iif vlan\.eth\.\d+ lookup \d+$/m);
    expect(stdout).toContain("shop/api → db1:5432 ALLOW");
    expect(stdout).toMatch(/^ +2 +ok +sg-app egress +tcp\/5432 to sg-db \(sgr-\w+\)$/m);
    expect(stdout).toMatch(/^ +3 +ok +sg-db ingress +tcp\/5432 from sg-app \(sgr-\w+\)$/m);
    expect(stdout).toContain("shop/web → db1:5432 DENY");
    expect(stdout).toContain("missing: sg-db ingress tcp/5432 from sg-node");
    expect(stderr.match(/^ {2}.*trunkline .*$/gm)).toHaveLength(2);
    expect(place.leftovers()).toEqual([]);
  });

  it("ends with 1 and says in JSON what differs when the outcome is another one", async () => {
    const folder = join(place.path, "shop");
    cpSync(SHOP, folder, { recursive: true });
    const cloud = readFileSync(join(folder, "cloud.yaml"), "utf8");
    const open = cloud.replaceAll(
      "UserIdGroupPairs: [{ GroupId: sg-app }]",
      "IpRanges: [{ CidrIp: 10.0.0.0/16 }]",
    );
    expect(open).not.toBe(cloud);
    writeFileSync(join(folder, "cloud.yaml"), open);
    const { code, stdout, stderr } = await runCommand(place, "demo", "--json", "--example", folder);
    expect(code, stderr).toBe(1);
    expect(stderr).toBe("");
    const report = JSON.parse(stdout) as DemoReport;
    expect(report.pods).toHaveLength(5);
    expect(report.differences).toContain("shop/web → db1:5432 verdict: expected DENY, found ALLOW");
    expect(place.leftovers()).toEqual([]);
  });

  it("shows the last log lines of a part that does not start, and leaves nothing", async () => {
    const folder = join(place.path, "shop");
    cpSync(SHOP, folder, { recursive: true });
    writeFileSync(join(folder, "cloud.yaml"), "Nonsense: [1]\n");
    const { code, stderr } = await runCommand(place, "demo", "--example", folder);
    expect(code).toBe(69);
    expect(stderr).toContain("trunkline: ec2-emulator ended with exit code");
    expect(stderr).toContain("Nonsense");
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(place.leftovers()).toEqual([]);
  });
});

describe("a demo that is kept", () => {
  it("answers the other commands until Ctrl-C, then leaves nothing", async () => {
    const kept = startCommand(place, "demo", "--keep");
    await kept.says("Ctrl-C ends everything");

    const pods = await runCommand(place, "pods", "--namespace", "shop", "--json");
    expect(pods.code, pods.stderr).toBe(0);
    expect(JSON.parse(pods.stdout).pods).toHaveLength(5);

    const allowed = await runCommand(place, "explain", "shop/api", "db1:5432");
    expect(allowed.code, allowed.stderr).toBe(0);
    const denied = await runCommand(place, "explain", "shop/api", "10.0.1.50:5433", "--json");
    expect(denied.code, denied.stderr).toBe(1);
    expect(JSON.parse(denied.stdout).verdict).toBe("DENY");
    const nobody = await runCommand(place, "explain", "shop/nobody", "db1:5432");
    expect(nobody.code).toBe(66);

    // Who holds which interface is ipam-service's to say; without it policies are what is left.
    const policy = systemOf(place).policy;
    const alone = await runCommand(place, "explain", "shop/api", "db1:5432", "--policy", policy);
    expect(allowed.stdout).not.toContain("judged by its policies");
    expect(alone.stdout).toContain("judged by its policies");
    const cut = ["--policy", policy, "--ipam", "127.0.0.1:1"];
    const without = await runCommand(place, "explain", "shop/api", "db1:5432", ...cut);
    expect(without.code, without.stderr).toBe(0);
    expect(without.stdout).toContain("the interface of shop/api was not looked up");

    const second = await runCommand(place, "demo", "--keep");
    expect(second.code).toBe(73);
    expect(second.stderr).toContain("a demo is up already");

    await openDatabaseToNodes(place);
    const web = ["explain", "shop/web", "db1:5432"];
    await eventually(async () => (await runCommand(place, ...web)).code === 0, 30_000);

    kept.process.kill("SIGINT");
    const { code, stderr } = await kept.ended;
    expect(code, stderr).toBe(0);
    expect(place.leftovers()).toEqual([]);
  });
});

function systemOf({ env }: Place): { readonly policy: string; readonly ec2: string } {
  const file = join(env["XDG_RUNTIME_DIR"] ?? "", "trunkline/system.json");
  return JSON.parse(readFileSync(file, "utf8"));
}

// The rule that figure 1 of the best-practices page warns of, made where rules are made: in EC2.
async function openDatabaseToNodes(place: Place): Promise<void> {
  await using account = accountReader(systemOf(place).ec2);
  const pair = { UserIdGroupPairs: [{ GroupId: "sg-node" }] };
  const rule = { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, ...pair };
  await account.client.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId: "sg-db", IpPermissions: [rule] }),
  );
}
