import type { Grower } from "./grower.ts";
import { PORT_SHIFT, ROW_SHIFT } from "./layout.ts";
import type { UnitRules } from "./rule-tables.ts";

/**
 * What the x of `dir` means, the same for every unit. Prefixes and classes of ports that were there
 * when an image was compiled are numbered in their order; later ones come after them, out of it.
 */
export interface Axes {
  /** Number of a prefix by its id; -1 for one that has none yet. */
  readonly numbers: readonly number[];
  readonly nodes: NodePlaces;
  /** Sets that hold a group, by group. */
  readonly setsOfGroup: readonly (readonly number[])[];
  /** By key, as it was when the image was compiled. */
  readonly classOf: Uint16Array;
  /** Classes of ports that came later, with their first key. */
  readonly laterClasses: readonly Later[];
  /** Prefixes that came later, with their key. */
  readonly laterNodes: readonly Later[];
  /** First cell of a unit's sets and of its ports in `dir`. */
  readonly setBase: number;
  readonly portBase: number;
}

/** Something that came after the image was compiled. */
export interface Later {
  readonly number: number;
  readonly key: number;
}

/** Where prefixes lie, by number: a prefix is inside another from its key to before its end key. */
export interface NodePlaces {
  readonly keys: Float64Array;
  readonly endKeys: Float64Array;
  /** First ordered number of a prefix and those inside it, and the number after the last. */
  readonly froms: Int32Array;
  readonly tos: Int32Array;
}

/** Where units are written to. */
export interface UnitColumns {
  readonly dir: Grower;
  readonly rowPages: Grower;
  readonly portPages: Grower;
  /** Begins with a row of zeros as wide as the widest row. */
  readonly bits: Grower;
}

/**
 * Compiles one unit: finds the ports it tells apart, makes a row of bits for each peer (bit: these
 * ports are allowed), and files equal rows once.
 */
export class UnitCompiler {
  readonly #axes: Axes;
  readonly #out: UnitColumns;
  #width = 1;
  #rows = new Int32Array(0);
  #rowSlots = new Int32Array(0);

  constructor(axes: Axes, out: UnitColumns) {
    this.#axes = axes;
    this.#out = out;
  }

