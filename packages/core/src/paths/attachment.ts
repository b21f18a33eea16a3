import type { Membership, SeenPeer } from "../groups/peer-match.ts";
import { type Address, formatAddress, sameAddress, tryParseAddress } from "../net/address.ts";
import { type Cidr, cidrOf } from "../net/cidr.ts";
import type { NetworkInterface } from "../world/cloud.ts";
import type { WorldIndex } from "../world/world-index.ts";

/** An interface that may be asked: one that EC2 has, or one that a pod is going to get. */
export interface Attachment {
  /** Who is behind it: "shop/api", "node n1", "db1". */
  readonly title: string;
  readonly eniId: string | undefined;
  readonly vpcId: string | undefined;
  readonly subnetId: string | undefined;
  /** Undefined when they are not known; `unknownBecause` then says why. */
  readonly groupIds: readonly string[] | undefined;
  readonly unknownBecause: string;
  /** Private addresses, the primary one first; empty when none is known. */
  readonly addresses: readonly Address[];
  readonly publicAddress: Address | undefined;
  /** True when it stands for several interfaces, each with one of the addresses. */
  readonly isOneOfMany?: boolean;
}

/** An interface as EC2 has it. */
export function attachmentOf(eni: NetworkInterface, title: string): Attachment {
  return {
    title,
    eniId: eni.eniId,
    vpcId: eni.vpcId,
    subnetId: eni.subnetId,
    groupIds: eni.groupIds,
    unknownBecause: "",
    addresses: parseAddresses(eni.addresses),
    publicAddress: eni.publicAddress === undefined ? undefined : tryParseAddress(eni.publicAddress),
  };
}

/** The same interface for one who uses only these of its addresses, a pod for instance. */
export function withAddresses(attachment: Attachment, addresses: readonly Address[]): Attachment {
  if (addresses.length === 0) return attachment;
  // The public address stands for the primary private one alone.
  const [primary] = attachment.addresses;
  const hasPrimary = primary !== undefined && sameAddress(addresses[0], primary);
  return {
    ...attachment,
    addresses,
    publicAddress: hasPrimary ? attachment.publicAddress : undefined,
  };
}

/** An interface of which nothing is known, with the reason. */
export function unknownAttachment(title: string, unknownBecause: string): Attachment {
  return {
    title,
    eniId: undefined,
    vpcId: undefined,
    subnetId: undefined,
    groupIds: undefined,
    unknownBecause,
    addresses: [],
    publicAddress: undefined,
  };
}

/**
 * How the far end sees an interface by its private address: by that address, and by the group
 * references that cover it.
 */
export function seenAs(attachment: Attachment, family: 4 | 6, index: WorldIndex): SeenPeer {
  const { groupIds, vpcId } = attachment;
  const membership: Membership =
    groupIds === undefined ? { kind: "unknown" } : { kind: "known", groupIds };
  const all = attachment.addresses.filter((one) => one.family === family);
  const own = attachment.isOneOfMany ? all : all.slice(0, 1);
  const within = own.length === 0 ? vpcBlocks(vpcId, family, index) : own.map(onlyBlock);
  return { title: attachment.title, within, membership };
}

/** The first private address of a family. */
export function addressOf(attachment: Attachment, family: 4 | 6): Address | undefined {
  return attachment.addresses.find((address) => address.family === family);
}

/** How a public or foreign address is seen: no reference to a group covers it. */
export function seenAsAddress(address: Address): SeenPeer {
  const membership: Membership = { kind: "known", groupIds: [] };
  return { title: formatAddress(address), within: [onlyBlock(address)], membership };
}

/** An address that is somewhere in the family, which is all that is known. */
export function seenAsAnywhere(title: string, family: 4 | 6): SeenPeer {
  return { title, within: [wholeFamily(family)], membership: { kind: "known", groupIds: [] } };
}

/** Addresses of a list of texts; a text that is none is left out. */
export function parseAddresses(texts: readonly string[]): readonly Address[] {
  const addresses: Address[] = [];
  for (const text of texts) {
    const address = tryParseAddress(text);
    if (address !== undefined) addresses.push(address);
  }
  return addresses;
}

// A pod that has not started gets an address of its VPC, from whichever subnet.
function vpcBlocks(vpcId: string | undefined, family: 4 | 6, index: WorldIndex): readonly Cidr[] {
  const cidrs = vpcId === undefined ? [] : (index.vpcCidrs.get(vpcId) ?? []);
  const blocks = cidrs.filter((cidr) => cidr.family === family);
  return blocks.length > 0 ? blocks : [wholeFamily(family)];
}

function onlyBlock(address: Address): Cidr {
  const block = cidrOf(address, address.family === 4 ? 32 : 128);
  return address.written === undefined ? block : { ...block, written: address.written };
}

function wholeFamily(family: 4 | 6): Cidr {
  const base: Address = family === 4 ? { family, ip: 0 } : { family, ip: [0, 0, 0, 0] };
  return cidrOf(base, 0);
}
