import { assert } from "../errors/assert.ts";
import { TrunklineError } from "../errors/trunkline-error.ts";
import {
  type Address,
  formatAddress,
  sameAddress,
  tryParseAddress,
  type Written,
} from "./address.ts";
import type { Ipv6 } from "./ipv6.ts";
import { quoteInput } from "./quote-input.ts";

/** A block of addresses of one family, its host bits zero. */
export type Cidr = (
  | {
      readonly family: 4;
      /** First address, int32. */
      readonly base: number;
      /** 0..32. */
      readonly prefixLength: number;
    }
  | {
      readonly family: 6;
      /** First address. */
      readonly base: Ipv6;
      /** 0..128. */
      readonly prefixLength: number;
    }
) &
  Written;

/** A CIDR as it was read. */
export type ParsedCidr = Cidr & {
  /** True when the text had host bits ("10.0.0.7/24"), which EC2 clears as well. */
  readonly hostBitsCleared: boolean;
};

const prefixLengthPattern = /^(0|[1-9][0-9]{0,2})$/;

/** The CIDR, or undefined when the text is none. The prefix length must be written out. */
export function tryParseCidr(text: string): ParsedCidr | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const address = tryParseAddress(text.slice(0, slash));
  const lengthText = text.slice(slash + 1);
  if (address === undefined || !prefixLengthPattern.test(lengthText)) return undefined;
  const prefixLength = Number(lengthText);
  if (prefixLength > bitCount(address.family)) return undefined;
  const cidr = cidrOf(address, prefixLength);
  return { ...cidr, hostBitsCleared: !sameAddress(baseAddress(cidr), address) };
}

/** Like {@link tryParseCidr}. Throws INVALID_ARGUMENT with the text. */
export function parseCidr(text: string): ParsedCidr {
  const cidr = tryParseCidr(text);
  if (cidr !== undefined) return cidr;
  throw new TrunklineError(
    "INVALID_ARGUMENT",
    `${quoteInput(text)} is not a CIDR: an address, "/" and a prefix length are wanted`,
  );
}

/** The block of this prefix length that holds the address. The length must fit the family. */
export function cidrOf(address: Address, prefixLength: number): Cidr {
  assert(
    Number.isInteger(prefixLength) && prefixLength >= 0 && prefixLength <= bitCount(address.family),
    `prefix length ${prefixLength} of an IPv${address.family} CIDR`,
  );
  if (address.family === 4) {
    return { family: 4, base: address.ip & maskWord(prefixLength, 0), prefixLength };
  }
  const [a, b, c, d] = address.ip;
  const base: Ipv6 = [
    a & maskWord(prefixLength, 0),
    b & maskWord(prefixLength, 1),
    c & maskWord(prefixLength, 2),
    d & maskWord(prefixLength, 3),
  ];
  return { family: 6, base, prefixLength };
}

/** Canonical text: "10.0.0.0/24", "2001:db8::/32". */
export function formatCidr(cidr: Cidr): string {
  return `${cidr.written ?? formatAddress(baseAddress(cidr))}/${cidr.prefixLength}`;
}

/** True when the address is of the CIDR's family and in its block; "0.0.0.0/0" holds no IPv6. */
export function cidrContains(cidr: Cidr, address: Address): boolean {
  if (cidr.family === 4) {
    return (
      address.family === 4 && ((address.ip ^ cidr.base) & maskWord(cidr.prefixLength, 0)) === 0
    );
  }
  if (address.family === 4) return false;
  for (let i = 0; i < 4; i++) {
    if (((address.ip[i] ^ cidr.base[i]) & maskWord(cidr.prefixLength, i)) !== 0) return false;
  }
  return true;
}

/** True when every address of `inner` is in `outer`. */
export function cidrContainsCidr(outer: Cidr, inner: Cidr): boolean {
  return outer.prefixLength <= inner.prefixLength && cidrContains(outer, baseAddress(inner));
}

/** True when some address is in both; of two blocks that overlap, one contains the other. */
export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return cidrContainsCidr(a, b) || cidrContainsCidr(b, a);
}

/**
 * The address after the base: in a subnet, the VPC router.
 *
 * Throws INVALID_ARGUMENT for a block of one address. Source: "Subnet sizing", VPC user guide.
 */
export function firstHost(cidr: Cidr): Address {
  if (cidr.prefixLength === bitCount(cidr.family)) {
    throw new TrunklineError(
      "INVALID_ARGUMENT",
      `${formatCidr(cidr)} has no host besides its base address`,
    );
  }
  // The last bit of a base is zero here, so that adding one never carries.
  if (cidr.family === 4) return { family: 4, ip: cidr.base | 1 };
  const [a, b, c, d] = cidr.base;
  return { family: 6, ip: [a, b, c, d | 1] };
}

/** Number of addresses in an IPv4 block, 1..2^32, reserved ones included. */
export function addressCount(cidr: Cidr & { readonly family: 4 }): number {
  return 2 ** (32 - cidr.prefixLength);
}

/** The first address of the block. */
export function baseAddress(cidr: Cidr): Address {
  return cidr.family === 4 ? { family: 4, ip: cidr.base } : { family: 6, ip: cidr.base };
}

/** The first address of the upper half of a block of more than one address. */
export function upperHalf(cidr: Cidr): Address {
  const bit = 1 << (31 - (cidr.prefixLength & 31));
  if (cidr.family === 4) return { family: 4, ip: cidr.base | bit };
  const at = cidr.prefixLength >> 5;
  const [a, b, c, d] = cidr.base.map((word, index) => (index === at ? word | bit : word));
  return { family: 6, ip: [a, b, c, d] };
}

function bitCount(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

/** The network bits of word `index`; a shift by 32 would be a shift by 0, hence the test. */
function maskWord(prefixLength: number, index: number): number {
  const bits = prefixLength - 32 * index;
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}
