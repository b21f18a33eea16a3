import { formatAddress } from "../net/address.ts";
import type { ServiceHop } from "../network-policies/policy-end.ts";
import type { End, Front } from "../paths/end.ts";
import type { Service, ServicePort } from "../world/service.ts";
import { type Backend, backendsOf } from "./backends.ts";
import {
  type Delivery,
  type DeliveryContext,
  directLeg,
  type Expansion,
  type Stop,
} from "./delivery.ts";
import { type AskedPort, findServicePort, portText } from "./find-service-port.ts";
import { serviceName } from "./service-index.ts";
import { protocolName } from "./service-protocol.ts";

/** A Service as a flow names it. */
export type ServiceFront = Extract<Front, { readonly kind: "service" }>;

/**
 * The ways of a connection from inside the cluster: kube-proxy on the source's node puts a backend's
 * address in place of the Service's, before any rule of the VPC sees the packet. The name of a
 * headless Service leads to its pods without translation. Source: Kubernetes, "Virtual IPs and
 * Service Proxies".
 */
export function clusterDeliveries(
  source: End,
  front: ServiceFront,
  askedPort: number,
  context: DeliveryContext,
): Expansion {
  const { service, portName } = front;
  const { protocol } = context;
  const port = portOf(front, { protocol, port: askedPort, ...named(portName) });
  if (typeof port === "string") return stopped(`Service ${serviceName(service)}`, "DENY", port);
  const title = titleOf(service, port);
  const refusal = service.isHeadless ? undefined : strictProxyStop(source, context);
  if (refusal !== undefined) return { title, deliveries: [], stop: refusal, notes: [] };
  const { list, unknownBecause, notes } = backendsOf(service, port, context);
  if (unknownBecause !== undefined) return stopped(title, "UNKNOWN", unknownBecause);
  if (list.length === 0) return stopped(title, "DENY", noEndpoints(service));
  if (service.isHeadless) return headless(source, list, { title, port, front, askedPort }, context);
  const chosen = byInternalPolicy(list, source, service);
  if (typeof chosen === "string") return stopped(title, "DENY", chosen);
  const hop = hopOf(front, port);
  const deliveries = chosen.map((backend) => {
    return translated(source, backend, { service, port, hop }, context);
  });
  return { title, deliveries, notes };
}

// The name of a headless Service leads to its pods, on whichever port they are asked.
function portOf({ service, portName }: ServiceFront, asked: AskedPort): ServicePort | string {
  const found = findServicePort(service, asked);
  if (typeof found !== "string" || !service.isHeadless || portName !== undefined) return found;
  const protocol = protocolName(asked.protocol);
  return protocol === undefined ? found : { protocol, port: asked.port };
}

/** "Service shop/db tcp/5432 (db)". */
export function titleOf(service: Service, port: ServicePort): string {
  return `Service ${serviceName(service)} ${portText(port)}`;
}

/** An expansion that leads nowhere. */
export function stopped(title: string, verdict: Stop["verdict"], because: string): Expansion {
  return { title, deliveries: [], stop: { verdict, because }, notes: [] };
}

/** Why a Service without backends refuses. */
export function noEndpoints(service: Service): string {
  return `Service ${serviceName(service)} has no endpoints`;
}

/** One way that cannot be judged because the number of the port was not read. */
export function unknownPort({ title, endpoint }: Backend, port: ServicePort): Delivery {
  const because = `which port of ${title} is named ${port.targetPort} was not read`;
  const stop: Stop = { verdict: "UNKNOWN", because };
  return { ...noWay, title, endpoint, port: undefined, stop };
}

const noWay = { legs: [], translations: [], nodes: [], notes: [] };

