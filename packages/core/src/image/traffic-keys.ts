import { ALL_PROTOCOLS, ICMP, ICMPV6, TCP, UDP } from "../net/protocol.ts";
import type { SecurityGroupRule } from "../world/cloud.ts";

// Everything that a rule can say of protocol, ports, type and code is a range of keys on one line:
// 65,536 keys for each protocol with ports (for ICMP, type << 8 | code), then one key a protocol.

/** Keys of one protocol with ports. */
export const SLOT_KEYS = 65_536;
/** Protocols with ports, in the order of their keys. */
export const SLOT_PROTOCOLS = [TCP, UDP, ICMP, ICMPV6] as const;
/** Key of protocol 0 where a protocol has no ports; the others follow. */
export const FIRST_BARE_KEY = SLOT_KEYS * SLOT_PROTOCOLS.length;
/** Number of keys. */
export const KEY_COUNT = FIRST_BARE_KEY + 256;

/** A range of keys, both ends included. */
export interface KeyRange {
  readonly low: number;
  readonly high: number;
}

/** The keys a rule lets through; undefined when it lets nothing through. */
export function keysOf({
  protocol,
  fromPort,
  toPort,
}: Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort">): KeyRange | undefined {
  switch (protocol) {
    case ALL_PROTOCOLS:
      return { low: 0, high: KEY_COUNT - 1 };
    case TCP:
      return portKeys(0, fromPort, toPort);
    case UDP:
      return portKeys(SLOT_KEYS, fromPort, toPort);
    case ICMP:
      return icmpKeys(2 * SLOT_KEYS, fromPort, toPort);
    case ICMPV6:
      return icmpKeys(3 * SLOT_KEYS, fromPort, toPort);
    default:
      return isByte(protocol)
        ? { low: FIRST_BARE_KEY + protocol, high: FIRST_BARE_KEY + protocol }
        : undefined;
  }
}

function portKeys(first: number, fromPort: number, toPort: number): KeyRange | undefined {
  if (fromPort === -1 && toPort === -1) return { low: first, high: first + SLOT_KEYS - 1 };
  const low = Math.max(0, Math.ceil(fromPort));
  const high = Math.min(SLOT_KEYS - 1, Math.floor(toPort));
  // Also false for NaN, which no port lies beside.
  return low <= high ? { low: first + low, high: first + high } : undefined;
}

// All types imply all codes.
function icmpKeys(first: number, type: number, code: number): KeyRange | undefined {
  if (type === -1) return { low: first, high: first + SLOT_KEYS - 1 };
  if (!isByte(type)) return undefined;
  const low = first + (type << 8);
  if (code === -1) return { low, high: low + 255 };
  return isByte(code) ? { low: low + code, high: low + code } : undefined;
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}
