import { TrunklineError } from "../errors/trunkline-error.ts";
import { formatIpv4, tryParseIpv4 } from "./ipv4.ts";
import { quoteInput } from "./quote-input.ts";

/**
 * An IPv6 address: four int32 words, the most significant first, ready for four `Int32Array`
 * columns.
 */
export type Ipv6 = readonly [number, number, number, number];

/** Longest text form: eight groups, the last two as IPv4. Source: RFC 4291 section 2.2. */
const maxTextLength = 45;

const groupPattern = /^[0-9a-fA-F]{1,4}$/;

/**
 * The address, or undefined when the text is not one.
 *
 * Takes all three forms of RFC 4291 section 2.2: eight groups, "::", and an IPv4 tail. Refuses
 * zone ids ("%eth0"), brackets, spaces and prefix lengths.
 */
export function tryParseIpv6(text: string): Ipv6 | undefined {
  if (text.length < 2 || text.length > maxTextLength) return undefined;
  const gap = text.indexOf("::");
  if (gap < 0) {
    const groups = parseGroups(text, true);
    return groups?.length === 8 ? toWords(groups) : undefined;
  }
  const head = parseGroups(text.slice(0, gap), false);
  const tail = parseGroups(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  // "::" stands for one group at least.
  if (missing < 1) return undefined;
  return toWords([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

/** Like {@link tryParseIpv6}. Throws INVALID_ARGUMENT with the text. */
export function parseIpv6(text: string): Ipv6 {
  const words = tryParseIpv6(text);
  if (words !== undefined) return words;
  throw new TrunklineError("INVALID_ARGUMENT", `${quoteInput(text)} is not an IPv6 address`);
}

/**
 * The one canonical text of an address. Source: RFC 5952: lower case, no leading zeros, the
 * longest run of two or more zero groups (the first of equals) as "::"; IPv4-mapped addresses with
 * a dotted tail (section 5).
 */
export function formatIpv6(words: Ipv6): string {
  if (isIpv4Mapped(words)) return `::ffff:${formatIpv4(words[3])}`;
  const groups: number[] = [];
  for (const word of words) groups.push(word >>> 16, word & 0xffff);
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(":");
  return `${hex.slice(0, run.start).join(":")}::${hex.slice(run.start + run.length).join(":")}`;
}

/** True for ::ffff:0:0/96. Such an address is IPv6 all the same and matches no IPv4 rule. */
export function isIpv4Mapped(words: Ipv6): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (groupPattern.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const isLast = index === parts.length - 1;
    const ip = mayEndInIpv4 && isLast ? tryParseIpv4(part) : undefined;
    if (ip === undefined) return undefined;
    groups.push(ip >>> 16, ip & 0xffff);
  }
  return groups;
}

function toWords(groups: readonly number[]): Ipv6 {
  const word = (index: number) => (groups[2 * index] << 16) | groups[2 * index + 1];
  return [word(0), word(1), word(2), word(3)];
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best;
}
