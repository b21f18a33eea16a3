import { parseAddress } from "../net/address.ts";
import { cidrOf } from "../net/cidr.ts";
import { flow, rule } from "../world/fixture-f.test-support.ts";
import type { References } from "./peer-match.ts";
import type { TrackedConnection } from "./tracking.ts";

export const references: References = {
  groups: new Map(),
  prefixLists: new Map([
    ["pl-all", { prefixListId: "pl-all", name: "all", maxEntries: 1, cidrs: ["0.0.0.0/0"] }],
  ]),
};

/** A connection that an interface accepts from an address. */
export function inbound(traffic: string, from: string): TrackedConnection {
  const address = parseAddress(from);
  const { family } = address;
  const within = [cidrOf(address, family === 4 ? 32 : 128)];
  const membership = { kind: "known", groupIds: [] } as const;
  const peer = { title: from, within, membership };
  return { traffic: { ...flow("a", "b", traffic), family }, peer, isEgress: false };
}

/** Rules from their texts. */
export function rules(...texts: readonly string[]) {
  return texts.map((text, index) => rule(text, `sgr-${index}`));
}

export const ssh = inbound("tcp/22", "203.0.113.1");
export const http = inbound("tcp/80", "198.51.100.7");
export const http6 = inbound("tcp/80", "2001:db8::7");
export const ping = inbound("icmp/8", "198.51.100.7");

// The example of the EC2 user guide, "Security group connection tracking", word for word.
const inboundRules = [
  "in tcp/22 from 203.0.113.1/32",
  "in tcp/80 from 0.0.0.0/0",
  "in tcp/80 from ::/0",
  "in icmp/all from 0.0.0.0/0",
];
export const documented = rules(...inboundRules, "out all to 0.0.0.0/0", "out all to ::/0");
export const withoutIpv4Out = rules(...inboundRules, "out all to ::/0");
