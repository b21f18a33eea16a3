import { BlockList, isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import {
  addressCount,
  type Cidr,
  cidrContains,
  cidrContainsCidr,
  cidrOf,
  cidrsOverlap,
  firstHost,
  formatCidr,
  parseCidr,
  tryParseCidr,
} from "./cidr.ts";

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const v4: fc.Arbitrary<Address> = int32.map((ip) => ({ family: 4, ip }));
const v6: fc.Arbitrary<Address> = fc
  .tuple(int32, int32, int32, int32)
  .map((ip) => ({ family: 6, ip }));
const address = fc.oneof(v4, v6);

// A second address that shares a long prefix with the first, so that both answers are common.
function near(first: Address, flippedBit: number): Address {
  const flip = (word: number, index: number) =>
    flippedBit >> 5 === index ? word ^ (1 << (31 - (flippedBit & 31))) : word;
  if (first.family === 4) return { family: 4, ip: flip(first.ip, 0) };
  const [a, b, c, d] = first.ip;
  return { family: 6, ip: [flip(a, 0), flip(b, 1), flip(c, 2), flip(d, 3)] };
}

const bits = (one: Address) => (one.family === 4 ? 32 : 128);
const length = fc.nat(128);
const cidr = fc.tuple(address, length).map(([one, n]) => cidrOf(one, n % (bits(one) + 1)));

function nodeContains(block: Cidr, one: Address): boolean {
  const list = new BlockList();
  const [base, prefix] = formatCidr(block).split("/");
  list.addSubnet(base, Number(prefix), block.family === 4 ? "ipv4" : "ipv6");
  const text = formatAddress(one);
  return list.check(text, isIPv4(text) ? "ipv4" : "ipv6");
}

describe("a CIDR", () => {
  it("drops host bits and says so", () => {
    expect(formatCidr(parseCidr("10.0.0.7/24"))).toBe("10.0.0.0/24");
    expect(parseCidr("10.0.0.7/24").hostBitsCleared).toBe(true);
    expect(parseCidr("10.0.0.0/24").hostBitsCleared).toBe(false);
    expect(parseCidr("2001:db8::1/64")).toMatchObject({ hostBitsCleared: true });
  });

  it("survives formatting and parsing", () => {
    fc.assert(
      fc.property(cidr, (block) => {
        expect(parseCidr(formatCidr(block))).toEqual({ ...block, hostBitsCleared: false });
      }),
    );
  });

  it("contains what Node's block list contains", () => {
    fc.assert(
      fc.property(cidr, fc.nat(127), address, (block, bit, stranger) => {
        const base = near(parseAddress(formatCidr(block).split("/")[0]), bit);
        expect(cidrContains(block, base)).toBe(nodeContains(block, base));
        fc.pre(stranger.family === block.family);
        expect(cidrContains(block, stranger)).toBe(nodeContains(block, stranger));
      }),
      { numRuns: 400 },
    );
  });

  it("holds nothing of the other family, mapped addresses included", () => {
    expect(cidrContains(parseCidr("0.0.0.0/0"), parseAddress("::1"))).toBe(false);
    expect(cidrContains(parseCidr("0.0.0.0/0"), parseAddress("::ffff:10.0.0.1"))).toBe(false);
    expect(cidrContains(parseCidr("::/0"), parseAddress("10.0.0.1"))).toBe(false);
    expect(cidrsOverlap(parseCidr("::/0"), parseCidr("0.0.0.0/0"))).toBe(false);
  });

  it("contains another exactly when it is as wide and holds its base", () => {
    fc.assert(
      fc.property(address, length, length, fc.nat(127), (one, m, n, bit) => {
        const outer = cidrOf(one, m % (bits(one) + 1));
        const inner = cidrOf(near(one, bit), n % (bits(one) + 1));
        const within = cidrContainsCidr(outer, inner);
        expect(within).toBe(
          outer.prefixLength <= inner.prefixLength &&
            formatCidr(cidrOf(near(one, bit), outer.prefixLength)) === formatCidr(outer),
        );
        expect(cidrsOverlap(outer, inner)).toBe(within || cidrContainsCidr(inner, outer));
        expect(cidrsOverlap(outer, inner)).toBe(cidrsOverlap(inner, outer));
      }),
    );
  });

  it("of a subnet has its router one after the base", () => {
    expect(formatAddress(firstHost(parseCidr("10.0.2.0/24")))).toBe("10.0.2.1");
    expect(formatAddress(firstHost(parseCidr("2001:db8:1::/64")))).toBe("2001:db8:1::1");
    expect(() => firstHost(parseCidr("10.0.0.1/32"))).toThrow(/10\.0\.0\.1\/32 has no host/);
  });

  it("of IPv4 counts its addresses", () => {
    const count = (text: string) => {
      const block = parseCidr(text);
      return block.family === 4 ? addressCount(block) : 0;
    };
    expect(count("10.0.0.0/28")).toBe(16);
    expect(count("0.0.0.0/0")).toBe(2 ** 32);
  });

  it.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/", "/8", "::/129", "::/-1", "a/8"])(
    "is not %s",
    (text) => {
      expect(tryParseCidr(text)).toBeUndefined();
      expect(() => parseCidr(text)).toThrow(`"${text}" is not a CIDR`);
    },
  );
});
