import { invalid } from "../errors/trunkline-error.ts";
import { readNetworkPolicy } from "../network-policies/read-network-policy.ts";
import { asIndex } from "../verdict/evaluate.ts";
import type { NetworkInterface, SecurityGroup } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import { groupByKeys } from "../world/multi-map.ts";
import type { NetworkPolicy } from "../world/network-policy.ts";
import type { World } from "../world/world.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { classOfShape } from "./class-records.ts";
import { draftReach, type ReachDraft, type ReachOptions } from "./compile-reach.ts";
import { LiveInterfaces } from "./live-interfaces.ts";
import { openReach, type ReachImage } from "./reach-image.ts";
import { bindReach, type ReachKernels } from "./reach-kernels.ts";
import { ReachPatch } from "./reach-patch.ts";
import type { ReachRoom } from "./reach-room.ts";

/** What an edit took: numbers or rows written, or everything compiled anew. */
export type ReachEdit = "patched" | "recompiled";

/** Numbers for later pods, as a part of those there are, and at least so many. */
const sparePart = 0.25;
const spareMin = 64;

/**
 * Reachability that follows pods, rules of groups and NetworkPolicies.
 *
 * Pods come, go, move to other nodes, and change labels or groups: one like another that has been
 * there is a number written. Rules and policies change rows of those they speak of, as long as they
 * tell nobody apart whom others do not: a block of addresses, key of a label or selector of nodes
 * that is new, or named ports where no policy had any. Everything else compiles anew: a pod that is
 * the first of its kind, a policy that is broken, room that is spent, and any change while named
 * ports are read as the aws model does. The image is written in place: bind rows again to read them.
 */
export class LiveReach {
  readonly #options: ReachOptions;
  readonly #pods: Map<string, Pod>;
  readonly #groups: Map<string, SecurityGroup>;
  /** By "namespace/name", more than one where the world has doubles; undefined: not read. */
  #policies: Map<string, readonly NetworkPolicy[]> | undefined;
  readonly #numbers = new Map<string, number>();
  readonly #free: number[] = [];
  #interfaces: LiveInterfaces;
  #world: World;
  #index: WorldIndex;
  #draft: ReachDraft;
  #image: ReachImage;
  #kernels: ReachKernels;
  // Made by the first edit that needs them, until all is compiled anew.
  #patch: ReachPatch | undefined;
  #policyNumbers: Map<string, number> | undefined;

  /** @throws TrunklineError as `compileReach`. */
  constructor(world: World | WorldIndex, options: ReachOptions) {
    const index = asIndex(world);
    this.#options = options;
    this.#world = index.world;
    this.#pods = new Map(index.pods);
    this.#groups = new Map(index.groups);
    const { networkPolicies } = index.world;
    this.#policies =
      networkPolicies && new Map(groupByKeys(networkPolicies, (one) => [nameOf(one)]));
    this.#interfaces = new LiveInterfaces(index, this.#pods.values());
    this.#index = this.#interfaces.within(index);
    this.#draft = draftReach(this.#index, options, roomFor(index.pods.size));
    this.#image = openReach(this.#draft.buffer);
    this.#kernels = bindReach(this.#image);
    this.#number();
  }

  /** The image now; another one after "recompiled". */
  get image(): ReachImage {
    return this.#image;
  }

  /** The kernels now; others after "recompiled". */
  get kernels(): ReachKernels {
    return this.#kernels;
  }

