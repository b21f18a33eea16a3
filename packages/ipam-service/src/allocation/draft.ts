import type { Change } from "../ledger/change.ts";
import type { AddressRecord, BranchRecord, NodeRecord } from "../records.ts";
import type { Decision, DecisionContext, Effect } from "./events.ts";
import type { NodeState, Work } from "./node-state.ts";

type PhaseOf<RecordType extends { readonly phase: unknown }> = RecordType["phase"];

/**
 * A decision while it is being made: starts from a state that it never changes, collects changes and
 * effects. Every write of a record becomes a ledger entry; work does not.
 */
export class Draft {
  readonly context: DecisionContext;
  #node: NodeRecord;
  readonly #branches: Map<string, BranchRecord>;
  readonly #addresses: Map<string, AddressRecord>;
  readonly #work: Map<string, Work>;
  readonly #changes: Change[] = [];
  readonly #effects: Effect[] = [];

  constructor(state: NodeState, context: DecisionContext) {
    this.context = context;
    this.#node = state.node;
    this.#branches = new Map(state.branches);
    this.#addresses = new Map(state.addresses);
    this.#work = new Map(state.work);
  }

  /** The state as it is now; a view, not a copy. */
  get state(): NodeState {
    return {
      node: this.#node,
      branches: this.#branches,
      addresses: this.#addresses,
      work: this.#work,
    };
  }

  putNode(node: NodeRecord): void {
    this.#node = node;
    this.#changes.push({ kind: "node", node });
  }

  putBranch(branch: BranchRecord): BranchRecord {
    this.#branches.set(branch.id, branch);
    this.#changes.push({ kind: "branch", nodeName: this.#node.name, branch });
    return branch;
  }

  /** Moves a branch to another phase, now. */
  moveBranch(
    branch: BranchRecord,
    phase: PhaseOf<BranchRecord>,
    others: Partial<BranchRecord> = {},
  ): BranchRecord {
    return this.putBranch({ ...branch, ...others, phase, phaseTimeMs: this.context.nowMs });
  }

  dropBranch(branch: BranchRecord): void {
    this.#branches.delete(branch.id);
    this.#work.delete(branch.id);
    this.#changes.push({ kind: "branchGone", nodeName: this.#node.name, id: branch.id });
  }

  moveAddress(
    address: AddressRecord,
    phase: PhaseOf<AddressRecord>,
    others: Partial<AddressRecord> = {},
  ): AddressRecord {
    const moved = { ...address, ...others, phase, phaseTimeMs: this.context.nowMs };
    this.#addresses.set(moved.id, moved);
    this.#changes.push({ kind: "address", nodeName: this.#node.name, address: moved });
    return moved;
  }

  dropAddress(address: AddressRecord): void {
    this.#addresses.delete(address.id);
    this.#work.delete(address.id);
    this.#changes.push({ kind: "addressGone", nodeName: this.#node.name, id: address.id });
  }

  /** The node is forgotten; the last change of a decision. */
  dropNode(): void {
    this.#changes.push({ kind: "nodeGone", nodeName: this.#node.name });
    this.do({ kind: "nodeGone" });
  }

  workOf(id: string): Work | undefined {
    return this.#work.get(id);
  }

  setWork(id: string, work: Work): void {
    this.#work.set(id, work);
  }

  clearWork(id: string): void {
    this.#work.delete(id);
  }

  do(effect: Effect): void {
    this.#effects.push(effect);
  }

  finish(): Decision<NodeState, Change> {
    return { state: this.state, changes: this.#changes, effects: this.#effects };
  }
}
