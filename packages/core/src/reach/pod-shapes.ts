import { tryParseAddress } from "../net/address.ts";
import { isOpenAcl } from "../network-acls/open-acl.ts";
import { hasPolicies } from "../network-policies/policy-set.ts";
import { switchValues } from "../network-policies/switches.ts";
import type { Attachment } from "../paths/attachment.ts";
import type { EvaluateOptions } from "../verdict/explanation.ts";
import type { Pod } from "../world/cluster.ts";
import type { Model } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { GroupColumns } from "./group-columns.ts";
import { Numbering } from "./numbering.ts";
import { familyOrderOf, PLACES } from "./placement.ts";
import { PolicyColumns } from "./policy-columns.ts";
import { vocabularyOf } from "./policy-vocabulary.ts";
import type { SeatedPod } from "./seated-pods.ts";
import { Tuples } from "./tuples.ts";

/** Words of a shape. */
export const SHAPE = {
  place: 0,
  families: 1,
  isScheduled: 2,
  /** Number of what packets cross by rules that are not compiled: see `#realmOf`. */
  realm: 3,
  /** Sets of groups of its own interface and of a second one that is asked as well, or `none`. */
  ownSet: 4,
  secondSet: 5,
  groupColumn4: 6,
  groupColumn6: 7,
  policyColumn4: 8,
  policyColumn6: 9,
  /** The same for pods of its own node. */
  ownNodeColumn4: 10,
  ownNodeColumn6: 11,
  /** `none` when no policy is enforced there. */
  spot: 12,
  ports: 13,
  /** 4, 6, or `none`. */
  firstFamily: 14,
} as const;
const shapeWords = 16;
/** Stands where there is nothing. */
export const NONE = -2;

/** Families that pods with this order of families use. */
const familiesUsed = [[4, 6], [4], [6], [4, 6], [4, 6], []] as const;

/**
 * Pods by all that verdicts can depend on, apart from which node they are on. Learns sets, columns
 * and spots while pods come; rows are a later matter.
 */
export class PodShapes {
  readonly shapes = new Tuples(shapeWords);
  readonly groups: GroupColumns;
  /** Undefined while no network policy is asked anywhere. */
  readonly policies: PolicyColumns | undefined;
  readonly #index: WorldIndex;
  readonly #model: Model;
  readonly #realms = new Numbering<string, string>();
  readonly #hasAcls: boolean;
  readonly #isSecondOpen: boolean;
  readonly #draft = new Int32Array(shapeWords);

  constructor(index: WorldIndex, options: EvaluateOptions) {
    this.#index = index;
    this.#model = options.model ?? "documented";
    const { networkAcls = "known" } = options;
    const isRead = index.networkAcls !== undefined;
    this.#hasAcls = networkAcls === "required" || (networkAcls === "known" && isRead);
    this.#isSecondOpen = switchValues(options.networkPolicyModel ?? "spec").secondFamily === "open";
    this.groups = new GroupColumns(index);
    const set = index.networkPolicies;
    const isClosed =
      options.networkPolicyModel === "aws" && options.networkPolicyEnforcing === "strict";
    const isAsked = set !== undefined && (hasPolicies(set) || isClosed);
    if (!isAsked || index.world.settings.networkPolicyEngine === "none") return;
    this.policies = new PolicyColumns(set, vocabularyOf(set), index);
  }

  /** The shape of a pod. */
  shapeOf(seat: SeatedPod): number {
    const draft = this.#draft.fill(0);
    const { place, own, primary, pod } = seat;
    const families = familyOrderOf(own);
    draft[SHAPE.place] = place;
    draft[SHAPE.families] = families;
    draft[SHAPE.isScheduled] = Number(pod.nodeName !== undefined);
    draft[SHAPE.realm] = this.#realmOf(own, familiesUsed[families]);
    const ownSet = this.groups.setOf(own.groupIds);
    draft[SHAPE.ownSet] = ownSet;
    // In the documented model the node's groups are asked beside the pod's.
    const hasSecond = place === PLACES.standard && this.#model === "documented";
    draft[SHAPE.secondSet] = hasSecond ? this.groups.setOf(primary.groupIds) : NONE;
    for (const family of familiesUsed[families]) {
      const at = family === 4 ? SHAPE.groupColumn4 : SHAPE.groupColumn6;
      draft[at] = this.groups.columnOf(own, ownSet, family);
    }
    this.#addPolicies(seat, familiesUsed[families]);
    return this.shapes.intern(draft, 0);
  }

  // Its VPC, -1 when that is not known. While network ACLs are asked its subnet, unless that lets
  // everything through, and `NONE` when it is not known.
  #realmOf({ vpcId, subnetId }: Attachment, families: readonly (4 | 6)[]): number {
    if (!this.#hasAcls) return vpcId === undefined ? -1 : this.#realmNamed(vpcId);
    if (subnetId === undefined) return NONE;
    const isOpen = vpcId !== undefined && this.#isOpen(subnetId, families);
    return this.#realmNamed(isOpen ? `${vpcId}` : `${vpcId} ${subnetId}`);
  }

  #realmNamed(text: string): number {
    return this.#realms.find(text) ?? this.#realms.add(text, text);
  }

  #isOpen(subnetId: string, families: readonly (4 | 6)[]): boolean {
    const acl = this.#index.networkAcls?.bySubnet.get(subnetId);
    return acl !== undefined && isOpenAcl(acl, families);
  }

  #addPolicies(seat: SeatedPod, families: readonly (4 | 6)[]): void {
    const draft = this.#draft;
    draft[SHAPE.spot] = NONE;
    draft[SHAPE.firstFamily] = NONE;
    const { policies } = this;
    if (policies === undefined) return;
    const isHost = seat.place === PLACES.host;
    for (const family of families) {
      const at = family === 4 ? SHAPE.policyColumn4 : SHAPE.policyColumn6;
      draft[at] = isHost
        ? policies.hostColumn(seat, family, false)
        : policies.podColumn(seat, family);
      draft[at + 2] = isHost ? policies.hostColumn(seat, family, true) : draft[at];
    }
    if (!this.#isEnforced(seat)) return;
    draft[SHAPE.spot] = policies.spots.spotOf(seat.pod);
    draft[SHAPE.ports] = policies.portsOf(seat.pod);
    draft[SHAPE.firstFamily] = this.#firstFamily(seat.pod);
  }

  // Policies select pods with a network of their own, none on Fargate; Calico none in strict mode.
  #isEnforced({ place, isFargate }: SeatedPod): boolean {
    if (place === PLACES.host || isFargate) return false;
    const isCalico = this.#index.world.settings.networkPolicyEngine === "calico";
    return !(place === PLACES.strict && isCalico);
  }

  // Tells pods apart only where one of their families is left open.
  #firstFamily({ addresses }: Pod): number {
    if (!this.#isSecondOpen || addresses.length === 0) return NONE;
    const [first] = addresses;
    return tryParseAddress(first)?.family ?? NONE;
  }
}