  /** The number of a pod, "namespace/name"; it changes by "recompiled" only. */
  numberOf(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /**
   * Adds a pod, or changes it.
   *
   * @param branch the branch interface that it holds, when that is new or has other groups.
   * @throws TrunklineError INVALID_ARGUMENT for a branch that the pod does not hold; QUOTA as
   * `compileReach`.
   */
  setPod(pod: Pod, branch?: NetworkInterface): ReachEdit {
    const name = nameOf(pod);
    if (branch !== undefined && branch.eniId !== pod.branchEniId) {
      const description = `${branch.eniId} is not ${pod.branchEniId ?? "held: the pod has none"}`;
      throw invalid(`pod ${name} cannot be changed`, [{ field: "branch", description }]);
    }
    this.#count(name, pod);
    const isAlone = branch === undefined || this.#interfaces.setBranch(branch);
    const { placer } = this.#draft;
    if (!isAlone || this.#doPortsSpread()) return this.#recompile();
    const shape = placer.shapeOf(pod, this.#index);
    if (shape === undefined) {
      this.#drop(name);
      return "patched";
    }
    const one = classOfShape(shape);
    if (one >= this.#image.classCount) return this.#recompile();
    const number = this.#numbers.get(name) ?? this.#free.pop();
    if (number === undefined) return this.#recompile();
    this.#numbers.set(name, number);
    this.#image.podClasses[number] = one;
    this.#image.podNodes[number] = placer.nodeOf(pod);
    return "patched";
  }

  /** Removes a pod; one that is not there is fine. */
  removePod(namespace: string, name: string): ReachEdit {
    const fullName = nameOf({ namespace, name });
    this.#count(fullName, undefined);
    if (this.#doPortsSpread()) return this.#recompile();
    this.#drop(fullName);
    return "patched";
  }

  /**
   * Adds a group, or puts other rules in the place of its own.
   *
   * @throws TrunklineError QUOTA as `compileReach`.
   */
  setGroup(group: SecurityGroup): ReachEdit {
    this.#groups.set(group.groupId, group);
    const patch = this.#patchOf();
    const rows = this.#draft.rows.groups.setGroup(group);
    if (rows === undefined) return this.#recompile();
    return patch.followGroupRows(rows) ? "patched" : this.#recompile();
  }

  /**
   * Adds a NetworkPolicy, or changes it. One that is broken makes unknown what it might decide, as
   * everywhere.
   *
   * @throws TrunklineError QUOTA as `compileReach`.
   */
  setNetworkPolicy(policy: NetworkPolicy): ReachEdit {
    return this.#replacePolicy(nameOf(policy), policy);
  }

  /** Removes a NetworkPolicy; one that is not there is fine. */
  removeNetworkPolicy(namespace: string, name: string): ReachEdit {
    const fullName = nameOf({ namespace, name });
    if (this.#policies?.has(fullName) !== true) return "patched";
    return this.#replacePolicy(fullName, undefined);
  }

  #replacePolicy(name: string, policy: NetworkPolicy | undefined): ReachEdit {
    const old = this.#policies?.get(name) ?? [];
    this.#policies ??= new Map();
    if (policy === undefined) this.#policies.delete(name);
    else this.#policies.set(name, [policy]);
    const { policies } = this.#draft.rows;
    if (policies === undefined || old.length > 1 || this.#doPortsSpread()) return this.#recompile();
    const patch = this.#patchOf();
    this.#policyNumbers ??= policies.numbersByName();
    const read = policy && readNetworkPolicy(policy);
    const replaced = policies.replace(this.#policyNumbers.get(name), read);
    if (replaced === undefined) return this.#recompile();
    if (replaced.number === undefined) this.#policyNumbers.delete(name);
    else this.#policyNumbers.set(name, replaced.number);
    return patch.followSpots(replaced.spots) ? "patched" : this.#recompile();
  }

  #patchOf(): ReachPatch {
    this.#patch ??= new ReachPatch(this.#image, this.#draft);
    return this.#patch;
  }

  #count(name: string, pod: Pod | undefined): void {
    const old = this.#pods.get(name);
    if (old !== undefined) this.#interfaces.count(old, -1);
    if (pod === undefined) this.#pods.delete(name);
    else {
      this.#interfaces.count(pod, 1);
      this.#pods.set(name, pod);
    }
  }

  #drop(name: string): void {
    const number = this.#numbers.get(name);
    if (number === undefined) return;
    this.#numbers.delete(name);
    this.#image.podClasses[number] = 0;
    this.#image.podNodes[number] = -1;
    this.#free.push(number);
  }

  // One pod's named ports then count for all pods that a policy selects.
  #doPortsSpread(): boolean {
    const { policies } = this.#draft.placer.shapes;
    return this.#options.networkPolicyModel === "aws" && policies?.hasPortNames === true;
  }

  #recompile(): "recompiled" {
    const pods = [...this.#pods.values()];
    const interfaces = [...this.#interfaces.interfaces.values()];
    const groups = [...this.#groups.values()];
    const networkPolicies = this.#policies && [...this.#policies.values()].flat();
    const lists = { pods, interfaces, groups, ...(networkPolicies && { networkPolicies }) };
    this.#world = { ...this.#world, ...lists };
    this.#patch = undefined;
    this.#policyNumbers = undefined;
    const index = indexWorld(this.#world);
    this.#interfaces = new LiveInterfaces(index, pods);
    this.#index = this.#interfaces.within(index);
    this.#draft = draftReach(this.#index, this.#options, roomFor(pods.length));
    this.#image = openReach(this.#draft.buffer);
    this.#kernels = bindReach(this.#image);
    this.#number();
    return "recompiled";
  }

  #number(): void {
    this.#numbers.clear();
    this.#free.length = 0;
    for (const [number, name] of this.#draft.podNames.entries()) this.#numbers.set(name, number);
    for (let at = this.#image.podCount - 1; at >= this.#numbers.size; at--) this.#free.push(at);
  }
}

function roomFor(podCount: number): ReachRoom {
  return { pods: Math.max(spareMin, Math.ceil(podCount * sparePart)) };
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  return `${namespace}/${name}`;
}
