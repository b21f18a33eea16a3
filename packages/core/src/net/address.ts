import { TrunklineError } from "../errors/trunkline-error.ts";
import { formatIpv4, tryParseIpv4 } from "./ipv4.ts";
import { formatIpv6, type Ipv6, tryParseIpv6 } from "./ipv6.ts";
import { quoteInput } from "./quote-input.ts";

/** An address of either family. The families never equal or contain each other. */
export type Address = (
  | {
      readonly family: 4;
      /** int32: 10.0.0.1 is 0x0a000001. */
      readonly ip: number;
    }
  | { readonly family: 6; readonly ip: Ipv6 }
) &
  Written;

/** What may stand for the digits of an address. */
export interface Written {
  /** Text in place of the digits, for one address that stands for many like it. */
  readonly written?: string;
}

/** The address, or undefined when the text is one of neither family. */
export function tryParseAddress(text: string): Address | undefined {
  const v4 = tryParseIpv4(text);
  if (v4 !== undefined) return { family: 4, ip: v4 };
  const v6 = tryParseIpv6(text);
  return v6 === undefined ? undefined : { family: 6, ip: v6 };
}

/** Like {@link tryParseAddress}. Throws INVALID_ARGUMENT with the text. */
export function parseAddress(text: string): Address {
  const address = tryParseAddress(text);
  if (address !== undefined) return address;
  throw new TrunklineError(
    "INVALID_ARGUMENT",
    `${quoteInput(text)} is neither an IPv4 nor an IPv6 address`,
  );
}

/** Canonical text of an address: dotted IPv4, RFC 5952 IPv6. */
export function formatAddress(address: Address): string {
  if (address.written !== undefined) return address.written;
  return address.family === 4 ? formatIpv4(address.ip) : formatIpv6(address.ip);
}

/** True when both are the same address of the same family. */
export function sameAddress(a: Address, b: Address): boolean {
  if (a.family === 4) return b.family === 4 && (a.ip | 0) === (b.ip | 0);
  return b.family === 6 && a.ip.every((word, index) => word === b.ip[index]);
}
