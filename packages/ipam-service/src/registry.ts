import { assert, TrunklineError } from "@trunkline/core";
import { emptyNodeState, type NodeState } from "./allocation/node-state.ts";
import type { Change } from "./ledger/change.ts";
import type { BranchRecord, PendingTrunk } from "./records.ts";

/** Everything the service remembers, by node, with the ways to find it again. */
export class Registry {
  readonly #nodes = new Map<string, NodeState>();
  readonly #pendingTrunks = new Map<string, PendingTrunk>();
  readonly #nodeOfEni = new Map<string, string>();
  readonly #nodeOfPod = new Map<string, string>();

  get nodes(): ReadonlyMap<string, NodeState> {
    return this.#nodes;
  }

  get pendingTrunks(): ReadonlyMap<string, PendingTrunk> {
    return this.#pendingTrunks;
  }

  /** Returns the node that has, or had last, a branch for the pod or the interface. */
  nodeOf(key: { readonly podUid: string } | { readonly eniId: string }): NodeState | undefined {
    const name = "podUid" in key ? this.#nodeOfPod.get(key.podUid) : this.#nodeOfEni.get(key.eniId);
    return name === undefined ? undefined : this.#nodes.get(name);
  }

  /** Takes the outcome of a decision over: the state and, for the ways to it, its changes. */
  adopt(state: NodeState, changes: readonly Change[]): void {
    for (const change of changes) this.#index(change);
    this.#nodes.set(state.node.name, state);
    if (changes.at(-1)?.kind === "nodeGone") this.#nodes.delete(state.node.name);
  }

  /** Applies one change, read from the ledger or made outside a decision. */
  apply(change: Change): void {
    this.#index(change);
    switch (change.kind) {
      case "node": {
        const before = this.#nodes.get(change.node.name) ?? emptyNodeState(change.node);
        this.#nodes.set(change.node.name, { ...before, node: change.node });
        return;
      }
      case "nodeGone":
        this.#nodes.delete(change.nodeName);
        return;
      case "branch":
        this.#edit(change.nodeName, "branches").set(change.branch.id, change.branch);
        return;
      case "branchGone":
        this.#edit(change.nodeName, "branches").delete(change.id);
        return;
      case "address":
        this.#edit(change.nodeName, "addresses").set(change.address.id, change.address);
        return;
      case "addressGone":
        this.#edit(change.nodeName, "addresses").delete(change.id);
        return;
      case "trunkPending":
        this.#pendingTrunks.set(change.pending.nodeName, change.pending);
        return;
      case "trunkSettled":
        this.#pendingTrunks.delete(change.nodeName);
        return;
      default:
        throw unknownChange(change);
    }
  }

  /** Everything as changes that make it again. */
  *snapshot(): Iterable<Change> {
    for (const { node, branches, addresses } of this.#nodes.values()) {
      yield { kind: "node", node };
      for (const branch of branches.values()) {
        yield { kind: "branch", nodeName: node.name, branch };
      }
      for (const address of addresses.values()) {
        yield { kind: "address", nodeName: node.name, address };
      }
    }
    for (const pending of this.#pendingTrunks.values()) yield { kind: "trunkPending", pending };
  }

  #index(change: Change): void {
    if (change.kind !== "branch" && change.kind !== "branchGone") return;
    const { nodeName } = change;
    const id = change.kind === "branch" ? change.branch.id : change.id;
    const before = this.#nodes.get(nodeName)?.branches.get(id);
    if (before) this.#unindex(nodeName, before);
    if (change.kind === "branchGone") return;
    this.#nodeOfPod.set(change.branch.pod.uid, nodeName);
    if (change.branch.eni) this.#nodeOfEni.set(change.branch.eni.eniId, nodeName);
  }

  #unindex(nodeName: string, { id, pod, eni }: BranchRecord): void {
    if (eni) this.#nodeOfEni.delete(eni.eniId);
    const others = this.#nodes.get(nodeName)?.branches.values() ?? [];
    // A pod that was released and came back with other groups is named by two branches.
    for (const other of others) if (other.id !== id && other.pod.uid === pod.uid) return;
    this.#nodeOfPod.delete(pod.uid);
  }

  // Only replay writes in place: its maps are not shared with any decision yet.
  #edit<Kind extends "branches" | "addresses">(nodeName: string, kind: Kind) {
    const state = this.#nodes.get(nodeName);
    assert(state, `the ledger speaks of node ${nodeName} before it was recorded`);
    return state[kind] as Map<string, Parameters<Map<string, unknown>["set"]>[1]>;
  }
}

function unknownChange(change: never): TrunklineError {
  const { kind } = change as { readonly kind: string };
  return new TrunklineError("UNSUPPORTED", `the ledger has a change "${kind}" of a newer version`);
}
