import { describe, expect, it } from "vitest";
import { parseAddress } from "../net/address.ts";
import { cidrOf } from "../net/cidr.ts";
import { flow, rule } from "../world/fixture-f.test-support.ts";
import type { References } from "./peer-match.ts";
import { survivesEdit, type TrackedConnection, type Tracking, trackingOf } from "./tracking.ts";

const references: References = {
  groups: new Map(),
  prefixLists: new Map([
    ["pl-all", { prefixListId: "pl-all", name: "all", maxEntries: 1, cidrs: ["0.0.0.0/0"] }],
  ]),
};

function inbound(traffic: string, from: string): TrackedConnection {
  const address = parseAddress(from);
  const { family } = address;
  const within = [cidrOf(address, family === 4 ? 32 : 128)];
  const membership = { kind: "known", groupIds: [] } as const;
  const peer = { title: from, within, membership };
  return { traffic: { ...flow("a", "b", traffic), family }, peer, isEgress: false };
}

function rules(...texts: readonly string[]) {
  return texts.map((text, index) => rule(text, `sgr-${index}`));
}

const ssh = inbound("tcp/22", "203.0.113.1");
const http = inbound("tcp/80", "198.51.100.7");
const http6 = inbound("tcp/80", "2001:db8::7");
const ping = inbound("icmp/8", "198.51.100.7");

// The example of the EC2 user guide, "Security group connection tracking", word for word.
const inboundRules = [
  "in tcp/22 from 203.0.113.1/32",
  "in tcp/80 from 0.0.0.0/0",
  "in tcp/80 from ::/0",
  "in icmp/all from 0.0.0.0/0",
];
const documented = rules(...inboundRules, "out all to 0.0.0.0/0", "out all to ::/0");
const withoutIpv4Out = rules(...inboundRules, "out all to ::/0");

describe("the example of the user guide", () => {
  it.each<[string, TrackedConnection, Tracking]>([
    ["SSH from one address is tracked", ssh, "tracked"],
    ["HTTP from all is untracked", http, "untracked"],
    ["HTTP from all of IPv6 is untracked", http6, "untracked"],
    ["ICMP is tracked", ping, "tracked"],
    ["SSH from elsewhere is refused", inbound("tcp/22", "203.0.113.2"), "refused"],
  ])("%s", (_fact, connection, expected) => {
    expect(trackingOf(connection, documented, references)).toBe(expected);
  });

  it.each<[string, TrackedConnection, Tracking]>([
    ["SSH is tracked", ssh, "tracked"],
    ["HTTP is tracked", http, "tracked"],
    ["ICMP is tracked", ping, "tracked"],
    ["HTTP over IPv6 stays untracked", http6, "untracked"],
  ])("without the outbound rule for IPv4 %s", (_fact, connection, expected) => {
    expect(trackingOf(connection, withoutIpv4Out, references)).toBe(expected);
  });

  it("cuts open SSH at once when the rule that opened it to all is removed", () => {
    const open = rules("in tcp/22 from 0.0.0.0/0", "out all to 0.0.0.0/0");
    const closed = rules("out all to 0.0.0.0/0");
    expect(survivesEdit(ssh, open, closed, references)).toBe(false);
  });

  it("keeps tracked SSH when its rule is removed", () => {
    expect(survivesEdit(ssh, documented, rules("out all to 0.0.0.0/0"), references)).toBe(true);
  });
});

// EC2 reference 6.3, rules 3 to 6.
describe("a connection", () => {
  it.each<[string, TrackedConnection, readonly string[], Tracking]>([
    [
      "needs all ports of the reply",
      http,
      ["in tcp/80 from 0.0.0.0/0", "out tcp/1-65535 to 0.0.0.0/0"],
      "tracked",
    ],
    [
      "has them by ports",
      http,
      ["in tcp/80 from 0.0.0.0/0", "out tcp/0-65535 to 0.0.0.0/0"],
      "untracked",
    ],
    [
      "has them not by another protocol",
      http,
      ["in tcp/80 from 0.0.0.0/0", "out udp/all to 0.0.0.0/0"],
      "tracked",
    ],
    [
      "needs one open rule of several",
      http,
      ["in tcp/80 from 198.51.100.0/24", "in all from 0.0.0.0/0", "out all to 0.0.0.0/0"],
      "untracked",
    ],
    [
      "is judged by its own family",
      http,
      ["in tcp/80 from 0.0.0.0/0", "out all to ::/0"],
      "tracked",
    ],
    [
      "is tracked by halves of the family",
      http,
      ["in tcp/80 from 128.0.0.0/1", "in tcp/80 from 0.0.0.0/1", "out all to 0.0.0.0/0"],
      "tracked",
    ],
    [
      "is tracked by a prefix list of all",
      http,
      ["in tcp/80 from pl-all", "out all to 0.0.0.0/0"],
      "tracked",
    ],
    [
      "is tracked for other protocols",
      inbound("47", "198.51.100.7"),
      ["in all from 0.0.0.0/0", "out all to 0.0.0.0/0"],
      "tracked",
    ],
    [
      "is tracked through a NAT gateway",
      { ...http, isAlwaysTracked: true },
      ["in all from 0.0.0.0/0", "out all to 0.0.0.0/0"],
      "tracked",
    ],
    [
      "that goes out is judged the other way round",
      { ...http, isEgress: true },
      ["out tcp/80 to 0.0.0.0/0", "in all from 0.0.0.0/0"],
      "untracked",
    ],
  ])("%s", (_fact, connection, texts, expected) => {
    expect(trackingOf(connection, rules(...texts), references)).toBe(expected);
  });

  it("that is untracked goes on while rules allow it", () => {
    const narrowed = rules("in tcp/80 from 198.51.100.0/24", "out all to 0.0.0.0/0");
    expect(survivesEdit(http, documented, narrowed, references)).toBe(true);
  });
});