  /** Writes a unit whose cells of `dir`, from `offset` on, are zero. */
  compile(unit: UnitRules, offset: number): void {
    const spans = this.#writePorts(unit, offset);
    const targets = this.#fillRows(unit, spans);
    const slotCount = 1 << (33 - Math.clz32(targets.size + this.#axes.setsOfGroup.length));
    this.#rowSlots = new Int32Array(slotCount).fill(-1);
    this.#writeNodes(targets, offset);
    this.#writeSets(targets, offset);
  }

  // Bits are numbered by the ranges between the ports at which some rule begins or ends; bit 0 is
  // for ports that no rule names.
  #writePorts({ low, high }: UnitRules, offset: number): readonly Span[] {
    const changes = new Map<number, number>();
    const step = (at: number, by: number) => changes.set(at, (changes.get(at) ?? 0) + by);
    for (let at = 0; at < low.length; at++) {
      step(low[at], 1);
      step(high[at] + 1, -1);
    }
    const cuts = [...changes.keys()].sort((a, b) => a - b);
    const bitAt = new Map<number, number>();
    let bitCount = 1;
    let depth = 0;
    for (const [at, cut] of cuts.entries()) {
      depth += changes.get(cut) ?? 0;
      bitAt.set(cut, bitCount);
      if (depth > 0) this.#fillPorts(offset, { from: cut, to: cuts[at + 1], value: bitCount++ });
    }
    this.#width = (bitCount + 31) >> 5;
    return low.map((key, at) => ({
      from: bitAt.get(key) ?? 0,
      to: bitAt.get(high[at] + 1) ?? 0,
    }));
  }

  // The classes whose keys lie in a range of keys that begins and ends with a class.
  #fillPorts(offset: number, { from, to, value }: Omit<Run, "isPort">): void {
    const { classOf, portBase, laterClasses } = this.#axes;
    const classFrom = (key: number) => (key === 0 ? 0 : classOf[key - 1] + 1);
    const base = offset + portBase;
    fill(this.#out, base, { from: classFrom(from), to: classFrom(to), value, isPort: true });
    for (const { number, key } of laterClasses) {
      if (key < from || key >= to) continue;
      fill(this.#out, base, { from: number, to: number + 1, value, isPort: true });
    }
  }

  // One row for each peer, in the order of first mention.
  #fillRows({ peers }: UnitRules, spans: readonly Span[]): Map<number, number> {
    const targets = new Map<number, number>();
    const rowOf = peers.map((peer) => {
      const target = peer < 0 ? peer : this.#axes.numbers[peer];
      const known = targets.get(target);
      if (known !== undefined) return known;
      targets.set(target, targets.size);
      return targets.size - 1;
    });
    const width = this.#width;
    this.#rows = new Int32Array(targets.size * width);
    for (let at = 0; at < rowOf.length; at++) setBits(this.#rows, rowOf[at] * width, spans[at]);
    return targets;
  }

  // A prefix allows what those around it allow and what it allows itself.
  #writeNodes(targets: ReadonlyMap<number, number>, offset: number): void {
    const { keys, endKeys, froms, tos } = this.#axes.nodes;
    const nodes = [...targets.keys()].filter((target) => target >= 0);
    nodes.sort((a, b) => keys[a] - keys[b]);
    const open: NodeRow[] = [];
    const all: NodeRow[] = [];
    let from = 0;
    const fillTo = (to: number) => {
      const value = open.at(-1)?.value ?? 0;
      if (value !== 0) fill(this.#out, offset, { from, to, value, isPort: false });
      from = to;
    };
    const closeBefore = (key: number) => {
      for (let top = open.at(-1); top !== undefined && top.endKey <= key; top = open.at(-1)) {
        fillTo(tos[top.node]);
        open.pop();
      }
    };
    for (const node of nodes) {
      closeBefore(keys[node]);
      fillTo(froms[node]);
      const row = (targets.get(node) ?? 0) * this.#width;
      const around = open.at(-1);
      if (around !== undefined) this.#addRow(row, around.row);
      const value = this.#intern(this.#rows, row);
      const entry = { node, key: keys[node], endKey: endKeys[node], row, value, around };
      open.push(entry);
      all.push(entry);
    }
    closeBefore(Number.POSITIVE_INFINITY);
    this.#writeLaterNodes(all, offset);
  }

  // Later prefixes lie in no run: each has a cell of its own.
  #writeLaterNodes(all: readonly NodeRow[], offset: number): void {
    for (const { number, key } of this.#axes.laterNodes) {
      let low = 0;
      let high = all.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (all[middle].key <= key) low = middle + 1;
        else high = middle;
      }
      let entry: NodeRow | undefined = all[low - 1];
      while (entry !== undefined && entry.endKey <= key) entry = entry.around;
      if (entry === undefined) continue;
      const run = { from: number, to: number + 1, value: entry.value, isPort: false };
      fill(this.#out, offset, run);
    }
  }

  // A set allows what any rule that names one of its groups allows.
  #writeSets(targets: ReadonlyMap<number, number>, offset: number): void {
    const rowsOfSet = new Map<number, number[]>();
    for (const [target, row] of targets) {
      if (target >= 0) continue;
      for (const set of this.#axes.setsOfGroup[~target] ?? []) {
        const rows = rowsOfSet.get(set);
        if (rows === undefined) rowsOfSet.set(set, [row]);
        else rows.push(row);
      }
    }
    const sum = new Int32Array(this.#width);
    for (const set of [...rowsOfSet.keys()].sort((a, b) => a - b)) {
      sum.fill(0);
      for (const row of rowsOfSet.get(set) ?? []) {
        for (let word = 0; word < sum.length; word++) {
          sum[word] |= this.#rows[row * this.#width + word];
        }
      }
      const run = { from: set, to: set + 1, value: this.#intern(sum, 0), isPort: false };
      fill(this.#out, offset + this.#axes.setBase, run);
    }
  }

  #addRow(row: number, from: number): void {
    for (let word = 0; word < this.#width; word++)
      this.#rows[row + word] |= this.#rows[from + word];
  }

  // The place in `bits` of a row with this content; the same content is filed once a unit.
  #intern(rows: Int32Array, row: number): number {
    const width = this.#width;
    let hash = 0;
    for (let word = 0; word < width; word++) hash = Math.imul(hash ^ rows[row + word], 0x9e3779b1);
    const { bits } = this.#out;
    const mask = this.#rowSlots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    // Ends: there are more slots than rows.
    while (this.#rowSlots[slot] >= 0) {
      const filed = this.#rowSlots[slot];
      if (this.#isFiledAt(filed, rows, row)) return filed;
      slot = (slot + 1) & mask;
    }
    const filed = bits.add(width, 0);
    bits.words.set(rows.subarray(row, row + width), filed);
    this.#rowSlots[slot] = filed;
    return filed;
  }

  #isFiledAt(filed: number, rows: Int32Array, row: number): boolean {
    const { words } = this.#out.bits;
    for (let word = 0; word < this.#width; word++) {
      if (words[filed + word] !== rows[row + word]) return false;
    }
    return true;
  }
}

interface NodeRow {
  readonly node: number;
  readonly key: number;
  readonly endKey: number;
  readonly row: number;
  readonly value: number;
  readonly around: NodeRow | undefined;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Run extends Span {
  readonly value: number;
  readonly isPort: boolean;
}

/** Gives x of a run its value: whole cells of `dir` where they fit, entries of pages elsewhere. */
export function fill(out: UnitColumns, base: number, { from, to, value, isPort }: Run): void {
  const { dir } = out;
  const pages = isPort ? out.portPages : out.rowPages;
  const shift = isPort ? PORT_SHIFT : ROW_SHIFT;
  const size = 1 << shift;
  for (let at = from; at < to; ) {
    const cell = base + (at >> shift);
    const end = Math.min(to, ((at >> shift) + 1) << shift);
    if (end - at === size) dir.words[cell] = value;
    else {
      if (dir.words[cell] >= 0) dir.words[cell] = ~pages.add(size, dir.words[cell]);
      const first = ~dir.words[cell] + (at & (size - 1));
      pages.words.fill(value, first, first + end - at);
    }
    at = end;
  }
}

function setBits(rows: Int32Array, row: number, { from, to }: Span): void {
  for (let bit = from; bit < to; bit++) rows[row + (bit >> 5)] |= 1 << (bit & 31);
}
