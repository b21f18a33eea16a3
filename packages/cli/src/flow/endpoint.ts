import { isIP } from "node:net";
import { TrunklineError } from "@trunkline/core";
import type { DeepPartial, Endpoint, Flow } from "@trunkline/proto/policy";

/** A flow as the command line names it. */
export interface FlowArguments {
  /** "shop/api", "db1", "10.0.1.50", "eni-…" or "service/shop/db". */
  readonly source: string;
  /** The same, followed by ":PORT" and optionally "/PROTOCOL"; IPv6 in brackets. */
  readonly destination: string;
  /** From `--protocol`; undefined when it was not given. */
  readonly protocol: string | undefined;
}

/** A flow ready to be asked, with the text that stands for it in every output. */
export interface NamedFlow {
  /** "shop/api". */
  readonly source: string;
  /** "db1:5432". */
  readonly destination: string;
  readonly protocol: string;
  readonly flow: DeepPartial<Flow>;
}

/** IP protocol numbers end here. Source: RFC 791, the field has 8 bits. */
const PROTOCOL_MAX = 255;
const PORT_MAX = 65_535;

/** Type of an echo request, what `ping` sends. Sources: RFC 792, RFC 4443. */
const ECHO_REQUEST = { icmp: 8, icmpv6: 128 } as const;

const EXAMPLES = 'write for instance "db1:5432", "shop/peer:8080" or "10.0.1.50:53/udp"';

/** Reads source and destination. Throws INVALID_ARGUMENT that says how to write them. */
export function parseFlow(args: FlowArguments): NamedFlow {
  const { host, port, suffix } = splitDestination(args.destination);
  if (suffix !== undefined && args.protocol !== undefined && suffix !== args.protocol) {
    throw wrong(`"${args.destination}" says ${suffix} and --protocol says ${args.protocol}`);
  }
  const protocol = checkProtocol(suffix ?? args.protocol ?? "tcp");
  const hasPorts = protocol === "tcp" || protocol === "udp";
  if (hasPorts && port === undefined) {
    throw wrong(`"${args.destination}" names no port: ${EXAMPLES}`);
  }
  if (!hasPorts && port !== undefined) {
    throw wrong(`"${args.destination}" names a port and ${protocol} has none`);
  }
  const bare = isIP(host) === 6 ? `[${host}]` : host;
  return {
    source: args.source,
    destination: port === undefined ? bare : `${bare}:${port}`,
    protocol,
    flow: {
      source: parseEndpoint(args.source),
      destination: parseEndpoint(host),
      protocol,
      port: port ?? 0,
      icmpType: protocol === "icmp" || protocol === "icmpv6" ? ECHO_REQUEST[protocol] : 0,
    },
  };
}

/**
 * Reads one end: a pod "namespace/name", "service/namespace/name", "ingress/namespace/name", an
 * address, an interface id, or a name.
 */
export function parseEndpoint(text: string): DeepPartial<Endpoint> {
  const [kind, ...rest] = text.split("/");
  if (rest.length === 2) return parseFront(kind, rest, text);
  const slash = text.indexOf("/");
  if (slash >= 0) {
    const [namespace, name] = [text.slice(0, slash), text.slice(slash + 1)];
    if (!/^[a-z0-9-]+$/.test(namespace) || !/^[a-z0-9.-]+$/.test(name)) {
      throw wrong(`"${text}" is not NAMESPACE/POD: both are lower-case letters, digits and "-"`);
    }
    return { key: { $case: "pod", value: { namespace, name } } };
  }
  const address = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) !== 0) return { key: { $case: "address", value: address } };
  if (text === "" || /[\s[\]:]/.test(text)) {
    throw wrong(`"${text}" is not a pod, address, interface or name: ${EXAMPLES}`);
  }
  if (text.startsWith("eni-")) return { key: { $case: "eniId", value: text } };
  return { key: { $case: "name", value: text } };
}

const FRONT_KINDS: Readonly<Record<string, "service" | "ingress">> = {
  service: "service",
  svc: "service",
  ingress: "ingress",
  ing: "ingress",
};

function parseFront(
  kind: string,
  [namespace, name]: readonly string[],
  text: string,
): DeepPartial<Endpoint> {
  const $case = Object.hasOwn(FRONT_KINDS, kind) ? FRONT_KINDS[kind] : undefined;
  const isName = /^[a-z0-9-]+$/.test(namespace) && /^[a-z0-9.-]+$/.test(name);
  if ($case !== undefined && isName) return { key: { $case, value: { namespace, name } } };
  throw wrong(`"${text}" is not service/NAMESPACE/NAME or ingress/NAMESPACE/NAME`);
}

/** The pod an endpoint text names, undefined when it names something else. */
export function podOf(endpoint: DeepPartial<Endpoint> | undefined): PodName | undefined {
  const key = endpoint?.key;
  if (key?.$case !== "pod" || key.value === undefined) return undefined;
  return { namespace: key.value.namespace ?? "", name: key.value.name ?? "" };
}

/** A pod by name. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

interface Destination {
  readonly host: string;
  readonly port: number | undefined;
  readonly suffix: string | undefined;
}

// A colon is a port only outside brackets, so that a bare IPv6 address stays whole.
function splitDestination(text: string): Destination {
  if (isIP(text) === 6) return { host: text, port: undefined, suffix: undefined };
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+)(?:\/([a-z0-9]+))?)?$/i.exec(text);
  if (match === null) throw wrong(`"${text}" is not a destination: ${EXAMPLES}`);
  const [, host = "", portText, suffix] = match;
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && port > PORT_MAX) {
    throw wrong(`"${text}" names port ${portText}, the largest is ${PORT_MAX}`);
  }
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port, suffix: suffix?.toLowerCase() };
}

function checkProtocol(text: string): string {
  const name = text.toLowerCase();
  if (["tcp", "udp", "icmp", "icmpv6"].includes(name)) return name;
  if (/^\d+$/.test(name) && Number(name) <= PROTOCOL_MAX) return byNumber(Number(name));
  throw wrong(`"${text}" is not a protocol: write tcp, udp, icmp, icmpv6 or 0 to ${PROTOCOL_MAX}`);
}

// The numbers of the protocols that have names. Source: IANA protocol numbers.
function byNumber(number: number): string {
  const names: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6" };
  return names[number] ?? String(number);
}

function wrong(message: string): TrunklineError {
  return new TrunklineError("INVALID_ARGUMENT", message);
}
