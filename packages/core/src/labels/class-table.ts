import type { AtomKey } from "./atoms.ts";

/** Numbers of classes. */
export type ClassColumn = Uint16Array | Int32Array;

/**
 * Hash-consed tuples of atoms, one atom a key: pods with the same tuple are one class.
 *
 * Classes are numbered from 1 in the order they appear and stay when they are empty. Class 0 has no
 * tuple. Columns are by key, so that a new key moves nothing and one key is scanned in a row.
 */
export class ClassTable {
  /** By key, then class: the atom. */
  readonly columns: Uint16Array[] = [];
  /** By key, then class: the class made before it that has the same atom, or 0. */
  readonly before: ClassColumn[] = [];
  /** By atom that is present: the class made last that has it, or 0. */
  last = new Int32Array(256);
  /** By atom that is present: how many classes have it. */
  sizes = new Int32Array(256);
  /** Pods of each class. */
  podCounts: Int32Array;
  /** Number of classes, class 0 included. */
  count = 1;
  /** Classes without a pod, class 0 aside. */
  emptyCount = 0;
  #hashes: Int32Array;
  /** Keys that are present, of each class; the rest of its tuple is absent. */
  #keyCounts: Uint16Array;
  /** Open addressing; 0 is a free slot. Never more than half full. */
  #slots: Int32Array;
  // The tuple that is looked for: only the keys that are present.
  #tupleKeys = new Uint16Array(64);
  #tupleAtoms = new Uint16Array(64);
  #tupleSize = 0;
  #tupleHash = 0;

  constructor(capacity = 256) {
    this.podCounts = new Int32Array(capacity);
    this.#hashes = new Int32Array(capacity);
    this.#keyCounts = new Uint16Array(capacity);
    this.#slots = new Int32Array(capacity * 2);
  }

  /** Classes that fit before it must {@link grow}. */
  get capacity(): number {
    return this.#hashes.length;
  }

  /** Bytes of all columns and tables. */
  get bytes(): number {
    const columns = [...this.columns, ...this.before, this.last, this.sizes, this.podCounts];
    return [...columns, this.#hashes, this.#keyCounts, this.#slots].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  /** Adds the column of a new key, absent in all classes. */
  addKey(key: AtomKey): void {
    this.columns.push(new Uint16Array(this.capacity).fill(key.absent, 1));
    this.before.push(classColumn(this.capacity));
  }

  /** Makes room for this many atoms. */
  fitAtoms(count: number): void {
    if (count <= this.last.length) return;
    const length = Math.ceil(count * 1.5);
    this.last = grown(this.last, new Int32Array(length));
    this.sizes = grown(this.sizes, new Int32Array(length));
  }

  /** Begins a tuple in which every key is absent. */
  beginTuple(): void {
    this.#tupleSize = 0;
    this.#tupleHash = 0;
  }

  /** Adds a key that is present, each at most once. */
  addToTuple(keyId: number, atom: number): void {
    if (this.#tupleSize === this.#tupleKeys.length) this.#growTuple();
    this.#tupleKeys[this.#tupleSize] = keyId;
    this.#tupleAtoms[this.#tupleSize] = atom;
    this.#tupleSize++;
    // A sum, so that the order in which labels come does not count.
    const mixed = Math.imul(atom, 0x9e3779b1);
    this.#tupleHash = (this.#tupleHash + Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)) | 0;
  }

  /** The class of the tuple, or 0 when there is none yet. */
  find(): number {
    const mask = this.#slots.length - 1;
    const hash = this.#tupleHash;
    let slot = this.#slotOf(hash);
    for (;;) {
      const found = this.#slots[slot];
      if (found === 0) return 0;
      if (this.#hashes[found] === hash && this.#isTuple(found)) return found;
      slot = (slot + 1) & mask;
    }
  }

  /** Adds the tuple, which must be new; there must be room. Empty until a pod enters. */
  add(): number {
    const made = this.count;
    this.count++;
    this.emptyCount++;
    this.#hashes[made] = this.#tupleHash;
    this.#keyCounts[made] = this.#tupleSize;
    for (let i = 0; i < this.#tupleSize; i++) {
      const [key, atom] = [this.#tupleKeys[i], this.#tupleAtoms[i]];
      this.columns[key][made] = atom;
      this.before[key][made] = this.last[atom];
      this.last[atom] = made;
      this.sizes[atom]++;
    }
    this.#insert(made);
    return made;
  }

  /** Counts a pod in. */
  enter(one: number): void {
    if (one !== 0 && this.podCounts[one] === 0) this.emptyCount--;
    this.podCounts[one]++;
  }

  /** Counts a pod out. */
  leave(one: number): void {
    this.podCounts[one]--;
    if (one !== 0 && this.podCounts[one] === 0) this.emptyCount++;
  }

  /** Makes room for so many classes; `keys` as in the columns. */
  grow(capacity: number, keys: readonly AtomKey[]): void {
    this.podCounts = grown(this.podCounts, new Int32Array(capacity));
    this.#hashes = grown(this.#hashes, new Int32Array(capacity));
    this.#keyCounts = grown(this.#keyCounts, new Uint16Array(capacity));
    for (const [id, column] of this.columns.entries()) {
      const filled = new Uint16Array(capacity).fill(keys[id].absent, column.length);
      this.columns[id] = grown(column, filled);
      this.before[id] = grown(this.before[id], classColumn(capacity));
    }
    this.#slots = new Int32Array(capacity * 2);
    for (let one = 1; one < this.count; one++) this.#insert(one);
  }

  #insert(one: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#slotOf(this.#hashes[one]);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = one;
  }

  #slotOf(hash: number): number {
    return (hash ^ (hash >>> 16)) & (this.#slots.length - 1);
  }

  // Equal sizes and equal where the tuple is present leave nothing else to be present.
  #isTuple(one: number): boolean {
    if (this.#keyCounts[one] !== this.#tupleSize) return false;
    for (let i = 0; i < this.#tupleSize; i++) {
      if (this.columns[this.#tupleKeys[i]][one] !== this.#tupleAtoms[i]) return false;
    }
    return true;
  }

  #growTuple(): void {
    const length = this.#tupleKeys.length * 2;
    this.#tupleKeys = grown(this.#tupleKeys, new Uint16Array(length));
    this.#tupleAtoms = grown(this.#tupleAtoms, new Uint16Array(length));
  }
}

/** Makes a column of class numbers, of 16 bits while they fit. */
export function classColumn(length: number, capacity = length): ClassColumn {
  return capacity <= 65_536 ? new Uint16Array(length) : new Int32Array(length);
}

function grown<From extends ClassColumn, To extends ClassColumn>(from: From, to: To): To {
  to.set(from);
  return to;
}
