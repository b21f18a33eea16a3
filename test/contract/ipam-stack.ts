import { afterAll, beforeAll } from "vitest";
import { type Stack, startStack } from "../support/stack.ts";
import { contractWorld } from "./contract-world.ts";

/**
 * The system that all suites of one test file share: starting it costs more than all that is asked
 * of it. No node has a daemon.
 */
export let stack: Stack;

beforeAll(async () => {
  stack = await startStack(contractWorld, { nodes: [] });
});
afterAll(() => stack?.[Symbol.asyncDispose]());
