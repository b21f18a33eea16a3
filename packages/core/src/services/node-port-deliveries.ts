import type { SeenPeer } from "../groups/peer-match.ts";
import { ingressInterfaces } from "../paths/asked-interfaces.ts";
import { seenAs, seenAsAnywhere } from "../paths/attachment.ts";
import type { AttachedEnd, End } from "../paths/end.ts";
import { type FoundPath, findPath } from "../paths/find-path.ts";
import { placementOf } from "../paths/local-path.ts";
import type { Path } from "../paths/path.ts";
import type { Translation } from "../verdict/explanation.ts";
import type { TrafficPolicy } from "../world/service.ts";
import { type Backend, backendsOf } from "./backends.ts";
import { addressText, noEndpoints, titleOf, unknownPort } from "./cluster-deliveries.ts";
import type { Delivery, DeliveryContext, Expansion, Leg, Stop } from "./delivery.ts";
import { type PortOfService, serviceName } from "./service-index.ts";

/** A node as an end. */
export type NodeEnd = Extract<AttachedEnd, { readonly kind: "node" }>;

/** A connection that reaches a node on the port of a Service. */
export interface Arrival {
  readonly client: End;
  readonly node: NodeEnd;
  /** From the client to the node. */
  readonly leg: Leg;
}

/**
 * The ways of a connection to a node port.
 *
 * Policy Cluster: the node puts its own address in place of the client's and hands the connection
 * to any backend, on another node if need be. Policy Local: the client's address stays, and only
 * backends on the node take it. Groups are asked by the matrix of modes and paths: what arrives at
 * the node asks the node's; what stays on it then asks the pod's in the documented model, and in
 * strict mode goes back through the VPC (Cluster) or is not carried at all (Local). Source:
 * Kubernetes, "External Traffic Policy"; amazon-vpc-cni-k8s README.
 */
export function nodePortDeliveries(
  arrival: Arrival,
  target: PortOfService,
  context: DeliveryContext,
): Expansion {
  const { service, port } = target;
  const title = `${titleOf(service, port)} on ${arrival.node.title} port ${port.nodePort}`;
  const failed = (verdict: Stop["verdict"], because: string): Expansion => {
    return { title, deliveries: [], stop: { verdict, because }, notes: [] };
  };
  const { list, unknownBecause, notes } = backendsOf(service, port, context);
  if (unknownBecause !== undefined) return failed("UNKNOWN", unknownBecause);
  if (list.length === 0) return failed("DENY", noEndpoints(service));
  const place = placeOf(arrival);
  if (place === "ownStrict") return failed("UNKNOWN", ownNodeText(arrival));
  const policy = policyAt(arrival, target);
  const { nodeName } = arrival.node;
  const chosen = policy === "Cluster" ? list : list.filter((one) => mayBeOn(one, nodeName));
  if (chosen.length === 0) {
    const name = serviceName(service);
    const because = `externalTrafficPolicy of Service ${name} is Local and ${arrival.node.title} has none of its endpoints`;
    return failed("DENY", because);
  }
  const deliveries = chosen.map((backend) => {
    if (backend.port === undefined) return unknownPort(backend, port);
    return place === "own"
      ? fromOwnNode(arrival, backend, policy, context)
      : fromAfar(arrival, backend, policy, context);
  });
  return { title, deliveries, notes };
}

function placeOf({ client, node }: Arrival): "own" | "ownStrict" | "afar" {
  if (client.kind === "address" || client.kind === "ended") return "afar";
  if (placementOf(client, node) !== "same") return "afar";
  return client.kind === "branch" && client.mode === "strict" ? "ownStrict" : "own";
}

function ownNodeText({ client, node }: Arrival): string {
  return `${node.title} translates before the routes of ${client.title}, a branch in strict mode, apply: where packets go is not known`;
}

// A node that asks itself reaches all endpoints, as Kubernetes has it for its own traffic.
function policyAt({ client, node }: Arrival, { service }: PortOfService): TrafficPolicy {
  const isItself = client.kind === "node" && client.nodeName === node.nodeName;
  return isItself ? "Cluster" : (service.externalTrafficPolicy ?? "Cluster");
}

function mayBeOn({ nodeName }: Backend, wanted: string | undefined): boolean {
  return nodeName === undefined || nodeName === wanted;
}

// Inside the node nothing is asked on arrival, and the client's policies see the pod.
function fromOwnNode(
  { client, node, leg }: Arrival,
  backend: Backend,
  policy: TrafficPolicy,
  context: DeliveryContext,
): Delivery {
  const port = backend.port ?? 0;
  const arrived: Leg = { ...leg, policies: [] };
  const source = policy === "Cluster" ? node : client;
  const found = findPath(source, backend.end, context, context.index);
  const asked: Leg = {
    source: client,
    destination: backend.end,
    port,
    found: { ...found, path: unasked(`${node.title} translates for ${client.title}`) },
    policies: ["egress"],
  };
  const onward: Leg = { source, destination: backend.end, port, found, policies: ["ingress"] };
  return delivery({ client, node, leg }, backend, policy, [arrived, asked, onward]);
}

