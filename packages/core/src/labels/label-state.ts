import { type AtomKey, Atoms } from "./atoms.ts";
import { type BoundNeed, ClassScan } from "./bound-need.ts";
import { type ClassColumn, ClassTable, classColumn } from "./class-table.ts";
import type { KeyNeed } from "./key-need.ts";
import type { LabelledPod } from "./label-index.ts";
import { SelectorRows } from "./selector-rows.ts";

/**
 * The state of an index: atoms, classes, masks and rows, and the class of each pod.
 *
 * It learns a key or value when a selector names it first, and never forgets: the index starts
 * afresh when too much is there that nobody uses.
 */
export class LabelState {
  readonly atoms = new Atoms();
  readonly classes = new ClassTable();
  readonly rows = new SelectorRows(this.classes.capacity);
  /** By pod: its class, 0 for a number that is not in use. 16 bits while classes fit. */
  classOfPod: ClassColumn = classColumn(0);
  readonly #scan = new ClassScan();

  constructor() {
    this.classes.addKey(this.atoms.namespaces);
  }

  /** Bytes of all its columns. */
  get bytes(): number {
    return this.classes.bytes + this.rows.bytes + this.classOfPod.byteLength;
  }

  /** Makes room for this many pods. */
  fitPods(count: number): void {
    const old = this.classOfPod;
    if (count <= old.length) return;
    const length = old.length === 0 ? count : Math.max(count, Math.ceil(old.length * 1.25));
    this.classOfPod = classColumn(length, this.classes.capacity);
    this.classOfPod.set(old);
  }

  /** Puts the pod into its class, or out of all. @throws TrunklineError QUOTA, nothing changed. */
  place(pod: number, object: LabelledPod | undefined): void {
    const one = object === undefined ? 0 : this.#classify(object);
    const old = this.classOfPod[pod];
    if (old === one) return;
    if (old !== 0) this.classes.leave(old);
    if (one !== 0) this.classes.enter(one);
    this.classOfPod[pod] = one;
  }

  /**
   * Gives the needs in atoms; keys and values that are new are learnt, and pods told apart by them.
   *
   * @throws TrunklineError QUOTA, part of it learnt.
   */
  bind(needs: readonly KeyNeed[], pods: readonly (LabelledPod | undefined)[]): BoundNeed[] {
    const valueCount = needs.reduce((sum, { exceptions }) => sum + exceptions.length, 0);
    this.atoms.requireRoom(needs.length, valueCount);
    return needs.map((need) => this.#bindOne(need, pods));
  }

  /** Notes in masks and rows that the selector is in force with these needs, or no more. */
  apply(selector: number, needs: readonly BoundNeed[], holds: boolean): void {
    const { rows, classes } = this;
    for (const { key, allowsAbsent, allowsOther, exceptions } of needs) {
      rows.setBit(key.base, selector, holds && !allowsOther);
      rows.setBit(key.absent, selector, holds && allowsAbsent !== allowsOther);
      for (const atom of exceptions) rows.setBit(atom, selector, holds);
    }
    rows.setBit(0, selector, !holds);
    const size = this.#scan.find(needs, classes);
    rows.setHolds(this.#scan.found, size, { selector, holds });
  }

  /** The class of a pod, made when it is the first. */
  #classify({ namespace, labels }: LabelledPod): number {
    const { atoms, classes } = this;
    classes.beginTuple();
    const inNamespaces = atoms.namespaces;
    classes.addToTuple(0, inNamespaces.byValue.get(namespace) ?? inNamespaces.other);
    for (const label in labels) {
      const key = atoms.ofLabel(label);
      if (key === undefined || !Object.hasOwn(labels, label)) continue;
      classes.addToTuple(key.id, key.byValue.get(labels[label]) ?? key.other);
    }
    const found = classes.find();
    if (found !== 0) return found;
    if (classes.count === classes.capacity) this.#growClasses();
    const made = classes.add();
    this.rows.compute(made, { keys: atoms.keys, columns: classes.columns });
    return made;
  }

  #growClasses(): void {
    const capacity = this.classes.capacity * 2;
    this.rows.fitClasses(capacity);
    this.classes.grow(capacity, this.atoms.keys);
    const wide = classColumn(this.classOfPod.length, capacity);
    wide.set(this.classOfPod);
    this.classOfPod = wide;
  }

  #bindOne(need: KeyNeed, pods: readonly (LabelledPod | undefined)[]): BoundNeed {
    const { atoms, rows } = this;
    const firstNew = atoms.count;
    const key = this.#keyOf(need);
    const unknown = need.exceptions.filter((value) => !key.byValue.has(value));
    rows.fitAtoms(atoms.count + unknown.length);
    this.classes.fitAtoms(atoms.count + unknown.length);
    // To the selectors there are, a value that none of them names is like any other: masks of new
    // atoms are empty.
    for (const value of unknown) atoms.addValue(key, value);
    if (atoms.count > firstNew) this.#tellApart(need.label, key, { firstNew, pods });
    const { allowsAbsent, allowsOther } = need;
    const exceptions = need.exceptions.map((value) => key.byValue.get(value)!);
    return { key, allowsAbsent, allowsOther, exceptions };
  }

  #keyOf({ label }: KeyNeed): AtomKey {
    if (label === undefined) return this.atoms.namespaces;
    const known = this.atoms.ofLabel(label);
    if (known !== undefined) return known;
    const made = this.atoms.addLabel(label);
    this.classes.addKey(made);
    return made;
  }

  /** Places those pods anew that have one of the atoms from `firstNew` on. */
  #tellApart(label: string | undefined, key: AtomKey, { firstNew, pods }: NewAtoms): void {
    const column = () => this.classes.columns[key.id];
    // What the class of such a pod has taken it for until now.
    const before = key.other >= firstNew ? key.absent : key.other;
    for (let pod = 0; pod < pods.length; pod++) {
      if (column()[this.classOfPod[pod]] !== before) continue;
      // Class 0 has no atoms, so there is a pod.
      const object = pods[pod]!;
      const value = label === undefined ? object.namespace : object.labels[label];
      // Cheap first: most pods have another value, and inherited ones are met by the second.
      if ((key.byValue.get(value) ?? key.other) < firstNew) continue;
      if (label === undefined || Object.hasOwn(object.labels, label)) this.place(pod, object);
    }
  }
}

/** What was learnt, and the pods that may have it. */
interface NewAtoms {
  readonly firstNew: number;
  readonly pods: readonly (LabelledPod | undefined)[];
}
