import type { PortRange } from "../net/protocol.ts";
import { ALL_PROTOCOLS, formatTraffic, ICMP, ICMPV6, TCP, UDP } from "../net/protocol.ts";
import { icmpRequestTypes } from "../network-acls/replies.ts";
import type { AnyEnd } from "../paths/end.ts";
import { protocolNumber } from "../services/service-protocol.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { Service } from "./class-verdicts.ts";

/** IANA protocol number; network policies look at its ports, groups do not. */
const SCTP = 132;

/** Traffic that a set of rules never tells apart, with one packet of it. */
export interface PortSegment {
  /** -1 for all protocols that no rule names. */
  readonly protocol: number;
  /** First port, or ICMP type; -1 for all, or for all that no rule names. */
  readonly fromPort: number;
  /** Last port, or ICMP code; -1 as above. */
  readonly toPort: number;
  /** True when it is what neighbours that are listed leave over. */
  readonly isRest: boolean;
  readonly sample: Service;
}

/** What a rule says about traffic, ranges as in `SecurityGroupRule`. */
export interface TrafficRange extends PortRange {
  readonly protocol: number;
}

/** The traffic that network policies name, by number or by the name of a pod's port. */
export function policyRanges({ networkPolicies, world }: WorldIndex): readonly TrafficRange[] {
  if (networkPolicies === undefined) return [];
  const { admin, baseline, byNamespace } = networkPolicies;
  const policies = [...admin, ...baseline, ...[...byNamespace.values()].flat()];
  const ports = policies
    .flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress])
    .flatMap((rule) => rule.ports ?? []);
  const named = world.pods.flatMap((pod) => pod.ports ?? []);
  const numbers = { TCP, UDP, SCTP } as const;
  return [
    ...ports.flatMap((port) => (port.kind === "range" ? [port] : [])),
    ...named.map(({ protocol, port }) => {
      return { protocol: numbers[protocol], fromPort: port, toPort: port };
    }),
  ];
}

/** The traffic that network ACLs tell apart: what they name, and ICMP that asks for an answer. */
export function aclRanges({ networkAcls }: WorldIndex): readonly TrafficRange[] {
  if (networkAcls === undefined) return [];
  const requests = [ICMP, ICMPV6].flatMap((protocol) =>
    icmpRequestTypes(protocol).map((type) => ({ protocol, fromPort: type, toPort: -1 })),
  );
  const acls = [...networkAcls.byVpc.values()].flat();
  return [...requests, ...acls.flatMap(({ acl }) => acl.entries)];
}

/** The ports of Services that a destination translates: its own, or those of all node ports. */
export function serviceRanges(
  destination: AnyEnd,
  { services }: WorldIndex,
): readonly TrafficRange[] {
  if (services === undefined) return [];
  const at = (protocol: number, port: number) => ({ protocol, fromPort: port, toPort: port });
  if (destination.kind === "front") {
    const { front } = destination;
    if (front.kind !== "service") return [];
    return front.service.ports.map(({ protocol, port }) => at(protocolNumber(protocol), port));
  }
  if (destination.kind !== "node" || destination.pod !== undefined) return [];
  return [...services.byNodePort.values()].map(({ port }) => {
    return at(protocolNumber(port.protocol), port.nodePort ?? 0);
  });
}

/** Splits all traffic into what these rules tell apart: by protocol, then by port or ICMP type. */
export function portSegments(rules: readonly TrafficRange[]): readonly PortSegment[] {
  const named = new Set(rules.map(({ protocol }) => protocol));
  const common = new Set([TCP, UDP, SCTP, ICMP, ICMPV6, ALL_PROTOCOLS]);
  const others = [...named].filter((protocol) => !common.has(protocol)).sort((a, b) => a - b);
  const of = (protocol: number) => rules.filter((rule) => rule.protocol === protocol);
  return [
    ...[TCP, UDP, SCTP].flatMap((protocol) => portParts(protocol, of(protocol))),
    ...[ICMP, ICMPV6].flatMap((protocol) => icmpParts(protocol, of(protocol))),
    ...others.map((protocol) => whole(protocol, { protocol, port: 0 })),
    { ...whole(ALL_PROTOCOLS, { protocol: unnamed(named, common), port: 0 }), isRest: true },
  ];
}

/** "tcp/80-443", "icmp/8", "icmp, other types", "other protocols". */
export function segmentText(segment: Omit<PortSegment, "sample">): string {
  const { protocol, fromPort, toPort, isRest } = segment;
  if (protocol === ALL_PROTOCOLS) return isRest ? "other protocols" : "all";
  const text = formatTraffic(protocol, { fromPort, toPort });
  if (!isRest) return text;
  return fromPort < 0 ? `${text}, other types` : `${text}, other codes`;
}

function portParts(protocol: number, rules: readonly TrafficRange[]): readonly PortSegment[] {
  const starts = new Set([0]);
  for (const { fromPort, toPort } of rules) {
    if (fromPort > 0 && fromPort <= 65535) starts.add(fromPort);
    if (toPort >= 0 && toPort < 65535) starts.add(toPort + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((fromPort, at) => {
    const toPort = (sorted[at + 1] ?? 65536) - 1;
    return { ...whole(protocol, { protocol, port: fromPort }), fromPort, toPort };
  });
}

function icmpParts(protocol: number, rules: readonly TrafficRange[]): readonly PortSegment[] {
  const types = new Set(rules.map(({ fromPort }) => fromPort).filter((type) => type >= 0));
  const parts = [...types]
    .sort((a, b) => a - b)
    .flatMap((type) => {
      const own = rules.filter((rule) => rule.fromPort === type && rule.toPort >= 0);
      const codes = new Set(own.map(({ toPort }) => toPort));
      const sorted = [...codes].sort((a, b) => a - b);
      return [...sorted, -1].map((code): PortSegment => {
        const icmpCode = code < 0 ? unnamed(codes) : code;
        const sample = { protocol, port: 0, icmpType: type, icmpCode };
        const isRest = code < 0 && codes.size > 0;
        return { protocol, fromPort: type, toPort: code, isRest, sample };
      });
    });
  const sample = { protocol, port: 0, icmpType: unnamed(types), icmpCode: 0 };
  return [...parts, { ...whole(protocol, sample), isRest: types.size > 0 }];
}

function whole(protocol: number, sample: Service): PortSegment {
  return { protocol, fromPort: -1, toPort: -1, isRest: false, sample };
}

// The highest number of a byte that is in none of the sets; 0 if all are.
function unnamed(...taken: readonly ReadonlySet<number>[]): number {
  let number = 255;
  while (number > 0 && taken.some((set) => set.has(number))) number--;
  return number;
}
