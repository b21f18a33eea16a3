import type { PolicyFiles } from "@trunkline/policy-service";
import { type Branch, BranchState } from "@trunkline/proto/ipam";
import { type PodView, podView, sortPods } from "../view/pods.ts";
import { openFiles, withIpam, withNode } from "./clients.ts";
import { podsOfWorld } from "./pods-of-world.ts";
import { noTarget } from "./targets.ts";

/** Entries asked for at a time, the most the contract allows. */
const PAGE_SIZE = 1000;
/** Pages read of one server: 100,000 entries. A server that goes on after them is broken. */
const PAGES_MAX = 100;

/** One page as every list call gives it. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

/**
 * Pods with their interfaces, by name. Node daemons know all of a pod; where none is named, the
 * branches of ipam-service stand in, without mode and without ordinary pods. Files, where they are
 * named, say what each pod should have and what its interface has.
 */
export async function listPods(targets: {
  readonly nodes: readonly string[];
  readonly ipam: string | undefined;
  readonly files?: PolicyFiles | undefined;
}): Promise<PodView[]> {
  if (targets.files !== undefined) {
    const { index } = await openFiles(targets.files);
    return sortPods(podsOfWorld(index));
  }
  if (targets.nodes.length > 0) {
    const lists = await Promise.all(targets.nodes.map(podsOfNode));
    return sortPods(lists.flat());
  }
  if (targets.ipam === undefined) {
    return noTarget("node daemon or ipam-service", "--node or --ipam ADDRESS, or --manifests DIR");
  }
  return sortPods(await podsOfBranches(targets.ipam));
}

function podsOfNode(address: string): Promise<PodView[]> {
  return withNode(address, async (client) => {
    const { nodeName } = await client.status({});
    const pods = await allPages(async (pageToken) => {
      const page = await client.listPods({ pageSize: PAGE_SIZE, pageToken });
      return { items: page.pods, nextPageToken: page.nextPageToken };
    });
    return pods.map((pod) => podView(pod, nodeName));
  });
}

function podsOfBranches(address: string): Promise<PodView[]> {
  return withIpam(address, async (client) => {
    const states = [BranchState.BRANCH_STATE_ALLOCATED];
    const branches = await allPages(async (pageToken) => {
      const page = await client.listBranches({ states, pageSize: PAGE_SIZE, pageToken });
      return { items: page.branches, nextPageToken: page.nextPageToken };
    });
    return branches.map(viewOfBranch);
  });
}

function viewOfBranch(branch: Branch): PodView {
  return {
    pod: `${branch.pod?.namespace ?? ""}/${branch.pod?.name ?? ""}`,
    node: branch.nodeName,
    kind: "branch",
    eniId: branch.eniId,
    vlanId: branch.vlanId,
    address: branch.ipv4Address,
    groups: branch.groupIds,
    state: "allocated",
  };
}

async function allPages<Item>(read: (token: string) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let token = "";
  for (let count = 0; count < PAGES_MAX; count++) {
    const page = await read(token);
    items.push(...page.items);
    token = page.nextPageToken;
    if (token === "") return items;
  }
  throw new Error(`a list did not end after ${PAGES_MAX} pages`);
}
