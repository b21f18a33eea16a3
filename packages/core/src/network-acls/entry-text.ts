import { formatTraffic } from "../net/protocol.ts";
import type { NetworkAclEntry } from "../world/network-acl.ts";

/** An entry for people: "100 allow tcp/443 to 0.0.0.0/0". */
export function entryText(entry: NetworkAclEntry): string {
  const number = entry.ruleNumber > 32_766 ? "*" : String(entry.ruleNumber);
  const to = entry.isEgress ? "to" : "from";
  return `${number} ${entry.action} ${formatTraffic(entry.protocol, entry)} ${to} ${entry.cidr}`;
}
