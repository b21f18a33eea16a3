import type { Address } from "../net/address.ts";
import type { Ipv6 } from "../net/ipv6.ts";
import { hostHash, hostSlot } from "./host-table.ts";
import type { Image } from "./image.ts";
import { HOST_WORDS } from "./layout.ts";
import { leafOf6 } from "./trie6.ts";

/** The leaf of an address, as the kernels find it. */
export function leafOf(image: Image, address: Address): number {
  if (address.family === 4) return leafOf4(image, address.ip);
  return hostLeaf(image, address.ip) ?? leafOf6(image.trie6, image.deep6, address.ip);
}

function leafOf4({ trie4, rootShift, lastShift }: Image, ip: number): number {
  const root = trie4[ip >>> rootShift];
  const middle = trie4[(root >>> 8) + ((ip >>> lastShift) & root & 255)];
  return trie4[(middle >>> 8) + (ip & middle & 255)];
}

function hostLeaf({ hosts6, seeds6, seedMask, hostShift }: Image, ip: Ipv6): number | undefined {
  const hash = hostHash(ip);
  const at = hostSlot(hash, seeds6[hash & seedMask], hostShift) * HOST_WORDS;
  if (hosts6[at + 4] === 0) return undefined;
  return ip.every((word, index) => hosts6[at + index] === word) ? hosts6[at + 4] : undefined;
}
