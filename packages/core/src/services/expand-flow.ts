import { formatTraffic } from "../net/protocol.ts";
import type { AnyEnd, End, FrontEnd } from "../paths/end.ts";
import { nodeEnd } from "../paths/find-end.ts";
import type { Ingress, IngressBackend } from "../world/service.ts";
import { balancerOf } from "./balancer.ts";
import { type Balanced, balancerDeliveries } from "./balancer-deliveries.ts";
import { clusterDeliveries, type ServiceFront, stopped, titleOf } from "./cluster-deliveries.ts";
import { type Delivery, type DeliveryContext, directLeg, type Expansion } from "./delivery.ts";
import { findServicePort } from "./find-service-port.ts";
import { type NodeEnd, nodePortDeliveries } from "./node-port-deliveries.ts";
import { nodePortKey, type PortOfService } from "./service-index.ts";

/**
 * The ways of a flow that does not simply lead from one end to another: to a Service, to the port of
 * one on a node, to an Ingress, or from a load balancer. Undefined for every other flow.
 */
export function expandFlow(
  source: AnyEnd,
  destination: AnyEnd,
  port: number,
  context: DeliveryContext,
): Expansion | undefined {
  if (source.kind === "front") return fromBalancer(source, destination, port, context);
  if (destination.kind === "front") return toFront(source, destination, port, context);
  const target = nodePortOf(destination, port, context);
  if (target === undefined) return undefined;
  const leg = directLeg(source, destination, port, context);
  return nodePortDeliveries({ client: source, node: destination as NodeEnd, leg }, target, context);
}

function toFront(
  source: End,
  { title, front }: FrontEnd,
  port: number,
  context: DeliveryContext,
): Expansion {
  switch (front.kind) {
    case "unread":
      return stopped(title, "UNKNOWN", front.because);
    case "ingress": {
      const by = balancerOf(front, context.index);
      if (typeof by === "string") return stopped(title, "UNKNOWN", by);
      return toIngress({ by, client: { end: source, port } }, front.ingress, context);
    }
    case "service": {
      const { service } = front;
      if (service.type === "ExternalName") {
        const because = `it stands for the name ${service.externalName ?? ""}, whose addresses are not in the world`;
        return stopped(title, "UNKNOWN", because);
      }
      const isOutside = source.kind === "address" || source.kind === "interface";
      if (isOutside && !service.isHeadless) return fromOutside(source, front, port, context);
      return clusterDeliveries(source, front, port, context);
    }
  }
}

// Nobody outside the cluster has a kube-proxy: the ways in are node ports and load balancers.
function fromOutside(
  source: End,
  front: ServiceFront,
  askedPort: number,
  context: DeliveryContext,
): Expansion {
  const { service } = front;
  const target = portOf(front, askedPort, context);
  const title = `Service ${service.namespace}/${service.name}`;
  if (typeof target === "string") return stopped(title, "DENY", target);
  if (service.type === "ClusterIP" || front.asked !== undefined) {
    const because = `addresses of Services exist on nodes of the cluster only, and ${source.title} is none`;
    return stopped(titleOf(service, target.port), "DENY", because);
  }
  const by = balancerOf(front, context.index);
  if (typeof by !== "string") {
    const client = { end: source, port: target.port.port };
    return balancerDeliveries({ by, client }, target, context);
  }
  if (service.type === "LoadBalancer") return stopped(title, "UNKNOWN", by);
  return byAnyNode(source, target, context);
}

function byAnyNode(source: End, target: PortOfService, context: DeliveryContext): Expansion {
  const title = titleOf(target.service, target.port);
  const { nodePort } = target.port;
  if (nodePort === undefined) return stopped(title, "UNKNOWN", `its node port is not known`);
  const names = [...context.index.nodes.values()]
    .filter(({ instanceId }) => instanceId !== undefined)
    .map(({ name }) => name)
    .sort();
  const expansions = names.map((name) => {
    const node = nodeEnd(name, context.index);
    const leg = directLeg(source, node, nodePort, context);
    const one = nodePortDeliveries({ client: source, node, leg }, target, context);
    const deliveries = one.deliveries.map((way) => ({
      ...way,
      title: `${way.title} by ${node.title}`,
    }));
    return { ...one, deliveries };
  });
  return together(title, expansions, "no node is in the world");
}

function fromBalancer(
  { title, front }: FrontEnd,
  destination: AnyEnd,
  port: number,
  context: DeliveryContext,
): Expansion {
  const by = balancerOf(front, context.index);
  if (typeof by === "string") {
    return stopped(title, front.kind === "unread" ? "UNKNOWN" : "DENY", by);
  }
  const balanced: Balanced = { by, client: undefined };
  if (destination.kind === "front") {
    if (destination.front.kind !== "service") {
      return stopped(title, "DENY", `${by.end.title} sends to Services only`);
    }
    const target = portOf(destination.front, port, context);
    if (typeof target === "string") return stopped(title, "DENY", target);
    if (!sendsTo(front, target)) {
      return stopped(
        title,
        "DENY",
        `${title} sends nothing to ${titleOf(target.service, target.port)}`,
      );
    }
    return balancerDeliveries(balanced, target, context);
  }
  return toOneTarget(balanced, { front, title, destination, port }, context);
}

