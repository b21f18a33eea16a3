import { type CniCall, cniRequest } from "../support/cni.ts";
import type { DynamicClient, Failure } from "../support/dynamic-client.ts";
import type { NodePod } from "../support/messages.ts";
import type { Stack } from "../support/stack.ts";
import { podNamed } from "./contract-world.ts";

/** trunkline.node.v1.AddResponse. */
export interface AddResponse {
  readonly result: Uint8Array;
  readonly pod: NodePod;
}

/** A request that a runtime makes for a pod of the contract's world. */
export function nodeRequest(podName: string, command: string, others: Partial<CniCall> = {}) {
  const pod = podNamed(podName);
  return { cni: cniRequest({ command, socket: "/not/used/by/the/daemon", pod, ...others }) };
}

/** The verbs of a container runtime, for pods of node n1. */
export interface NodeCalls {
  readonly client: DynamicClient;
  add(podName: string, others?: Partial<CniCall>): Promise<AddResponse>;
  refusedAdd(podName: string, others?: Partial<CniCall>): Promise<Failure>;
  remove(podName: string, others?: Partial<CniCall>): Promise<{ deleted: boolean }>;
}

/** The verbs against the daemon of n1. */
export function nodeCalls(stack: Stack): NodeCalls {
  const client = stack.node("n1");
  return {
    client,
    add: (podName, others) => client.call("Add", nodeRequest(podName, "ADD", others)),
    refusedAdd: (podName, others) => client.failure("Add", nodeRequest(podName, "ADD", others)),
    remove: (podName, others) => client.call("Delete", nodeRequest(podName, "DEL", others)),
  };
}
