import { afterAll, beforeAll } from "vitest";
import { type Stack, startStack } from "../support/stack.ts";
import { contractWorld } from "./contract-world.ts";
import { type NodeCalls, nodeCalls } from "./node-calls.ts";

/** The system that all suites of one test file share, with daemons on n1 and small. */
export let stack: Stack;

/** The verbs against the daemon of n1. */
export let n1: NodeCalls;

beforeAll(async () => {
  stack = await startStack(contractWorld, { nodes: ["n1", "small"] });
  n1 = nodeCalls(stack);
});
afterAll(() => stack?.[Symbol.asyncDispose]());
