import { type Address, formatAddress } from "../net/address.ts";
import type { Attachment } from "../paths/attachment.ts";
import type { AnyEnd, AttachedEnd, Front } from "../paths/end.ts";
import type { Pod } from "../world/cluster.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { Blocks } from "./blocks.ts";
import { type PolicySight, seenLabels } from "./policy-sight.ts";

/**
 * What verdicts and deciding rules can depend on at one end, as text: ends with equal text are
 * treated alike by all rules, routes and modes, apart from which node they are on.
 */
export function classKey(
  end: AnyEnd,
  blocks: Blocks,
  sight: PolicySight,
  index: WorldIndex,
): string {
  return JSON.stringify([...partsOf(end, blocks, index), ...policyParts(end, sight, index)]);
}

function partsOf(end: AnyEnd, blocks: Blocks, index: WorldIndex): readonly unknown[] {
  switch (end.kind) {
    case "ended":
      return [end.kind];
    case "address":
      return [end.kind, blocks.closest(end.asked)];
    case "front":
      return [end.kind, end.title, frontParts(end.front)];
    case "interface":
      return [end.kind, ...askedParts(end), attachmentParts(end.own, blocks, index)];
    case "node":
      return [
        end.kind,
        ...askedParts(end),
        end.nodeName !== undefined,
        attachmentParts(end.own, blocks, index),
        nodePortParts(end, index),
      ];
    case "ordinary":
    case "branch": {
      const own = attachmentParts(end.own, blocks, index);
      // A strict branch is alone on the path; the node and its interface never matter.
      if (!isPlacedByNode(end)) {
        const isFargate = end.kind === "branch" && end.isFargate;
        return [end.kind, ...askedParts(end), isFargate ? "Fargate" : "strict", own];
      }
      const primary = attachmentParts(end.primary, blocks, index);
      return [end.kind, ...askedParts(end), end.nodeName !== undefined, own, primary];
    }
  }
}

// Network policies look at labels of pods, namespaces and nodes, and at named ports.
function policyParts(end: AnyEnd, sight: PolicySight, index: WorldIndex): readonly unknown[] {
  if (!("pod" in end) || !sight.isAny) return [];
  const { pod } = end;
  const nodeName = nodeOf(end);
  const node =
    end.kind === "node" && nodeName !== undefined ? index.nodes.get(nodeName) : undefined;
  return [
    nodeName !== undefined,
    node === undefined ? null : seenLabels(node.labels, sight.nodeKeys),
    pod === undefined ? null : podParts(pod, sight),
    pod?.hostNetwork ?? null,
  ];
}

function podParts({ namespace, labels, ports }: Pod, { podKeys, hasPortNames }: PolicySight) {
  return [namespace, seenLabels(labels, podKeys), hasPortNames ? (ports ?? null) : null];
}

// A port of a node may lead to pods of that node alone.
function nodePortParts(
  { pod, nodeName }: Extract<AttachedEnd, { readonly kind: "node" }>,
  { services }: WorldIndex,
): unknown {
  const hasNodePorts = services !== undefined && services.byNodePort.size > 0;
  return hasNodePorts && pod === undefined ? (nodeName ?? null) : null;
}

function frontParts(front: Front): unknown {
  if (front.kind !== "service") return front.kind;
  const asked = front.asked === undefined ? null : formatAddress(front.asked);
  return [front.portName ?? null, asked];
}

/** The node of an end that has one. */
export function nodeOf(end: AnyEnd): string | undefined {
  return "nodeName" in end ? end.nodeName : undefined;
}

/** True when it matters which node the end is on: for all pods and nodes but strict branches. */
export function isPlacedByNode(end: AnyEnd): boolean {
  switch (end.kind) {
    case "node":
    case "ordinary":
      return true;
    case "branch":
      return end.mode === "standard";
    case "interface":
    case "address":
    case "ended":
      return false;
    case "front":
      return true;
  }
}

// One who is asked for by an address is asked for in its family, and maybe from outside.
function askedParts({ asked, isAskedPublic }: AttachedEnd): readonly unknown[] {
  return asked === undefined ? [] : [formatAddress(asked), isAskedPublic];
}

function attachmentParts(own: Attachment, blocks: Blocks, index: WorldIndex): readonly unknown[] {
  const groups = own.groupIds && [...new Set(own.groupIds)].sort();
  const sight = (address: Address | undefined) => address && blocks.closest(address);
  const firsts = new Map<number, string>();
  for (const address of own.addresses) {
    if (!firsts.has(address.family)) firsts.set(address.family, blocks.closest(address));
  }
  const table = own.subnetId === undefined ? undefined : index.routeTables?.get(own.subnetId);
  return [
    own.vpcId ?? null,
    table?.routeTableId ?? null,
    // Two ends in one subnet are not asked by its ACL.
    index.networkAcls === undefined ? null : (own.subnetId ?? null),
    groups ?? null,
    [...firsts],
    sight(own.publicAddress) ?? null,
  ];
}
