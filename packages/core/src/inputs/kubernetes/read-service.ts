import type { PolicyProtocol } from "../../world/cluster.ts";
import type { Service, ServicePort } from "../../world/service.ts";
import {
  at,
  entries,
  type Field,
  labels,
  oneOf,
  report,
  requiredText,
  text,
  texts,
  wholeNumber,
} from "../field.ts";
import { shown } from "../plain.ts";
import { readServiceBalancer } from "./read-load-balancer.ts";

const TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;
const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;
const FAMILIES = ["IPv4", "IPv6"] as const;
const TRAFFIC_POLICIES = ["Cluster", "Local"] as const;

/** Reads a Service of a known name. */
export function readService(object: Field, namespace: string, name: string): Service {
  const spec = at(object, "spec");
  const type = oneOf(at(spec, "type"), TYPES) ?? "ClusterIP";
  const single = text(at(spec, "clusterIP"));
  const several = texts(at(spec, "clusterIPs"));
  const addresses = several.length > 0 ? several : single ? [single] : [];
  const selector = at(spec, "selector");
  const families = entries(at(spec, "ipFamilies")).flatMap((one) => oneOf(one, FAMILIES) ?? []);
  const external = oneOf(at(spec, "externalTrafficPolicy"), TRAFFIC_POLICIES);
  const internal = oneOf(at(spec, "internalTrafficPolicy"), TRAFFIC_POLICIES);
  const externalName = text(at(spec, "externalName"));
  return {
    namespace,
    name,
    type,
    isHeadless: addresses.includes("None"),
    clusterIps: addresses.filter((address) => address !== "None"),
    ...(selector.value === undefined ? {} : { selector: labels(selector) }),
    ports: entries(at(spec, "ports")).map(readPort),
    ...(families.length === 0 ? {} : { ipFamilies: families }),
    ...(external === undefined ? {} : { externalTrafficPolicy: external }),
    ...(internal === undefined ? {} : { internalTrafficPolicy: internal }),
    ...(externalName === undefined ? {} : { externalName }),
    ...(type === "LoadBalancer" ? { loadBalancer: readServiceBalancer(object) } : {}),
  };
}

function readPort(port: Field): ServicePort {
  const name = text(at(port, "name"));
  const number = requiredPort(at(port, "port"));
  const targetPort = readPortOrName(at(port, "targetPort"));
  const nodePort = wholeNumber(at(port, "nodePort"), 0, 65_535);
  return {
    ...(name ? { name } : {}),
    protocol: readProtocol(at(port, "protocol")),
    port: number,
    ...(targetPort === undefined ? {} : { targetPort }),
    ...(nodePort ? { nodePort } : {}),
  };
}

/** Reads the protocol of a port. */
export function readProtocol(field: Field): PolicyProtocol {
  return oneOf(field, PROTOCOLS) ?? "TCP";
}

/** Reads a port by number or by name; undefined when it is absent or was reported. */
export function readPortOrName(field: Field): number | string | undefined {
  if (typeof field.value !== "string") return wholeNumber(field, 1, 65_535);
  if (field.value !== "") return field.value;
  return report(field, `must be a number or a name, found ${shown(field.value)}`);
}

function requiredPort(field: Field): number {
  if (field.value === undefined) requiredText(field);
  return wholeNumber(field, 1, 65_535) ?? 0;
}
