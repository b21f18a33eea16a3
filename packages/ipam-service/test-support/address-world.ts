import { decide } from "../src/allocation/allocation.ts";
import type { AllocationEvent, Effect, Failure } from "../src/allocation/events.ts";
import { emptyNodeState, type NodeState } from "../src/allocation/node-state.ts";
import type { Change } from "../src/ledger/change.ts";
import type { PodRef } from "../src/records.ts";
import { Registry } from "../src/registry.ts";
import { nodeFixture } from "./node.ts";

/** How a call ends: done; done but unanswered; not done and unanswered; refused. */
export type AddressOutcome = "done" | "lost" | "dropped" | "throttled" | "full";

const FOREIGN = "10.0.0.99";
const SETTINGS = { quarantineMs: 30_000, heldMs: 60_000 };

type Call = Extract<
  Effect,
  { readonly kind: "assignAddresses" | "findAddresses" | "unassignAddress" }
>;

/**
 * The address deciders before an interface in memory whose answers may be lost, with a checker of
 * its own: it knows who was told to hold what, and what the interface has.
 */
export class AddressWorld {
  /** Addresses of the interface, the one that somebody else put there included. */
  readonly onInterface = new Set([FOREIGN]);
  readonly holders = new Map<string, string>();
  /** Pods that asked and were not released since. */
  readonly asking = new Set<string>();
  readonly calls: Call[] = [];
  state: NodeState;
  #written: Change[];
  #nowMs = 0;
  #nextAddress = 1;
  #idCount = 0;

  constructor() {
    const plain = nodeFixture({ ipv4PerEni: 6 });
    const node = nodeFixture({
      ipv4PerEni: 6,
      primary: { ...plain.primary, foreignAddresses: [FOREIGN] },
    });
    this.#written = [{ kind: "node", node }];
    this.state = emptyNodeState(node);
  }

  allocate(pod: PodRef): void {
    this.#idCount += 1;
    this.asking.add(pod.uid);
    this.dispatch({ kind: "allocateAddress", newId: `id-${this.#idCount}`, pod });
  }

  release(podUid: string): void {
    this.holders.delete(podUid);
    this.asking.delete(podUid);
    this.dispatch({ kind: "releaseAddress", podUid });
  }

  pass(durationMs: number): void {
    this.#nowMs += durationMs;
    this.dispatch({ kind: "tick" });
  }

  crash(): void {
    this.calls.length = 0;
    const registry = new Registry();
    for (const change of this.#written) registry.apply(change);
    const state = registry.nodes.get("n1");
    if (!state) throw new Error("the node is lost");
    this.state = state;
    this.dispatch({ kind: "resume" });
  }

  dispatch(event: AllocationEvent): void {
    const decision = decide(this.state, event, { nowMs: this.#nowMs, ...SETTINGS });
    this.state = decision.state;
    this.#written.push(...decision.changes);
    for (const effect of decision.effects) this.#take(effect);
    const assigns = this.calls.filter(({ kind }) => kind !== "unassignAddress");
    if (assigns.length > 1) throw new Error("checker: two calls for one interface at a time");
    if (this.onInterface.size > 5) throw new Error("checker: more addresses than the limit");
  }

  endCall(index: number, outcome: AddressOutcome): void {
    const [call] = this.calls.splice(index % this.calls.length, 1);
    if (!call) return;
    const ids = "ids" in call ? call.ids : [call.address.id];
    const isDone = outcome === "done" || outcome === "lost";
    const answer = isDone ? this.#do(call) : undefined;
    if (answer && outcome === "done") {
      this.dispatch(answer);
      return;
    }
    const code = { throttled: "THROTTLED", full: "SUBNET_FULL" }[outcome as "full"] ?? "NOT_READY";
    const isOutcomeUnknown = outcome === "lost" || outcome === "dropped";
    const failure = { code, message: outcome, facts: {}, isOutcomeUnknown } as Failure;
    this.dispatch({ kind: "failed", ids, failure });
  }

  #do(call: Call): AllocationEvent {
    switch (call.kind) {
      case "assignAddresses": {
        const ipv4Addresses = call.ids.map(() => `10.0.1.${this.#nextAddress++}`);
        for (const address of ipv4Addresses) this.onInterface.add(address);
        return { kind: "addressesAssigned", ids: call.ids, ipv4Addresses };
      }
      case "findAddresses": {
        const ipv4Addresses = [...this.onInterface].filter((each) => !call.known.includes(each));
        return { kind: "addressesAssigned", ids: call.ids, ipv4Addresses };
      }
      case "unassignAddress": {
        const address = call.address.ipv4Address ?? "";
        if (address === FOREIGN) throw new Error("checker: touched what is not ours");
        if ([...this.holders.values()].includes(address)) {
          throw new Error(`checker: ${address} is taken from its pod`);
        }
        this.onInterface.delete(address);
        return { kind: "addressUnassigned", id: call.address.id };
      }
    }
  }

  #take(effect: Effect): void {
    if (effect.kind === "answerAddress" && effect.answer.kind === "granted") {
      const { ipv4Address = "", pod } = effect.answer.address;
      if (!this.onInterface.has(ipv4Address)) throw new Error(`checker: ${ipv4Address} is nowhere`);
      for (const [podUid, held] of this.holders) {
        const isTwice = held === ipv4Address && podUid !== pod.uid;
        if (isTwice) throw new Error(`checker: ${held} has two holders`);
      }
      this.holders.set(pod.uid, ipv4Address);
    }
    if (
      effect.kind === "assignAddresses" ||
      effect.kind === "findAddresses" ||
      effect.kind === "unassignAddress"
    ) {
      this.calls.push(effect);
    }
  }
}
