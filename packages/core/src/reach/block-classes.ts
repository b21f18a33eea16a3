import type { Address } from "../net/address.ts";
import { baseAddress, type Cidr, cidrOf, formatCidr } from "../net/cidr.ts";
import { type Attachment, addressOf, seenAs } from "../paths/attachment.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { addTo } from "./numbering.ts";

/** Addresses that lie in the same blocks. */
export interface BlockClass {
  readonly family: 4 | 6;
  /** Numbers of all blocks that hold the address; of none when it is not known. */
  readonly blocks: readonly number[];
  /** Where the addresses of the class are: one of them, or blocks one of which holds each. */
  readonly within: readonly Cidr[];
  /** False when no more is known than `within`. */
  readonly isKnown: boolean;
}

/**
 * Addresses by the blocks they lie in. Blocks nest or lie apart, so that the closest one tells all;
 * an address that is not known is a class by where it may be.
 */
export class BlockClasses {
  /** By number of the class. */
  readonly classes: BlockClass[] = [];
  readonly #blockNumbers = new Map<string, number>();
  readonly #lengths4: { readonly length: number; readonly numbers: Map<number, number> }[] = [];
  readonly #lengths6: number[] = [];
  readonly #classesIn = new Map<number, number[]>();
  /** Classes of known addresses, by family and closest block. */
  readonly #known = new Map<number, number>();
  readonly #unknown = new Map<string, number>();

  constructor(blocks: Iterable<Cidr>) {
    const byLength = new Map<number, Map<number, number>>();
    const lengths6 = new Set<number>();
    let count = 0;
    for (const block of blocks) {
      if (block.family === 6) {
        const text = formatCidr(block);
        if (this.#blockNumbers.has(text)) continue;
        this.#blockNumbers.set(text, count++);
        lengths6.add(block.prefixLength);
      } else {
        const numbers = byLength.get(block.prefixLength) ?? new Map<number, number>();
        if (numbers.has(block.base)) continue;
        byLength.set(block.prefixLength, numbers.set(block.base, count++));
      }
    }
    const lengths = [...byLength].sort(([a], [b]) => b - a);
    for (const [length, numbers] of lengths) this.#lengths4.push({ length, numbers });
    this.#lengths6.push(...[...lengths6].sort((a, b) => b - a));
  }

  /** The class of the address by which others see an interface in a family. */
  classOfInterface(attachment: Attachment, family: 4 | 6, index: WorldIndex): number {
    const address = attachment.isOneOfMany ? undefined : addressOf(attachment, family);
    if (address !== undefined) return this.#classOfAddress(address);
    return this.classOf(seenAs(attachment, family, index).within);
  }

  /** The class of an address of which only `within` is known, a single one as a rule. */
  classOf(within: readonly Cidr[]): number {
    const [first] = within;
    const isKnown = within.length === 1 && first.prefixLength === (first.family === 4 ? 32 : 128);
    if (isKnown) return this.#classOfAddress(baseAddress(first));
    const key = within.map(formatCidr).join();
    const known = this.#unknown.get(key);
    if (known !== undefined) return known;
    const { family } = first;
    const made = this.classes.push({ family, blocks: [], within, isKnown: false }) - 1;
    this.#unknown.set(key, made);
    return made;
  }

  /** Classes of known addresses inside a block, which must be one of those given at the start. */
  classesIn(block: Cidr): readonly number[] {
    return this.#classesIn.get(this.numberOf(block)) ?? [];
  }

  /** The number of a block of those given at the start, -1 for any other. */
  numberOf(block: Cidr): number {
    if (block.family === 6) return this.#blockNumbers.get(formatCidr(block)) ?? -1;
    const lists = this.#lengths4.find(({ length }) => length === block.prefixLength);
    return lists?.numbers.get(block.base) ?? -1;
  }

  #classOfAddress(address: Address): number {
    const { family } = address;
    const key = this.#closestTo(address) * 2 + Number(family === 6);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const blocks = this.#blocksOf(address);
    const within = [cidrOf(address, family === 4 ? 32 : 128)];
    const made = this.classes.push({ family, blocks, within, isKnown: true }) - 1;
    this.#known.set(key, made);
    for (const block of blocks) addTo(this.#classesIn, block, made);
    return made;
  }

  // The number of the closest block, or -1.
  #closestTo(address: Address): number {
    if (address.family === 6) return this.#blocksOf(address)[0] ?? -1;
    for (const { length, numbers } of this.#lengths4) {
      const number = numbers.get(masked(address.ip, length));
      if (number !== undefined) return number;
    }
    return -1;
  }

  #blocksOf(address: Address): number[] {
    const found: number[] = [];
    if (address.family === 4) {
      for (const { length, numbers } of this.#lengths4) {
        const number = numbers.get(masked(address.ip, length));
        if (number !== undefined) found.push(number);
      }
      return found;
    }
    for (const length of this.#lengths6) {
      const number = this.#blockNumbers.get(formatCidr(cidrOf(address, length)));
      if (number !== undefined) found.push(number);
    }
    return found;
  }
}

function masked(ip: number, length: number): number {
  return length === 0 ? 0 : ip & (-1 << (32 - length));
}
