import { TrunklineError } from "../errors/trunkline-error.ts";
import { matchesValidSelector } from "../labels/selector.ts";
import { type Address, formatAddress, tryParseAddress } from "../net/address.ts";
import type { End } from "../paths/end.ts";
import { addressEnd } from "../paths/find-end.ts";
import { podEnd } from "../paths/pod-end.ts";
import type { Endpoint } from "../verdict/explanation.ts";
import type { Pod } from "../world/cluster.ts";
import type { EndpointSlice, Service, ServiceEndpoint, ServicePort } from "../world/service.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { DeliveryContext } from "./delivery.ts";
import { serviceName } from "./service-index.ts";

/** One that takes connections for a Service. */
export interface Backend {
  /** "shop/db-0", "10.0.1.50". */
  readonly title: string;
  readonly endpoint: Endpoint;
  readonly end: End;
  /** Undefined when the name of the port was not read. */
  readonly port: number | undefined;
  readonly nodeName: string | undefined;
}

/** All that take connections on one port of a Service. */
export interface Backends {
  readonly list: readonly Backend[];
  /** Why they are not known. */
  readonly unknownBecause?: string;
  readonly notes: readonly string[];
}

/** Backends of one Service; more are a mistake or an attack. */
export const MAX_BACKENDS = 10_000;

/**
 * Who takes connections on a port of a Service: what its slices say, else the pods that its selector
 * selects, all of them taken to be ready.
 */
export function backendsOf(
  service: Service,
  port: ServicePort,
  context: DeliveryContext,
): Backends {
  const { index } = context;
  const slices = index.services?.slices.get(serviceName(service)) ?? [];
  const found =
    slices.length > 0
      ? bySlices(slices, service, port, context)
      : bySelector(service, port, context);
  if (found.list.length <= MAX_BACKENDS) return found;
  throw new TrunklineError(
    "INVALID_ARGUMENT",
    `Service ${serviceName(service)} has ${found.list.length} backends, at most ${MAX_BACKENDS} are judged`,
    { facts: { service: serviceName(service), count: String(found.list.length) } },
  );
}

/** True for a pod that may be behind a Service, on whichever port. */
export function isBackend(pod: Pod, service: Service, { services }: WorldIndex): boolean {
  if (pod.namespace !== service.namespace) return false;
  const slices = services?.slices.get(serviceName(service)) ?? [];
  if (slices.length > 0) {
    return slices.some(({ endpoints }) => endpoints.some(({ podName }) => podName === pod.name));
  }
  const { selector } = service;
  return selector !== undefined && matchesValidSelector({ matchLabels: selector }, pod.labels);
}

function bySelector(service: Service, port: ServicePort, context: DeliveryContext): Backends {
  const { selector } = service;
  const { index } = context;
  const name = serviceName(service);
  if (selector === undefined || Object.keys(selector).length === 0) {
    if (index.world.endpointSlices !== undefined) return { list: [], notes: [] };
    const unknownBecause = `Service ${name} has no selector and endpoint slices were not read`;
    return { list: [], unknownBecause, notes: [] };
  }
  const pods = index.services?.podsByNamespace.get(service.namespace) ?? [];
  const selected = pods
    .filter((pod) => matchesValidSelector({ matchLabels: selector }, pod.labels))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const list = selected.flatMap((pod) => podBackend(pod, service, port, context) ?? []);
  return { list, notes: [`assumes that all pods which Service ${name} selects are ready`] };
}

function podBackend(
  pod: Pod,
  service: Service,
  port: ServicePort,
  context: DeliveryContext,
): Backend | undefined {
  const number = targetPort(pod, port);
  if (number === "none") return undefined;
  const family = soleFamily(service);
  const addresses = pod.addresses.flatMap((text) => tryParseAddress(text) ?? []);
  const asked = addresses.find((address) => address.family === family);
  if (family !== undefined && addresses.length > 0 && asked === undefined) return undefined;
  return { ...placedPod(pod, asked, context), port: number };
}

// The number that a pod gets; "none" when it has no port of that name, undefined when not known.
function targetPort(pod: Pod, { port, targetPort: wanted = port, protocol }: ServicePort) {
  if (typeof wanted === "number") return wanted;
  if (pod.ports === undefined) return undefined;
  const named = pod.ports.find((one) => one.name === wanted && one.protocol === protocol);
  return named === undefined ? "none" : named.port;
}

function soleFamily({ ipFamilies, clusterIps }: Service): 4 | 6 | undefined {
  const families = new Set(
    ipFamilies?.map((name) => (name === "IPv4" ? 4 : 6)) ??
      clusterIps.flatMap((text) => tryParseAddress(text)?.family ?? []),
  );
  const [first] = families;
  return families.size === 1 ? first : undefined;
}

function placedPod(pod: Pod, asked: Address | undefined, { index, mode }: DeliveryContext) {
  const placed = podEnd(pod, { eniId: undefined, mode }, index);
  const isAsked = asked !== undefined && placed.kind !== "ended" && placed.kind !== "address";
  return {
    title: `${pod.namespace}/${pod.name}`,
    endpoint: { kind: "pod", namespace: pod.namespace, name: pod.name } as const,
    end: isAsked ? { ...placed, asked } : placed,
    nodeName: pod.nodeName,
  };
}

function bySlices(
  slices: readonly EndpointSlice[],
  { isHeadless }: Service,
  port: ServicePort,
  context: DeliveryContext,
): Backends {
  const found = new Map<string, Backend>();
  for (const slice of slices) {
    const own = slice.ports.find((one) => {
      return (one.name ?? "") === (port.name ?? "") && one.protocol === port.protocol;
    });
    if (own === undefined && !isHeadless) continue;
    const number = own?.port ?? port.port;
    for (const endpoint of slice.endpoints.filter(({ isReady }) => isReady)) {
      const backend = sliceBackend(endpoint, slice, number, context);
      if (backend === undefined) continue;
      const key = `${backend.title} ${number}`;
      found.set(key, found.has(key) ? inEitherFamily(backend, context) : backend);
    }
  }
  const list = [...found.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
  return { list, notes: [] };
}

// A pod in slices of both families is asked in the one that the source has.
function inEitherFamily(backend: Backend, { index, mode }: DeliveryContext): Backend {
  const pod = backend.endpoint.kind === "pod" ? index.pods.get(backend.title) : undefined;
  if (pod === undefined) return backend;
  return { ...backend, end: podEnd(pod, { eniId: undefined, mode }, index) };
}

function sliceBackend(
  { addresses, podName, nodeName }: ServiceEndpoint,
  { namespace }: EndpointSlice,
  port: number,
  context: DeliveryContext,
): Backend | undefined {
  const { index, mode } = context;
  const address = tryParseAddress(addresses[0] ?? "");
  const pod = podName === undefined ? undefined : index.pods.get(`${namespace}/${podName}`);
  if (pod !== undefined) {
    const placed = placedPod(pod, address, context);
    return { ...placed, nodeName: pod.nodeName ?? nodeName, port };
  }
  if (address === undefined) return undefined;
  const end = addressEnd(address, { mode, vpcId: undefined }, index);
  const text = formatAddress(address);
  return { title: text, endpoint: { kind: "address", address: text }, end, nodeName, port };
}
