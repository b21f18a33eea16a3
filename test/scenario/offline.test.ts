import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExplanationView } from "@trunkline/cli";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { contractWorld } from "../contract/contract-world.ts";
import { ROOT } from "../support/child.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { makePlace, type Place, runCommand } from "./demo-process.ts";

// A machine that runs all tests at once needs longer than the usual minute.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const peerManifests = `
apiVersion: v1
kind: Service
metadata: {namespace: shop, name: peer}
spec: {selector: {role: peer}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: peer}
spec:
  podSelector: {matchLabels: {role: peer}}
  ingress: [{from: [{podSelector: {matchLabels: {role: api}}}], ports: [{port: 9090}]}]
`;

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place[Symbol.dispose]());

describe("files of a running system", () => {
  let stack: Stack;
  let files: string[];
  beforeAll(async () => {
    stack = await startStack(contractWorld, { ipam: false, nodes: [] });
    const account = join(stack.dir, "account.json");
    const response = await fetch(`${stack.addresses.ec2}/_trunkline/dump`);
    writeFileSync(account, await response.text());
    files = ["--manifests", stack.files.manifestsDir, "--cloud", account];
  });
  afterAll(() => stack?.[Symbol.asyncDispose]());

  it.each([
    ["explain", "shop/n1-app-0", "shop/n1-app-1:80"],
    ["explain", "shop/n1-plain-0", "shop/n1-app-0:80"],
    ["explain", "10.0.1.11", "shop/n1-app-0:443/udp", "--mode", "standard"],
    ["explain", "shop/n1-app-0", "shop/nobody:80"],
    ["who-can", "shop/n1-app-0:80"],
  ])("give the answer of its service to %s %s %s", async (...question) => {
    const ask = (...targets: string[]) => runCommand(place, ...question, "--json", ...targets);
    const [asked, read] = await Promise.all([
      ask("--policy", stack.addresses.policy),
      ask(...files),
    ]);
    expect(read).toEqual(asked);
    expect(asked.stdout + asked.stderr).not.toBe("");
  });
});

describe("files alone", () => {
  const shop = join(ROOT, "examples/shop");
  const manifests = ["--manifests", join(shop, "kubernetes")];
  const cloud = ["--cloud", join(shop, "cloud.yaml")];

  it("say why a connection is refused, and what would allow it", async () => {
    const asked = ["explain", "shop/web", "db1:5432", ...manifests, ...cloud];
    const { code, stdout, stderr } = await runCommand(place, ...asked);
    expect(code, stderr).toBe(1);
    expect(stdout).toContain("DENY");
    expect(stderr).toContain("aws ec2 authorize-security-group-ingress");
  });

  it("say which line of a network policy decided, and where a Service leads", async () => {
    const extra = join(place.path, "extra");
    mkdirSync(extra);
    cpSync(join(shop, "kubernetes"), extra, { recursive: true });
    writeFileSync(join(extra, "peer.yaml"), peerManifests);
    const files = ["--manifests", extra, ...cloud];
    const asked = ["explain", "shop/api", "service/shop/peer:80"];
    const { stdout } = await runCommand(place, ...asked, "--json", ...files);
    const view = JSON.parse(stdout) as ExplanationView;
    expect(view.service).toMatchObject({
      title: "Service shop/peer tcp/80",
      reach: "none",
      backends: [{ title: "shop/peer", port: 8080, verdict: "DENY" }],
    });
    expect(view.steps.flatMap(({ policies = [] }) => policies)).toEqual([
      {
        ...{ kind: "NetworkPolicy", namespace: "shop", name: "peer" },
        ...{ at: "spec.podSelector", effect: "Isolate" },
      },
    ]);
    expect(view.networkPolicyModel).toBe("spec");
    const aws = await runCommand(place, ...asked, "--network-policy-model", "aws", ...files);
    expect(aws.stdout).toContain(
      "near: NetworkPolicy shop/peer spec.ingress[0].from[0] covers shop/api but not tcp/8080",
    );
    expect(aws.stdout).toContain("  Service shop/peer tcp/80: 1 backend, no way is open");
  });

  it("may be what several describe commands printed", async () => {
    const account = JSON.parse(
      readFileSync(join(ROOT, "test/scenario/offline-account.json"), "utf8"),
    ) as Record<string, unknown>;
    const files = Object.entries(account).map(([list, rows]) => {
      const file = join(place.path, `${list}.json`);
      writeFileSync(file, JSON.stringify({ [list]: rows }));
      return file;
    });
    const asked = ["explain", "eni-a", "eni-b:5432", "--cloud", ...files];
    const { code, stdout, stderr } = await runCommand(place, ...asked);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("ALLOW");
    expect(stdout).toContain("no route tables");
  });

  it("list the pods with the groups that they should have", async () => {
    const { code, stdout } = await runCommand(place, "pods", "--json", ...manifests, ...cloud);
    expect(code).toBe(0);
    const { pods } = JSON.parse(stdout) as { pods: object[] };
    expect(pods).toContainEqual({
      pod: "shop/api",
      node: "n1",
      kind: "branch",
      eniId: "",
      address: "",
      groups: ["sg-app"],
      mode: "strict",
      state: "waiting",
    });
  });

  it("without EC2's answers, and beside a service, are refused with what to do", async () => {
    const flow = ["explain", "shop/web", "db1:5432"];
    const alone = await runCommand(place, ...flow, ...manifests);
    expect(alone.code).toBe(69);
    expect(alone.stderr).toContain("no file of what `aws ec2 describe-…` prints was named");
    const both = await runCommand(place, ...flow, ...manifests, "--policy", "127.0.0.1:1");
    expect(both.code).toBe(64);
    expect(both.stderr).toContain("files and services are named in one command");
  });

  it("that are wrong are refused with every problem, each at its place", async () => {
    const [bad, empty] = [join(place.path, "bad.json"), join(place.path, "empty.json")];
    writeFileSync(bad, JSON.stringify({ SecurityGroups: [{ GroupId: 7 }] }));
    writeFileSync(empty, "{");
    const flow = ["explain", "eni-a", "eni-b:1"];
    const unread = await runCommand(place, ...flow, "--cloud", bad, empty);
    expect(unread.stderr).toContain(`${empty}: cannot be read`);
    const wrong = await runCommand(place, ...flow, "--cloud", bad);
    expect([unread.code, wrong.code]).toEqual([64, 64]);
    expect(wrong.stderr).toContain(`${bad}: `);
    expect(wrong.stderr).toContain("GroupId");
  });
});