// Addresses of Services are local to a node under IPVS, and a strict branch never asks its node.
function strictProxyStop(source: End, { index }: DeliveryContext): Stop | undefined {
  const isStrict = source.kind === "branch" && source.mode === "strict" && !source.isFargate;
  if (!isStrict || index.world.settings.kubeProxyMode !== "ipvs") return undefined;
  const because =
    "kube-proxy in IPVS mode answers for Services on the node, and strict mode sends every packet to the VPC";
  return { verdict: "UNSUPPORTED", because };
}

// Backends that may take the connection; why there is none of them.
function byInternalPolicy(
  list: readonly Backend[],
  source: End,
  service: Service,
): readonly (Backend & { readonly isUnsure?: boolean })[] | string {
  if (service.internalTrafficPolicy !== "Local") return list;
  const nodeName = "nodeName" in source ? source.nodeName : undefined;
  const near = list.flatMap((backend) => {
    if (nodeName === undefined || backend.nodeName === undefined) {
      return [{ ...backend, isUnsure: true }];
    }
    return backend.nodeName === nodeName ? [backend] : [];
  });
  if (near.length > 0) return near;
  return `${noEndpoints(service)} on node ${nodeName}, and its internalTrafficPolicy is Local`;
}

function translated(
  source: End,
  backend: Backend & { readonly isUnsure?: boolean },
  { service, port, hop }: { service: Service; port: ServicePort; hop: ServiceHop },
  context: DeliveryContext,
): Delivery {
  if (backend.port === undefined) return unknownPort(backend, port);
  const { title, endpoint } = backend;
  const leg = { ...directLeg(source, backend.end, backend.port, context), hop };
  const from = `${hop.address ?? serviceName(service)}:${port.port}`;
  const to = `${addressText(backend)}:${backend.port}`;
  const translation = { replaces: "destination", by: proxyOf(source), from, to } as const;
  const because = `whether ${title} is on the node of ${source.title} is not known, and internalTrafficPolicy is Local`;
  return {
    ...noWay,
    title,
    endpoint,
    port: backend.port,
    legs: [leg],
    translations: [translation],
    ...(backend.isUnsure ? { stop: { verdict: "UNKNOWN", because } } : {}),
  };
}

function headless(
  source: End,
  list: readonly Backend[],
  asked: {
    readonly title: string;
    readonly port: ServicePort;
    readonly front: ServiceFront;
    readonly askedPort: number;
  },
  context: DeliveryContext,
): Expansion {
  const { title, port, front, askedPort } = asked;
  const isByName = front.portName !== undefined;
  const deliveries = list.map((backend): Delivery => {
    const number = isByName ? backend.port : askedPort;
    if (number === undefined) return unknownPort(backend, port);
    const leg = directLeg(source, backend.end, number, context);
    return {
      ...noWay,
      title: backend.title,
      endpoint: backend.endpoint,
      port: number,
      legs: [leg],
    };
  });
  const how = isByName
    ? "an SRV record tells the port of the pod"
    : `the pod is asked on ${askedPort}`;
  const note = `Service ${serviceName(front.service)} is headless: nothing is translated, ${how}`;
  return { title, deliveries, notes: [note] };
}

function hopOf({ service, asked }: ServiceFront, { port }: ServicePort): ServiceHop {
  const { namespace, name, selector, clusterIps } = service;
  const address = asked === undefined ? clusterIps[0] : formatAddress(asked);
  return {
    namespace,
    name,
    port,
    ...(address === undefined ? {} : { address }),
    ...(selector === undefined ? {} : { selector }),
  };
}

/** The address of a backend, its name while that is not known. */
export function addressText({ end, title }: Backend): string {
  if (!("own" in end)) return title;
  const address = end.asked ?? end.own.addresses[0];
  return address === undefined ? title : formatAddress(address);
}

function proxyOf(source: End): string {
  const nodeName = "nodeName" in source ? source.nodeName : undefined;
  return nodeName === undefined
    ? `kube-proxy on the node of ${source.title}`
    : `kube-proxy on node ${nodeName}`;
}

function named(portName: string | undefined) {
  return portName === undefined ? {} : { portName };
}
