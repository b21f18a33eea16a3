import { type Address, formatAddress } from "../net/address.ts";
import { cidrContains } from "../net/cidr.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { WorldIndex } from "../world/world-index.ts";

/**
 * The interface that holds a private address in a VPC, by itself or in a delegated prefix.
 *
 * Without a VPC the only holder there is; undefined when several VPCs use the address.
 */
export function holderIn(
  vpcId: string | undefined,
  address: Address,
  index: WorldIndex,
): NetworkInterface | undefined {
  const holders = holdersOf(address, index);
  if (vpcId === undefined) return holders.length === 1 ? holders[0] : undefined;
  return holders.find((eni) => eni.vpcId === vpcId);
}

function holdersOf(address: Address, index: WorldIndex): readonly NetworkInterface[] {
  const exact = index.interfacesByAddress.get(formatAddress(address)) ?? [];
  if (index.prefixes.length === 0) return exact;
  const byPrefix = index.prefixes.filter(({ cidr }) => cidrContains(cidr, address));
  return [...new Set([...exact, ...byPrefix.map(({ holder }) => holder)])];
}
