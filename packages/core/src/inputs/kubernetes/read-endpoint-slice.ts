import type { EndpointSlice, ServiceEndpoint } from "../../world/service.ts";
import {
  at,
  entries,
  type Field,
  oneOf,
  report,
  requiredText,
  text,
  texts,
  wholeNumber,
} from "../field.ts";
import { readProtocol } from "./read-service.ts";

const ADDRESS_TYPES = ["IPv4", "IPv6", "FQDN"] as const;

/** Reads an EndpointSlice of a known name; one of no Service has an empty name for it. */
export function readEndpointSlice(object: Field, namespace: string, name: string): EndpointSlice {
  const addressType = at(object, "addressType");
  if (addressType.value === undefined) report(addressType, "missing");
  return {
    namespace,
    name,
    serviceName: text(at(object, "metadata", "labels", "kubernetes.io/service-name")) ?? "",
    addressType: oneOf(addressType, ADDRESS_TYPES) ?? "IPv4",
    ports: entries(at(object, "ports")).map((port) => {
      const portName = text(at(port, "name"));
      const number = wholeNumber(at(port, "port"), 1, 65_535);
      return {
        ...(portName ? { name: portName } : {}),
        protocol: readProtocol(at(port, "protocol")),
        ...(number === undefined ? {} : { port: number }),
      };
    }),
    endpoints: entries(at(object, "endpoints")).map(readEndpoint),
  };
}

function readEndpoint(endpoint: Field): ServiceEndpoint {
  const target = at(endpoint, "targetRef");
  const isPod = target.value !== undefined && text(at(target, "kind")) === "Pod";
  const podName = isPod ? requiredText(at(target, "name")) : undefined;
  const nodeName = text(at(endpoint, "nodeName"));
  const ready = at(endpoint, "conditions", "ready");
  if (ready.value !== undefined && typeof ready.value !== "boolean") {
    report(ready, "must be true or false");
  }
  return {
    addresses: texts(at(endpoint, "addresses")),
    isReady: ready.value !== false,
    ...(nodeName ? { nodeName } : {}),
    ...(podName === undefined ? {} : { podName }),
  };
}