function fromAfar(
  arrival: Arrival,
  backend: Backend,
  policy: TrafficPolicy,
  context: DeliveryContext,
): Delivery {
  const { client, node, leg } = arrival;
  const { end, port = 0 } = backend;
  const source = policy === "Cluster" ? node : client;
  const found = onwardPath(arrival, backend, policy, context);
  if ("verdict" in found) return { ...delivery(arrival, backend, policy, [leg]), stop: found };
  const isInsideNode = found.path.kind === "asked" && isHandedOn(arrival, backend);
  const onward: Leg = {
    source,
    destination: end,
    port,
    found,
    policies: ["ingress"],
    isInsideNode,
  };
  return delivery(arrival, backend, policy, [leg, onward]);
}

// A strict branch is reached through the VPC even from its own node.
function isHandedOn({ node }: Arrival, { end, nodeName }: Backend): boolean {
  const isStrict = end.kind === "branch" && end.mode === "strict";
  return nodeName !== undefined && nodeName === node.nodeName && !isStrict;
}

// What happens behind the node: see the table at nodePortDeliveries.
function onwardPath(
  arrival: Arrival,
  backend: Backend,
  policy: TrafficPolicy,
  context: DeliveryContext,
): FoundPath | Stop {
  const { node, leg } = arrival;
  const { end, nodeName, title } = backend;
  const { family } = leg.found;
  if (policy === "Local" && nodeName === undefined) {
    const because = `whether ${title} runs on ${node.title} is not known, and externalTrafficPolicy is Local`;
    return { verdict: "UNKNOWN", because };
  }
  const isHere = nodeName !== undefined && nodeName === node.nodeName;
  if (!isHere) return findPath(node, end, context, context.index);
  if (end.kind === "node" || end.kind === "ordinary") {
    return {
      family,
      path: unasked(`${node.title} hands it to ${title}: no further group is asked`),
    };
  }
  if (end.kind !== "branch") return findPath(node, end, context, context.index);
  if (end.mode === "strict") {
    if (policy === "Cluster") return findPath(node, end, context, context.index);
    const because = `${title} is a branch in strict mode, whose replies leave by its own interface: externalTrafficPolicy Local is not carried`;
    return { verdict: "UNSUPPORTED", because };
  }
  if (context.model === "datapath") {
    return {
      family,
      path: unasked(`${node.title} routes it to ${title}: no further group is asked`),
    };
  }
  const seen =
    policy === "Cluster" ? seenAs(node.own, family, context.index) : seenOf(arrival, context);
  return { family, path: podAsked(end, seen, context, family) };
}

// The node's inbound rules were asked when the connection arrived.
function podAsked(
  end: AttachedEnd,
  peer: SeenPeer,
  { index, model, protocol }: DeliveryContext,
  family: 4 | 6,
): Path {
  const interfaces = ingressInterfaces(end, { index, model, protocol, family });
  const own = interfaces.filter((one) => one === end.own);
  return {
    kind: "asked",
    checks: own.map((asked) => ({ isEgress: false, asked, peer })),
    exit: undefined,
    isCertain: true,
    isNatAtNode: false,
    sourceSeen: peer,
    notes: [],
  };
}

function seenOf({ client, leg }: Arrival, { index }: DeliveryContext): SeenPeer {
  const { path, family } = leg.found;
  const seen = path.kind === "asked" ? path.sourceSeen : undefined;
  if (seen !== undefined) return seen;
  if ("own" in client) return seenAs(client.own, family, index);
  return { ...seenAsAnywhere(client.title, family), membership: { kind: "unknown" } };
}

function delivery(
  { client, node }: Arrival,
  backend: Backend,
  policy: TrafficPolicy,
  legs: readonly Leg[],
): Delivery {
  const { title, endpoint, port, nodeName } = backend;
  const to = `${addressText(backend)}:${port}`;
  const by = `kube-proxy on ${node.title}`;
  const nodes = [node.nodeName, nodeName].flatMap((name) => name ?? []);
  const passed = [...new Set(nodes)];
  const translations: readonly Translation[] = [
    { replaces: "destination", by, from: `${node.title}:${legs[0].port}`, to },
    ...(policy === "Cluster"
      ? [{ replaces: "source", by, from: client.title, to: node.title } as const]
      : []),
  ];
  const seen = policy === "Cluster" ? node.title : client.title;
  const hops = passed.length === 1 ? "1 node hop" : `${passed.length} node hops`;
  const note = `externalTrafficPolicy ${policy}: ${hops} (${passed.join(", ")}), ${title} sees ${seen}`;
  return { title, endpoint, port, legs, translations, nodes: passed, notes: [note] };
}

function unasked(because: string): Path {
  return { kind: "unasked", because, notes: [] };
}
