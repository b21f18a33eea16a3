import type { Axes } from "./axes.ts";
import type { AxisWriter } from "./axis-writer.ts";
import { growing32 } from "./grower.ts";
import type { UnitRows } from "./unit-rows.ts";

/** The groups that one unit names, and the sets that hold them. */
export class UnitSets {
  readonly #axes: Axes;
  readonly #rows: UnitRows;
  readonly #out: AxisWriter;
  /** By group and by set, zero between two units: the row plus one. */
  readonly #rowOfGroup: Int32Array;
  readonly #rowOfSet: Int32Array;
  readonly #groups = growing32();
  readonly #sets = growing32();

  constructor(axes: Axes, rows: UnitRows, out: AxisWriter) {
    this.#axes = axes;
    this.#rows = rows;
    this.#out = out;
    this.#rowOfGroup = new Int32Array(axes.groupSets.length - 1);
    this.#rowOfSet = new Int32Array(axes.setCount);
  }

  /** The row of a group of the unit; -1 for a group that came later, which is in no set. */
  rowOf(group: number): number {
    if (group >= this.#rowOfGroup.length) return -1;
    if (this.#rowOfGroup[group] === 0) {
      this.#groups.add(1, group);
      this.#rowOfGroup[group] = this.#rows.add() + 1;
    }
    return this.#rowOfGroup[group] - 1;
  }

  /**
   * Writes all, and forgets them. A set allows what any rule that names one of its groups allows.
   * Without a loop, as `UnitNodes`.
   *
   * @param base the cell of set 0.
   */
  write(base: number): void {
    this.#findSets(this.#rows.count);
    this.#joinRuns(this.#sets.used().sort());
    this.#out.flush(base);
    this.#groups.clear();
    this.#sets.clear();
  }

  #findSets(ownFrom: number): void {
    const { groupSets, setList } = this.#axes;
    const groups = this.#groups.used();
    for (let at = 0; at < groups.length; at++) {
      const group = groups[at];
      const row = this.#rowOfGroup[group] - 1;
      this.#rowOfGroup[group] = 0;
      for (let i = groupSets[group]; i < groupSets[group + 1]; i++) {
        this.#addTo(setList[i], row, ownFrom);
      }
    }
  }

  #joinRuns(sets: Int32Array): void {
    for (let at = 0; at < sets.length; at++) {
      const value = this.#rows.numberOf(this.#rowOfSet[sets[at]] - 1);
      this.#out.join(sets[at], sets[at] + 1, value);
      this.#rowOfSet[sets[at]] = 0;
    }
  }

  // A set with one group of the unit shares its row; with more it has a row of its own.
  #addTo(set: number, row: number, ownFrom: number): void {
    const known = this.#rowOfSet[set] - 1;
    if (known < 0) {
      this.#sets.add(1, set);
      this.#rowOfSet[set] = row + 1;
    } else if (known >= ownFrom) this.#rows.addRow(known, row);
    else {
      const own = this.#rows.add();
      this.#rows.addRow(own, known);
      this.#rows.addRow(own, row);
      this.#rowOfSet[set] = own + 1;
    }
  }
}
