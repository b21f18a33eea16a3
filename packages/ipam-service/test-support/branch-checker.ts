import type { BranchAnswer } from "../src/allocation/events.ts";
import type { NodeState } from "../src/allocation/node-state.ts";
import type { PodRef } from "../src/records.ts";
import type { FakeCloud } from "./fake-cloud.ts";

interface Holding {
  readonly owner: string;
  readonly groups: string;
}

interface Wish {
  readonly pod: PodRef;
  readonly groups: string;
}

/**
 * Judges a run by what callers were told and by what is in the cloud; it shares no code with the
 * deciders. Throws at the first thing that must not be.
 */
export class BranchChecker {
  readonly #cloud: FakeCloud;
  readonly #quarantineMs: number;
  /** Groups that each pod was last resolved to, by UID. */
  readonly #wishes = new Map<string, Wish>();
  /** Who was told that it holds an interface, by interface id. */
  readonly #holders = new Map<string, { readonly podUid: string; readonly groups: string }>();
  /** What was released, by interface id. */
  readonly #released = new Map<string, Holding & { readonly timeMs: number }>();
  /** Releases that were asked for; they count from now on, also against answers under way. */
  readonly #isReleased = new Set<string>();

  constructor(cloud: FakeCloud, quarantineMs: number) {
    this.#cloud = cloud;
    this.#quarantineMs = quarantineMs;
  }

  onWish(pod: PodRef, groups: readonly string[]): void {
    this.#isReleased.delete(pod.uid);
    const isHolding = [...this.#holders.values()].some((holder) => holder.podUid === pod.uid);
    // A pod that runs keeps what it has; a policy that changes later changes nothing for it.
    if (!isHolding) this.#wishes.set(pod.uid, { pod, groups: sorted(groups) });
  }

  onRelease(podUid: string, timeMs: number): void {
    this.#isReleased.add(podUid);
    const wish = this.#wishes.get(podUid);
    for (const [eniId, holder] of this.#holders) {
      if (holder.podUid !== podUid || !wish) continue;
      this.#holders.delete(eniId);
      const owner = `${wish.pod.namespace}/${wish.pod.name}`;
      this.#released.set(eniId, { owner, groups: holder.groups, timeMs });
    }
  }

  onAnswer(podUid: string, answer: BranchAnswer, nowMs: number): void {
    const wish = this.#wishes.get(podUid);
    if (answer.kind !== "granted" || this.#isReleased.has(podUid)) return;
    const { eni, vlanId } = answer.branch;
    check(eni && wish, `pod ${podUid} is granted a branch without an interface`);
    const found = this.#cloud.interfaces.get(eni.eniId);
    check(found, `pod ${podUid} is granted ${eni.eniId}, which does not exist`);
    check(found.vlanId === vlanId, `${eni.eniId} has VLAN ${found.vlanId}, not ${vlanId}`);
    const groups = sorted(found.groupIds);
    check(groups === wish.groups, `${podUid} has ${groups}, not ${wish.groups}`);
    const holder = this.#holders.get(eni.eniId);
    check(!holder || holder.podUid === podUid, `${eni.eniId} has two holders`);
    for (const [other, { podUid: uid }] of this.#holders) {
      check(uid !== podUid || other === eni.eniId, `pod ${podUid} holds two interfaces`);
    }
    this.#checkQuarantine(eni.eniId, `${wish.pod.namespace}/${wish.pod.name}`, groups, nowMs);
    this.#holders.set(eni.eniId, { podUid, groups });
  }

  /** The cloud has changed. */
  onCloud(): void {
    const vlanIds = new Set<number>();
    for (const { eniId, vlanId, groupIds } of this.#cloud.interfaces.values()) {
      const holder = this.#holders.get(eniId);
      check(!holder || vlanId !== undefined, `${eniId} is held and lost its association`);
      check(!holder || holder.groups === sorted(groupIds), `${eniId} is held and lost its groups`);
      if (vlanId === undefined) continue;
      check(!vlanIds.has(vlanId), `VLAN ${vlanId} is used twice on the trunk`);
      vlanIds.add(vlanId);
    }
    for (const eniId of this.#holders.keys()) {
      check(this.#cloud.interfaces.has(eniId), `${eniId} is held and was deleted`);
    }
  }

  onState({ node, branches }: NodeState): void {
    check(branches.size <= node.branchLimit, `${branches.size} of ${node.branchLimit} branches`);
    check(this.#cloud.interfaces.size <= node.branchLimit, "more interfaces than the limit");
  }

  #checkQuarantine(eniId: string, owner: string, groups: string, nowMs: number): void {
    const released = this.#released.get(eniId);
    if (!released || nowMs >= released.timeMs + this.#quarantineMs) return;
    const isSame = released.owner === owner && released.groups === groups;
    check(isSame, `${eniId} went to ${owner} before its quarantine was over`);
  }
}

function sorted(groupIds: readonly string[]): string {
  return [...new Set(groupIds)].sort().join(" ");
}

function check(condition: unknown, text: string): asserts condition {
  if (!condition) throw new Error(`checker: ${text}`);
}
