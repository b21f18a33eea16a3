import { TCP, UDP } from "../net/protocol.ts";
import type { PolicyProtocol } from "../world/cluster.ts";

const numbers = { TCP, UDP, SCTP: 132 } as const satisfies Record<PolicyProtocol, number>;

/** IANA number of a protocol that Services know. */
export function protocolNumber(protocol: PolicyProtocol): number {
  return numbers[protocol];
}

/** The name of a protocol that Services know, by its IANA number. */
export function protocolName(protocol: number): PolicyProtocol | undefined {
  return (["TCP", "UDP", "SCTP"] as const).find((name) => numbers[name] === protocol);
}
