import { TrunklineError } from "../errors/trunkline-error.ts";
import { quoteInput } from "./quote-input.ts";

/** Every protocol, as EC2 writes it in a rule. */
export const ALL_PROTOCOLS = -1;
/** IANA protocol number of ICMP. */
export const ICMP = 1;
/** IANA protocol number of TCP. */
export const TCP = 6;
/** IANA protocol number of UDP. */
export const UDP = 17;
/** IANA protocol number of ICMPv6. */
export const ICMPV6 = 58;

const numberByName = new Map([
  ["all", ALL_PROTOCOLS],
  ["-1", ALL_PROTOCOLS],
  ["icmp", ICMP],
  ["tcp", TCP],
  ["udp", UDP],
  ["icmpv6", ICMPV6],
]);

const nameByNumber = new Map([
  [ALL_PROTOCOLS, "all"],
  [ICMP, "icmp"],
  [TCP, "tcp"],
  [UDP, "udp"],
  [ICMPV6, "icmpv6"],
]);

const decimal = /^(0|[1-9][0-9]{0,4})$/;

/** Ports first to last, both included; -1 and -1 for all of them. */
export interface PortRange {
  readonly fromPort: number;
  readonly toPort: number;
}

/**
 * The protocol number, or -1 for all.
 *
 * Takes tcp, udp, icmp, icmpv6 and all in any case, "-1", and 0..255 in decimal. Throws
 * INVALID_ARGUMENT. Source: EC2 API reference, IpPermission, IpProtocol.
 */
export function parseProtocol(text: string): number {
  const named = numberByName.get(text.toLowerCase());
  if (named !== undefined) return named;
  const number = decimal.test(text) ? Number(text) : 256;
  if (number <= 255) return number;
  throw new TrunklineError(
    "INVALID_ARGUMENT",
    `${quoteInput(text)} is not a protocol: tcp, udp, icmp, icmpv6, all or 0..255 is wanted`,
  );
}

/** The name of a protocol for people: "tcp", "all", or the number when it has no name here. */
export function formatProtocol(protocol: number): string {
  return nameByNumber.get(protocol) ?? String(protocol);
}

/** Reads "443", "8000-8080" or "all". Throws INVALID_ARGUMENT. */
export function parsePortRange(text: string): PortRange {
  if (text.toLowerCase() === "all") return { fromPort: -1, toPort: -1 };
  const [from, to = from, ...rest] = text.split("-");
  const isWritten = rest.length === 0 && decimal.test(from) && decimal.test(to);
  if (isWritten && Number(from) <= Number(to) && Number(to) <= 65535) {
    return { fromPort: Number(from), toPort: Number(to) };
  }
  throw new TrunklineError(
    "INVALID_ARGUMENT",
    `${quoteInput(text)} is no port range: "443", "8000-8080" or "all" is wanted, 0..65535`,
  );
}

/** "443", "8000-8080", or "all" for -1 as well as for 0 to 65535. */
export function formatPortRange({ fromPort, toPort }: PortRange): string {
  if (fromPort < 0 || (fromPort === 0 && toPort === 65535)) return "all";
  return fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`;
}

/**
 * What a rule lets through, for people: "tcp/443", "udp/8000-8080", "icmp/8" (type), "icmp/3:4"
 * (type and code), "47", "all".
 *
 * For ICMP the range holds type and code, -1 for any, as in `SecurityGroupRule`.
 */
export function formatTraffic(protocol: number, range: PortRange): string {
  const name = formatProtocol(protocol);
  if (protocol === TCP || protocol === UDP) return `${name}/${formatPortRange(range)}`;
  const { fromPort: type, toPort: code } = range;
  if ((protocol !== ICMP && protocol !== ICMPV6) || type < 0) return name;
  return code < 0 ? `${name}/${type}` : `${name}/${type}:${code}`;
}
