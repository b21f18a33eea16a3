import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TrunklineError } from "@trunkline/core";
import type { Log, ProcessContext, ProcessSpec, Running } from "@trunkline/process";
import { CNIBackendDefinition } from "@trunkline/proto/cni-backend";
import { IpamServiceDefinition } from "@trunkline/proto/ipam";
import { NodeServiceDefinition } from "@trunkline/proto/node";
import { connect, listen, type RpcServer, serve, socketPath } from "@trunkline/rpc";
import { allocationFor } from "./attachments/allocation.ts";
import { gate } from "./attachments/gate.ts";
import { keyedLock } from "./attachments/keyed-lock.ts";
import type { NodeContext } from "./attachments/node-context.ts";
import { recover } from "./attachments/recover.ts";
import { makeSweep } from "./attachments/sweep.ts";
import { trunkWatch } from "./attachments/trunk.ts";
import { configSchema, type NodeConfig } from "./config.ts";
import { chooseDatapath } from "./datapath/choose.ts";
import type { Datapath } from "./datapath/datapath.ts";
import { openKernel } from "./datapath/kernel.ts";
import { openPlan } from "./datapath/plan.ts";
import { type NodeServiceOptions, nodeService } from "./handlers/node-service.ts";
import { openJournal } from "./journal/journal.ts";
import { prepareFolder } from "./journal/state-folder.ts";

/** Calls under way at once: more than a node has pods that start together. */
const RUNNING_MAX = 64;
/** Calls that may wait: more than a node has pods. */
const WAITING_MAX = 1024;

/**
 * Starts the node daemon: reads the journal, undoes unfinished ADDs and completes unfinished DELs,
 * then listens. Resolves when it listens; the trunk is asked for in the background, and until it is
 * there ADD and STATUS answer UNAVAILABLE and health says NOT_SERVING, while DEL works.
 */
export async function startNode(config: NodeConfig, given: ProcessContext): Promise<Running> {
  const closers: (() => void)[] = [];
  const end = () => {
    for (const close of closers.reverse()) close();
  };
  try {
    const running = await start(config, given, closers);
    return { ready: running.ready, close: () => running.close().finally(end) };
  } catch (error) {
    end();
    throw error;
  }
}

/** The node daemon as `runProcess` takes it. */
export const nodeSpec: ProcessSpec<typeof configSchema> = {
  name: "node-daemon",
  summary: "turns CNI requests into kernel objects on one node",
  schema: configSchema,
  start: startNode,
};

async function start(
  config: NodeConfig,
  { clock, log, random }: ProcessContext,
  closers: (() => void)[],
): Promise<Running> {
  closers.push(await prepareFolder(config.stateDir));
  const journal = await openJournal(config.stateDir);
  if (journal.torn.length > 0) log.error({ files: journal.torn }, "torn records set aside");
  const datapath = await openDatapath(config, log);
  const connection = connect({ address: config.ipamAddress, name: "ipam-service" });
  closers.push(datapath.close, connection.close);
  const ipam = connection.client(IpamServiceDefinition);
  const { nodeName, mode, addTimeoutMs: timeoutMs } = config;
  const allocation = allocationFor({ ipam, nodeName, mode, timeoutMs, clock, random });
  const trunk = trunkWatch({ ...config, ipam, trunkLink: config.trunkLink });
  const sweep = makeSweep(clock);
  const context: NodeContext = {
    ...{ journal, datapath, allocation, clock, log, locks: keyedLock() },
    host: trunk.host,
    wakeSweep: sweep.wake,
    strictPodGone: () => trunk.strictPodGone(context),
  };
  await recover(context);
  const stopping = new AbortController();
  const options = { ...config, context, trunk, gates: gates(), stopping: stopping.signal };
  const server = await serveNode(config.listen, log, options);
  server.setServing(false);
  trunk.start(context, () => server.setServing(true));
  sweep.start(context);
  const close = async () => {
    stopping.abort(new TrunklineError("NOT_READY", "the node daemon is stopping"));
    await trunk.close();
    await server.close();
    await sweep.close();
  };
  return { ready: `grpc=${server.address} datapath=${datapath.kind}`, close };
}

async function openDatapath(config: NodeConfig, log: Log): Promise<Datapath> {
  const { kind, reason } = await chooseDatapath(config.datapath);
  log.info({ datapath: kind, reason }, "datapath chosen");
  if (kind === "kernel") return openKernel(process.pid);
  return openPlan({
    file: join(config.stateDir, "plan.json"),
    print: (commands) => log.info({ commands }, "planned"),
  });
}

async function serveNode(
  address: string,
  log: Log,
  options: NodeServiceOptions,
): Promise<RpcServer> {
  const path = socketPath(address);
  if (path !== undefined) await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const services = [
    serve(NodeServiceDefinition, nodeService(options)),
    // The stock plugin's contract shows in reflection; its methods are not built yet.
    serve(CNIBackendDefinition, {}),
  ];
  return listen({ address, services, log });
}

function gates(): NodeServiceOptions["gates"] {
  const limits = { runningMax: RUNNING_MAX, waitingMax: WAITING_MAX };
  return { add: gate({ name: "ADD", ...limits }), remove: gate({ name: "DEL", ...limits }) };
}