// Of the ways to all backends those that end at the one that is asked for, on the port asked for.
function toOneTarget(
  balanced: Balanced,
  asked: {
    readonly front: FrontEnd["front"];
    readonly title: string;
    readonly destination: End;
    readonly port: number;
  },
  context: DeliveryContext,
): Expansion {
  const { front, title, destination, port } = asked;
  const expansions = targetsOf(front, context).map((target) => {
    return balancerDeliveries(balanced, target, context);
  });
  const all = together(title, expansions, `${title} has no port`);
  const isNode = nodePortOf(destination, port, context) !== undefined;
  const fitting = all.deliveries.filter((way) => {
    if (!isNode) return way.port === port && endsAt(way, destination);
    const [leg] = way.legs;
    return leg?.port === port && leg.destination.title === destination.title;
  });
  if (fitting.length > 0) return { ...all, deliveries: fitting };
  const unsure = all.deliveries.find(({ stop }) => stop?.verdict === "UNKNOWN");
  if (unsure?.stop !== undefined) return stopped(title, "UNKNOWN", unsure.stop.because);
  const what = formatTraffic(context.protocol, { fromPort: port, toPort: port });
  return stopped(title, "DENY", `${title} sends nothing to ${what} of ${destination.title}`);
}

function endsAt({ endpoint, legs }: Delivery, { title }: End): boolean {
  const isPod = endpoint?.kind === "pod" && `${endpoint.namespace}/${endpoint.name}` === title;
  return isPod || legs.at(-1)?.destination.title === title;
}

function toIngress(balanced: Balanced, ingress: Ingress, context: DeliveryContext): Expansion {
  const title = `Ingress ${ingress.namespace}/${ingress.name}`;
  const expansions = ingress.backends.map((backend) => {
    const target = ingressTarget(ingress, backend, context);
    return typeof target === "string"
      ? stopped(title, "DENY", target)
      : balancerDeliveries(balanced, target, context);
  });
  return together(title, expansions, `${title} has no backend`);
}

// Ports of Services that a load balancer sends to.
function targetsOf(front: FrontEnd["front"], context: DeliveryContext): readonly PortOfService[] {
  switch (front.kind) {
    case "unread":
      return [];
    case "service":
      return front.service.ports.map((port) => ({ service: front.service, port }));
    case "ingress":
      return front.ingress.backends.flatMap((backend) => {
        const target = ingressTarget(front.ingress, backend, context);
        return typeof target === "string" ? [] : [target];
      });
  }
}

function ingressTarget(
  { namespace }: Ingress,
  { serviceName, port }: IngressBackend,
  { index }: DeliveryContext,
): PortOfService | string {
  const name = `${namespace}/${serviceName}`;
  if (index.services === undefined) return "Services were not read";
  const service = index.services.byName.get(name);
  if (service === undefined) return `Service ${name} does not exist`;
  const found = service.ports.find(
    (one) => (typeof port === "number" ? one.port : one.name) === port,
  );
  return found === undefined ? `Service ${name} has no port ${port}` : { service, port: found };
}

function sendsTo(front: FrontEnd["front"], { service, port }: PortOfService): boolean {
  if (front.kind === "unread") return false;
  if (front.kind === "service") return front.service === service;
  return front.ingress.backends.some((backend) => {
    const isPort = backend.port === port.port || backend.port === port.name;
    return (
      front.ingress.namespace === service.namespace &&
      backend.serviceName === service.name &&
      isPort
    );
  });
}

function portOf(
  { service, portName }: ServiceFront,
  port: number,
  { protocol }: DeliveryContext,
): PortOfService | string {
  const asked = { protocol, port, ...(portName === undefined ? {} : { portName }) };
  const found = findServicePort(service, asked);
  return typeof found === "string" ? found : { service, port: found };
}

// What stops one of several ways in counts as a way of its own.
function together(title: string, expansions: readonly Expansion[], ifNone: string): Expansion {
  const deliveries = expansions.flatMap((one) => [
    ...one.deliveries,
    ...(one.stop === undefined ? [] : [asDelivery(one)]),
  ]);
  if (deliveries.length === 0) return stopped(title, "DENY", ifNone);
  const notes = [...new Set(expansions.flatMap((one) => one.notes))];
  return { title, deliveries, notes };
}

function asDelivery({ title, stop }: Expansion): Delivery {
  const nowhere = { legs: [], translations: [], nodes: [], notes: [] };
  return { ...nowhere, title, endpoint: undefined, port: undefined, ...(stop && { stop }) };
}

function nodePortOf(
  destination: End,
  port: number,
  { index, protocol }: DeliveryContext,
): PortOfService | undefined {
  if (destination.kind !== "node" || destination.pod !== undefined) return undefined;
  return index.services?.byNodePort.get(nodePortKey(protocol, port));
}
