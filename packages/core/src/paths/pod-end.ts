import { TrunklineError } from "../errors/trunkline-error.ts";
import { resolvePod } from "../policies/resolve-pod.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { Pod } from "../world/cluster.ts";
import type { Mode } from "../world/settings.ts";
import type { WorldIndex } from "../world/world-index.ts";
import {
  type Attachment,
  attachmentOf,
  parseAddresses,
  unknownAttachment,
  withAddresses,
} from "./attachment.ts";
import { customAttachment, customNetworking, withLevels } from "./custom-networking.ts";
import type { BranchEnd, End, OrdinaryEnd } from "./end.ts";
import { fargateEnd, isFargate } from "./fargate-end.ts";
import { holderIn } from "./holders.ts";
import { anyPodInterface, anyPrimary, isBranch, primaryOf } from "./node-interfaces.ts";
import { isSameSet, labels, type Place, policiesText, type Resolved } from "./pod-place.ts";

/** What the caller knows of a pod beyond the world. */
export interface PodHints {
  /** The branch interface it holds. */
  readonly eniId: string | undefined;
  /** The mode to judge it in, whatever is recorded. */
  readonly mode: Mode | undefined;
}

/**
 * Places a pod: on the branch it holds, else on the interface that carries its address, else where
 * policies will put it when it starts. Where an interface is known its groups as EC2 has them
 * decide; that policies say otherwise is a note.
 */
export function podEnd(pod: Pod, hints: PodHints, index: WorldIndex): End {
  const title = `${pod.namespace}/${pod.name}`;
  if (pod.phase === "Succeeded" || pod.phase === "Failed") {
    return { kind: "ended", title, phase: pod.phase, notes: [] };
  }
  const place = placeOf(pod, hints, index);
  if (pod.hostNetwork) {
    const own = {
      ...place.primary,
      title: `${title} on the host network of ${place.primary.title}`,
    };
    return { ...place, kind: "node", own };
  }
  const resolution = resolve(pod, index);
  if (isFargate(pod)) return fargateEnd(pod, place, resolution, index);
  const eniId = hints.eniId ?? pod.branchEniId;
  const held = eniId === undefined ? addressHolder(place, index) : index.interfaces.get(eniId);
  if (held !== undefined) return onInterface(held, place, resolution, index);
  if (eniId !== undefined) {
    const own = unknownAttachment(title, `${title} holds ${eniId}, which is not in the world`);
    return { ...place, kind: "branch", own, groupsFrom: `interface ${eniId}` };
  }
  return toBeStarted(place, resolution, index);
}

function placeOf(pod: Pod, hints: PodHints, index: WorldIndex): Place {
  const title = `${pod.namespace}/${pod.name}`;
  const { nodeName } = pod;
  return {
    title,
    pod,
    nodeName,
    primary: nodeName === undefined ? anyPrimary(title, index) : primaryOf(nodeName, index),
    mode: hints.mode ?? pod.mode ?? index.world.settings.mode,
    asked: undefined,
    isAskedPublic: false,
    isFargate: false,
    notes: [],
    addresses: parseAddresses(pod.addresses),
  };
}

function addressHolder(place: Place, index: WorldIndex): NetworkInterface | undefined {
  const [address] = place.addresses;
  return address && holderIn(place.primary.vpcId, address, index);
}

// A missing service account makes the groups unknown here, where it stops an allocation.
function resolve(pod: Pod, index: WorldIndex): Resolved {
  const serviceAccount = index.serviceAccounts.get(`${pod.namespace}/${pod.serviceAccount}`);
  try {
    return resolvePod(pod, serviceAccount, index.policies);
  } catch (error) {
    if (error instanceof TrunklineError && error.code === "NOT_FOUND") return error.message;
    throw error;
  }
}

function onInterface(
  eni: NetworkInterface,
  place: Place,
  resolved: Resolved,
  index: WorldIndex,
): BranchEnd | OrdinaryEnd {
  const attachment = attachmentOf(eni, place.title);
  const notes = driftNotes(eni, place.title, resolved, index);
  if (!isBranch(eni)) {
    const own = withAddresses(attachment, place.addresses);
    const groupsFrom = carrierText(eni, place, index);
    return { ...place, kind: "ordinary", own, groupsFrom, notes };
  }
  const agrees = notes.length === 0 && typeof resolved !== "string";
  const level = agrees ? policiesText(resolved) : `interface ${eni.eniId}`;
  const groupsFrom = withLevels(level, place.nodeName, index);
  return { ...place, kind: "branch", own: attachment, groupsFrom, notes };
}

function carrierText(eni: NetworkInterface, { primary, nodeName }: Place, index: WorldIndex) {
  if (eni.eniId === primary.eniId) return `${primary.title} primary interface`;
  const custom = customNetworking(nodeName, primary, index);
  const isConfigs = custom?.groupIds !== undefined && isSameSet(custom.groupIds, eni.groupIds);
  const level = isConfigs ? custom.groupsFrom : `${primary.title} interface ${eni.eniId}`;
  return withLevels(level, nodeName, index);
}

function driftNotes(
  eni: NetworkInterface,
  title: string,
  resolved: Resolved,
  index: WorldIndex,
): readonly string[] {
  if (typeof resolved === "string") return [resolved];
  const isExpected = isBranch(eni)
    ? resolved.source === "policy" && isSameSet(resolved.groupIds, eni.groupIds)
    : resolved.source !== "policy";
  if (isExpected) return [];
  const wanted = resolved.source === "policy" ? labels(resolved.groupIds, index) : "no own groups";
  const has = `interface ${eni.eniId} has ${labels(eni.groupIds, index)}, which decides`;
  return [`drift: policies give ${title} ${wanted}; its ${has}`];
}

// Manifests only, or not started yet: the groups that policies say, on the node's subnet.
function toBeStarted(place: Place, resolved: Resolved, index: WorldIndex): BranchEnd | OrdinaryEnd {
  const { title, primary, nodeName } = place;
  const custom = customNetworking(nodeName, primary, index);
  if (typeof resolved === "string") {
    return { ...place, kind: "branch", own: unknownAttachment(title, resolved), groupsFrom: "" };
  }
  if (resolved.source === "policy") {
    const own: Attachment = {
      ...unknownAttachment(title, ""),
      vpcId: primary.vpcId ?? index.groups.get(resolved.groupIds[0])?.vpcId,
      subnetId: custom === undefined ? primary.subnetId : custom.subnetId,
      groupIds: resolved.groupIds,
      addresses: place.addresses,
    };
    const where = custom === undefined ? "its node's subnet" : `the subnet of ${custom.title}`;
    const notes = [`${title} has no interface yet: judged by its policies, in ${where}`];
    const groupsFrom = withLevels(policiesText(resolved), nodeName, index);
    return { ...place, kind: "branch", own, groupsFrom, notes };
  }
  if (custom !== undefined) {
    const own = withAddresses(customAttachment(custom, title, primary), place.addresses);
    const notes = [`${title} has no interface yet: judged by ${custom.title}`];
    const groupsFrom = withLevels(custom.groupsFrom, nodeName, index);
    return { ...place, kind: "ordinary", own, groupsFrom, notes };
  }
  const carrier =
    nodeName === undefined
      ? { ...primary, title, eniId: undefined }
      : anyPodInterface(nodeName, title, index);
  const own = withAddresses(carrier, place.addresses);
  const notes = [`the interface that carries ${title} is not known: judged by its node's groups`];
  const groupsFrom = `${primary.title} primary interface`;
  return { ...place, kind: "ordinary", own, groupsFrom, notes };
}
