import { invalid } from "../errors/trunkline-error.ts";
import { asIndex } from "../verdict/evaluate.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import type { World } from "../world/world.ts";
import { indexWorld, type WorldIndex } from "../world/world-index.ts";
import { draftReach, type ReachDraft, type ReachOptions } from "./compile-reach.ts";
import { LiveInterfaces } from "./live-interfaces.ts";
import { openReach, type ReachImage } from "./reach-image.ts";
import { bindReach, type ReachKernels } from "./reach-kernels.ts";

/** What an edit took: a number written, or everything compiled anew. */
export type ReachEdit = "patched" | "recompiled";

/** Numbers for later pods, as a part of those there are, and at least so many. */
const sparePart = 0.25;
const spareMin = 64;

/**
 * Reachability that follows its pods: they come, go, move to other nodes, and change labels or
 * groups. A pod like one that has been there is a number written; the first of its kind, and any
 * pod while named ports are read as the aws model does, compiles everything anew.
 */
export class LiveReach {
  readonly #options: ReachOptions;
  readonly #pods: Map<string, Pod>;
  readonly #numbers = new Map<string, number>();
  readonly #free: number[] = [];
  #interfaces: LiveInterfaces;
  #world: World;
  #index: WorldIndex;
  #draft: ReachDraft;
  #image: ReachImage;
  #kernels: ReachKernels;

  /** @throws TrunklineError as `compileReach`. */
  constructor(world: World | WorldIndex, options: ReachOptions) {
    const index = asIndex(world);
    this.#options = options;
    this.#world = index.world;
    this.#pods = new Map(index.pods);
    this.#interfaces = new LiveInterfaces(index, this.#pods.values());
    this.#index = this.#interfaces.within(index);
    this.#draft = draftReach(this.#index, options, spareFor(index.pods.size));
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
    const name = `${pod.namespace}/${pod.name}`;
    if (branch !== undefined && branch.eniId !== pod.branchEniId) {
      const description = `${branch.eniId} is not ${pod.branchEniId ?? "held: the pod has none"}`;
      throw invalid(`pod ${name} cannot be changed`, [{ field: "branch", description }]);
    }
    this.#count(name, pod);
    const isAlone = branch === undefined || this.#interfaces.setBranch(branch);
    const { placer, classOfShape } = this.#draft;
    if (!isAlone || this.#doPortsSpread()) return this.#recompile();
    const shape = placer.shapeOf(pod, this.#index);
    if (shape === undefined) {
      this.#drop(name);
      return "patched";
    }
    if (shape >= classOfShape.length) return this.#recompile();
    const number = this.#numbers.get(name) ?? this.#free.pop();
    if (number === undefined) return this.#recompile();
    this.#numbers.set(name, number);
    this.#image.podClasses[number] = classOfShape[shape];
    this.#image.podNodes[number] = placer.nodeOf(pod);
    return "patched";
  }

  /** Removes a pod; one that is not there is fine. */
  removePod(namespace: string, name: string): ReachEdit {
    const fullName = `${namespace}/${name}`;
    this.#count(fullName, undefined);
    if (this.#doPortsSpread()) return this.#recompile();
    this.#drop(fullName);
    return "patched";
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
    this.#world = { ...this.#world, pods, interfaces };
    const index = indexWorld(this.#world);
    this.#interfaces = new LiveInterfaces(index, pods);
    this.#index = this.#interfaces.within(index);
    this.#draft = draftReach(this.#index, this.#options, spareFor(pods.length));
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

function spareFor(podCount: number): number {
  return Math.max(spareMin, Math.ceil(podCount * sparePart));
}
