import type { AllocationEvent, Effect, Failure } from "../src/allocation/events.ts";
import type { BranchRecord } from "../src/records.ts";

/** How a call ends: done; done but unanswered; not done and unanswered; refused. */
export type CallOutcome = "done" | "lost" | "dropped" | "throttled" | "refused";

interface CloudInterface {
  readonly eniId: string;
  readonly ipv4Address: string;
  groupIds: readonly string[];
  vlanId: number | undefined;
}

type BranchEffect = Extract<Effect, { readonly branch: BranchRecord }>;

/** An EC2 in memory for one trunk: a double of the network peer, with tokens and lost answers. */
export class FakeCloud {
  readonly interfaces = new Map<string, CloudInterface>();
  readonly #byToken = new Map<string, CloudInterface>();
  readonly #vlanOfToken = new Map<string, number>();
  createdCount = 0;
  groupChangeCount = 0;

  /** Runs a call with this outcome and says what the caller hears of it. */
  run(effect: BranchEffect, outcome: CallOutcome): AllocationEvent {
    const { id } = effect.branch;
    if (outcome === "throttled") return failed(id, "THROTTLED", false);
    if (outcome === "dropped") return failed(id, "NOT_READY", true);
    // An end is never refused for good: the deciders repeat it until it is done.
    const isEnd = effect.kind === "disassociate" || effect.kind === "delete";
    if (outcome === "refused") return failed(id, isEnd ? "UNSUPPORTED" : "QUOTA", false);
    const event = this.#do(effect);
    return outcome === "lost" ? failed(id, "NOT_READY", true) : event;
  }

  #do({ kind, branch }: BranchEffect): AllocationEvent {
    const { id } = branch;
    switch (kind) {
      case "create":
        return { kind: "created", id, eni: factsOf(this.#create(branch)) };
      case "find": {
        const found = this.#byToken.get(id);
        const isThere = found !== undefined && this.interfaces.has(found.eniId);
        return isThere ? { kind: "created", id, eni: factsOf(found) } : { kind: "absent", id };
      }
      case "associate":
        return this.#associate(branch);
      case "regroup": {
        const found = this.#interfaceOf(branch);
        if (!found) return failed(id, "NOT_FOUND", false);
        this.groupChangeCount += 1;
        found.groupIds = branch.groupIds;
        return { kind: "regrouped", id };
      }
      case "disassociate": {
        const found = this.#interfaceOf(branch);
        if (found) found.vlanId = undefined;
        return { kind: "disassociated", id };
      }
      case "delete":
        return this.#delete(branch);
    }
  }

  #create(branch: BranchRecord): CloudInterface {
    const known = this.#byToken.get(branch.id);
    if (known) return known;
    this.createdCount += 1;
    const made = {
      eniId: `eni-${this.createdCount}`,
      ipv4Address: `10.0.0.${this.createdCount}`,
      groupIds: branch.groupIds,
      vlanId: undefined,
    };
    this.interfaces.set(made.eniId, made);
    this.#byToken.set(branch.id, made);
    return made;
  }

  #associate(branch: BranchRecord): AllocationEvent {
    const found = this.#interfaceOf(branch);
    if (!found) return failed(branch.id, "NOT_FOUND", false);
    if (!this.#vlanOfToken.has(branch.id)) {
      this.#vlanOfToken.set(branch.id, branch.vlanId);
      found.vlanId = branch.vlanId;
    }
    return { kind: "associated", id: branch.id, associationId: `assoc-${found.eniId}` };
  }

  #delete(branch: BranchRecord): AllocationEvent {
    const found = this.#interfaceOf(branch);
    if (found?.vlanId !== undefined) return failed(branch.id, "DRIFT", false, { isInUse: "true" });
    if (found) this.interfaces.delete(found.eniId);
    return { kind: "deleted", id: branch.id };
  }

  #interfaceOf(branch: BranchRecord): CloudInterface | undefined {
    return this.interfaces.get(branch.eni?.eniId ?? "");
  }
}

function factsOf({ eniId, ipv4Address }: CloudInterface) {
  return { eniId, macAddress: "02:00:00:00:00:01", ipv4Address };
}

function failed(
  id: string,
  code: Failure["code"],
  isOutcomeUnknown: boolean,
  facts: Failure["facts"] = {},
): AllocationEvent {
  return { kind: "failed", ids: [id], failure: { code, message: code, facts, isOutcomeUnknown } };
}
