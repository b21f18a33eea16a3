import type { NetworkInterface } from "../world/cloud.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { type Attachment, attachmentOf, unknownAttachment } from "./attachment.ts";

/** The primary interface of a node: device index 0 of its instance. */
export function primaryOf(nodeName: string, index: WorldIndex): Attachment {
  const title = `node ${nodeName}`;
  const instanceId = index.nodes.get(nodeName)?.instanceId;
  if (instanceId === undefined) {
    const what = index.nodes.has(nodeName) ? "has no instance id" : "is not in the world";
    return unknownAttachment(title, `${title} ${what}`);
  }
  const primary = (index.interfacesByInstance.get(instanceId) ?? []).find(isPrimary);
  if (primary !== undefined) return attachmentOf(primary, title);
  return unknownAttachment(title, `no primary interface of ${instanceId} (${title}) is known`);
}

/**
 * What an ordinary pod of the node sits on when its address is not known.
 *
 * Its groups are known only if all interfaces that may carry pods agree; with custom networking the
 * secondary ones have groups of their own. A trunk carries no pod addresses since VPC CNI 1.16.4.
 */
export function anyPodInterface(nodeName: string, title: string, index: WorldIndex): Attachment {
  const primary = primaryOf(nodeName, index);
  const instanceId = index.nodes.get(nodeName)?.instanceId ?? "";
  const carriers = (index.interfacesByInstance.get(instanceId) ?? []).filter((eni) => {
    return !isTrunk(eni) && !isBranch(eni);
  });
  return agreeing(
    carriers.map((eni) => attachmentOf(eni, title)),
    {
      ...primary,
      title,
      eniId: undefined,
      addresses: [],
      publicAddress: undefined,
    },
  );
}

/**
 * The primary interface of the node that an unscheduled pod will get: what all nodes share is
 * known of it.
 */
export function anyPrimary(title: string, index: WorldIndex): Attachment {
  const primaries = [...index.nodes.keys()].map((name) => primaryOf(name, index));
  const because = `${title} is not scheduled and the nodes differ in their groups`;
  const vpcIds = new Set(primaries.map((one) => one.vpcId));
  const vpcId = onlyOf(vpcIds) ?? soleVpc(index);
  const shared = { ...unknownAttachment(`the node of ${title}`, because), vpcId };
  const [first] = primaries;
  return agreeing(primaries, { ...shared, groupIds: first?.groupIds });
}

/** True for the interface an instance was launched with. */
export function isPrimary(eni: NetworkInterface): boolean {
  return eni.deviceIndex === 0;
}

/** True for a branch, attached or not. */
export function isBranch(eni: NetworkInterface): boolean {
  return eni.interfaceType === "branch" || eni.trunkEniId !== undefined;
}

function isTrunk(eni: NetworkInterface): boolean {
  return eni.interfaceType === "trunk";
}

// `template` with its groups only if all candidates have the same set of them.
function agreeing(candidates: readonly Attachment[], template: Attachment): Attachment {
  const sets = new Set(candidates.map(({ groupIds }) => groupIds && [...groupIds].sort().join()));
  if (sets.size <= 1) return template;
  const unknownBecause =
    template.unknownBecause || `${template.title} may sit on interfaces with different groups`;
  return { ...template, groupIds: undefined, unknownBecause };
}

function soleVpc(index: WorldIndex): string | undefined {
  return onlyOf(new Set(index.vpcCidrs.keys()));
}

function onlyOf<V>(values: ReadonlySet<V>): V | undefined {
  return values.size === 1 ? [...values][0] : undefined;
}
