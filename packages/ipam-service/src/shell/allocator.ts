import { type Clock, TrunklineError } from "@trunkline/core";
import type { Log } from "@trunkline/process";
import { decide } from "../allocation/allocation.ts";
import type {
  AllocationEvent,
  BranchAnswer,
  DecisionContext,
  Effect,
} from "../allocation/events.ts";
import { nextTickMs } from "../allocation/time.ts";
import { type Ec2Effect, type EffectContext, idsOf, runEffect } from "../ec2/run-effect.ts";
import type { Change } from "../ledger/change.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { AddressRecord, NodeRecord, PodRef } from "../records.ts";
import type { Registry } from "../registry.ts";
import { Alarm } from "./alarm.ts";
import { Waiters } from "./waiters.ts";

/** Longest that closing waits for EC2 calls under way; what is left is resumed after the start. */
const CLOSE_WAIT_MS = 5_000;

/** What the allocator works with. */
export interface AllocatorOptions {
  readonly registry: Registry;
  readonly ledger: Ledger;
  readonly effects: Omit<EffectContext, "sleep">;
  readonly settings: Omit<DecisionContext, "nowMs">;
  readonly clock: Clock;
  readonly log: Log;
  /** A new UUID. */
  newId(): string;
}

/** A branch that was granted to a pod. */
export type GrantedBranch = BranchAnswer & { readonly kind: "granted" };

/**
 * Runs decisions: one at a time for the state, then the ledger, then EC2, whose results are the next
 * events. Nothing is told to a caller and nothing asked of EC2 before the ledger has it.
 */
