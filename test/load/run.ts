import { resolve } from "node:path";
import { IpamServiceDefinition } from "@trunkline/proto/ipam";
import { connect } from "@trunkline/rpc";
import { startFile } from "../support/child.ts";
import { startStack } from "../support/stack.ts";
import { runClosedLoop } from "./closed-loop.ts";
import { runLevel } from "./level.ts";
import { loadPods, loadWorld, trunkRequests } from "./load-world.ts";
import { type Observer, startObserver } from "./observer-process.ts";
import type { LoadOptions } from "./options.ts";
import { failuresOf, type LevelReport, type LoadReport, machine } from "./report.ts";
import { emptyMeasured, type LoadPod, openWorkload } from "./workload.ts";

/** Longest one call of the set-up and of the clearing up may take. */
const SETUP_DEADLINE_MS = 60_000;

/** Nodes that are set up or removed at the same time. */
const NODES_AT_ONCE = 8;

/** What is thrown away before the first level. */
const WARM_UP_MS = 500;
const WARM_UP_IN_FLIGHT = 16;

/**
 * The service itself is measured, not the request rates of EC2; and a branch in quarantine comes back
 * to its own pod only, so that what is cold and what is warm does not depend on how long a run takes.
 */
const CONFIG = { "ipam-service": { ec2BudgetFactor: 0, quarantineSec: 3600 } } as const;

/**
 * Runs the load from an empty account to an empty account. Rejects with the signal's reason when that
 * comes first; every process and file is gone then, too.
 */
export async function runLoad(options: LoadOptions, signal: AbortSignal): Promise<LoadReport> {
  const world = loadWorld(options.nodes);
  await using stack = await startStack(world, { nodes: [], config: CONFIG });
  const echoFile = resolve(import.meta.dirname, "echo-server.ts");
  await using echo = await startFile("echo-server", ["--import", "tsx", echoFile]);
  await using observer = await startObserver(stack.addresses.ec2);
  await using connection = connect({
    address: stack.addresses.ipam,
    name: "ipam-service",
    deadlineMs: SETUP_DEADLINE_MS,
  });
  const ipam = connection.client(IpamServiceDefinition);
  const nodes = trunkRequests(world);
  await inLots(nodes, signal, (node) => ipam.ensureTrunk(node));
  const addresses = { echoAddress: echo.ready.grpc ?? "", ipamAddress: stack.addresses.ipam };
  const messages = new Map<string, string>();
  const levels = await runLevels(options, { ...addresses, observer, messages, signal });
  await inLots(nodes, signal, ({ nodeName }) => ipam.removeNode({ nodeName }));
  const observation = await observer.look();
  return {
    machine: machine(),
    seconds: options.seconds,
    nodes: options.nodes,
    seed: options.seed,
    levels,
    observer: observation,
    failures: failuresOf(levels, observation, messages),
  };
}

interface LevelsTarget {
  readonly echoAddress: string;
  readonly ipamAddress: string;
  readonly observer: Observer;
  readonly messages: Map<string, string>;
  readonly signal: AbortSignal;
}

async function runLevels(options: LoadOptions, target: LevelsTarget): Promise<LevelReport[]> {
  const { observer, messages, signal, ...addresses } = target;
  const pods = loadPods(loadWorld(options.nodes), options.seed);
  const share = Math.floor(pods.length / options.inFlight.length);
  const levels: LevelReport[] = [];
  await warmUp(addresses, pods[0] as LoadPod, signal);
  for (const inFlight of options.inFlight) {
    const measured = emptyMeasured();
    const tell = (event: Parameters<Observer["tell"]>[0]) => observer.tell(event);
    await using workload = openWorkload({ ...addresses, tell }, measured);
    const level = await runLevel({
      inFlight,
      durationMs: (options.seconds * 1000) / options.inFlight.length,
      freshPods: pods.splice(0, share),
      workload,
      measured,
      signal,
    });
    signal.throwIfAborted();
    levels.push(level);
    for (const [refusal, message] of measured.messages) messages.set(refusal, message);
    await observer.look();
  }
  return levels;
}

// The first calls of a process are compiled while they run; the first level must not pay for all.
async function warmUp(
  addresses: { readonly echoAddress: string; readonly ipamAddress: string },
  pod: LoadPod,
  signal: AbortSignal,
): Promise<void> {
  await using workload = openWorkload({ ...addresses, tell: () => {} }, emptyMeasured());
  await runClosedLoop({
    inFlight: WARM_UP_IN_FLIGHT,
    durationMs: WARM_UP_MS,
    signal,
    turn: async () => {
      await workload.echo(pod);
      return true;
    },
  });
}

async function inLots<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  act: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += NODES_AT_ONCE) {
    signal.throwIfAborted();
    await Promise.all(items.slice(start, start + NODES_AT_ONCE).map(act));
  }
}
