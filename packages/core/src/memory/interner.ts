/** Numbers that fit, several of them, into one key of 53 bits. */
const NUMBERS_MAX = 1 << 17;

/** Gives equal texts and pairs of numbers one number, from 0; undefined when all are given out. */
export class Interner {
  readonly #texts = new Map<string, number>();
  readonly #pairs = new Map<number, number>();

  /** The number of a text; a text and a pair may have the same one. */
  ofText(text: string): number | undefined {
    return numberIn(this.#texts, text);
  }

  /** The number of two numbers that this class gave out, or that are less than 2^17 as well. */
  ofPair(a: number, b: number): number | undefined {
    return numberIn(this.#pairs, a * NUMBERS_MAX + b);
  }
}

function numberIn<Key>(numbers: Map<Key, number>, key: Key): number | undefined {
  const known = numbers.get(key);
  if (known !== undefined || numbers.size >= NUMBERS_MAX) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** One key of three numbers below 2^17. */
export function keyOf(a: number, b: number, c: number): number {
  return (a * NUMBERS_MAX + b) * NUMBERS_MAX + c;
}
