import { type Random, seededRandom, TrunklineError } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import type { IndexedTables } from "../account/indexes.ts";
import { drawDuration } from "../account/settings.ts";
import { settle } from "../account/settle.ts";
import type { Change } from "../account/table.ts";
import type { Call } from "../domain/call.ts";
import { dumpAccount } from "../load/dump-account.ts";
import type { EmulatorOptions } from "../options.ts";
import type { StateDir } from "../state/state-dir.ts";
import type { FormNode } from "../wire/form.ts";
import { Refusal } from "../wire/refusal.ts";
import { refuseDenied, throttleCall } from "./admit.ts";
import { type Answer, answer } from "./answer.ts";
import { Audit } from "./audit.ts";
import { FaultList, type FaultTarget } from "./fault-list.ts";
import { type ActiveFault, readFault } from "./faults.ts";
import { Lag, type Reader } from "./lag.ts";
import { drawLatency } from "./latency.ts";
import { SERVED_ACTIONS, type ServedAction } from "./served-actions.ts";
import type { Credential } from "./signature.ts";
import { Throttle } from "./throttle.ts";

/** Entries of the audit log when nothing else is said. */
const AUDIT_LIMIT = 10_000;
/** Most keys of assumed roles that may sign at a time. */
const ISSUED_MAX = 1000;

/** Actions of the neighbours, which are not EC2's. */
const NEIGHBOUR_ACTIONS: ReadonlySet<string> = new Set([
  "AssumeRole",
  "DescribeCluster",
  "GetCallerIdentity",
]);

const isCounted = (action: string) => SERVED_ACTIONS.has(action) || NEIGHBOUR_ACTIONS.has(action);

/** What becomes of an answer. */
export interface Outcome extends Answer {
  /** How long the answer is held back, milliseconds. */
  readonly delayMs: number;
  /** True when the answer is lost. */
  readonly isDropped: boolean;
  /** Name of the fault that happened to the call. */
  readonly fault: string | undefined;
}

/** An account with everything that stands between it and its callers. */
export class Front {
  readonly account: Account;
  readonly throttle: Throttle;
  readonly audit: Audit;
  readonly random: Random;
  readonly #options: EmulatorOptions;
  readonly #state: StateDir | undefined;
  readonly #lag: Lag;
  readonly #faults: FaultList;
  readonly #target: FaultTarget;
  readonly #issued: Credential[] = [];
  #jumpMs = 0;

