import { type FieldProblem, invalid } from "../errors/trunkline-error.ts";
import { ICMP, ICMPV6, TCP, UDP } from "../net/protocol.ts";
import type { TrackingTimeouts } from "../world/cloud.ts";

/** What may be set for an interface, in seconds, and what holds when nothing is. */
export interface TimeoutRange {
  readonly defaultS: number;
  readonly minS: number;
  readonly maxS: number;
}

/**
 * The timeouts of tracked connections that an interface may set.
 *
 * Source: EC2 user guide, "Security group connection tracking", idle timeouts.
 */
export const TRACKING_TIMEOUTS = {
  tcpEstablishedS: { defaultS: 432_000, minS: 60, maxS: 432_000 },
  udpS: { defaultS: 30, minS: 30, maxS: 60 },
  udpStreamS: { defaultS: 180, minS: 60, maxS: 180 },
} as const satisfies Readonly<Record<keyof TrackingTimeouts, TimeoutRange>>;

/** Default of established TCP on Nitro v6 instances, P6e-GB200 apart. Source: as above. */
export const NITRO_V6_TCP_ESTABLISHED_S = 350;

/** For protocols without ports that are not ICMP: by address pair and number. Source: as above. */
export const OTHER_PROTOCOL_TIMEOUT_S = 600;

/** AWS does not say; taken as one exchange of UDP, as Linux conntrack does. */
export const ICMP_TIMEOUT_S = 30;

/** What an idle timeout depends on besides the protocol. */
export interface TimeoutContext {
  /** Timeouts that the interface has set. */
  readonly own?: TrackingTimeouts;
  /** True for Nitro v6 instances other than P6e-GB200. Default false. */
  readonly isNitroV6?: boolean;
  /** True once more than one request of UDP was answered. Default false. */
  readonly isStream?: boolean;
}

/**
 * Seconds for which a tracked connection may be silent before it is forgotten.
 *
 * TCP counts as established. Throws INVALID_ARGUMENT with every timeout that EC2 would not take.
 */
export function idleTimeoutS(protocol: number, context: TimeoutContext = {}): number {
  const { own = {}, isNitroV6 = false, isStream = false } = context;
  checkTimeouts(own);
  switch (protocol) {
    case TCP:
      return own.tcpEstablishedS ?? (isNitroV6 ? NITRO_V6_TCP_ESTABLISHED_S : defaults.tcp);
    case UDP:
      return isStream ? (own.udpStreamS ?? defaults.udpStream) : (own.udpS ?? defaults.udp);
    case ICMP:
    case ICMPV6:
      return ICMP_TIMEOUT_S;
    default:
      return OTHER_PROTOCOL_TIMEOUT_S;
  }
}

const defaults = {
  tcp: TRACKING_TIMEOUTS.tcpEstablishedS.defaultS,
  udp: TRACKING_TIMEOUTS.udpS.defaultS,
  udpStream: TRACKING_TIMEOUTS.udpStreamS.defaultS,
};

function checkTimeouts(own: TrackingTimeouts): void {
  const problems = Object.entries(own).flatMap(([field, value]): readonly FieldProblem[] => {
    const range = Object.hasOwn(TRACKING_TIMEOUTS, field)
      ? TRACKING_TIMEOUTS[field as keyof TrackingTimeouts]
      : undefined;
    if (range === undefined) return [{ field, description: "no such timeout" }];
    const isIn = Number.isInteger(value) && value >= range.minS && value <= range.maxS;
    return isIn ? [] : [{ field, description: `${value} is not in ${range.minS}..${range.maxS}` }];
  });
  if (problems.length > 0) throw invalid("the timeouts cannot be set", problems);
}
