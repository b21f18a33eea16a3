import { decide } from "../src/allocation/allocation.ts";
import type { AllocationEvent, BranchAnswer, Effect } from "../src/allocation/events.ts";
import { emptyNodeState, type NodeState } from "../src/allocation/node-state.ts";
import type { Change } from "../src/ledger/change.ts";
import type { BranchRecord, PodRef } from "../src/records.ts";
import { Registry } from "../src/registry.ts";
import { BranchChecker } from "./branch-checker.ts";
import { type CallOutcome, FakeCloud } from "./fake-cloud.ts";
import { nodeFixture } from "./node.ts";

export const QUARANTINE_MS = 30_000;
export const HELD_MS = 60_000;

type BranchEffect = Extract<Effect, { readonly branch: BranchRecord }>;

/** One decision whose changes are not on disk yet, so that nothing of it has happened. */
interface Unwritten {
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
}

/** The decider between a ledger that may lose its end and a cloud that may lose its answers. */
export class BranchWorld {
  readonly cloud = new FakeCloud();
  readonly checker = new BranchChecker(this.cloud, QUARANTINE_MS);
  readonly answers: { readonly podUid: string; readonly answer: BranchAnswer }[] = [];
  readonly calls: BranchEffect[] = [];
  nowMs = 1_000_000;
  state: NodeState;
  readonly #written: Change[];
  readonly #unwritten: Unwritten[] = [];
  #idCount = 0;

  constructor(branchLimit = 4) {
    const node = nodeFixture({ branchLimit });
    this.#written = [{ kind: "node", node }];
    this.state = emptyNodeState(node);
  }

  allocate(pod: PodRef, groupIds: readonly string[]): void {
    // Requests reach the disk at once: the checker may then judge every answer by the last
    // resolution. What a crash loses is what EC2 answered.
    this.write();
    this.checker.onWish(pod, groupIds);
    this.#idCount += 1;
    const newId = `id-${this.#idCount}`;
    this.dispatch({ kind: "allocate", newId, pod, groupIds, policies: ["shop/p"] });
    this.write();
  }

  release(podUid: string): void {
    this.checker.onRelease(podUid, this.nowMs);
    this.dispatch({ kind: "release", podUid });
    this.write();
  }

  dispatch(event: AllocationEvent): void {
    const context = { nowMs: this.nowMs, quarantineMs: QUARANTINE_MS, heldMs: HELD_MS };
    const { state, changes, effects } = decide(this.state, event, context);
    this.state = state;
    this.#unwritten.push({ changes, effects });
    this.checker.onState(state);
  }

  /** What was decided reaches the disk, and then happens. */
  write(): void {
    for (const { changes, effects } of this.#unwritten.splice(0)) {
      this.#written.push(...changes);
      for (const effect of effects) this.#do(effect);
    }
  }

  /** One call under way ends. */
  endCall(index: number, outcome: CallOutcome): void {
    const [effect] = this.calls.splice(index % this.calls.length, 1);
    if (!effect) return;
    const event = this.cloud.run(effect, outcome);
    this.checker.onCloud();
    this.dispatch(event);
  }

  /** The process dies: what was not written is forgotten, calls under way may still be done. */
  crash(isDone: boolean): void {
    this.#unwritten.length = 0;
    for (const effect of this.calls.splice(0)) {
      if (isDone) this.cloud.run(effect, "done");
    }
    const registry = new Registry();
    for (const change of this.#written) registry.apply(change);
    const state = registry.nodes.get("n1");
    if (!state) throw new Error("the node is lost");
    this.state = state;
    this.dispatch({ kind: "resume" });
  }

  pass(durationMs: number): void {
    this.nowMs += durationMs;
    this.dispatch({ kind: "tick" });
  }

  /** Everything that can be done without waiting is done, and EC2 refuses nothing. */
  settle(): void {
    for (let round = 0; round < 1000; round++) {
      this.write();
      if (this.calls.length === 0) return;
      this.endCall(0, "done");
    }
    throw new Error("the calls do not come to an end");
  }

  /** The state that the disk alone gives. */
  replayed(): NodeState | undefined {
    const registry = new Registry();
    for (const change of this.#written) registry.apply(change);
    return registry.nodes.get("n1");
  }

  #do(effect: Effect): void {
    if (effect.kind === "answerBranch") {
      this.checker.onAnswer(effect.podUid, effect.answer, this.nowMs);
      this.answers.push({ podUid: effect.podUid, answer: effect.answer });
    }
    if ("branch" in effect) this.calls.push(effect);
  }
}
