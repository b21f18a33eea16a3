import { type Cidr, tryParseCidr } from "../net/cidr.ts";
import { tryParseIpv4Before } from "../net/ipv4.ts";
import { growing32 } from "./grower.ts";
import { PairTable } from "./pair-table.ts";

/** An IPv6 block. */
export type Cidr6 = Cidr & { readonly family: 6 };

/**
 * Prefixes while rules are read; the same block has one id however it is written.
 *
 * The first two ids are those of the whole families.
 */
export class PrefixNames {
  /** Base and length of IPv4 blocks. */
  readonly blocks4 = new PairTable();
  readonly blocks6: Cidr6[] = [];
  /** By IPv4 block and by IPv6 block: its id. */
  readonly ids4 = growing32();
  readonly ids6: number[] = [];
  readonly #byText6 = new Map<string, number>();
  readonly #byKey6 = new Map<string, number>();

  constructor() {
    this.idOf("0.0.0.0/0");
    this.idOf("::/0");
  }

  /** How many ids there are. */
  get size(): number {
    return this.ids4.length + this.ids6.length;
  }

  /** The id of a prefix, -1 when the text is none. */
  idOf(text: string): number {
    const slash = text.indexOf("/");
    const base = tryParseIpv4Before(text, slash);
    if (base === undefined) return this.#idOfText6(text);
    const length = lengthFrom(text, slash + 1);
    if (length < 0) return -1;
    // A shift by 32 would be a shift by 0.
    const block = this.blocks4.numberOf(length === 0 ? 0 : base & (-1 << (32 - length)), length);
    if (block === this.ids4.length) this.ids4.add(1, this.size);
    return this.ids4.words[block];
  }

  /** The IPv4 block of an id; undefined for IPv6. */
  block4Of(id: number): { readonly base: number; readonly length: number } | undefined {
    // Ids of a family ascend.
    const { words, length: count } = this.ids4;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (words[middle] < id) low = middle + 1;
      else high = middle;
    }
    if (low === count || words[low] !== id) return undefined;
    return { base: this.blocks4.firsts[low], length: this.blocks4.seconds[low] };
  }

  /** The id of the longest known IPv4 prefix around one, itself left out. */
  around4(base: number, length: number, isKnown: (id: number) => boolean): number {
    for (let outer = length - 1; outer > 0; outer--) {
      const block = this.blocks4.find(base & (-1 << (32 - outer)), outer);
      if (block >= 0 && isKnown(this.ids4.words[block])) return this.ids4.words[block];
    }
    return 0;
  }

  #idOfText6(text: string): number {
    const known = this.#byText6.get(text);
    if (known !== undefined) return known;
    const cidr = tryParseCidr(text);
    const id = cidr?.family === 6 ? this.#idOf6(cidr) : -1;
    this.#byText6.set(text, id);
    return id;
  }

  #idOf6({ family, base, prefixLength }: Cidr6): number {
    const key = [...base, prefixLength].join(" ");
    const known = this.#byKey6.get(key);
    if (known !== undefined) return known;
    const id = this.size;
    this.#byKey6.set(key, id);
    this.ids6.push(id);
    this.blocks6.push({ family, base, prefixLength });
    return id;
  }
}

const ZERO = 48;
const NINE = 57;

// The prefix length at the end of a text, written as `tryParseCidr` wants it; -1 for anything else.
function lengthFrom(text: string, from: number): number {
  const count = text.length - from;
  if (count < 1 || count > 2) return -1;
  let length = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char < ZERO || char > NINE) return -1;
    length = 10 * length + char - ZERO;
  }
  const isPadded = count === 2 && length < 10;
  return isPadded || length > 32 ? -1 : length;
}
