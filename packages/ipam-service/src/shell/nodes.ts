import { TrunklineError } from "@trunkline/core";
import type { Log } from "@trunkline/process";
import { addressOfPod } from "../allocation/address-allocation.ts";
import { isPodsOwn } from "../allocation/choose-branch.ts";
import type { NodeState } from "../allocation/node-state.ts";
import { removeLeftoverTrunks } from "../ec2/trunk-removal.ts";
import { mayPass, setUpTrunk, type TrunkContext, type TrunkOutcome } from "../ec2/trunk-setup.ts";
import type { Change } from "../ledger/change.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { NodeRecord, PendingTrunk } from "../records.ts";
import type { Registry } from "../registry.ts";
import type { Allocator } from "./allocator.ts";

/** What looking after nodes needs. */
export interface NodesOptions {
  readonly registry: Registry;
  readonly ledger: Ledger;
  readonly allocator: Allocator;
  readonly trunks: Omit<TrunkContext, "onUndoFailed">;
  readonly log: Log;
  /** A new UUID. */
  newId(): string;
}

/** A node that has its trunk. */
export interface EnsuredNode {
  readonly state: NodeState;
  readonly isCreated: boolean;
}

interface UnderWay {
  readonly instanceId: string;
  readonly promise: Promise<EnsuredNode>;
}

