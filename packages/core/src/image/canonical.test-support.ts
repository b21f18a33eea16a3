import type { Address } from "../net/address.ts";
import { tryParseAddress } from "../net/address.ts";
import { type Cidr, cidrOf, tryParseCidr } from "../net/cidr.ts";
import type { Ipv6 } from "../net/ipv6.ts";
import type { FuzzWorld } from "./fuzz-world.test-support.ts";
import type { Image } from "./image.ts";
import { bindKernels } from "./kernels.ts";
import { FIRST_BARE_KEY, KEY_COUNT, keysOf, SLOT_KEYS, SLOT_PROTOCOLS } from "./traffic-keys.ts";

// The canonical form of an image: its verdict for every interface, direction, range of addresses
// and range of ports that the world can tell apart. Numbers, places and order of rows, pages,
// prefixes and classes are no part of it; two images of one world have the same bits or differ.

/** The canonical form over the ranges of a world. */
export function canonicalBits(image: Image, world: FuzzWorld): Uint8Array {
  const { verdict4, verdict6 } = bindKernels(image);
  const addresses = addressStarts(world);
  const traffics = trafficStarts(world);
  const bits: number[] = [];
  for (let eni = 0; eni < world.interfaces.length; eni++) {
    for (const way of [0, 1]) {
      for (const { family, ip } of addresses) {
        for (const { protocol, port } of traffics) {
          if (family === 4) bits.push(verdict4(eni, way, ip, protocol, port));
          else bits.push(verdict6(eni, way, ip[0], ip[1], ip[2], ip[3], protocol, port));
        }
      }
    }
  }
  return Uint8Array.from(bits);
}

// Where a range of addresses begins: the first of a block, and the one after its last.
function addressStarts(world: FuzzWorld): readonly Address[] {
  const texts = [
    "0.0.0.0/0",
    "::/0",
    ...world.groups.flatMap(({ rules }) =>
      rules.flatMap(({ peer }) => (peer.kind === "cidr" ? [peer.cidr] : [])),
    ),
    ...world.prefixLists.flatMap(({ cidrs }) => cidrs),
    ...world.interfaces.flatMap(({ prefixes }) => prefixes),
  ];
  const hosts = world.interfaces.flatMap(({ addresses }) => addresses.flatMap(hostOf));
  const blocks: readonly Cidr[] = [...texts.flatMap((text) => tryParseCidr(text) ?? []), ...hosts];
  const starts = blocks.flatMap((cidr) => [firstOf(cidr), afterLast(cidr)]);
  return [...new Map(starts.map((address) => [String(address.ip), address])).values()];
}

function hostOf(text: string): readonly Cidr[] {
  const address = tryParseAddress(text);
  return address === undefined ? [] : [cidrOf(address, address.family === 4 ? 32 : 128)];
}

function firstOf(cidr: Cidr): Address {
  return cidr.family === 4 ? { family: 4, ip: cidr.base } : { family: 6, ip: cidr.base };
}

function afterLast(cidr: Cidr): Address {
  if (cidr.family === 4) return { family: 4, ip: (cidr.base + 2 ** (32 - cidr.prefixLength)) | 0 };
  let value = cidr.base.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  value += 1n << BigInt(128 - cidr.prefixLength);
  const words = [96n, 64n, 32n, 0n].map((shift) => Number((value >> shift) & 0xffff_ffffn) | 0);
  const ip: Ipv6 = [words[0], words[1], words[2], words[3]];
  return { family: 6, ip };
}

function trafficStarts({ groups }: FuzzWorld) {
  const keys = new Set([0, 1, 2, 3].map((slot) => slot * SLOT_KEYS));
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    const range = keysOf(rule);
    if (range === undefined) continue;
    keys.add(range.low);
    if (range.high + 1 < KEY_COUNT) keys.add(range.high + 1);
  }
  return [...keys].map((key) => {
    if (key >= FIRST_BARE_KEY) return { protocol: key - FIRST_BARE_KEY, port: 0 };
    return { protocol: SLOT_PROTOCOLS[Math.floor(key / SLOT_KEYS)], port: key % SLOT_KEYS };
  });
}
