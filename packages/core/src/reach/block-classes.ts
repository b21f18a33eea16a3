import type { Address } from "../net/address.ts";
import { type Cidr, cidrOf, formatCidr } from "../net/cidr.ts";
import { addTo, Numbering } from "./numbering.ts";

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
  readonly classes = new Numbering<string, BlockClass>();
  readonly #blockNumbers = new Map<string, number>();
  readonly #lengths4: { readonly length: number; readonly numbers: Map<number, number> }[] = [];
  readonly #lengths6: number[] = [];
  readonly #classesIn = new Map<number, number[]>();

  constructor(blocks: readonly Cidr[]) {
    const byLength = new Map<number, Map<number, number>>();
    const lengths6 = new Set<number>();
    for (const block of blocks) {
      const text = formatCidr(block);
      if (this.#blockNumbers.has(text)) continue;
      const number = this.#blockNumbers.size;
      this.#blockNumbers.set(text, number);
      if (block.family === 6) lengths6.add(block.prefixLength);
      else {
        const numbers = byLength.get(block.prefixLength) ?? new Map<number, number>();
        byLength.set(block.prefixLength, numbers.set(block.base, number));
      }
    }
    const lengths = [...byLength].sort(([a], [b]) => b - a);
    for (const [length, numbers] of lengths) this.#lengths4.push({ length, numbers });
    this.#lengths6.push(...[...lengths6].sort((a, b) => b - a));
  }

  /** The class of an address of which only `within` is known, a single one as a rule. */
  classOf(within: readonly Cidr[]): number {
    const [first] = within;
    const isKnown = within.length === 1 && first.prefixLength === (first.family === 4 ? 32 : 128);
    if (!isKnown) {
      const key = within.map(formatCidr).join();
      return this.classes.of(key, () => {
        return { family: first.family, blocks: [], within, isKnown: false };
      });
    }
    const blocks = this.#blocksOf(first);
    return this.classes.of(`${first.family} ${blocks[0] ?? ""}`, () => {
      const made = this.classes.count;
      for (const block of blocks) addTo(this.#classesIn, block, made);
      return { family: first.family, blocks, within, isKnown: true };
    });
  }

  /** Classes of known addresses inside a block, which must be one of those given at the start. */
  classesIn(block: Cidr): readonly number[] {
    const number = this.#blockNumbers.get(formatCidr(block)) ?? -1;
    return this.#classesIn.get(number) ?? [];
  }

  #blocksOf(host: Cidr): number[] {
    const found: number[] = [];
    if (host.family === 4) {
      for (const { length, numbers } of this.#lengths4) {
        const number = numbers.get(length === 0 ? 0 : host.base & (-1 << (32 - length)));
        if (number !== undefined) found.push(number);
      }
      return found;
    }
    const address: Address = { family: 6, ip: host.base };
    for (const length of this.#lengths6) {
      const number = this.#blockNumbers.get(formatCidr(cidrOf(address, length)));
      if (number !== undefined) found.push(number);
    }
    return found;
  }
}
