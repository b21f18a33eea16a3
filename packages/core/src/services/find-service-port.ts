import { formatTraffic } from "../net/protocol.ts";
import type { Service, ServicePort } from "../world/service.ts";
import { protocolNumber } from "./service-protocol.ts";

/** What a connection asks of a Service. */
export interface AskedPort {
  /** Protocol number. */
  readonly protocol: number;
  readonly port: number;
  /** In place of the number, when it is given. */
  readonly portName?: string;
}

/** The port of a Service that a connection asks for, or why there is none. */
export function findServicePort(service: Service, asked: AskedPort): ServicePort | string {
  const found = service.ports.find((one) => {
    const isProtocol = protocolNumber(one.protocol) === asked.protocol;
    const { portName } = asked;
    return isProtocol && (portName === undefined ? one.port === asked.port : one.name === portName);
  });
  if (found !== undefined) return found;
  const wanted =
    asked.portName ?? formatTraffic(asked.protocol, { fromPort: asked.port, toPort: asked.port });
  const has = service.ports.map(portText).join(", ");
  return `Service ${service.namespace}/${service.name} has no port ${wanted}; it has ${has || "none"}`;
}

/** "tcp/80 (http)". */
export function portText({ protocol, port, name }: ServicePort): string {
  const text = `${protocol.toLowerCase()}/${port}`;
  return name === undefined || name === "" ? text : `${text} (${name})`;
}