export class Allocator {
  readonly #options: AllocatorOptions;
  readonly #branchWaiters = new Waiters<GrantedBranch>();
  readonly #addressWaiters = new Waiters<AddressRecord>();
  readonly #removalWaiters = new Waiters<void>();
  readonly #alarm: Alarm;
  readonly #ending = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: AllocatorOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock);
  }

  /** Takes up what the ledger says was under way, and starts to watch the time. */
  start(): void {
    for (const nodeName of [...this.#options.registry.nodes.keys()]) {
      this.dispatch(nodeName, { kind: "resume" });
    }
    const onDue = (nodeName: string) => {
      try {
        this.dispatch(nodeName, { kind: "tick" });
      } catch (error) {
        // One node's bug must not stop the time of the others.
        this.#options.log.error({ err: error, nodeName }, "tick failed");
      }
    };
    this.#track(this.#alarm.run(this.#ending.signal, onDue));
  }

  /** Gives the pod a branch with these groups. The ledger must know the node. */
  allocateBranch(
    nodeName: string,
    wish: Omit<AllocationEvent & { readonly kind: "allocate" }, "kind" | "newId">,
    signal: AbortSignal,
  ): Promise<GrantedBranch> {
    const answer = this.#branchWaiters.wait(wish.pod.uid, signal);
    return this.#ask(answer, nodeName, { kind: "allocate", newId: this.#newId(), ...wish });
  }

  /** Gives the pod a secondary address of the node's primary interface. */
  allocateAddress(nodeName: string, pod: PodRef, signal: AbortSignal): Promise<AddressRecord> {
    const answer = this.#addressWaiters.wait(pod.uid, signal);
    return this.#ask(answer, nodeName, { kind: "allocateAddress", newId: this.#newId(), pod });
  }

  /** Takes a pod's branch or address back; resolves when the ledger has it. */
  async release(
    nodeName: string,
    kind: "release" | "releaseAddress",
    podUid: string,
  ): Promise<void> {
    this.dispatch(nodeName, { kind, podUid });
    await this.#options.ledger.synced();
  }

  /** Forgets a node; resolves when its interfaces are gone. */
  removeNode(nodeName: string, signal: AbortSignal): Promise<void> {
    const answer = this.#removalWaiters.wait(nodeName, signal);
    return this.#ask(answer, nodeName, { kind: "remove" });
  }

  /** Decides about an event; what follows from it goes on by itself. */
  dispatch(nodeName: string, event: AllocationEvent): void {
    const { registry, ledger, clock, settings } = this.#options;
    const state = registry.nodes.get(nodeName);
    if (this.#isClosed || !state) return;
    const decision = decide(state, event, { nowMs: clock.nowMs(), ...settings });
    registry.adopt(decision.state, decision.changes);
    const written = ledger.append(decision.changes);
    this.#alarm.set(nodeName, nextTickMs(decision.state, settings.heldMs));
    for (const change of decision.changes) this.#logChange(nodeName, change);
    this.#track(this.#carryOut(decision.state.node, decision.effects, written));
  }

  /** Lets calls under way end, for a while, and stops. */
  async close(): Promise<void> {
    this.#ending.abort(ending());
    const limit = this.#options.clock.sleep(CLOSE_WAIT_MS);
    const quiet = (async () => {
      while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    })();
    await Promise.race([quiet, limit]);
    this.#isClosed = true;
    for (const waiters of [this.#branchWaiters, this.#addressWaiters, this.#removalWaiters]) {
      waiters.refuseAll(ending());
    }
  }

  #newId(): string {
    return this.#options.newId();
  }

  // The caller waits already, so that no answer can come too early for it.
  #ask<Answer>(answer: Promise<Answer>, nodeName: string, event: AllocationEvent): Promise<Answer> {
    // Whoever asks hears of a failure from the promise that is returned, or from the throw below.
    answer.catch(() => undefined);
    if (this.#isClosed) throw ending();
    if (!this.#options.registry.nodes.has(nodeName)) {
      throw new TrunklineError("NOT_FOUND", `node ${nodeName} is not known`);
    }
    this.dispatch(nodeName, event);
    return answer;
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work);
    const forget = () => this.#underWay.delete(work);
    work.then(forget, (error: unknown) => {
      forget();
      this.#options.log.error({ err: error }, "allocation failed");
    });
  }

  async #carryOut(
    node: NodeRecord,
    effects: readonly Effect[],
    written: Promise<void>,
  ): Promise<void> {
    try {
      await written;
    } catch (error) {
      // The ledger reported it when it broke. What it does not have must not happen.
      if (!(error instanceof TrunklineError)) throw error;
      for (const effect of effects) this.#refuse(node.name, effect, error);
      return;
    }
    for (const effect of effects) this.#do(node, effect);
  }

  #do(node: NodeRecord, effect: Effect): void {
    switch (effect.kind) {
      case "answerBranch":
        if (effect.answer.kind === "granted") {
          this.#branchWaiters.answer(effect.podUid, effect.answer);
        } else this.#branchWaiters.refuse(effect.podUid, effect.answer.error);
        return;
      case "answerAddress":
        if (effect.answer.kind === "granted") {
          this.#addressWaiters.answer(effect.podUid, effect.answer.address);
        } else this.#addressWaiters.refuse(effect.podUid, effect.answer.error);
        return;
      case "nodeGone":
        this.#alarm.set(node.name, undefined);
        this.#removalWaiters.answer(node.name);
        return;
      default:
        this.#track(this.#runEffect(node, effect));
    }
  }

  #refuse(nodeName: string, effect: Effect, error: TrunklineError): void {
    if (effect.kind === "answerBranch") this.#branchWaiters.refuse(effect.podUid, error);
    if (effect.kind === "answerAddress") this.#addressWaiters.refuse(effect.podUid, error);
    if (effect.kind === "nodeGone") this.#removalWaiters.refuse(nodeName, error);
    if ("branch" in effect) this.#branchWaiters.refuse(effect.branch.pod.uid, error);
  }

  async #runEffect(node: NodeRecord, effect: Ec2Effect): Promise<void> {
    if (this.#ending.signal.aborted) return;
    const event = await this.#eventOf(node, effect);
    if (event.kind === "failed") this.#onFailure(node, effect, event);
    this.dispatch(node.name, event);
  }

  async #eventOf(node: NodeRecord, effect: Ec2Effect): Promise<AllocationEvent> {
    const { effects, clock } = this.#options;
    const sleep = (durationMs: number) => clock.sleep(durationMs, this.#ending.signal);
    try {
      return await runEffect({ ...effects, sleep }, node, effect);
    } catch (error) {
      // A bug, or an answer of EC2 that lacks what it must have. The entry must not be stuck by it.
      this.#options.log.error({ err: error, effect: effect.kind }, "EC2 call ended in a bug");
      const message = `${effect.kind} ended in an internal error`;
      const failure = { code: "NOT_READY", message, facts: {}, isOutcomeUnknown: true } as const;
      return { kind: "failed", ids: idsOf(effect), failure };
    }
  }

  #onFailure(
    node: NodeRecord,
    effect: Ec2Effect,
    { failure }: AllocationEvent & { readonly kind: "failed" },
  ): void {
    const fields = { nodeName: node.name, effect: effect.kind, code: failure.code };
    this.#options.log.warn({ ...fields, reason: failure.message }, "EC2 call failed");
    if (failure.code !== "SUBNET_FULL") return;
    const { subnetId } = node.trunk;
    for (const [nodeName, other] of this.#options.registry.nodes) {
      if (other.node.trunk.subnetId === subnetId) this.dispatch(nodeName, { kind: "subnetShort" });
    }
  }

  #logChange(nodeName: string, change: Change): void {
    const { log } = this.#options;
    switch (change.kind) {
      case "branch": {
        const { id, phase, pod, vlanId, eni } = change.branch;
        const fields = { nodeName, branchId: id, eniId: eni?.eniId, vlanId, podUid: pod.uid };
        log.info({ ...fields, phase: phase.kind }, "branch changed");
        return;
      }
      case "address": {
        const { phase, pod, ipv4Address } = change.address;
        log.info({ nodeName, ipv4Address, podUid: pod.uid, phase: phase.kind }, "address changed");
        return;
      }
      default:
        log.info({ nodeName, change: change.kind }, "state changed");
    }
  }
}

function ending(): TrunklineError {
  return new TrunklineError("NOT_READY", "ipam-service is ending");
}
