import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { contractWorld } from "../contract/contract-world.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { makePlace, type Place, runCommand } from "./demo-process.ts";

// A machine that runs all tests at once needs longer than the usual minute.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(contractWorld, { ipam: false, nodes: [] });
});
afterAll(() => stack?.[Symbol.asyncDispose]());

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place[Symbol.dispose]());

const whoCan = (...args: string[]) =>
  runCommand(place, "who-can", ...args, "--policy", stack.addresses.policy);

it("who-can counts who is let in, and quotes the rules of both ends", async () => {
  const { code, stdout, stderr } = await whoCan("shop/n1-app-0:80");
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^VERDICT +PODS +WHO +VIA$/m);
  expect(stdout).toMatch(/^ALLOW +\d+ +shop\/.* and \d+ more +app .+ \(sgr-\w+\) -> app .+$/m);
  expect(stdout).not.toContain("plain");
  expect(stderr).toContain("next: trunkline explain shop/");
});

it("who-can names every pod in JSON", async () => {
  const { stdout } = await whoCan("shop/n1-app-0:80", "--json");
  const { sources } = JSON.parse(stdout) as { sources: { verdict: string; pods: string[] }[] };
  expect(sources.flatMap(({ pods }) => pods)).toContain("shop/n1-app-1");
});

it("who-can ends with 66 for a destination that is not there, with 64 without a port", async () => {
  expect((await whoCan("db9:5432")).code).toBe(66);
  expect((await whoCan("shop/n1-app-0")).code).toBe(64);
});
