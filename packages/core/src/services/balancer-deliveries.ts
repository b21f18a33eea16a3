import { groupLabel } from "../groups/rule-text.ts";
import { seenAs } from "../paths/attachment.ts";
import type { AttachedEnd, End } from "../paths/end.ts";
import { nodeEnd } from "../paths/find-end.ts";
import type { Translation } from "../verdict/explanation.ts";
import { type Backend, backendsOf, MAX_BACKENDS } from "./backends.ts";
import { type Balancer, senderOf } from "./balancer.ts";
import { addressText, noEndpoints, titleOf, unknownPort } from "./cluster-deliveries.ts";
import {
  type Delivery,
  type DeliveryContext,
  directLeg,
  type Expansion,
  type Leg,
  type Stop,
} from "./delivery.ts";
import { editedGroup } from "./edited-group.ts";
import { nodePortDeliveries } from "./node-port-deliveries.ts";
import type { PortOfService } from "./service-index.ts";

/** A load balancer with who uses it. */
export interface Balanced {
  readonly by: Balancer;
  /** Who connects to it, with the port of its listener; undefined for whoever may. */
  readonly client: { readonly end: End; readonly port: number } | undefined;
}

/**
 * The ways from a load balancer to the backends of a Service: to pods, or to the node port of every
 * node. With a client the way to the load balancer is asked first.
 */
export function balancerDeliveries(
  balanced: Balanced,
  target: PortOfService,
  context: DeliveryContext,
): Expansion {
  const { by } = balanced;
  const title = `${titleOf(target.service, target.port)} by ${by.end.title}`;
  const first = balanced.client === undefined ? [] : [clientLeg(balanced, by, context)];
  const found =
    by.balancer.targetType === "ip"
      ? toPods(balanced, target, context)
      : toNodes(balanced, target, context);
  const deliveries = found.deliveries.map((one) => ({ ...one, legs: [...first, ...one.legs] }));
  return { ...found, title, deliveries };
}

function clientLeg({ client }: Balanced, by: Balancer, context: DeliveryContext): Leg {
  const { end, port } = client as NonNullable<Balanced["client"]>;
  const leg = directLeg(end, asReached(by, end), port, context);
  return withoutBalancer(leg, by);
}

// The name of a load balancer that faces the internet stands for its public addresses.
function asReached({ end }: Balancer, client: End): AttachedEnd {
  const { publicAddress } = end.own;
  if (publicAddress === undefined || !("own" in client)) return end;
  return { ...end, asked: publicAddress, isAskedPublic: true };
}

function toPods(balanced: Balanced, { service, port }: PortOfService, context: DeliveryContext) {
  const { list, unknownBecause, notes } = backendsOf(service, port, context);
  if (unknownBecause !== undefined) return stop("UNKNOWN", unknownBecause);
  if (list.length === 0) return stop("DENY", noEndpoints(service));
  const deliveries = list.map((backend): Delivery => {
    if (backend.port === undefined) return unknownPort(backend, port);
    const { title, endpoint } = backend;
    const leg = targetLeg(balanced, backend.end, backend.port, context);
    return {
      title,
      endpoint,
      port: backend.port,
      legs: [leg],
      translations: translationsOf(balanced, backend, leg, context),
      nodes: [],
      notes: editedNotes(backend.end, context),
    };
  });
  return { deliveries, notes };
}

