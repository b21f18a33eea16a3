import { TrunklineError } from "../errors/trunkline-error.ts";
import type { AtomKey } from "./atoms.ts";

/** Most words of all rows: 256 MiB. */
const maxWords = 2 ** 26;

/**
 * The bits of the index: for each atom a mask that tells the selectors that fail it, and for each
 * class a row of the selectors that hold, which is NOT the OR of what its atoms fail.
 *
 * Bits are by selector, 32 a word. A selector that wants one value fails all others, so a mask
 * holds only the difference to the mask of its key's `base`: a changed selector touches few masks.
 * The mask of atom 0 counts for all classes: it holds the numbers that no valid selector has. The
 * row of class 0 is empty.
 */
export class SelectorRows {
  /** Words of a mask or row, a multiple of 4. */
  stride = 4;
  rows: Int32Array;
  #masks: Int32Array;
  /** By key: where that begins which the atom of the class at hand fails. */
  #offsets = new Int32Array(16);
  /** What the atoms of one class fail. */
  #failed = new Int32Array(0);

  constructor(classCapacity: number) {
    this.rows = new Int32Array(classCapacity * this.stride);
    this.#masks = new Int32Array(256 * this.stride);
    this.#masks.fill(-1, 0, this.stride);
  }

  /** Bytes of rows and masks. */
  get bytes(): number {
    return this.rows.byteLength + this.#masks.byteLength;
  }

  /** Makes room for this many atoms; masks of new ones are empty. */
  fitAtoms(count: number): void {
    if (count * this.stride <= this.#masks.length) return;
    // Half as much again: masks are the part of the state that grows with every new value.
    const masks = new Int32Array(Math.ceil(count * 1.5) * this.stride);
    masks.set(this.#masks);
    this.#masks = masks;
  }

  /** @throws TrunklineError QUOTA when rows of so many classes are beyond the limit. */
  fitClasses(capacity: number): void {
    requireWords(capacity, this.stride);
    const rows = new Int32Array(capacity * this.stride);
    rows.set(this.rows.subarray(0, rows.length));
    this.rows = rows;
  }

  /** Makes room for this many selectors. @throws TrunklineError QUOTA as above. */
  fitSelectors(count: number): void {
    if (count <= this.stride * 32) return;
    const words = Math.max(this.stride * 2, Math.ceil(count / 128) * 4);
    requireWords(this.rows.length / this.stride, words);
    this.rows = restride(this.rows, this.stride, words);
    const masks = restride(this.#masks, this.stride, words);
    masks.fill(-1, this.stride, words);
    this.#masks = masks;
    this.stride = words;
  }

  /** Sets or clears the bit of a selector in the mask of an atom. */
  setBit(atom: number, selector: number, isSet: boolean): void {
    const word = atom * this.stride + (selector >>> 5);
    const bit = 1 << (selector & 31);
    if (isSet) this.#masks[word] |= bit;
    else this.#masks[word] &= ~bit;
  }

  /** Notes in the first `size` classes of a list whether the selector holds. */
  setHolds(classes: Int32Array, size: number, { selector, holds }: SelectorBit): void {
    const { rows, stride } = this;
    const word = selector >>> 5;
    const bit = 1 << (selector & 31);
    const keep = holds ? -1 : ~bit;
    const put = holds ? bit : 0;
    for (let i = 0; i < size; i++) {
      const at = classes[i] * stride + word;
      rows[at] = (rows[at] & keep) | put;
    }
  }

  /** Computes the row of one class. */
  compute(one: number, { keys, columns }: Tuples): void {
    const { stride } = this;
    this.#fitOffsets(columns.length);
    const words = columns.length * stride;
    if (this.#failed.length < words) this.#failed = new Int32Array(words * 2);
    for (let k = 0; k < columns.length; k++) {
      this.#offsets[k] = k * stride;
      this.#resolve(keys[k], columns[k][one], { to: this.#failed, at: k * stride });
    }
    this.#fill(one, this.#failed, columns.length);
  }

  /** Computes the rows of classes 1..classCount-1. */
  computeAll(classCount: number, { keys, columns }: Tuples): void {
    const { stride } = this;
    this.#fitOffsets(columns.length);
    const to = new Int32Array(this.#masks.length);
    for (const key of keys) {
      for (const atom of [key.absent, key.other, ...key.byValue.values()]) {
        this.#resolve(key, atom, { to, at: atom * stride });
      }
    }
    for (let one = 1; one < classCount; one++) {
      for (let k = 0; k < columns.length; k++) this.#offsets[k] = columns[k][one] * stride;
      this.#fill(one, to, columns.length);
    }
  }

  /** Writes all that an atom fails. */
  #resolve({ base }: AtomKey, atom: number, { to, at }: Place): void {
    const { stride } = this;
    const masks = this.#masks;
    const [common, own] = [base * stride, atom * stride];
    for (let w = 0; w < stride; w++) to[at + w] = masks[common + w] ^ masks[own + w];
  }

  /** Writes a row from what its atoms fail, which begins at the offsets of the keys. */
  #fill(one: number, failed: Int32Array, keyCount: number): void {
    const { rows, stride } = this;
    const [masks, offsets] = [this.#masks, this.#offsets];
    const to = one * stride;
    // Four words at a time stay in registers while the keys go by.
    for (let w = 0; w < stride; w += 4) {
      let a = masks[w];
      let b = masks[w + 1];
      let c = masks[w + 2];
      let d = masks[w + 3];
      for (let k = 0; k < keyCount; k++) {
        const from = offsets[k] + w;
        a |= failed[from];
        b |= failed[from + 1];
        c |= failed[from + 2];
        d |= failed[from + 3];
      }
      rows[to + w] = ~a;
      rows[to + w + 1] = ~b;
      rows[to + w + 2] = ~c;
      rows[to + w + 3] = ~d;
    }
  }

  #fitOffsets(keyCount: number): void {
    if (this.#offsets.length < keyCount) this.#offsets = new Int32Array(keyCount * 2);
  }
}

/** Where to write. */
interface Place {
  readonly to: Int32Array;
  readonly at: number;
}

/** The atoms of all classes, by key. */
interface Tuples {
  readonly keys: readonly AtomKey[];
  readonly columns: readonly Uint16Array[];
}

/** What to note about one selector. */
interface SelectorBit {
  readonly selector: number;
  readonly holds: boolean;
}

function requireWords(classCapacity: number, stride: number): void {
  const words = classCapacity * stride;
  if (words <= maxWords) return;
  throw new TrunklineError(
    "QUOTA",
    `rows of ${classCapacity} classes by ${stride * 32} selectors need ${words} words, an index ` +
      `holds ${maxWords}; make one index for each group of namespaces`,
    { facts: { limitWords: String(maxWords), wantedWords: String(words) } },
  );
}

function restride(words: Int32Array, from: number, to: number): Int32Array {
  const count = words.length / from;
  const moved = new Int32Array(count * to);
  for (let i = 0; i < count; i++) moved.set(words.subarray(i * from, (i + 1) * from), i * to);
  return moved;
}
