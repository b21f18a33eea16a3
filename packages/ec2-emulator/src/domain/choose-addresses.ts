import { formatIpv6, type Ipv6, parseCidr, type Random } from "@trunkline/core";
import type { Account } from "../account/account.ts";
import type { Subnet } from "../account/network-rows.ts";
import { PREFIX_SIZE } from "../account/subnet-pools.ts";
import { Refusal } from "../wire/refusal.ts";
import { checkInside } from "./address-wish.ts";

/** What addresses are chosen from and by which chance. */
export interface AddressScope {
  readonly account: Account;
  readonly subnet: Subnet;
  readonly random: Random;
}

/** Tries before a random IPv6 address is taken for impossible. */
const IPV6_TRIES = 64;

/** Refuses an IPv4 address outside the subnet, reserved, or held by an interface. */
export function checkIpv4({ account, subnet }: AddressScope, address: string): void {
  checkInside(subnet.cidr, address);
  const state = account.pools.stateOf(subnet.id, address);
  if (state === "reserved") {
    throw new Refusal(
      "InvalidParameterValue",
      `Address ${address} is in subnet's reserved address range`,
    );
  }
  if (state !== "free") throw addressInUse(address);
}

/** InvalidIPAddress.InUse. */
export function addressInUse(address: string): Refusal {
  return new Refusal("InvalidIPAddress.InUse", `Address ${address} is in use.`);
}

/** Free IPv4 addresses besides `taken`. */
export function chooseIpv4(scope: AddressScope, count: number, taken: readonly string[]): string[] {
  const picked = scope.account.pools.pick(scope.subnet.id, count, taken);
  if (picked !== undefined) return picked;
  throw new Refusal(
    "InsufficientFreeAddressesInSubnet",
    "The specified subnet does not have enough free addresses to satisfy the request.",
  );
}

/** Refuses a /28 that is outside the subnet or not entirely free. */
export function checkIpv4Prefix({ account, subnet }: AddressScope, prefix: string): void {
  checkInside(subnet.cidr, prefix.slice(0, prefix.indexOf("/")));
  if (account.pools.isPrefixFree(subnet.id, prefix)) return;
  throw new Refusal(
    "InvalidParameterValue",
    `The prefix ${prefix} is in use or holds reserved addresses`,
  );
}

/** Free /28 prefixes. Two different errors say whether space is short or only fragmented. */
export function chooseIpv4Prefixes(
  scope: AddressScope,
  count: number,
  taken: readonly string[],
): string[] {
  const { pools } = scope.account;
  const picked = pools.pickPrefixes(scope.subnet.id, count, taken);
  if (picked !== undefined) return picked;
  if (pools.freeCount(scope.subnet.id) < count * PREFIX_SIZE) {
    throw new Refusal(
      "InvalidParameterValue",
      "There aren't sufficient free Ipv4 addresses or prefixes",
    );
  }
  throw new Refusal(
    "InsufficientCidrBlocks",
    "The specified subnet does not have enough free cidr blocks to satisfy the request.",
  );
}

/** The IPv6 block of a subnet. */
export function ipv6BlockOf(subnet: Subnet): string {
  const block = subnet.ipv6Cidrs[0]?.cidr;
  if (block !== undefined) return block;
  throw new Refusal(
    "InvalidParameterValue",
    `The subnet '${subnet.id}' does not have an IPv6 CIDR block associated with it`,
  );
}

/** Refuses an IPv6 address outside the subnet or held. */
export function checkIpv6({ account, subnet }: AddressScope, address: string): void {
  checkInside(ipv6BlockOf(subnet), address);
  if (isIpv6Held(account, address)) throw addressInUse(address);
}

/** Free IPv6 addresses by chance, as EC2 gives them. */
export function chooseIpv6(scope: AddressScope, count: number): string[] {
  return distinct(count, () => {
    const words = randomIn(scope, [0, 0, -1, -1]);
    return { text: formatIpv6(words), isHeld: isIpv6Held(scope.account, formatIpv6(words)) };
  });
}

/** Free /80 prefixes by chance. */
export function chooseIpv6Prefixes(scope: AddressScope, count: number): string[] {
  return distinct(count, () => {
    const words = randomIn(scope, [0, 0, 0xffff0000 | 0, 0]);
    const text = `${formatIpv6(words)}/80`;
    return { text, isHeld: isIpv6PrefixHeld(scope, text) };
  });
}

/** True when an interface of the subnet has the prefix. */
export function isIpv6PrefixHeld({ account, subnet }: AddressScope, prefix: string): boolean {
  for (const eni of account.enis.by("subnet-id", subnet.id)) {
    if (eni.ipv6Prefixes.includes(prefix)) return true;
  }
  return false;
}

function isIpv6Held(account: Account, address: string): boolean {
  return account.enis.first("ipv6-addresses.ipv6-address", address) !== undefined;
}

function distinct(count: number, draw: () => { text: string; isHeld: boolean }): string[] {
  const chosen = new Set<string>();
  for (let tries = 0; chosen.size < count; tries++) {
    if (tries > count + IPV6_TRIES) {
      throw new Refusal(
        "InsufficientFreeAddressesInSubnet",
        "The specified subnet does not have enough free IPv6 addresses to satisfy the request.",
      );
    }
    const { text, isHeld } = draw();
    if (!isHeld) chosen.add(text);
  }
  return [...chosen];
}

/** An address of the subnet's block with chance in the bits of `mask` that the block leaves. */
function randomIn({ subnet, random }: AddressScope, mask: readonly number[]): Ipv6 {
  const cidr = parseCidr(ipv6BlockOf(subnet));
  if (cidr.family !== 6) throw new Error(`invariant broken: ${ipv6BlockOf(subnet)} is not IPv6`);
  const hostBits = (index: number) => {
    const bits = Math.min(32, Math.max(0, cidr.prefixLength - 32 * index));
    return bits === 32 ? 0 : -1 >>> bits;
  };
  const word = (index: number) =>
    cidr.base[index] | (Math.floor(random() * 2 ** 32) & mask[index] & hostBits(index));
  return [word(0), word(1), word(2), word(3)];
}
