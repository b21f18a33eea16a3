import { type Random, TrunklineError } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import { removeEni } from "../account/settle.ts";
import { find, KINDS } from "../domain/kinds.ts";
import { type ActiveFault, type CallFault, concerns, type Fault, isOver } from "./faults.ts";
import { checkResourceTypes, type Lag } from "./lag.ts";
import { SERVED_ACTIONS } from "./served-actions.ts";
import type { Throttle } from "./throttle.ts";

/** Most faults at a time. */
const FAULTS_MAX = 1000;

/** What a fault works on. */
export interface FaultTarget {
  readonly account: Account;
  readonly throttle: Throttle;
  readonly lag: Lag;
  /** Moves the emulator's clock. */
  jump(byMs: number): void;
}

/** The faults in force. Chance is its own, so that a seed repeats a run whatever else is drawn. */
export class FaultList {
  readonly #random: Random;
  readonly #active = new Map<string, ActiveFault>();
  #lastNumber = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  list(): ActiveFault[] {
    return [...this.#active.values()];
  }

  /** Orders a fault; one that happens once is done at once and has no id. */
  add(fault: Fault, target: FaultTarget, nowMs: number): string | undefined {
    switch (fault.kind) {
      case "vanish":
        removeEni(target.account, find(target.account.enis, KINDS.eni, fault.eniId));
        return undefined;
      case "foreignEdit":
        editInterface(target.account, fault);
        return undefined;
      case "clockJump":
        target.jump(fault.byMs);
        return undefined;
      case "quota":
        changeQuota(target.account, fault);
        return undefined;
      default:
        return this.#start(fault, target, nowMs);
    }
  }

  /** Takes a fault back; false when there is none with this id. */
  remove(id: string, target: FaultTarget): boolean {
    const isKnown = this.#active.delete(id);
    this.#apply(target);
    return isKnown;
  }

  /** Ends what is over and lets noise take its tokens: before every call. */
  step(target: FaultTarget, nowMs: number): void {
    if (this.#active.size === 0) return;
    for (const active of this.list()) {
      if (isOver(active, nowMs)) this.remove(active.id, target);
      else if (active.fault.kind === "throttleNoise") makeNoise(active, target, nowMs);
    }
  }

  /** The fault of this kind that happens to this call, if any; counted as a hit. */
  strike<Kind extends CallFault["kind"]>(
    kind: Kind,
    action: string,
  ): Extract<CallFault, { kind: Kind }> | undefined {
    for (const active of this.#active.values()) {
      const { fault } = active;
      if (fault.kind !== kind || !("probability" in fault)) continue;
      if (!concerns(fault.actions, action)) continue;
      if ("count" in fault && fault.count !== undefined && active.hits >= fault.count) continue;
      if (fault.probability < 1 && this.#random() >= fault.probability) continue;
      active.hits++;
      return fault as Extract<CallFault, { kind: Kind }>;
    }
    return undefined;
  }

  /** A draw of the faults' own chance. */
  draw(): number {
    return this.#random();
  }

  #start(fault: ActiveFault["fault"], target: FaultTarget, nowMs: number): string {
    if (this.#active.size >= FAULTS_MAX) {
      throw new TrunklineError("QUOTA", `${FAULTS_MAX} faults are in force; one must end first`);
    }
    if (fault.kind === "subnetExhausted") {
      find(target.account.subnets, KINDS.subnet, fault.subnetId);
    }
    if (fault.kind === "staleReads") checkResourceTypes(fault.resourceTypes);
    const id = `fault-${++this.#lastNumber}`;
    this.#active.set(id, { id, fault, sinceMs: nowMs, hits: 0, appliedMs: nowMs });
    this.#apply(target);
    return id;
  }

  // Exhausted subnets, slow transitions and late reads are states: set from the whole list.
  #apply({ account, lag }: FaultTarget): void {
    account.pools.exhausted.clear();
    const extraMs: Record<string, number> = {};
    for (const { fault } of this.#active.values()) {
      if (fault.kind === "subnetExhausted") account.pools.exhausted.add(fault.subnetId);
      if (fault.kind === "slow") {
        extraMs[fault.transition] = (extraMs[fault.transition] ?? 0) + fault.extraMs;
      }
    }
    account.settings = { ...account.settings, extraMs };
    lag.order(this.list().flatMap(({ fault }) => (fault.kind === "staleReads" ? [fault] : [])));
  }
}

function makeNoise(active: ActiveFault, { throttle }: FaultTarget, nowMs: number): void {
  const { fault } = active;
  if (fault.kind !== "throttleNoise") return;
  const calls = (Math.max(0, nowMs - active.appliedMs) / 1000) * fault.callsPerSec;
  active.appliedMs = nowMs;
  for (const { name, mutates } of SERVED_ACTIONS.values()) {
    if (concerns(fault.actions, name)) throttle.drain(name, mutates, calls, nowMs);
  }
}

function editInterface(account: Account, edit: Extract<Fault, { kind: "foreignEdit" }>): void {
  const { association, ...rest } = find(account.enis, KINDS.eni, edit.eniId);
  for (const id of edit.groupIds ?? []) find(account.groups, KINDS.group, id);
  account.enis.put({
    ...rest,
    ...(association !== undefined && !edit.disassociate && { association }),
    groupIds: edit.groupIds ?? rest.groupIds,
    description: edit.description ?? rest.description,
  });
}

function changeQuota(account: Account, { name, limit }: Extract<Fault, { kind: "quota" }>): void {
  const { quotas } = account.settings;
  if (!Object.hasOwn(quotas, name)) {
    const known = Object.keys(quotas).join(", ");
    throw new TrunklineError("NOT_FOUND", `there is no quota "${name}"; there are ${known}`);
  }
  account.settings = { ...account.settings, quotas: { ...quotas, [name]: limit } };
}