/** Nodes that take part: their trunks come and go here. */
export class Nodes {
  readonly #options: NodesOptions;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(options: NodesOptions) {
    this.#options = options;
  }

  /** Makes sure the node has a trunk. Calls for one node at the same time share one attempt. */
  ensure(nodeName: string, instanceId: string): Promise<EnsuredNode> {
    const joined = this.#underWay.get(nodeName);
    if (joined?.instanceId === instanceId) return joined.promise;
    if (joined) return Promise.reject(otherInstance(nodeName, joined.instanceId, instanceId));
    const promise = this.#ensure(nodeName, instanceId).finally(() => {
      this.#underWay.delete(nodeName);
    });
    this.#underWay.set(nodeName, { instanceId, promise });
    return promise;
  }

  /** Goes on with trunks that the process before was making. Never rejects. */
  async resume(): Promise<void> {
    for (const { nodeName, instanceId } of [...this.#options.registry.pendingTrunks.values()]) {
      try {
        await this.ensure(nodeName, instanceId);
      } catch (error) {
        this.#options.log.warn({ nodeName, reason: String(error) }, "trunk not resumed");
      }
    }
  }

  /** Forgets a node; returns the number of its branches. An unknown node is success. */
  async remove(nodeName: string, force: boolean, signal: AbortSignal): Promise<number> {
    const { registry, allocator } = this.#options;
    // Whether an attempt succeeds or not, what it leaves is looked at below.
    await this.#underWay.get(nodeName)?.promise.catch(() => undefined);
    const pending = registry.pendingTrunks.get(nodeName);
    if (pending) await this.#abandon(pending);
    const state = registry.nodes.get(nodeName);
    if (!state) return 0;
    if (!force) checkIdle(state);
    await allocator.removeNode(nodeName, signal);
    return state.branches.size;
  }

  async #ensure(nodeName: string, instanceId: string): Promise<EnsuredNode> {
    const before = this.#options.registry.nodes.get(nodeName);
    this.#check(nodeName, instanceId, before);
    const pending = await this.#pendingFor(nodeName, instanceId);
    const hasBranches = before !== undefined && before.branches.size > 0;
    let isUndone = true;
    const onUndoFailed = (error: unknown, eniId: string) => {
      isUndone = false;
      this.#options.log.warn({ nodeName, eniId, reason: String(error) }, "trunk not undone");
    };
    try {
      const outcome = await setUpTrunk(
        { ...this.#options.trunks, onUndoFailed },
        {
          nodeName,
          instanceId,
          token: pending.id,
          expectedEniId: hasBranches ? before.node.trunk.eniId : undefined,
        },
      );
      return await this.#record(outcome);
    } catch (error) {
      if (before && !before.node.isRemoving && mayPass(error)) {
        this.#options.log.warn(
          { nodeName, reason: String(error) },
          "node answered from the ledger",
        );
        return { state: before, isCreated: false };
      }
      if (!mayPass(error) && isUndone) await this.#abandon(pending);
      throw error;
    }
  }

  #check(nodeName: string, instanceId: string, before: NodeState | undefined): void {
    this.#options.ledger.check();
    if (before?.node.isRemoving) {
      throw new TrunklineError("NOT_READY", `node ${nodeName} is being removed`);
    }
    if (before && before.node.instanceId !== instanceId) {
      throw otherInstance(nodeName, before.node.instanceId, instanceId);
    }
    for (const { node } of this.#options.registry.nodes.values()) {
      if (node.instanceId !== instanceId || node.name === nodeName) continue;
      const text = `instance ${instanceId} is recorded as node ${node.name}, not ${nodeName}`;
      throw new TrunklineError("ALREADY_EXISTS", text);
    }
  }

  // Written before EC2 is asked for a trunk, and kept until it is settled what came of it.
  async #pendingFor(nodeName: string, instanceId: string): Promise<PendingTrunk> {
    const { registry } = this.#options;
    const left = registry.pendingTrunks.get(nodeName);
    if (left?.instanceId === instanceId) return left;
    if (left) await this.#abandon(left);
    const pending = { nodeName, instanceId, id: this.#options.newId() };
    if (!registry.nodes.has(nodeName)) await this.#write([{ kind: "trunkPending", pending }]);
    return pending;
  }

  async #record({ node, isCreated }: TrunkOutcome): Promise<EnsuredNode> {
    const { registry } = this.#options;
    const changes: Change[] = [];
    const before = registry.nodes.get(node.name)?.node;
    const merged = before ? merge(before, node) : node;
    if (JSON.stringify(merged) !== JSON.stringify(before)) {
      changes.push({ kind: "node", node: merged });
    }
    if (registry.pendingTrunks.has(node.name)) {
      changes.push({ kind: "trunkSettled", nodeName: node.name });
    }
    await this.#write(changes);
    const state = registry.nodes.get(node.name);
    // Removed while the ledger was written: rare, and the caller may ask again.
    if (!state) throw new TrunklineError("NOT_READY", `node ${node.name} was removed meanwhile`);
    return { state, isCreated };
  }

  async #abandon(pending: PendingTrunk): Promise<void> {
    if (!this.#options.registry.pendingTrunks.has(pending.nodeName)) return;
    await removeLeftoverTrunks(this.#options.trunks, pending.instanceId);
    await this.#write([{ kind: "trunkSettled", nodeName: pending.nodeName }]);
  }

  async #write(changes: readonly Change[]): Promise<void> {
    for (const change of changes) this.#options.registry.apply(change);
    await this.#options.ledger.append(changes);
  }
}

// Addresses that appeared since the node was first seen may be ours and in doubt: they are not
// taken for somebody else's now.
function merge(before: NodeRecord, now: NodeRecord): NodeRecord {
  const { foreignAddresses } = before.primary;
  return {
    ...now,
    primary: { ...now.primary, foreignAddresses },
    isRemoving: before.isRemoving,
  };
}

function checkIdle(state: NodeState): void {
  const branches = [...state.branches.values()].filter(isPodsOwn);
  const addresses = [...state.addresses.values()].filter((each) =>
    addressOfPod(new Map([[each.id, each]]), each.pod.uid),
  );
  const count = branches.length + addresses.length;
  if (count === 0) return;
  const text =
    `node ${state.node.name} still holds ${branches.length} branches and ` +
    `${addresses.length} addresses of pods; use force to release them`;
  throw new TrunklineError("UNSUPPORTED", text, { facts: { nodeName: state.node.name } });
}

function otherInstance(nodeName: string, known: string, asked: string): TrunklineError {
  const text = `node ${nodeName} is recorded with instance ${known}, not ${asked}; remove it first`;
  return new TrunklineError("ALREADY_EXISTS", text, { facts: { nodeName } });
}
