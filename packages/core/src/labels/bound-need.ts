import { type AtomKey, MAX_ATOMS } from "./atoms.ts";
import type { ClassTable } from "./class-table.ts";

/** A need in the atoms of an index. */
export interface BoundNeed {
  readonly key: AtomKey;
  readonly allowsAbsent: boolean;
  readonly allowsOther: boolean;
  /** Atoms of values whose answer is the opposite of `allowsOther`. */
  readonly exceptions: readonly number[];
}

/** Finds the classes that selectors select, without their rows. */
export class ClassScan {
  /** The classes found by the last {@link find}, in its first places. */
  found = new Int32Array(0);
  /** By atom: 1 when its answer differs from that of the key's "other". */
  #differs = new Uint8Array(MAX_ATOMS);

  /** Number of classes that hold all needs. O(classes of the rarest need). */
  find(needs: readonly BoundNeed[], classes: ClassTable): number {
    if (this.found.length < classes.count) this.found = new Int32Array(classes.capacity);
    const rarest = rarestOf(needs, classes);
    let size = rarest === undefined ? this.#all(classes) : this.#withAny(rarest, classes);
    for (const need of needs) {
      if (need !== rarest) size = this.#keep(need, classes.columns[need.key.id], size);
    }
    return size;
  }

  #all(classes: ClassTable): number {
    for (let one = 1; one < classes.count; one++) this.found[one - 1] = one;
    return classes.count - 1;
  }

  /** A class has one atom of each key, so none is met twice. */
  #withAny({ key, exceptions }: BoundNeed, { last, before }: ClassTable): number {
    const { found } = this;
    const column = before[key.id];
    let size = 0;
    for (const atom of exceptions) {
      for (let one = last[atom]; one !== 0; one = column[one]) {
        found[size] = one;
        size++;
      }
    }
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

/** Of the needs that name all they allow, the one that the fewest classes hold. */
function rarestOf(needs: readonly BoundNeed[], { sizes }: ClassTable): BoundNeed | undefined {
  let rarest: BoundNeed | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const need of needs) {
    if (need.allowsOther || need.allowsAbsent) continue;
    let size = 0;
    for (const atom of need.exceptions) size += sizes[atom];
    if (size >= smallest) continue;
    rarest = need;
    smallest = size;
  }
  return rarest;
}