  constructor(account: Account, options: EmulatorOptions, state?: StateDir) {
    this.account = account;
    this.random = options.random;
    this.#options = options;
    this.#state = state;
    this.throttle = new Throttle(options.throttle === "documented");
    for (const [action, size] of Object.entries(options.buckets ?? {})) {
      this.throttle.override(action, size);
    }
    this.#lag = new Lag(options.lagScale ?? 0, options.lags ?? {});
    this.audit = new Audit(options.auditLimit ?? AUDIT_LIMIT, isCounted);
    this.#faults = new FaultList(seededRandom(options.faultSeed ?? 1));
    this.#target = {
      account,
      throttle: this.throttle,
      lag: this.#lag,
      jump: (byMs) => {
        this.#jumpMs += byMs;
      },
    };
  }

  /** Time as the account has it. */
  nowMs(): number {
    return this.#options.clock.nowMs() + this.#jumpMs;
  }

  /** Time that passes for callers, which a jump of the account's clock does not touch. */
  clockMs(): number {
    return this.#options.clock.nowMs();
  }

  /**
   * Resolves once everything that was changed so far is as safe as was asked for. Rejects when the
   * disk fails, and every time after that.
   */
  async durable(): Promise<void> {
    await this.#state?.durable();
  }

  /** Waits in real time. */
  sleep(durationMs: number): Promise<void> {
    return this.#options.clock.sleep(durationMs);
  }

  /** Keys that may sign, those of assumed roles included; empty when every call is let in. */
  get credentials(): readonly Credential[] {
    const given = this.#options.credentials ?? [];
    return given.length === 0 ? given : [...given, ...this.#issued];
  }

  /** Lets a key sign that was given out with a role; the oldest ones make room. */
  issue(credential: Credential): void {
    this.#issued.push(credential);
    if (this.#issued.length > ISSUED_MAX) this.#issued.shift();
  }

  get options(): EmulatorOptions {
    return this.#options;
  }

  /** Answers one call, with the faults that happen to it. */
  call(form: FormNode, reader: string): Outcome {
    const nowMs = this.nowMs();
    this.#faults.step(this.#target, nowMs);
    const action = form.members.get("Action")?.value ?? "";
    const struck: string[] = [];
    const isTwice = this.#faults.strike("duplicate", action) !== undefined;
    let result = this.#answer(form, reader, struck);
    if (isTwice) {
      struck.push("duplicate");
      result = this.#answer(form, reader, struck);
    }
    const isDropped = this.#faults.strike("dropResponse", action) !== undefined;
    if (isDropped) struck.push("dropResponse");
    const delayMs = this.#delay(action, struck);
    return { ...result, delayMs, isDropped, fault: struck.join(",") || undefined };
  }

  /** Orders a fault given as plain data; its id when it lasts. */
  addFault(input: unknown): string | undefined {
    const fault = readFault(input);
    try {
      return this.#faults.add(fault, this.#target, this.nowMs());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new TrunklineError("NOT_FOUND", error.message, { cause: error });
    } finally {
      this.#keep(this.account.commit());
    }
  }

  /** Takes a fault back; false when there is none with this id. */
  removeFault(id: string): boolean {
    return this.#faults.remove(id, this.#target);
  }

  /** The faults in force. */
  faults(): ActiveFault[] {
    return this.#faults.list();
  }

  /** The whole account in the shapes of `aws ec2 describe-…`. */
  dump(): Record<string, unknown> {
    this.settle();
    return dumpAccount(this.account, this.nowMs());
  }

  /** Lets everything happen that is due. */
  settle(): void {
    settle(this.account, this.nowMs());
    this.#keep(this.account.commit());
  }

  /** Counts of calls and objects in the text format of Prometheus. */
  metrics(): string {
    const sizes = [...this.account.tables].map(([name, table]) => [name, table.size] as const);
    return this.audit.metrics(Object.fromEntries(sizes));
  }

  /** Writes down what must be written down. */
  async close(): Promise<void> {
    await this.#state?.close(this.account);
  }

  #answer(form: FormNode, reader: string, struck: string[]): Answer {
    const nowMs = this.nowMs();
    const result = answer(this.account, form, {
      nowMs,
      random: this.random,
      view: () => this.viewOf({ name: reader }, nowMs),
      admit: (action, call) => this.#admit(action, call, struck),
    });
    this.#keep(result.changes);
    return result;
  }

  #admit(action: ServedAction, call: Call, struck: string[]): void {
    const error = this.#faults.strike("error", action.name);
    if (error !== undefined) {
      struck.push("error");
      throw new Refusal(error.code, "The service is unavailable. Please try again shortly.");
    }
    throttleCall(this.throttle, action, call);
    const denial = this.#faults.strike("deny", action.name);
    if (denial === undefined) return;
    refuseDenied(denial, call);
  }

  /** The account as a reader sees it now. */
  viewOf(reader: Reader, nowMs = this.nowMs()): IndexedTables {
    return this.#lag.viewOf(this.account, reader, nowMs);
  }

  #delay(action: string, struck: string[]): number {
    const usual = this.#usualLatency(action);
    const late = this.#faults.strike("latency", action);
    if (late === undefined) return usual;
    struck.push("latency");
    return usual + late.minMs + this.#faults.draw() * Math.max(0, late.maxMs - late.minMs);
  }

  #usualLatency(action: string): number {
    const own = this.#options.latencies?.[action];
    if (own !== undefined) return drawDuration(own, this.random);
    const scale = this.#options.latencyScale ?? 0;
    if (scale === 0) return 0;
    const mutates = SERVED_ACTIONS.get(action)?.mutates ?? false;
    return drawLatency(action, mutates, this.random) * scale;
  }

  #keep(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#state?.append(changes, this.account);
    this.#lag.keep(changes, this.nowMs());
  }
}
