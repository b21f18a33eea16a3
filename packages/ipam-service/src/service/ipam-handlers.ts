import { invalid, TrunklineError } from "@trunkline/core";
import type { IpamServiceImplementation } from "@trunkline/proto/ipam";
import { addressOfPod } from "../allocation/address-allocation.ts";
import { branchOfPod } from "../allocation/choose-branch.ts";
import type { NodeState } from "../allocation/node-state.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { BranchRecord, NodeRecord } from "../records.ts";
import type { Registry } from "../registry.ts";
import type { Allocator } from "../shell/allocator.ts";
import type { Nodes } from "../shell/nodes.ts";
import { onlyWhile } from "../shell/only-while.ts";
import type { PodAllocations } from "../shell/pod-allocations.ts";
import { type Page, pageOf } from "./pages.ts";
import { RequestCheck } from "./requests.ts";
import { addressView, branchView, capacityView, nodeView } from "./views.ts";

/** What the handlers hand requests to. */
export interface IpamParts {
  readonly registry: Registry;
  readonly ledger: Ledger;
  readonly allocator: Allocator;
  readonly pods: PodAllocations;
  readonly nodes: Nodes;
}

/** The contract's calls that are built. */
export type IpamHandlers = Pick<
  IpamServiceImplementation,
  | "ensureTrunk"
  | "removeNode"
  | "allocateBranch"
  | "releaseBranch"
  | "getBranch"
  | "listBranches"
  | "allocateAddress"
  | "releaseAddress"
  | "getCapacity"
  | "listNodes"
>;

/** Returns the handlers: they check requests, hand them on, and show what came of it. */
export function ipamHandlers(parts: IpamParts): IpamHandlers {
  return { ...nodeHandlers(parts), ...podHandlers(parts), ...readHandlers(parts) };
}

type NodeHandlers = Pick<IpamHandlers, "ensureTrunk" | "removeNode">;

function nodeHandlers({ nodes, ledger }: IpamParts): NodeHandlers {
  return {
    async ensureTrunk({ nodeName, instanceId }, { signal }) {
      const check = new RequestCheck();
      check.nodeName(nodeName);
      check.instanceId(instanceId);
      check.done("EnsureTrunk request");
      const { state, isCreated } = await onlyWhile(signal, nodes.ensure(nodeName, instanceId));
      return { node: nodeView(state.node), capacity: capacityView(state), created: isCreated };
    },

    async removeNode({ nodeName, force }, { signal }) {
      const check = new RequestCheck();
      check.nodeName(nodeName);
      check.done("RemoveNode request");
      ledger.check();
      return { deletedCount: await nodes.remove(nodeName, force, signal) };
    },
  };
}

type PodHandlers = Pick<
  IpamHandlers,
  "allocateBranch" | "releaseBranch" | "allocateAddress" | "releaseAddress"
>;

function podHandlers({ registry, ledger, allocator, pods }: IpamParts): PodHandlers {
  return {
    async allocateBranch({ nodeName, pod: wirePod }, { signal }) {
      const check = new RequestCheck();
      check.nodeName(nodeName);
      const pod = check.pod(wirePod);
      check.done("AllocateBranch request");
      ledger.check();
      const { node } = nodeState(registry, nodeName);
      const outcome = await pods.allocateBranch(nodeName, pod, signal);
      if (outcome.kind === "ordinary") {
        const value = { reason: outcome.reason, groupIds: [...node.primary.groupIds] };
        return { attachment: { $case: "ordinary", value }, reused: false };
      }
      const value = branchView(node, outcome.branch);
      return { attachment: { $case: "branch", value }, reused: outcome.isReused };
    },

    async releaseBranch({ nodeName, podUid }) {
      checkRelease("ReleaseBranch request", nodeName, podUid);
      ledger.check();
      const state = registry.nodes.get(nodeName);
      const held = state && branchOfPod(state, podUid);
      if (!state || !held) return { released: false };
      await allocator.release(nodeName, "release", podUid);
      const branch = registry.nodes.get(nodeName)?.branches.get(held.id) ?? held;
      return { released: true, branch: branchView(state.node, branch) };
    },

    async allocateAddress({ nodeName, pod: wirePod, groupIds }, { signal }) {
      const check = new RequestCheck();
      check.nodeName(nodeName);
      const pod = check.pod(wirePod);
      check.done("AllocateAddress request");
      if (groupIds.length > 0) throw sharedNotBuilt();
      ledger.check();
      const { node } = nodeState(registry, nodeName);
      const address = await pods.allocateAddress(nodeName, pod, signal);
      return { address: addressView(node, address) };
    },

    async releaseAddress({ nodeName, podUid }) {
      checkRelease("ReleaseAddress request", nodeName, podUid);
      ledger.check();
      const state = registry.nodes.get(nodeName);
      if (!state || !addressOfPod(state.addresses, podUid)) return { released: false };
      await allocator.release(nodeName, "releaseAddress", podUid);
      return { released: true };
    },
  };
}

