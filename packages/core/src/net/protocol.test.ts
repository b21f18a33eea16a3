import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatPortRange,
  formatProtocol,
  formatTraffic,
  parsePortRange,
  parseProtocol,
} from "./protocol.ts";

describe("a protocol", () => {
  it("is read by name in any case, by number, and as all", () => {
    expect(["tcp", "UDP", "Icmp", "icmpv6", "47", "0", "-1", "ALL"].map(parseProtocol)).toEqual([
      6, 17, 1, 58, 47, 0, -1, -1,
    ]);
  });

  it("survives formatting and parsing", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 255 }), (n) => parseProtocol(formatProtocol(n)) === n),
    );
  });

  it.each(["256", "-2", "06", "tcp ", "", "1e1", "sctp"])("is not %j", (text) => {
    expect(() => parseProtocol(text)).toThrow(`${JSON.stringify(text)} is not a protocol`);
  });
});

describe("a port range", () => {
  it("survives formatting and parsing, all of it as all", () => {
    fc.assert(
      fc.property(fc.nat(65535), fc.nat(65535), (a, b) => {
        const range = { fromPort: Math.min(a, b), toPort: Math.max(a, b) };
        fc.pre(range.fromPort !== 0 || range.toPort !== 65535);
        expect(parsePortRange(formatPortRange(range))).toEqual(range);
      }),
    );
    expect(formatPortRange({ fromPort: 0, toPort: 65535 })).toBe("all");
    expect(parsePortRange("all")).toEqual({ fromPort: -1, toPort: -1 });
  });

  it.each(["65536", "9-8", "1-2-3", "-1", "80-", "a"])("is not %j", (text) => {
    expect(() => parsePortRange(text)).toThrow(/is no port range/);
  });
});

it("a rule's traffic reads as people write it", () => {
  const traffic = (protocol: number, fromPort: number, toPort: number) =>
    formatTraffic(protocol, { fromPort, toPort });
  expect(traffic(6, 5432, 5432)).toBe("tcp/5432");
  expect(traffic(17, 0, 65535)).toBe("udp/all");
  expect(traffic(1, 8, -1)).toBe("icmp/8");
  expect(traffic(1, 3, 4)).toBe("icmp/3:4");
  expect(traffic(58, -1, -1)).toBe("icmpv6");
  expect(traffic(-1, -1, -1)).toBe("all");
});