function toNodes(balanced: Balanced, target: PortOfService, context: DeliveryContext) {
  const { service, port } = target;
  const { nodePort } = port;
  const { list, unknownBecause, notes } = backendsOf(service, port, context);
  if (unknownBecause !== undefined) return stop("UNKNOWN", unknownBecause);
  if (list.length === 0) return stop("DENY", noEndpoints(service));
  if (nodePort === undefined) {
    return stop("UNKNOWN", `the node port of ${titleOf(service, port)} is not known`);
  }
  const targets = targetNodes(context);
  if (targets.length === 0) return stop("UNKNOWN", "no node that may be a target is in the world");
  if (targets.length * list.length > MAX_BACKENDS) {
    return stop(
      "UNKNOWN",
      `${targets.length} nodes times ${list.length} backends are too many ways`,
    );
  }
  // A node without endpoint of a Service of policy Local fails its health check, and gets nothing.
  const deliveries = targets.flatMap((name) => byNode(balanced, name, target, context));
  if (deliveries.length === 0)
    return stop("DENY", `no node has an endpoint of ${titleOf(service, port)}`);
  return { deliveries, notes };
}

function byNode(
  balanced: Balanced,
  nodeName: string,
  target: PortOfService,
  context: DeliveryContext,
): readonly Delivery[] {
  const node = nodeEnd(nodeName, context.index);
  const sender = senderOf(balanced.by, balanced.client?.end, context.protocol);
  const leg = targetLeg(balanced, node, target.port.nodePort ?? 0, context);
  const { deliveries } = nodePortDeliveries({ client: sender, node, leg }, target, context);
  return deliveries.map((one) => ({
    ...one,
    title: `${one.title} by ${node.title}`,
    notes: [...one.notes, ...editedNotes(node, context)],
  }));
}

// Fargate pods have nodes of their own, which are no instances.
function targetNodes({ index }: DeliveryContext): readonly string[] {
  const nodes = [...index.nodes.values()].filter(({ instanceId }) => instanceId !== undefined);
  return nodes.map(({ name }) => name).sort();
}

// From the load balancer to one target, which sees whoever it is shown as the source.
function targetLeg(
  { by, client }: Balanced,
  destination: End,
  port: number,
  context: DeliveryContext,
): Leg {
  const leg = withoutBalancer(directLeg(by.end, destination, port, context), by);
  const sender = senderOf(by, client?.end, context.protocol);
  const { path, family } = leg.found;
  if (sender === by.end || path.kind !== "asked") return { ...leg, policies: ["ingress"] };
  const peer = seenAs(sender.own, family, context.index);
  const checks = path.checks.map((check) => (check.isEgress ? check : { ...check, peer }));
  const seen = { ...path, checks, sourceSeen: peer };
  return { ...leg, apparent: sender, found: { path: seen, family }, policies: ["ingress"] };
}

function withoutBalancer(leg: Leg, { end, isUnfiltered }: Balancer): Leg {
  const { path } = leg.found;
  if (!isUnfiltered || path.kind !== "asked") return leg;
  const checks = path.checks.filter(({ asked }) => asked.title !== end.title);
  return { ...leg, found: { ...leg.found, path: { ...path, checks } } };
}

function translationsOf(
  { by, client }: Balanced,
  backend: Backend,
  leg: Leg,
  context: DeliveryContext,
): readonly Translation[] {
  const to = `${addressText(backend)}:${leg.port}`;
  const sender = senderOf(by, client?.end, context.protocol);
  const from = client?.end.title ?? `client of the ${by.end.title}`;
  return [
    { replaces: "destination", by: by.end.title, from: by.end.title, to },
    ...(sender === by.end
      ? [{ replaces: "source", by: by.end.title, from, to: by.end.title } as const]
      : []),
  ];
}

function editedNotes(end: End, { index }: DeliveryContext): readonly string[] {
  if (!("own" in end) || end.own.groupIds === undefined) return [];
  const { groupId, problems } = editedGroup(end.own.groupIds, index);
  if (groupId !== undefined) {
    return [`the load balancer controller edits ${groupLabel(groupId, index)} of ${end.title}`];
  }
  const texts = problems.map(({ text }) => text);
  return [`the load balancer controller edits no group of ${end.title}: ${texts.join("; ")}`];
}

function stop(verdict: Stop["verdict"], because: string) {
  return { deliveries: [], stop: { verdict, because }, notes: [] };
}
