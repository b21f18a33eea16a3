import { formatAddress, tryParseAddress } from "../net/address.ts";
import type { Pod } from "../world/cluster.ts";
import { groupByKeys, type MultiMap } from "../world/multi-map.ts";
import type { EndpointSlice, Service, ServicePort } from "../world/service.ts";
import type { World } from "../world/world.ts";
import { protocolNumber } from "./service-protocol.ts";

/** The Services of a world, found without a scan. Keys are "namespace/name". */
export interface ServiceIndex {
  readonly byName: ReadonlyMap<string, Service>;
  /** By canonical text of a cluster address. */
  readonly byAddress: ReadonlyMap<string, Service>;
  /** By {@link nodePortKey}. */
  readonly byNodePort: ReadonlyMap<string, PortOfService>;
  /** By the Service that they are part of. */
  readonly slices: MultiMap<string, EndpointSlice>;
  /** Pods that may be behind a selector: those that have not ended. By namespace. */
  readonly podsByNamespace: MultiMap<string, Pod>;
}

/** A port with the Service that has it. */
export interface PortOfService {
  readonly service: Service;
  readonly port: ServicePort;
}

/** Indexes the Services of a world; undefined when they were not read. */
export function indexServices(world: World): ServiceIndex | undefined {
  const { services, endpointSlices = [], pods } = world;
  if (services === undefined) return undefined;
  const running = pods.filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed");
  return {
    byName: new Map(services.map((service) => [serviceName(service), service])),
    byAddress: new Map(
      services.flatMap((service) => addressKeys(service).map((key) => [key, service] as const)),
    ),
    byNodePort: new Map(services.flatMap(nodePortsOf)),
    slices: groupByKeys(endpointSlices, ({ namespace, serviceName: name }) => [
      `${namespace}/${name}`,
    ]),
    podsByNamespace: groupByKeys(services.length === 0 ? [] : running, (pod) => [pod.namespace]),
  };
}

/** "namespace/name". */
export function serviceName({ namespace, name }: Pick<Service, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

/** Key of a port that all nodes have. */
export function nodePortKey(protocol: number, port: number): string {
  return `${protocol}/${port}`;
}

function addressKeys({ clusterIps }: Service): readonly string[] {
  return clusterIps.flatMap((text) => {
    const address = tryParseAddress(text);
    return address === undefined ? [] : [formatAddress(address)];
  });
}

function nodePortsOf(service: Service): readonly (readonly [string, PortOfService])[] {
  return service.ports.flatMap((port) => {
    if (port.nodePort === undefined) return [];
    return [[nodePortKey(protocolNumber(port.protocol), port.nodePort), { service, port }]];
  });
}
