import { TrunklineError } from "../errors/trunkline-error.ts";
import { quoteInput } from "./quote-input.ts";

const DOT = 46;
const ZERO = 48;
const NINE = 57;

/**
 * The address as an int32 (`10.0.0.1` is 0x0a000001), or undefined when the text is not one.
 *
 * Strict: four decimal numbers 0..255, no leading zeros, no spaces, no octal or hexadecimal.
 * int32 and not uint32, because V8 keeps the former out of the heap; compare with `>>> 0`.
 */
export function tryParseIpv4(text: string): number | undefined {
  return tryParseIpv4Before(text, text.length);
}

/** Like {@link tryParseIpv4} for the text before a position, without a copy of it. */
export function tryParseIpv4Before(text: string, end: number): number | undefined {
  if (end < 7 || end > 15) return undefined;
  let ip = 0;
  let dots = 0;
  let octet = -1; // -1: no digit of this number seen yet
  for (let i = 0; i < end; i++) {
    const char = text.charCodeAt(i);
    if (char === DOT) {
      if (octet < 0 || ++dots > 3) return undefined;
      ip = (ip << 8) | octet;
      octet = -1;
    } else {
      if (char < ZERO || char > NINE || octet === 0) return undefined;
      octet = octet < 0 ? char - ZERO : octet * 10 + char - ZERO;
      if (octet > 255) return undefined;
    }
  }
  return dots === 3 && octet >= 0 ? (ip << 8) | octet : undefined;
}

/** Like {@link tryParseIpv4}. Throws INVALID_ARGUMENT with the text. */
export function parseIpv4(text: string): number {
  const ip = tryParseIpv4(text);
  if (ip !== undefined) return ip;
  const wanted = "four decimal numbers 0..255 without leading zeros are wanted";
  throw new TrunklineError(
    "INVALID_ARGUMENT",
    `${quoteInput(text)} is not an IPv4 address: ${wanted}`,
  );
}

/** Dotted text of an address given as int32 or uint32. */
export function formatIpv4(ip: number): string {
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
}