type ReadHandlers = Pick<IpamHandlers, "getBranch" | "listBranches" | "getCapacity" | "listNodes">;

function readHandlers({ registry, ledger }: IpamParts): ReadHandlers {
  return {
    async getBranch({ key }) {
      if (!key?.value) throw invalid("GetBranch request is wrong:", [missing("key")]);
      const by = key.$case === "podUid" ? { podUid: key.value } : { eniId: key.value };
      const state = registry.nodeOf(by);
      const branch = state && findBranch(state, by);
      if (branch) return { branch: branchView(state.node, branch) };
      const what = "podUid" in by ? `pod with uid ${by.podUid} holds no` : `${by.eniId} is not a`;
      throw new TrunklineError("NOT_FOUND", `${what} branch`);
    },

    async listBranches(request) {
      const { nodeName, states } = request;
      const nodes = [...registry.nodes.values()].filter(
        ({ node }) => nodeName === "" || node.name === nodeName,
      );
      const views = nodes
        .flatMap(({ node, branches }) => [...branches.values()].map((each) => ({ node, each })))
        .sort((a, b) => compare(branchKey(a), branchKey(b)))
        .map(({ node, each }) => branchView(node, each))
        .filter(({ state }) => states.length === 0 || states.includes(state));
      const page = pageOf(views, request, (view) => viewKey(view.trunkEniId, view.vlanId));
      const revision = BigInt(ledger.revision);
      return { branches: [...page.items], nextPageToken: page.nextPageToken, revision };
    },

    async getCapacity({ nodeName }) {
      const check = new RequestCheck();
      check.nodeName(nodeName);
      check.done("GetCapacity request");
      return { capacity: capacityView(nodeState(registry, nodeName)) };
    },

    async listNodes(request) {
      const sorted = [...registry.nodes.values()].sort((a, b) => compare(a.node.name, b.node.name));
      const page: Page<NodeState> = pageOf(sorted, request, ({ node }) => node.name);
      const items = page.items.map((state) => ({
        node: nodeView(state.node),
        capacity: capacityView(state),
      }));
      return { items, nextPageToken: page.nextPageToken };
    },
  };
}

function nodeState(registry: Registry, nodeName: string): NodeState {
  const state = registry.nodes.get(nodeName);
  if (state) return state;
  const text = `node ${nodeName} is not known; ensure its trunk first`;
  throw new TrunklineError("NOT_FOUND", text, { facts: { nodeName } });
}

function checkRelease(subject: string, nodeName: string, podUid: string): void {
  const check = new RequestCheck();
  check.nodeName(nodeName);
  check.podUid(podUid);
  check.done(subject);
}

function findBranch(
  state: NodeState,
  by: { readonly podUid: string } | { readonly eniId: string },
): BranchRecord | undefined {
  if ("podUid" in by) return branchOfPod(state, by.podUid);
  return [...state.branches.values()].find(({ eni }) => eni?.eniId === by.eniId);
}

function branchKey({ node, each }: { readonly node: NodeRecord; readonly each: BranchRecord }) {
  return viewKey(node.trunk.eniId, each.vlanId);
}

// Padded, so that the order of texts is the order of numbers.
function viewKey(trunkEniId: string, vlanId: number): string {
  return `${trunkEniId}/${String(vlanId).padStart(4, "0")}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function missing(field: string) {
  return { field, description: "missing" };
}

function sharedNotBuilt(): TrunklineError {
  const text = "group_ids ask for a shared attachment, which is not built yet";
  return new TrunklineError("NOT_IMPLEMENTED", text);
}
