import { type AtomKey, MAX_ATOMS } from "./atoms.ts";

/** A need in the atoms of an index. */
export interface BoundNeed {
  readonly key: AtomKey;
  readonly allowsAbsent: boolean;
  readonly allowsOther: boolean;
  /** Atoms of values whose answer is the opposite of `allowsOther`. */
  readonly exceptions: readonly number[];
}

/** Calls back with atoms of the key; those it leaves out hold, the last word on each counts. */
export function forEachAnswer(need: BoundNeed, note: (atom: number, fails: boolean) => void): void {
  const { key, allowsAbsent, allowsOther, exceptions } = need;
  note(key.absent, !allowsAbsent);
  note(key.other, !allowsOther);
  if (!allowsOther) for (const atom of key.byValue.values()) note(atom, true);
  for (const atom of exceptions) note(atom, allowsOther);
}

/** Finds the classes that selectors select, one key after the other, without their rows. */
export class ClassScan {
  /** The classes found by the last {@link find}, in its first places, ascending. */
  found = new Int32Array(0);
  /** By atom: 1 when its answer differs from that of the key's "other". */
  #differs = new Uint8Array(MAX_ATOMS);

  /** Number of classes in 1..classCount-1 that hold all needs. O(classes). */
  find(needs: readonly BoundNeed[], columns: readonly Uint16Array[], classCount: number): number {
    if (this.found.length < classCount) this.found = new Int32Array(classCount * 2);
    let size = classCount - 1;
    for (let i = 0; i < size; i++) this.found[i] = i + 1;
    for (const need of needs) size = this.#keep(need, columns[need.key.id], size);
    return size;
  }

  #keep(need: BoundNeed, column: Uint16Array, size: number): number {
    this.#mark(need, 1);
    const [differs, found] = [this.#differs, this.found];
    const base = need.allowsOther ? 1 : 0;
    let kept = 0;
    for (let i = 0; i < size; i++) {
      const one = found[i];
      // Always written and only sometimes kept: no branch that the processor could guess wrong.
      found[kept] = one;
      kept += differs[column[one]] ^ base;
    }
    this.#mark(need, 0);
    return kept;
  }

  #mark({ key, allowsAbsent, allowsOther, exceptions }: BoundNeed, mark: 0 | 1): void {
    for (const atom of exceptions) this.#differs[atom] = mark;
    if (allowsAbsent !== allowsOther) this.#differs[key.absent] = mark;
  }
}
