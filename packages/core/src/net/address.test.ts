import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress, parseAddress, sameAddress, tryParseAddress } from "./address.ts";
import { formatIpv4, parseIpv4, tryParseIpv4 } from "./ipv4.ts";
import { formatIpv6, isIpv4Mapped, parseIpv6, tryParseIpv6 } from "./ipv6.ts";

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const words = fc.tuple(int32, int32, int32, int32);
// Zero groups are what the text forms are about, so they are made often.
const sparseWords = fc.tuple(
  ...Array.from({ length: 4 }, () => fc.oneof(fc.constantFrom(0, 1, 0xffff, -65536), int32)),
) as typeof words;
// Texts made of the letters of addresses hit the grammar's corners far more often than any text.
const nearlyIpv4 = fc.array(
  fc.constantFrom("0", "1", "25", "255", "256", "01", ".", ".", " ", "x"),
  {
    maxLength: 9,
  },
);
const nearlyIpv6 = fc.array(fc.constantFrom(":", ":", "::", "0", "f", "abcd", "12345", "1.2.3.4"), {
  maxLength: 17,
});

describe("an IPv4 address", () => {
  it("is an int32, most significant byte first", () => {
    expect(parseIpv4("10.0.0.1")).toBe(0x0a000001);
    expect(parseIpv4("255.255.255.255")).toBe(-1);
    expect(formatIpv4(2 ** 32 - 1)).toBe("255.255.255.255");
  });

  it("survives formatting and parsing", () => {
    fc.assert(fc.property(int32, (ip) => parseIpv4(formatIpv4(ip)) === ip));
  });

  it("is accepted exactly when Node accepts it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nearlyIpv4.map((parts) => parts.join("")),
          fc.ipV4(),
        ),
        (text) => {
          expect(tryParseIpv4(text) !== undefined).toBe(isIP(text) === 4);
        },
      ),
      { numRuns: 800 },
    );
  });

  it("that is none is refused with its text", () => {
    expect(() => parseIpv4("10.0.0.01")).toThrow(/"10\.0\.0\.01" is not an IPv4 address/);
  });
});

describe("an IPv6 address", () => {
  it.each([
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::", "::"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:0:0:3:4", "1::2:0:0:3:4"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["::ffff:a00:1", "::ffff:10.0.0.1"],
  ])("%s is written %s", (text, canonical) => {
    expect(formatIpv6(parseIpv6(text))).toBe(canonical);
  });

  it("survives formatting and parsing", () => {
    fc.assert(
      fc.property(fc.oneof(words, sparseWords), (ip) => {
        expect(parseIpv6(formatIpv6(ip))).toEqual(ip);
      }),
    );
  });

  it("is written as the URL standard writes it, apart from dotted tails", () => {
    fc.assert(
      fc.property(fc.oneof(words, sparseWords), (ip) => {
        fc.pre(!isIpv4Mapped(ip));
        const text = formatIpv6(ip);
        expect(`[${text}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });

  it("is accepted exactly when Node accepts it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nearlyIpv6.map((parts) => parts.join("")),
          fc.ipV6(),
        ),
        (text) => {
          expect(tryParseIpv6(text) !== undefined).toBe(isIP(text) === 6);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("has a gap that stands for one group at least", () => {
    expect(formatIpv6(parseIpv6("1:2:3:4::6:7:8"))).toBe("1:2:3:4:0:6:7:8");
    expect(() => parseIpv6("1:2:3:4::5:6:7:8")).toThrow(/is not an IPv6 address/);
    expect(() => parseIpv6("1:2:3:4:5:6:7:8::")).toThrow(/is not an IPv6 address/);
  });

  it("with a zone, a prefix length or brackets is refused", () => {
    for (const text of ["fe80::1%eth0", "::1/64", "[::1]"]) {
      expect(() => parseIpv6(text)).toThrow(/is not an IPv6 address/);
    }
  });
});

describe("an address", () => {
  it("has the family that Node sees", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        expect(tryParseAddress(text)?.family ?? 0).toBe(text.includes("%") ? 0 : isIP(text));
      }),
    );
  });

  it("equals itself and never its IPv4-mapped form", () => {
    const v4 = parseAddress("10.0.0.1");
    expect(sameAddress(v4, parseAddress("10.0.0.1"))).toBe(true);
    expect(sameAddress(v4, parseAddress("::ffff:10.0.0.1"))).toBe(false);
    expect(sameAddress(parseAddress("::1"), parseAddress("0:0::1"))).toBe(true);
    expect(formatAddress(parseAddress("0:0::1"))).toBe("::1");
  });

  it("that is none is refused with a bounded quote", () => {
    expect(() => parseAddress("x".repeat(100_000))).toThrow(/^"x{64}…" is neither/);
  });
});
