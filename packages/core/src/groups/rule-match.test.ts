import { describe, expect, it } from "vitest";
import { parseAddress } from "../net/address.ts";
import { cidrOf, parseCidr } from "../net/cidr.ts";
import { flow, group, rule } from "../world/fixture-f.test-support.ts";
import { fragmentMatches } from "./fragments.ts";
import type { Match } from "./match.ts";
import type { References, SeenPeer } from "./peer-match.ts";
import { ruleMatches, type Traffic, trafficMatches } from "./rule-match.ts";
import { ruleText } from "./rule-text.ts";

function traffic(text: string, family: 4 | 6 = 4): Traffic {
  return { ...flow("a", "b", text), family };
}

const references: References = {
  groups: new Map([["sg-0app", group("sg-app")]]),
  prefixLists: new Map(
    [
      {
        prefixListId: "pl-1",
        name: "offices",
        maxEntries: 10,
        cidrs: ["10.1.0.0/16", "10.2.0.0/16"],
      },
      { prefixListId: "pl-6", name: "offices-6", maxEntries: 10, cidrs: ["2001:db8::/32"] },
      { prefixListId: "pl-0", name: "none", maxEntries: 10, cidrs: [] },
    ].map((list) => [list.prefixListId, list]),
  ),
};

function peerAt(address: string, ...groupIds: readonly string[]): SeenPeer {
  const parsed = parseAddress(address);
  const within = [cidrOf(parsed, parsed.family === 4 ? 32 : 128)];
  return { title: address, within, membership: { kind: "known", groupIds } };
}

function peerWithin(...blocks: readonly string[]): SeenPeer {
  return { title: "a pod", within: blocks.map(parseCidr), membership: { kind: "unknown" } };
}

// EC2 reference 6.2, "Match of one rule against the first packet of a flow".
describe("protocol and ports of a rule", () => {
  it.each<[rule: string, packet: string, family: 4 | 6, match: Match]>([
    ["all", "tcp/1", 4, "yes"],
    ["all", "47", 4, "yes"],
    ["all", "icmpv6/128", 6, "yes"],
    ["tcp/443", "tcp/443", 4, "yes"],
    ["tcp/443", "tcp/443", 6, "yes"],
    ["tcp/443", "tcp/442", 4, "no"],
    ["tcp/443", "udp/443", 4, "no"],
    ["6/443", "tcp/443", 4, "yes"],
    ["tcp/0-65535", "tcp/0", 4, "yes"],
    ["tcp/0-65535", "tcp/65535", 4, "yes"],
    ["tcp/all", "tcp/0", 4, "yes"],
    ["tcp/all", "udp/1", 4, "no"],
    ["udp/8000-8100", "udp/8000", 4, "yes"],
    ["udp/8000-8100", "udp/8100", 4, "yes"],
    ["udp/8000-8100", "udp/7999", 4, "no"],
    ["udp/8000-8100", "udp/8101", 4, "no"],
    ["tcp/65535", "tcp/65535", 4, "yes"],
    ["47/all", "47", 4, "yes"],
    ["47/22:22", "47", 4, "yes"],
    ["50", "51", 4, "no"],
    ["132/443:443", "132", 6, "yes"],
    ["icmp/all", "icmp/8:0", 4, "yes"],
    ["icmp/8", "icmp/8:5", 4, "yes"],
    ["icmp/8:0", "icmp/8:0", 4, "yes"],
    ["icmp/8:0", "icmp/8:1", 4, "no"],
    ["icmp/3:4", "icmp/4:4", 4, "no"],
    ["icmp/0:0", "icmp/0:0", 4, "yes"],
    ["icmp/255:255", "icmp/255:255", 4, "yes"],
    ["icmp/-1:0", "icmp/9:9", 4, "yes"],
    ["icmp/all", "icmp/8:0", 6, "no"],
    ["icmpv6/all", "icmpv6/128:0", 6, "yes"],
    ["icmpv6/2", "icmpv6/2:0", 6, "yes"],
    ["icmpv6/all", "icmpv6/128:0", 4, "no"],
    ["icmp/all", "icmpv6/128:0", 6, "no"],
    ["icmpv6/all", "tcp/1", 6, "no"],
  ])("%s for %s over IPv%s: %s", (text, packet, family, expected) => {
    const only = rule(`in ${text} from 0.0.0.0/0`);
    expect(trafficMatches(only, traffic(packet, family))).toBe(expected);
  });

  it("are not sure for ICMP whose type was not asked for", () => {
    const asked: Traffic = { family: 4, protocol: 1, port: 0 };
    expect(trafficMatches(rule("in icmp/8 from ::/0"), asked)).toBe("unknown");
    expect(trafficMatches(rule("in icmp/all from ::/0"), asked)).toBe("yes");
  });
});

