import type { Axes } from "./axes.ts";
import type { AxisWriter } from "./axis-writer.ts";
import type { UnitRows } from "./unit-rows.ts";

/** The prefixes that one unit names. */
export class UnitNodes {
  readonly #axes: Axes;
  readonly #rows: UnitRows;
  readonly #out: AxisWriter;
  /** By number of a prefix, zero between two units: its row plus one. */
  readonly #rowAt: Int32Array;
  #named: Int32Array = new Int32Array(256);
  #count = 0;
  // The prefixes around the one in hand, outer ones first. They differ in length, of which there
  // are 129.
  readonly #open = new Int32Array(256);
  readonly #values = new Int32Array(256);
  #depth = 0;
  /** Where the run begins that is written next: as a number, and as a key. */
  #from = 0;
  // Keys are doubles: a field that begins as an integer costs V8 the code made until then.
  #fromKey = Number.NEGATIVE_INFINITY;

  constructor(axes: Axes, rows: UnitRows, out: AxisWriter) {
    this.#axes = axes;
    this.#rows = rows;
    this.#out = out;
    this.#rowAt = new Int32Array(axes.nodes.keys.length);
  }

  /** The row of a prefix of the unit. */
  rowOf(node: number): number {
    if (this.#rowAt[node] === 0) {
      if (this.#count === this.#named.length) this.#named = grown(this.#named);
      this.#named[this.#count++] = node;
      this.#rowAt[node] = this.#rows.add() + 1;
    }
    return this.#rowAt[node] - 1;
  }

  /**
   * Writes all, and forgets them. A prefix allows what those around it allow and its own rules.
   * Without a loop of its own: V8 would make code for it that holds all it calls once more.
   *
   * @param base the cell of prefix 0.
   */
  write(base: number): void {
    const nodes = this.#inPreorder();
    this.#from = 0;
    this.#joinRuns(nodes);
    this.#closeBefore(Number.POSITIVE_INFINITY);
    this.#out.flush(base);
    this.#forget(nodes);
  }

  // A loop alone, with nothing behind it: see `RuleReader`.
  #joinRuns(nodes: Int32Array): void {
    const { keys, froms } = this.#axes.nodes;
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at];
      const row = this.#rowAt[node] - 1;
      this.#closeBefore(keys[node]);
      this.#fillTo(froms[node], keys[node]);
      if (this.#depth > 0) this.#rows.addRow(row, this.#rowAt[this.#open[this.#depth - 1]] - 1);
      this.#open[this.#depth] = node;
      this.#values[this.#depth++] = this.#rows.numberOf(row);
    }
  }

  #forget(nodes: Int32Array): void {
    for (let at = 0; at < nodes.length; at++) this.#rowAt[nodes[at]] = 0;
    this.#count = 0;
  }

  // Numbers are in preorder already, those of later prefixes are not.
  #inPreorder(): Int32Array {
    const nodes = this.#named.subarray(0, this.#count);
    const { nodes: places, laterNodes } = this.#axes;
    if (laterNodes.keys.length === 0) return nodes.sort();
    return nodes.sort((a, b) => places.keys[a] - places.keys[b]);
  }

  #closeBefore(key: number): void {
    const { endKeys, tos } = this.#axes.nodes;
    for (; this.#depth > 0; this.#depth--) {
      const node = this.#open[this.#depth - 1];
      if (endKeys[node] > key) return;
      this.#fillTo(tos[node], endKeys[node]);
    }
  }

  // Everything up to here allows what the innermost open prefix allows.
  #fillTo(to: number, toKey: number): void {
    if (this.#depth > 0) {
      const value = this.#values[this.#depth - 1];
      this.#out.join(this.#from, to, value);
      if (this.#axes.laterNodes.keys.length > 0) this.#fillLater(toKey, value);
    }
    this.#from = to;
    this.#fromKey = toKey;
  }

  // Later prefixes lie in no run: each has a cell of its own.
  #fillLater(toKey: number, value: number): void {
    const { laterNodes } = this.#axes;
    const end = laterNodes.from(toKey);
    for (let at = laterNodes.from(this.#fromKey); at < end; at++) {
      const number = laterNodes.numbers[at];
      this.#out.join(number, number + 1, value);
    }
  }
}

function grown(words: Int32Array): Int32Array {
  const larger = new Int32Array(2 * words.length);
  larger.set(words);
  return larger;
}
