import { TrunklineError } from "../errors/trunkline-error.ts";

/** Most atoms of one index, so that one fits into 16 bits. */
export const MAX_ATOMS = 65_536;

/** The atoms of one key: what a selector can tell apart about it. */
export interface AtomKey {
  /** Number of the key, from 0. */
  readonly id: number;
  /** The key is not there. */
  readonly absent: number;
  /** It has a value that no selector names. */
  readonly other: number;
  /** No pod has it: its mask is what "other" fails, and the key's other masks differ from it. */
  readonly base: number;
  /** It has this value. */
  readonly byValue: Map<string, number>;
}

/**
 * The words in which selectors see labels: for each key that one of them uses, the atoms "absent",
 * "some other value" and one a value, numbered through all keys from 1. Atom 0 is no atom.
 */
export class Atoms {
  /** Key 0 is the namespace; it is no label, so no label can be taken for it. */
  readonly keys: AtomKey[] = [];
  readonly #byLabel = new Map<string, AtomKey>();
  #count = 1;

  constructor() {
    this.#newKey();
  }

  /** Number of atoms, 0 included. */
  get count(): number {
    return this.#count;
  }

  get namespaces(): AtomKey {
    return this.keys[0];
  }

  /** The key of this label, or undefined when no selector uses it. */
  ofLabel(key: string): AtomKey | undefined {
    return this.#byLabel.get(key);
  }

  /** Adds a label's key, which must be new. */
  addLabel(key: string): AtomKey {
    const made = this.#newKey();
    this.#byLabel.set(key, made);
    return made;
  }

  /** Adds a value, which must be new to the key; returns its atom. */
  addValue(key: AtomKey, value: string): number {
    const atom = this.#count;
    this.#count++;
    key.byValue.set(value, atom);
    return atom;
  }

  /** @throws TrunklineError QUOTA when so many keys and values more do not fit. */
  requireRoom(keyCount: number, valueCount: number): void {
    const wanted = this.#count + 3 * keyCount + valueCount;
    if (wanted <= MAX_ATOMS) return;
    throw new TrunklineError(
      "QUOTA",
      `selectors would name ${wanted} keys and values, an index holds ${MAX_ATOMS}`,
      { facts: { limitCount: String(MAX_ATOMS), wantedCount: String(wanted) } },
    );
  }

  #newKey(): AtomKey {
    const absent = this.#count;
    this.#count += 3;
    const key = {
      id: this.keys.length,
      absent,
      other: absent + 1,
      base: absent + 2,
      byValue: new Map<string, number>(),
    };
    this.keys.push(key);
    return key;
  }
}
