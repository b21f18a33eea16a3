import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CniCall, type CniError, cni, cniFailure, cniRequest } from "../support/cni.ts";
import { eventually } from "../support/eventually.ts";
import { type Stack, type StackOptions, startStack } from "../support/stack.ts";
import type { WorldSpec } from "../support/world.ts";
import { faultWorld, podNamed } from "./fault-world.ts";

/** How long an ADD waits for ipam-service in these tests, milliseconds. */
const ADD_TIMEOUT_MS = 1_500;

/** How long an ADD that must succeed is repeated, milliseconds: a busy machine may need a second try. */
const RUNTIME_PATIENCE_MS = 20_000;

/** A stack in which ADD gives up soon and quarantine is short, with the plugin at hand. */
export interface FaultStack extends AsyncDisposable {
  readonly stack: Stack;
  /** ADD of a pod on n1, repeated as a runtime does; returns its CNI result. */
  add(podName: string, others?: Partial<CniCall>): Promise<CniResult>;
  /** ADD of a pod that must fail; returns the CNI error. */
  refusedAdd(
    podName: string,
    others?: Partial<CniCall>,
  ): Promise<CniError & { readonly text: string }>;
  /** DEL; must succeed. */
  remove(podName: string, others?: Partial<CniCall>): Promise<void>;
  /** ADD or DEL without a plugin in between, as the plugin would ask for it: starts no process. */
  ask(verb: "Add" | "Delete", podName: string): Promise<unknown>;
  /** The kernel objects of n1 that its daemon keeps on file, as sorted text. */
  kernelObjects(): Promise<string[]>;
}

/** A CNI result. Source: CNI specification 1.1, section "Success". */
export interface CniResult {
  readonly cniVersion: string;
  readonly interfaces: readonly { readonly name: string; readonly sandbox?: string }[];
  readonly ips: readonly { readonly address: string; readonly gateway?: string }[];
}

/** Starts the stack with a daemon on n1. */
export async function startFaultStack(
  config: StackOptions["config"] = {},
  world: WorldSpec = faultWorld,
): Promise<FaultStack> {
  const stack = await startStack(world, {
    nodes: ["n1"],
    config: {
      ...config,
      "node-daemon n1": { addTimeoutMs: ADD_TIMEOUT_MS, ...config["node-daemon n1"] },
    },
  });
  const socket = stack.nodeAddress("n1").slice("unix:".length);
  const call = (command: string, podName: string, others: Partial<CniCall> = {}): CniCall => ({
    command,
    socket,
    pod: podNamed(podName),
    ...others,
  });
  return {
    stack,
    add: (podName, others) =>
      eventually(async () => {
        const { code, document, stdout, stderr } = await cni(call("ADD", podName, others));
        if (code !== 0) throw new Error(`ADD of ${podName} failed: ${stdout}${stderr}`);
        return document as CniResult;
      }, RUNTIME_PATIENCE_MS),
    refusedAdd: (podName, others) => cniFailure(call("ADD", podName, others)),
    remove: async (podName, others) => {
      const { code, stdout, stderr } = await cni(call("DEL", podName, others));
      if (code !== 0 || stdout !== "") {
        throw new Error(`DEL of ${podName} ended with ${code}: ${stdout}${stderr}`);
      }
    },
    ask: (verb, podName) => {
      const command = verb === "Add" ? "ADD" : "DEL";
      return stack.node("n1").call(verb, { cni: cniRequest(call(command, podName)) });
    },
    kernelObjects: () => readPlan(join(stack.dir, "state-n1", "plan.json")),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

async function readPlan(file: string): Promise<string[]> {
  const objects = JSON.parse(await readFile(file, "utf8")) as object[];
  return objects.map((object) => JSON.stringify(object)).sort();
}
