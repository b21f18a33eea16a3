import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, TrunklineError } from "@trunkline/core";
import type { Io } from "../io.ts";
import { withNode } from "../system/clients.ts";
import { type Child, startChild } from "./child.ts";
import type { Example, ExampleNode } from "./example.ts";
import { type NodeHost, type ServicePackage, serviceProgram } from "./service-main.ts";
import type { Undo } from "./undo.ts";

/** What starting a system needs. */
export interface Starter {
  /** Private folder for configuration, sockets and state. */
  readonly folder: string;
  readonly host: NodeHost;
  readonly clock: Clock;
  readonly io: Io;
  readonly undo: Undo;
  readonly signal: AbortSignal;
  /** Hears of every process at the moment it exists. */
  onChild(child: Child): void;
}

/** A system that is up. */
export interface DemoSystem {
  /** "http://127.0.0.1:34567". */
  readonly ec2: string;
  readonly policy: string;
  readonly ipam: string;
  /** Addresses of the node daemons by node name. */
  readonly nodes: ReadonlyMap<string, string>;
}

/** What the user may choose. */
export interface SystemOptions {
  readonly mode: "strict" | "standard";
}

const REGION = "us-west-2";
/** The kernel chooses the port; nobody outside this machine can connect. */
const LOCAL = "127.0.0.1:0";

/** Starts the emulator, the two services and a daemon per node, each when what it asks is ready. */
export async function startSystem(
  example: Example,
  options: SystemOptions,
  starter: Starter,
): Promise<DemoSystem> {
  const emulator = { listen: LOCAL, account: example.cloudFile };
  const ec2 = `http://${await startService("ec2-emulator", "http", emulator, starter)}`;
  const cloud = { ec2Endpoint: ec2, region: REGION };
  const { manifests } = example;
  const { mode } = options;
  const policyConfig = { listen: LOCAL, manifests, mode, ...cloud };
  const policy = await startService("policy-service", "grpc", policyConfig, starter);
  const ledger = join(starter.folder, "ledger.jsonl");
  const ipamConfig = {
    listen: LOCAL,
    policyAddress: policy,
    ledger,
    clusterName: "shop",
    ...cloud,
  };
  const ipam = await startService("ipam-service", "grpc", ipamConfig, starter);
  const addresses = await Promise.all(
    example.nodes.map((node) => startNode(node, { ...options, ipam }, starter)),
  );
  const nodes = new Map(example.nodes.map(({ name }, index) => [name, addresses[index] ?? ""]));
  return { ec2, policy, ipam, nodes };
}

async function startNode(
  node: ExampleNode,
  { ipam, mode }: SystemOptions & { readonly ipam: string },
  starter: Starter,
): Promise<string> {
  const stateDir = join(starter.folder, `state-${node.name}`);
  mkdirSync(stateDir);
  const address = `unix:${join(starter.folder, `${node.name}.sock`)}`;
  const config = {
    listen: address,
    ipamAddress: ipam,
    nodeName: node.name,
    instanceId: node.instanceId,
    mode,
    // The nodes of a demo share one kernel with the user: objects are computed and kept, not made.
    datapath: "plan",
    stateDir,
  };
  await startService("node-daemon", "grpc", config, starter, ` ${node.name}`);
  await waitForTrunk(address, starter);
  return address;
}

/** Time in which a node gets its trunk: a handful of EC2 calls. */
const TRUNK_MS_MAX = 30_000;
const TRUNK_LOOK_MS = 100;

// What a container runtime does by the verb STATUS: pods come when the node can take them.
async function waitForTrunk(address: string, { clock, signal }: Starter): Promise<void> {
  const giveUpMs = clock.nowMs() + TRUNK_MS_MAX;
  await withNode(address, async (client) => {
    for (;;) {
      try {
        await client.status({});
        return;
      } catch (error) {
        const isWaiting = error instanceof TrunklineError && error.code === "NOT_READY";
        if (!isWaiting || clock.nowMs() > giveUpMs) throw error;
        await clock.sleep(TRUNK_LOOK_MS, signal);
      }
    }
  });
}

async function startService(
  name: ServicePackage,
  key: "grpc" | "http",
  config: object,
  starter: Starter,
  suffix = "",
): Promise<string> {
  const { clock, io } = starter;
  const startedMs = clock.nowMs();
  const file = join(starter.folder, `${name}${suffix.replace(" ", "-")}.yaml`);
  // JSON is YAML, and a reader of the folder sees every key.
  writeFileSync(file, JSON.stringify(config, null, 2));
  const { command, args } = serviceProgram(name, starter.host);
  const spec = { name, command, args: [...args, "--config", file], env: serviceEnvironment() };
  const child = startChild(spec, clock);
  starter.undo.push(`end ${name}${suffix}`, () => child.stop());
  starter.onChild(child);
  const address = (await child.whenReady(starter.signal)).get(key);
  if (address === undefined) throw new Error(`${name} is ready and names no ${key} address`);
  const took = `${clock.nowMs() - startedMs} ms`;
  io.say(`  ${`${name}${suffix}`.padEnd(16)} ready at ${address} ${io.paintSaid("weak", took)}`);
  return address.replace(/^http:\/\//, "");
}

// The SDK's real chain of credentials is used, with nothing of the user's own in it.
function serviceEnvironment(): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: "AKIDDEMO",
    AWS_SECRET_ACCESS_KEY: "demo",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    // The SDK's notice about Node versions of next year is not news of the demo.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  };
}
