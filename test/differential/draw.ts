import type { Random } from "@trunkline/core";

/** Draws of chance, by the words that steps need. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to draw from");
    return item;
  }

  some<Item>(items: readonly Item[], max: number): Item[] {
    const left = [...items];
    const count = Math.min(left.length, 1 + this.below(max));
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)).flat();
  }
}
