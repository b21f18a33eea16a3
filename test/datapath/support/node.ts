// A node daemon in this process, and the requests a container runtime would make.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrunklineError } from "@trunkline/core";
import { configSchema, startNode } from "@trunkline/node-daemon";
import { createLog, type Running, systemClock } from "@trunkline/process";
import { NodeServiceDefinition } from "@trunkline/proto/node";
import { type Connection, connect } from "@trunkline/rpc";
import type { Client } from "nice-grpc";
import * as v from "valibot";

export type NodeClient = Client<NodeServiceDefinition, { deadlineMs?: number }>;

export interface TestNode extends AsyncDisposable {
  readonly folder: string;
  readonly socket: string;
  readonly client: NodeClient;
  /** Ends the daemon and starts it again on the same folder. */
  restart(overrides?: object): Promise<void>;
  close(): Promise<void>;
}

export interface NodeOptions {
  readonly ipamAddress: string;
  /** Configuration keys besides the names. */
  readonly config?: object;
}

/** Starts a daemon with the plan datapath unless the configuration says otherwise. */
export async function startTestNode(options: NodeOptions): Promise<TestNode> {
  const folder = await mkdtemp(join(tmpdir(), "trunkline-node-"));
  const socket = join(folder, "node.sock");
  let running: Running;
  let connection: Connection;
  const start = async (overrides: object) => {
    running = await startNode(nodeConfig(folder, options, overrides), context());
    connection = connect({ address: `unix:${socket}`, name: "node daemon" });
  };
  const stop = async () => {
    connection.close();
    await running.close();
  };
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  await start({}).catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  const close = async () => {
    await stop();
    await removeFolder();
  };
  return {
    folder,
    socket,
    get client() {
      return connection.client(NodeServiceDefinition);
    },
    restart: async (overrides = {}) => {
      await stop();
      await start(overrides);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function nodeConfig(folder: string, options: NodeOptions, overrides: object) {
  return v.parse(configSchema, {
    listen: `unix:${folder}/node.sock`,
    stateDir: join(folder, "state"),
    ipamAddress: options.ipamAddress,
    nodeName: "node-1",
    instanceId: "i-1",
    datapath: "plan",
    addTimeoutMs: 2000,
    ...options.config,
    ...overrides,
  });
}

function context() {
  return { log: createLog("node-daemon", "silent"), clock: systemClock, random: Math.random };
}

export interface Sandbox {
  /** Default "shop". */
  readonly namespace?: string;
  readonly pod: string;
  readonly uid: string;
  readonly containerId: string;
  readonly netns?: string;
}

/** The request that a runtime makes for a sandbox. */
export function cniRequest(sandbox: Sandbox, config: object = {}) {
  const { namespace = "shop", pod, uid, containerId, netns } = sandbox;
  const args = {
    IgnoreUnknown: "1",
    K8S_POD_NAMESPACE: namespace,
    K8S_POD_NAME: pod,
    K8S_POD_INFRA_CONTAINER_ID: containerId,
    K8S_POD_UID: uid,
  };
  return {
    containerId,
    netns: netns ?? `/run/netns/${containerId}`,
    ifName: "eth0",
    args: Object.entries(args)
      .map(([key, value]) => `${key}=${value}`)
      .join(";"),
    path: "/opt/cni/bin",
    config: Buffer.from(
      JSON.stringify({ cniVersion: "1.1.0", name: "trunkline", type: "trunkline-cni", ...config }),
    ),
  };
}

/** The error that a promise ends with; fails when it does not. */
export async function failure(promise: Promise<unknown>): Promise<TrunklineError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TrunklineError)) throw new Error(`no TrunklineError but ${error}`);
  return error;
}

/** Waits until something holds, at most ten seconds. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error("did not happen within 10 s");
    await systemClock.sleep(20);
  }
}

/** Waits until the node takes pods. */
export async function untilReady(node: TestNode): Promise<void> {
  await until(() =>
    node.client.status({}).then(
      () => true,
      () => false,
    ),
  );
}
