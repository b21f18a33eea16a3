import { randomUUID } from "node:crypto";
import { resolve as resolvePath } from "node:path";
import { TrunklineError } from "@trunkline/core";
import type { ProcessContext, Running } from "@trunkline/process";
import { IpamServiceDefinition } from "@trunkline/proto/ipam";
import { PolicyServiceDefinition } from "@trunkline/proto/policy";
import { type Address, connect, listen, serve } from "@trunkline/rpc";
import type { IpamConfig } from "./config.ts";
import { Ec2 } from "./ec2/ec2-client.ts";
import { type Ledger, openLedger } from "./ledger/ledger.ts";
import { Registry } from "./registry.ts";
import { ipamHandlers } from "./service/ipam-handlers.ts";
import { Allocator } from "./shell/allocator.ts";
import { Nodes } from "./shell/nodes.ts";
import { PodAllocations } from "./shell/pod-allocations.ts";
import { policyResolver } from "./shell/policy.ts";

/** An ipam-service that is up. */
export interface RunningIpam extends Running {
  /** Where it listens, with the real port. */
  readonly address: Address;
}

/** Starts ipam-service: reads the ledger, takes up what it left, listens. */
export async function startIpam(config: IpamConfig, context: ProcessContext): Promise<RunningIpam> {
  const opened: (() => Promise<void>)[] = [];
  const closeOpened = async () => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const parts = await openParts(config, context, opened);
    const policy = connect({ address: config.policyAddress, name: "policy-service" });
    opened.push(async () => policy.close());
    const resolve = policyResolver(policy.client(PolicyServiceDefinition));
    const pods = new PodAllocations({ ...parts, resolve });
    const server = await listen({
      address: config.listen,
      log: context.log,
      services: [serve(IpamServiceDefinition, ipamHandlers({ ...parts, pods }))],
    });
    opened.push(() => server.close());
    parts.stopServing.addEventListener("abort", () => server.setServing(false));
    parts.allocator.start();
    void parts.nodes.resume();
    return { ready: `grpc=${server.address}`, address: server.address, close: closeOpened };
  } catch (error) {
    await closeOpened();
    throw error;
  }
}

interface Parts {
  readonly registry: Registry;
  readonly ledger: Ledger;
  readonly allocator: Allocator;
  readonly nodes: Nodes;
  /** Aborts when the ledger can no longer be written. */
  readonly stopServing: AbortSignal;
}

async function openParts(
  config: IpamConfig,
  context: ProcessContext,
  opened: (() => Promise<void>)[],
): Promise<Parts> {
  const { clock, log } = context;
  const { clusterName, interfacePermission } = config;
  const registry = new Registry();
  const broken = new AbortController();
  const ledger = await readInto(registry, config, (error) => {
    log.error({ reason: error.message }, "ledger broken, restart needed");
    broken.abort();
  });
  opened.push(() => ledger.close());
  const ec2 = new Ec2({
    region: config.region,
    endpoint: config.ec2Endpoint,
    credentials: config.ec2Credentials,
    budgetFactor: config.ec2BudgetFactor,
    clock,
  });
  opened.push(async () => ec2.close());
  const calls = { ec2, clusterName, interfacePermission };
  const settings = { quarantineMs: config.quarantineSec * 1000, heldMs: config.heldSec * 1000 };
  const shared = { registry, ledger, log, newId: randomUUID };
  const allocator = new Allocator({ ...shared, effects: calls, settings, clock });
  opened.push(() => allocator.close());
  const ending = new AbortController();
  opened.push(async () => ending.abort(new TrunklineError("NOT_READY", "ipam-service is ending")));
  const sleep = (durationMs: number) => clock.sleep(durationMs, ending.signal);
  const nodes = new Nodes({ ...shared, allocator, trunks: { ...calls, sleep } });
  return { registry, ledger, allocator, nodes, stopServing: broken.signal };
}

async function readInto(
  registry: Registry,
  config: IpamConfig,
  onBroken: (error: TrunklineError) => void,
): Promise<Ledger> {
  const path = resolvePath(config.ledger);
  const snapshot = () => registry.snapshot();
  const { ledger, found } = await openLedger({ path, snapshot, onBroken });
  for (const change of found.changes) registry.apply(change);
  return ledger;
}
