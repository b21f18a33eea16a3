import {
  type Attachment,
  attachmentOf,
  parseAddresses,
  withAddresses,
} from "../paths/attachment.ts";
import { customNetworking } from "../paths/custom-networking.ts";
import { isFargate } from "../paths/fargate-end.ts";
import { holderIn } from "../paths/holders.ts";
import { anyPodInterface, anyPrimary, isBranch, primaryOf } from "../paths/node-interfaces.ts";
import { podEnd } from "../paths/pod-end.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import type { Mode, Settings } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { asPodEnd, PLACES, placeOf } from "./placement.ts";

/** What verdicts between pods see of where a pod sits. */
export interface SeatedPod {
  /** One of PLACES. */
  readonly place: number;
  readonly own: Attachment;
  /** The primary interface of its node. */
  readonly primary: Attachment;
  readonly pod: Pod;
  readonly isFargate: boolean;
}

/** What pods of a node share. */
interface Node {
  readonly primary: Attachment;
  readonly hasConfig: boolean;
  /** What carries pods whose address no interface has; made when the first asks. */
  carrier: Attachment | undefined;
}

/**
 * Seats pods as `podEnd` does, which is the law. What people read is left out, and what pods of a
 * node share is found once.
 */
export class SeatedPods {
  readonly #mode: Mode | undefined;
  readonly #defaultMode: Mode;
  readonly #nodes = new Map<string | undefined, Node>();

  /** @param mode the mode to judge all pods in, whatever is recorded. */
  constructor(mode: Mode | undefined, { mode: defaultMode }: Settings) {
    this.#mode = mode;
    this.#defaultMode = defaultMode;
  }

  /** Where a pod sits; undefined when it has ended. Nodes must be the same in every call. */
  seatOf(pod: Pod, index: WorldIndex): SeatedPod | undefined {
    if (pod.phase === "Succeeded" || pod.phase === "Failed") return undefined;
    const node = this.#nodeOf(pod.nodeName, index);
    const { primary } = node;
    if (pod.hostNetwork) {
      return { place: PLACES.host, own: primary, primary, pod, isFargate: false };
    }
    if (isFargate(pod)) return this.#byLaw(pod, index);
    const held = holderOf(pod, primary, index);
    if (held !== undefined) return this.#onInterface(pod, held, primary);
    const isCommon = pod.branchEniId === undefined && !node.hasConfig;
    if (!isCommon || index.policies.byNamespace.has(pod.namespace)) return this.#byLaw(pod, index);
    node.carrier ??= carrierOf(pod.nodeName, primary, index);
    const own = withAddresses(node.carrier, parseAddresses(pod.addresses));
    return { place: PLACES.ordinary, own, primary, pod, isFargate: false };
  }

  #onInterface(pod: Pod, held: NetworkInterface, primary: Attachment): SeatedPod {
    const attachment = attachmentOf(held, "");
    if (isBranch(held)) {
      const place = PLACES[this.#mode ?? pod.mode ?? this.#defaultMode];
      return { place, own: attachment, primary, pod, isFargate: false };
    }
    const own = withAddresses(attachment, parseAddresses(pod.addresses));
    return { place: PLACES.ordinary, own, primary, pod, isFargate: false };
  }

  #byLaw(pod: Pod, index: WorldIndex): SeatedPod | undefined {
    const end = asPodEnd(podEnd(pod, { eniId: undefined, mode: this.#mode }, index));
    if (end === undefined) return undefined;
    const { own, primary } = end;
    const onFargate = end.kind === "branch" && end.isFargate;
    return { place: placeOf(end), own, primary, pod, isFargate: onFargate };
  }

  #nodeOf(name: string | undefined, index: WorldIndex): Node {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const primary = name === undefined ? anyPrimary("", index) : primaryOf(name, index);
    const hasConfig = customNetworking(name, primary, index) !== undefined;
    const made = { primary, hasConfig, carrier: undefined };
    this.#nodes.set(name, made);
    return made;
  }
}

function carrierOf(name: string | undefined, primary: Attachment, index: WorldIndex): Attachment {
  return name === undefined ? primary : anyPodInterface(name, "", index);
}

function holderOf(
  { branchEniId, addresses }: Pod,
  { vpcId }: Attachment,
  index: WorldIndex,
): NetworkInterface | undefined {
  if (branchEniId !== undefined) return index.interfaces.get(branchEniId);
  const all = parseAddresses(addresses);
  return all.length === 0 ? undefined : holderIn(vpcId, all[0], index);
}
