import { shown } from "../inputs/plain.ts";
import { TCP, UDP } from "../net/protocol.ts";
import type { PolicyProtocol } from "../world/cluster.ts";
import type { PolicyPort } from "./read-policy.ts";
import {
  at,
  isGiven,
  keysOf,
  mappingOf,
  numberOf,
  report,
  type SpecField,
  textOf,
  wordOf,
} from "./spec-field.ts";

/** IANA protocol number of SCTP. */
export const SCTP = 132;

const protocolNumbers: Readonly<Record<PolicyProtocol, number>> = { TCP, UDP, SCTP };
const protocolWords = ["TCP", "UDP", "SCTP"] as const;

/** A port name: 1 to 15 of a-z, 0-9 and "-", with a letter. Source: RFC 6335, section 5.1. */
const namePattern = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

/** Reads a port entry of a NetworkPolicy; undefined when it was reported. */
export function readNetworkPolicyPort(field: SpecField): PolicyPort | undefined {
  if (!mappingOf(field, ["protocol", "port", "endPort"], layerHint)) return undefined;
  const protocol = readProtocol(at(field, "protocol"));
  const port = at(field, "port");
  const endPort = at(field, "endPort");
  if (typeof port.value === "string") {
    if (isGiven(endPort)) report(endPort, `needs a numeric port, found ${shown(port.value)}`);
    return namedPort(port, protocol, field.place);
  }
  if (!isGiven(port)) {
    if (isGiven(endPort)) report(endPort, "needs a port to start from");
    return { kind: "range", at: field.place, protocol, fromPort: 0, toPort: 65535 };
  }
  const fromPort = numberOf(port, 1, 65535);
  if (fromPort === undefined) return undefined;
  const toPort = isGiven(endPort) ? numberOf(endPort, 1, 65535) : fromPort;
  if (toPort === undefined) return undefined;
  if (toPort < fromPort) return report(endPort, `${toPort} is below port ${fromPort}`);
  return { kind: "range", at: field.place, protocol, fromPort, toPort };
}

/** What a reader should know who put an HTTP path or a domain where a port belongs. */
export const layerHint = ": NetworkPolicy is L3/L4 only";

/** Reads an entry of `protocols` of a ClusterNetworkPolicy; undefined when it was reported. */
export function readClusterProtocol(field: SpecField): PolicyPort | undefined {
  const key = onlyKeyOf(field, ["tcp", "udp", "sctp", "destinationNamedPort"]);
  if (key === undefined) return undefined;
  if (key === "destinationNamedPort") {
    return namedPort(at(field, key), undefined, field.place);
  }
  const protocol = { tcp: TCP, udp: UDP, sctp: SCTP }[key];
  const ports = at(field, key);
  if (!mappingOf(ports, ["destinationPort"])) return undefined;
  const destination = at(ports, "destinationPort");
  if (!isGiven(destination)) {
    return { kind: "range", at: field.place, protocol, fromPort: 0, toPort: 65535 };
  }
  const form = onlyKeyOf(destination, ["number", "range"]);
  if (form === undefined) return undefined;
  if (form === "range") return readRange(at(destination, form), protocol, field.place);
  return singlePort(at(destination, form), protocol, field.place);
}

/** Reads an entry of `ports` of an AdminNetworkPolicy; undefined when it was reported. */
export function readAdminPort(field: SpecField): PolicyPort | undefined {
  const key = onlyKeyOf(field, ["portNumber", "namedPort", "portRange"]);
  if (key === undefined) return undefined;
  const form = at(field, key);
  if (key === "namedPort") {
    return namedPort(form, undefined, field.place);
  }
  const protocol = readProtocol(at(form, "protocol"));
  if (key === "portRange") return readRange(form, protocol, field.place);
  if (!mappingOf(form, ["protocol", "port"])) return undefined;
  return singlePort(at(form, "port"), protocol, field.place);
}

/** The one key of a mapping that takes exactly one; undefined after a report. */
export function onlyKeyOf<Key extends string>(
  field: SpecField,
  keys: readonly Key[],
): Key | undefined {
  if (!mappingOf(field, keys)) return undefined;
  const given = keys.filter((key) => isGiven(at(field, key)));
  if (given.length === 1) return given[0];
  const found = keysOf(field).join(" and ") || "none";
  return report(field, `must have exactly one of ${keys.join(", ")}, has ${found}`);
}

// A missing protocol means TCP.
function readProtocol(field: SpecField): number {
  return isGiven(field) ? protocolNumbers[wordOf(field, protocolWords) ?? "TCP"] : TCP;
}

function readRange(field: SpecField, protocol: number, place: string): PolicyPort | undefined {
  if (!mappingOf(field, ["protocol", "start", "end"])) return undefined;
  const fromPort = numberOf(at(field, "start"), 1, 65535);
  const toPort = numberOf(at(field, "end"), 1, 65535);
  if (fromPort === undefined || toPort === undefined) return undefined;
  if (fromPort >= toPort) return report(field, `start ${fromPort} is not below end ${toPort}`);
  return { kind: "range", at: place, protocol, fromPort, toPort };
}

function singlePort(field: SpecField, protocol: number, place: string): PolicyPort | undefined {
  const port = numberOf(field, 1, 65535);
  if (port === undefined) return undefined;
  return { kind: "range", at: place, protocol, fromPort: port, toPort: port };
}

function namedPort(
  field: SpecField,
  protocol: number | undefined,
  place: string,
): PolicyPort | undefined {
  const name = textOf(field);
  if (name === undefined) return undefined;
  if (namePattern.test(name)) return { kind: "named", at: place, name, protocol };
  const form = 'a port name, 1 to 15 of a-z, 0-9 and "-" with a letter';
  return report(field, `must be a number or ${form}, found ${shown(name)}`);
}
