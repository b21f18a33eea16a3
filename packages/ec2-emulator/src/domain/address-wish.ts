import { cidrContains, formatAddress, tryParseAddress, tryParseCidr } from "@trunkline/core";
import type { Fields } from "../wire/fields.ts";
import { Refusal, wrongCombination, wrongValue } from "../wire/refusal.ts";

/** Addresses that a caller asks for on one interface. */
export interface AddressWish {
  readonly primary: string | undefined;
  readonly secondaries: readonly string[];
  readonly secondaryCount: number;
  readonly prefixes: readonly string[];
  readonly prefixCount: number;
  readonly ipv6: readonly string[];
  /** undefined: as the subnet does. */
  readonly ipv6Count: number | undefined;
  readonly ipv6Prefixes: readonly string[];
  readonly ipv6PrefixCount: number;
}

/**
 * Reads the address parameters of an interface that is to be made; a launch has another name for
 * its IPv6 addresses.
 */
export function readAddressWish(
  fields: Fields,
  ipv6Name: "Ipv6Addresses" | "Ipv6Address" = "Ipv6Addresses",
): AddressWish {
  const { primary, secondaries } = readPrivateAddresses(fields);
  const wish: AddressWish = {
    primary,
    secondaries,
    secondaryCount: fields.count("SecondaryPrivateIpAddressCount") ?? 0,
    prefixes: readPrefixes(structureTexts(fields, "Ipv4Prefix", "Ipv4Prefix"), 28),
    prefixCount: fields.count("Ipv4PrefixCount") ?? 0,
    ipv6: readIpv6(structureTexts(fields, ipv6Name, "Ipv6Address")),
    ipv6Count: fields.count("Ipv6AddressCount"),
    ipv6Prefixes: readPrefixes(structureTexts(fields, "Ipv6Prefix", "Ipv6Prefix"), 80),
    ipv6PrefixCount: fields.count("Ipv6PrefixCount") ?? 0,
  };
  checkExclusive(wish);
  return wish;
}

/** Refuses parameters that exclude each other. Source: EC2 API reference of each parameter. */
function checkExclusive(wish: AddressWish): void {
  const named = (name: string, isGiven: boolean) => (isGiven ? [name] : []);
  const ipv4 = [
    ...named("PrivateIpAddresses", wish.secondaries.length > 0),
    ...named("SecondaryPrivateIpAddressCount", wish.secondaryCount > 0),
    ...named("Ipv4Prefixes", wish.prefixes.length > 0),
    ...named("Ipv4PrefixCount", wish.prefixCount > 0),
  ];
  const ipv6 = [
    ...named("Ipv6Addresses", wish.ipv6.length > 0),
    ...named("Ipv6AddressCount", (wish.ipv6Count ?? 0) > 0),
    ...named("Ipv6Prefixes", wish.ipv6Prefixes.length > 0),
    ...named("Ipv6PrefixCount", wish.ipv6PrefixCount > 0),
  ];
  for (const [first, second] of [ipv4, ipv6]) {
    if (second === undefined) continue;
    throw wrongCombination(`The parameters ${first} and ${second} cannot be used together`);
  }
}

function readPrivateAddresses(fields: Fields) {
  const single = fields.text("PrivateIpAddress");
  const listed = fields.list("PrivateIpAddresses").map((one) => ({
    address: readIpv4(one.requiredText("PrivateIpAddress")),
    isPrimary: one.boolean("Primary") ?? false,
  }));
  const primaries = listed.filter((one) => one.isPrimary);
  if (primaries.length > 1) {
    throw wrongCombination("Only one private IP address may be designated as primary");
  }
  if (single !== undefined && primaries.length > 0) {
    throw wrongCombination(
      "The parameter privateIpAddress cannot be used with a primary address in privateIpAddresses",
    );
  }
  const all = listed.map((one) => one.address);
  if (new Set(all).size < all.length) {
    throw wrongValue("privateIpAddresses", all.join(", "), "An address appears twice.");
  }
  return {
    primary: single === undefined ? primaries[0]?.address : readIpv4(single),
    secondaries: listed.filter((one) => !one.isPrimary).map((one) => one.address),
  };
}

function structureTexts(fields: Fields, list: string, member: string): string[] {
  return fields.list(list).map((one) => one.requiredText(member));
}

/** An IPv4 address in canonical form. */
export function readIpv4(text: string): string {
  const address = tryParseAddress(text);
  if (address?.family === 4) return formatAddress(address);
  throw new Refusal("InvalidParameterValue", `invalid value for parameter address: ${text}`);
}

/** IPv6 addresses in canonical form. */
export function readIpv6(texts: readonly string[]): string[] {
  return texts.map((text) => {
    const address = tryParseAddress(text);
    if (address?.family === 6) return formatAddress(address);
    throw new Refusal("InvalidParameterValue", `invalid value for parameter address: ${text}`);
  });
}

/** Prefixes of the one length that EC2 delegates: /28 or /80. */
export function readPrefixes(texts: readonly string[], length: 28 | 80): string[] {
  return texts.map((text) => {
    const cidr = tryParseCidr(text);
    const family = length === 28 ? 4 : 6;
    if (cidr?.family !== family || cidr.prefixLength !== length || cidr.hostBitsCleared) {
      throw wrongValue("prefix", text, `Expecting an aligned IPv${family} prefix of /${length}.`);
    }
    return text.toLowerCase();
  });
}

/** Refuses an address that the block does not hold. */
export function checkInside(block: string, address: string): void {
  const cidr = tryParseCidr(block);
  const parsed = tryParseAddress(address);
  if (cidr !== undefined && parsed !== undefined && cidrContains(cidr, parsed)) return;
  throw new Refusal(
    "InvalidParameterValue",
    `Address ${address} does not fall within the subnet's address range`,
  );
}
