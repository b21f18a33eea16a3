import { describe, expect, it } from "vitest";
import { groupSwitchValues } from "./switches.ts";
import {
  documented,
  http,
  http6,
  inbound,
  ping,
  references,
  rules,
  ssh,
  withoutIpv4Out,
} from "./tracking.test-support.ts";
import { type TrackedConnection, type Tracking, trackingOf } from "./tracking.ts";

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
});

// The first open point of EC2 reference 6.3; the default is "literal", above.
describe("with blocks that together hold a family counted as all addresses, a connection", () => {
  const covered = groupSwitchValues({ wholeFamily: "covered" });

  it.each<[string, readonly string[], Tracking]>([
    [
      "is untracked by halves",
      ["in tcp/80 from 0.0.0.0/1", "in tcp/80 from 128.0.0.0/1", "out all to 0.0.0.0/0"],
      "untracked",
    ],
    [
      "is untracked by halves in both directions, of several lengths",
      [
        "in tcp/80 from 0.0.0.0/1",
        "in tcp/80 from 128.0.0.0/2",
        "in tcp/1-100 from 192.0.0.0/2",
        "out all to 0.0.0.0/1",
        "out tcp/all to 128.0.0.0/1",
      ],
      "untracked",
    ],
    [
      "is tracked where one address is missing",
      ["in tcp/80 from 0.0.0.0/1", "in tcp/80 from 198.0.0.0/8", "out all to 0.0.0.0/0"],
      "tracked",
    ],
    [
      "is tracked where half is for another port",
      ["in tcp/80 from 128.0.0.0/1", "in tcp/81 from 0.0.0.0/1", "out all to 0.0.0.0/0"],
      "tracked",
    ],
    [
      "is untracked by a prefix list of all",
      ["in tcp/80 from pl-all", "out all to pl-all"],
      "untracked",
    ],
  ])("%s", (_fact, texts, expected) => {
    expect(trackingOf(http, rules(...texts), references, covered)).toBe(expected);
  });

  it("is judged by its own family alone", () => {
    const halves = ["in tcp/80 from ::/1", "in tcp/80 from 8000::/1", "out all to ::/0"];
    expect(trackingOf(http6, rules(...halves), references, covered)).toBe("untracked");
    expect(trackingOf(http, rules(...halves), references, covered)).toBe("refused");
  });
});
