import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { invalid, TrunklineError } from "@trunkline/core";
import { Account } from "./account/account.ts";
import { DEFAULT_QUOTAS } from "./account/settings.ts";
import type { AuditEntry } from "./front/audit.ts";
import { Front } from "./front/front.ts";
import { isResourceType } from "./front/lag.ts";
import { SERVED_ACTIONS } from "./front/served-actions.ts";
import { isBucketName } from "./front/throttle.ts";
import { serve } from "./http/serve.ts";
import { loadAccount } from "./load/load-account.ts";
import type { EmulatorOptions } from "./options.ts";
import { StateDir, syncFile } from "./state/state-dir.ts";

/** A running emulator. */
export interface Emulator extends AsyncDisposable {
  /** "http://127.0.0.1:8600", for `endpoint` or AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** The account as it is, for checkers that must not trust the API. Read it, do not change it. */
  readonly account: Account;
  readonly front: Front;
  /** The calls that the audit log still keeps, the oldest first. */
  audit(): AuditEntry[];
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Starts an emulator in this process.
 *
 * Throws INVALID_ARGUMENT with every problem of the account, and NOT_READY when the address
 * cannot be listened on.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  checkOptions(options);
  const account = new Account({
    region: options.region ?? "us-west-2",
    accountId: options.accountId ?? "111122223333",
    quotas: { ...DEFAULT_QUOTAS, ...options.quotas },
    stateScale: options.stateScale ?? 0,
    detachedVisibleMs: options.detachedVisibleMs ?? 0,
  });
  // The document is not kept: an account of 100,000 interfaces comes in one of 300 MB.
  const { account: document, ...kept } = options;
  const { clock, random } = options;
  const state = openState(options, account);
  const isEmpty = [...account.tables.values()].every((table) => table.size === 0);
  if (document !== undefined && isEmpty) {
    loadAccount(account, document, { nowMs: clock.nowMs(), random });
    state?.snapshot(account);
  }
  const front = new Front(account, kept, state);
  const server = createServer(serve(front, options.onBug ?? (() => undefined)));
  await listen(server, options.listen ?? "127.0.0.1:0");
  const close = async () => {
    await closeServer(server);
    await front.close();
  };
  const { address, port } = server.address() as AddressInfo;
  const host = address.includes(":") ? `[${address}]` : address;
  return {
    endpoint: `http://${host}:${port}`,
    account,
    front,
    audit: () => front.audit.entries(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function openState({ state, stateSync }: EmulatorOptions, account: Account): StateDir | undefined {
  if (state === undefined) return undefined;
  return new StateDir(state, account, stateSync ? syncFile : undefined);
}

/** Throws INVALID_ARGUMENT for every bucket, latency and lag of what does not exist. */
function checkOptions({ buckets = {}, latencies = {}, lags = {} }: EmulatorOptions): void {
  const isAction = (name: string) => SERVED_ACTIONS.has(name);
  const unknown = (option: string, names: readonly string[]) =>
    names.map((name) => ({ field: `${option}.${name}`, description: "there is no such name" }));
  const problems = [
    ...unknown(
      "buckets",
      Object.keys(buckets).filter((name) => !isBucketName(name, isAction)),
    ),
    ...unknown(
      "latencies",
      Object.keys(latencies).filter((name) => !isAction(name)),
    ),
    ...unknown(
      "lags",
      Object.keys(lags).filter((name) => !isResourceType(name)),
    ),
  ];
  if (problems.length > 0) throw invalid("the options are wrong:", problems);
}

function listen(server: Server, address: string): Promise<void> {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new TrunklineError("INVALID_ARGUMENT", `"${address}" is not an address of host:port`);
  }
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const message = `cannot listen on ${address}: ${error.message}`;
      reject(new TrunklineError("NOT_READY", message, { cause: error }));
    });
    server.listen(port, match[1] ?? match[2] ?? "127.0.0.1", resolve);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
