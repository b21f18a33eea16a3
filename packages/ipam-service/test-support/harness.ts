import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom, TrunklineError } from "@trunkline/core";
import { type Emulator, type EmulatorOptions, startEmulator } from "@trunkline/ec2-emulator";
import { systemClock } from "@trunkline/process";
import { type IpamServiceClient, IpamServiceDefinition } from "@trunkline/proto/ipam";
import { type CallOptions, connect } from "@trunkline/rpc";
import * as v from "valibot";
import { vi } from "vitest";
import { type IpamConfig, ipamConfigSchema, type RunningIpam, startIpam } from "../src/index.ts";
import { accountFixture } from "./cloud-account.ts";
import { type FaultyProxy, startFaultyProxy } from "./faulty-proxy.ts";
import { type PodAnswers, startPolicyDouble } from "./policy-double.ts";

// Real sockets and a real SDK take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type IpamClient = IpamServiceClient<CallOptions>;

/** An emulator, a policy double and an ipam-service, over real sockets. */
export interface Harness extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly proxy: FaultyProxy;
  readonly pods: PodAnswers;
  readonly ledgerPath: string;
  readonly config: IpamConfig;
  readonly client: IpamClient;
  ipam: RunningIpam;
  stopPolicy(): Promise<void>;
  /** Stops the service in order and starts it again on the same ledger and address. */
  restart(): Promise<void>;
}

/** Starts everything; the account has m5.large instances …1 and …2, t3.large …3, m4.large …4. */
export async function startHarness(
  overrides: Partial<IpamConfig> = {},
  emulatorOptions: Partial<EmulatorOptions> = {},
): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), "ipam-"));
  const emulator = await startEmulator({
    account: accountFixture(),
    clock: systemClock,
    random: seededRandom(1),
    ...emulatorOptions,
  });
  const proxy = await startFaultyProxy(emulator.endpoint);
  const pods: PodAnswers = new Map();
  const policy = await startPolicyDouble(pods);
  const ledgerPath = join(folder, "ledger.jsonl");
  const config = v.parse(ipamConfigSchema, {
    listen: "127.0.0.1:0",
    policyAddress: policy.address,
    ledger: ledgerPath,
    ec2Endpoint: proxy.endpoint,
    region: "us-west-2",
    clusterName: "shop",
    ec2BudgetFactor: 0,
    ...overrides,
  });
  const context = { log: silent, clock: systemClock, random: seededRandom(2) };
  let ipam = await startIpam(config, context);
  const connection = connect({ address: ipam.address, name: "ipam-service", deadlineMs: 10_000 });
  return {
    emulator,
    proxy,
    pods,
    ledgerPath,
    config,
    client: connection.client(IpamServiceDefinition),
    get ipam() {
      return ipam;
    },
    set ipam(value) {
      ipam = value;
    },
    stopPolicy: () => policy.close(0),
    async restart() {
      const { address } = ipam;
      await ipam.close();
      ipam = await startIpam({ ...config, listen: address }, context);
    },
    async [Symbol.asyncDispose]() {
      connection.close();
      await ipam.close();
      await policy.close(0);
      await proxy[Symbol.asyncDispose]();
      await emulator.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The error that a call ends with; anything but a `TrunklineError` fails the test. */
export async function failure(call: Promise<unknown>): Promise<TrunklineError> {
  const outcome = await call.then(
    (value) => value,
    (error: unknown) => error,
  );
  if (outcome instanceof TrunklineError) return outcome;
  throw new Error(`no TrunklineError but ${JSON.stringify(outcome)}`);
}

/** Waits until the condition holds, 10 s at most. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (await condition()) return;
    await systemClock.sleep(20);
  }
  throw new Error("the condition did not come true within 10 s");
}
