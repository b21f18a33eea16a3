import type { Resolution } from "../policies/resolve-pod.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { type Attachment, attachmentOf, unknownAttachment } from "./attachment.ts";
import type { BranchEnd } from "./end.ts";
import { holderIn } from "./holders.ts";
import { isSameSet, labels, type Place, policiesText, type Resolved } from "./pod-place.ts";

/** Label of a pod that Fargate runs. Source: Amazon EKS user guide, "AWS Fargate". */
const PROFILE_LABEL = "eks.amazonaws.com/fargate-profile";

/** True for a pod that Fargate runs. */
export function isFargate({ labels: own }: Pick<Pod, "labels">): boolean {
  return Object.hasOwn(own, PROFILE_LABEL);
}

/**
 * Places a pod on Fargate: alone on a machine with an interface of its own. Its groups are those of
 * the interface where that is known, else those that it was started with, else those that policies
 * give it, else the cluster security group. Source: EKS best practices, "Using security groups for
 * pods with Fargate".
 */
export function fargateEnd(
  pod: Pod,
  place: Place,
  resolved: Resolved,
  index: WorldIndex,
): BranchEnd {
  const common = { ...place, kind: "branch", mode: "strict", isFargate: true } as const;
  const { title } = place;
  const held = interfaceOf(place, index);
  const now = held?.groupIds ?? pod.fargateGroupIds;
  if (now !== undefined) {
    const own = held === undefined ? started(title, now, place, index) : attachmentOf(held, title);
    const where =
      held === undefined ? "annotation fargate.amazonaws.com/pod-sg" : `interface ${held.eniId}`;
    return { ...common, own, ...levelOf(now, where, { title, resolved }, index) };
  }
  if (typeof resolved === "string") {
    return { ...common, own: unknownAttachment(title, resolved), groupsFrom: "" };
  }
  const wanted = wantedGroups(resolved, index);
  if (wanted === undefined) {
    const because = `${title} has the cluster security group, whose id is not known`;
    return { ...common, own: unknownAttachment(title, because), groupsFrom: "Fargate default" };
  }
  const notes = [`${title} has no interface yet: judged by what Fargate will give it`];
  const own = started(title, wanted, place, index);
  return { ...common, own, groupsFrom: sourceText(resolved), notes };
}

// Groups that are there decide; that policies say otherwise is a note.
function levelOf(
  now: readonly string[],
  where: string,
  { title, resolved }: { readonly title: string; readonly resolved: Resolved },
  index: WorldIndex,
): Pick<BranchEnd, "groupsFrom" | "notes"> {
  if (typeof resolved === "string") return { groupsFrom: where, notes: [resolved] };
  const wanted = wantedGroups(resolved, index);
  if (wanted === undefined) return { groupsFrom: where, notes: [] };
  if (isSameSet(wanted, now)) return { groupsFrom: sourceText(resolved), notes: [] };
  const has = `${where} has ${labels(now, index)}, which decides until it is deleted and made anew`;
  return {
    groupsFrom: where,
    notes: [`drift: ${sourceText(resolved)} gives ${title} ${labels(wanted, index)}; ${has}`],
  };
}

function wantedGroups(resolution: Resolution, index: WorldIndex): readonly string[] | undefined {
  if (resolution.source === "policy") return resolution.groupIds;
  const { clusterGroupId } = index.world.settings;
  return clusterGroupId === undefined ? undefined : [clusterGroupId];
}

function sourceText(resolution: Resolution): string {
  return resolution.source === "policy" ? policiesText(resolution) : "Fargate default";
}

function started(
  title: string,
  groupIds: readonly string[],
  { addresses, primary }: Place,
  index: WorldIndex,
): Attachment {
  const vpcId = primary.vpcId ?? index.groups.get(groupIds[0] ?? "")?.vpcId;
  return { ...unknownAttachment(title, ""), vpcId, groupIds, addresses };
}

// The machine is no instance of the account, so that its VPC is not known by it.
function interfaceOf({ addresses }: Place, index: WorldIndex): NetworkInterface | undefined {
  const [address] = addresses;
  return address && holderIn(undefined, address, index);
}
