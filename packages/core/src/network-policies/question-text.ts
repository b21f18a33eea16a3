import { formatProtocol, TCP, UDP } from "../net/protocol.ts";
import { titleOf } from "./policy-end.ts";
import type { PolicyQuestion } from "./question.ts";
import { SCTP } from "./read-port.ts";

/** What was asked, for people: "tcp/443 from shop/web". */
export function describeTraffic({ traffic, direction, peer }: PolicyQuestion): string {
  const to = direction === "ingress" ? "from" : "to";
  return `${protocolText(traffic)} ${to} ${titleOf(peer)}`;
}

/** "tcp/443", "sctp/1", "icmp". */
export function protocolText(traffic: PolicyQuestion["traffic"]): string {
  const { protocol, port } = traffic;
  if (protocol === SCTP) return `sctp/${port}`;
  const name = formatProtocol(protocol);
  return protocol === TCP || protocol === UDP ? `${name}/${port}` : name;
}
