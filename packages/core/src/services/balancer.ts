import { UDP } from "../net/protocol.ts";
import { type Attachment, attachmentOf, unknownAttachment } from "../paths/attachment.ts";
import type { AttachedEnd, End, Front } from "../paths/end.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { LoadBalancer } from "../world/service.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** A load balancer placed in the world. */
export interface Balancer {
  readonly end: Extract<AttachedEnd, { readonly kind: "interface" }>;
  readonly balancer: LoadBalancer;
  /** True for a network load balancer without groups, which filters nothing. */
  readonly isUnfiltered: boolean;
}

/** The load balancer in front of a Service or an Ingress, or why there is none. */
export function balancerOf(front: Front, index: WorldIndex): Balancer | string {
  switch (front.kind) {
    case "unread":
      return front.because;
    case "service": {
      const { type, namespace, name, loadBalancer } = front.service;
      if (type === "LoadBalancer" && loadBalancer !== undefined) {
        return placed(loadBalancer, `Service ${namespace}/${name}`, index);
      }
      return `Service ${namespace}/${name} is of type ${type} and has no load balancer`;
    }
    case "ingress": {
      const { namespace, name, loadBalancer } = front.ingress;
      if (loadBalancer === undefined) {
        return `Ingress ${namespace}/${name} has no load balancer of the AWS Load Balancer Controller`;
      }
      return placed(loadBalancer, `Ingress ${namespace}/${name}`, index);
    }
  }
}

function placed(balancer: LoadBalancer, of: string, index: WorldIndex): Balancer {
  const title = `load balancer of ${of}`;
  const own = attachmentOfBalancer(balancer, title, index);
  const isUnfiltered = balancer.kind === "network" && own.groupIds?.length === 0;
  const end = {
    kind: "interface",
    title,
    own,
    asked: undefined,
    isAskedPublic: false,
    notes: [],
  } as const;
  return { end, balancer, isUnfiltered };
}

// ELB makes one interface in each subnet, all with the same groups.
function attachmentOfBalancer(
  { kind, name, groupIds }: LoadBalancer,
  title: string,
  index: WorldIndex,
): Attachment {
  const because = `no interface of the ${title} is in the world`;
  const interfaces =
    name === undefined ? [] : index.world.interfaces.filter((eni) => isOf(eni, kind, name));
  const [first] = [...interfaces].sort((a, b) => (a.eniId < b.eniId ? -1 : 1));
  if (first === undefined) {
    const vpcId = index.groups.get(groupIds?.[0] ?? "")?.vpcId ?? soleVpc(index);
    return { ...unknownAttachment(title, because), vpcId, groupIds };
  }
  const all = interfaces.map((eni) => attachmentOf(eni, title));
  return {
    ...attachmentOf(first, title),
    eniId: interfaces.length === 1 ? first.eniId : undefined,
    groupIds: first.groupIds,
    subnetId:
      new Set(interfaces.map(({ subnetId }) => subnetId)).size === 1 ? first.subnetId : undefined,
    addresses: all.flatMap(({ addresses }) => addresses),
    isOneOfMany: interfaces.length > 1,
  };
}

// Source: description of the interfaces that ELB makes: "ELB net/name/id", "ELB app/name/id",
// "ELB name".
function isOf(
  { description }: NetworkInterface,
  kind: LoadBalancer["kind"],
  name: string,
): boolean {
  switch (kind) {
    case "network":
      return description.startsWith(`ELB net/${name}/`);
    case "application":
      return description.startsWith(`ELB app/${name}/`);
    case "classic":
      return description === `ELB ${name}`;
  }
}

function soleVpc({ world }: WorldIndex): string | undefined {
  const [only, ...others] = world.vpcs;
  return others.length === 0 ? only?.vpcId : undefined;
}

/**
 * Whether targets see the client's address instead of the load balancer's: of a network load
 * balancer for instance targets and for UDP, unless it is set. Source: ELB user guide, "Edit target
 * group attributes for your Network Load Balancer".
 */
function preservesClientIp(balancer: LoadBalancer, protocol: number): boolean {
  if (balancer.kind !== "network") return false;
  if (protocol === UDP) return true;
  return balancer.preservesClientIp ?? balancer.targetType === "instance";
}

/**
 * What targets see as the source: the load balancer, or its client. References to groups of the load
 * balancer cover both. Source: ELB user guide, "Security groups for your Network Load Balancer".
 */
export function senderOf(
  { end, balancer }: Balancer,
  client: End | undefined,
  protocol: number,
): Balancer["end"] {
  if (!preservesClientIp(balancer, protocol)) return end;
  const title = client === undefined ? `client of the ${end.title}` : client.title;
  const own: Attachment = {
    ...unknownAttachment(title, end.own.unknownBecause),
    groupIds: end.own.groupIds,
    addresses: client === undefined ? [] : addressesOf(client),
  };
  return { ...end, title, own };
}

// The address that a client uses towards a load balancer in the VPC.
function addressesOf(client: End): Attachment["addresses"] {
  if (client.kind === "ended") return [];
  if (client.kind === "address") return [client.asked];
  return client.asked === undefined ? client.own.addresses : [client.asked];
}