describe("the peer of a rule", () => {
  it.each<[rule: string, peer: SeenPeer, family: 4 | 6, match: Match]>([
    ["0.0.0.0/0", peerAt("10.0.0.1"), 4, "yes"],
    ["0.0.0.0/0", peerAt("2001:db8::1"), 6, "no"],
    ["::/0", peerAt("2001:db8::1"), 6, "yes"],
    ["::/0", peerAt("10.0.0.1"), 4, "no"],
    ["100.68.0.18/18", peerAt("100.68.63.255"), 4, "yes"],
    ["100.68.0.18/18", peerAt("100.68.64.0"), 4, "no"],
    ["255.255.255.255/32", peerAt("255.255.255.255"), 4, "yes"],
    ["10.0.0.1/32", peerAt("10.0.0.2"), 4, "no"],
    ["pl-1", peerAt("10.2.3.4"), 4, "yes"],
    ["pl-1", peerAt("10.3.3.4"), 4, "no"],
    ["pl-6", peerAt("2001:db8::7"), 6, "yes"],
    ["pl-0", peerAt("10.2.3.4"), 4, "no"],
    ["pl-9", peerAt("10.2.3.4"), 4, "unknown"],
    ["sg-app", peerAt("10.0.0.1", "sg-0x", "sg-0app"), 4, "yes"],
    ["sg-app", peerAt("2001:db8::1", "sg-0app"), 6, "yes"],
    ["sg-app", peerAt("10.0.0.1", "sg-0x"), 4, "no"],
    ["sg-app", peerAt("10.0.0.1"), 4, "no"],
    ["sg-gone", peerAt("10.0.0.1", "sg-0app"), 4, "no"],
    ["sg-app", peerWithin("10.0.0.0/16"), 4, "unknown"],
    ["sg-app", { ...peerAt("10.9.0.1"), membership: { kind: "foreign" } }, 4, "no"],
    ["sg-gone", { ...peerAt("10.9.0.1"), membership: { kind: "foreign" } }, 4, "unknown"],
    ["10.0.0.0/8", peerWithin("10.0.0.0/16", "10.1.0.0/16"), 4, "yes"],
    ["10.0.0.0/16", peerWithin("10.0.0.0/16", "10.1.0.0/16"), 4, "unknown"],
    ["10.0.1.0/24", peerWithin("10.0.0.0/16"), 4, "unknown"],
    ["192.168.0.0/16", peerWithin("10.0.0.0/16", "10.1.0.0/16"), 4, "no"],
    ["not-a-cidr", peerAt("10.0.0.1"), 4, "unknown"],
  ])("%s for %o over IPv%s: %s", (peer, seen, family, expected) => {
    const only = rule(`in all from ${peer}`);
    expect(ruleMatches(only, traffic("tcp/1", family), seen, references)).toBe(expected);
  });

  it("is nobody when the reference is stale, whoever has the group", () => {
    const [member, foreign] = [
      peerAt("10.0.0.1", "sg-0app"),
      { ...peerAt("10.9.0.1"), membership: { kind: "foreign" } } as const,
    ];
    const stale = { kind: "group", groupId: "sg-0app", isStale: true } as const;
    const only = { ...rule("in all from sg-app"), peer: stale };
    expect(ruleMatches(only, traffic("tcp/1"), member, references)).toBe("no");
    const gone = { ...only, peer: { ...stale, groupId: "sg-0gone" } };
    expect(ruleMatches(gone, traffic("tcp/1"), foreign, references)).toBe("no");
    expect(ruleText(only, references)).toBe("all from sg-app (stale)");
  });

  it("is not looked at when the traffic is another", () => {
    const only = rule("in tcp/1 from pl-9");
    expect(ruleMatches(only, traffic("tcp/2"), peerAt("10.0.0.1"), references)).toBe("no");
  });
});

// EC2 reference 6.7.
describe("a later fragment", () => {
  it.each<[rule: string, protocol: number, first: Match | undefined, match: Match]>([
    ["tcp/443", 6, "yes", "yes"],
    ["tcp/443", 6, "no", "no"],
    ["tcp/443", 6, undefined, "unknown"],
    ["tcp/443", 17, undefined, "no"],
    ["tcp/all", 6, undefined, "yes"],
    ["tcp/0-65535", 6, undefined, "yes"],
    ["all", 6, undefined, "yes"],
    ["50", 50, undefined, "yes"],
    ["icmp/8", 1, undefined, "unknown"],
    ["icmpv6/all", 58, undefined, "no"],
  ])("meets %s with protocol %s after %s: %s", (text, protocol, first, expected) => {
    const known = first === undefined ? {} : { first };
    const fragment = { traffic: { family: 4, protocol }, ...known } as const;
    const only = rule(`in ${text} from 10.0.0.0/8`);
    expect(fragmentMatches(only, fragment, peerAt("10.0.0.1"), references)).toBe(expected);
    if (first === undefined && expected !== "no") {
      expect(fragmentMatches(only, fragment, peerAt("192.0.2.1"), references)).toBe("no");
    }
  });
});

describe("a rule for people", () => {
  it.each([
    ["out tcp/5432 to sg-app", "tcp/5432 to sg-app"],
    ["out tcp/5432 to sg-gone", "tcp/5432 to sg-0gone"],
    ["in all from 10.0.0.0/16", "all from 10.0.0.0/16"],
    ["in udp/8000-8100 from pl-1", "udp/8000-8100 from offices"],
    ["in icmp/3:4 from pl-9", "icmp/3:4 from pl-9"],
  ])("%s reads %s", (text, expected) => {
    expect(ruleText(rule(text), references)).toBe(expected);
  });
});
