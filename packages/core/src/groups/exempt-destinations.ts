import { type Address, formatAddress, parseAddress } from "../net/address.ts";
import { firstHost, tryParseCidr } from "../net/cidr.ts";

/** A destination that security groups never filter. */
export interface ExemptDestination {
  readonly address: Address;
  /** Who answers there: "Amazon DNS". */
  readonly purpose: string;
}

// Source: EC2 user guide, "Amazon EC2 security groups", traffic that is not filtered.
const fixedDestinations: readonly (readonly [address: string, purpose: string])[] = [
  ["169.254.169.253", "Amazon DNS"],
  ["fd00:ec2::253", "Amazon DNS"],
  ["169.254.169.254", "instance metadata"],
  ["fd00:ec2::254", "instance metadata"],
  ["169.254.169.123", "Amazon Time Sync"],
  ["fd00:ec2::123", "Amazon Time Sync"],
  ["169.254.170.2", "ECS task metadata"],
  ["169.254.169.250", "Windows activation"],
  ["169.254.169.251", "Windows activation"],
  ["255.255.255.255", "DHCP"],
  ["fe80:ec2::1", "the VPC router"],
];

/**
 * Every destination that groups never filter for interfaces of one VPC.
 *
 * The resolver is at base + 2 of the VPC's primary IPv4 CIDR only; the router at base + 1 of each
 * subnet. Text that is no CIDR adds nothing.
 *
 * @param vpcCidrs CIDRs of the VPC, the primary one first.
 * @param subnetCidrs CIDRs of all its subnets.
 */
export function exemptDestinations(
  vpcCidrs: readonly string[],
  subnetCidrs: readonly string[],
): readonly ExemptDestination[] {
  const fixed = fixedDestinations.map(([address, purpose]) => {
    return { address: parseAddress(address), purpose };
  });
  const routers = subnetCidrs.flatMap((text) => {
    const cidr = tryParseCidr(text);
    // IPv6 subnets reach their router by its link-local address.
    if (cidr?.family !== 4 || cidr.prefixLength > 30) return [];
    return [{ address: firstHost(cidr), purpose: "the VPC router" }];
  });
  return [...fixed, ...resolverOf(vpcCidrs), ...routers];
}

/** Exempt destinations by the canonical text of their address, for look-up. */
export function byAddressText(
  destinations: readonly ExemptDestination[],
): ReadonlyMap<string, ExemptDestination> {
  return new Map(destinations.map((one) => [formatAddress(one.address), one]));
}

function resolverOf(vpcCidrs: readonly string[]): readonly ExemptDestination[] {
  const primary = vpcCidrs.map(tryParseCidr).find((cidr) => cidr?.family === 4);
  if (primary?.family !== 4) return [];
  // A VPC is /28 at the smallest, so that the last bits of its base are zero.
  return [{ address: { family: 4, ip: primary.base | 2 }, purpose: "Amazon DNS" }];
}
