import type { Axes } from "./axes.ts";
import { AxisWriter } from "./axis-writer.ts";
import type { Grower } from "./grower.ts";
import { PORT_SHIFT, ROW_SHIFT, RULE_WORDS, UNIT_WORDS } from "./layout.ts";
import type { UnitRules } from "./rule-tables.ts";
import type { UnitColumns } from "./unit-columns.ts";
import { UnitNodes } from "./unit-nodes.ts";
import { UnitPorts } from "./unit-ports.ts";
import { UnitRows } from "./unit-rows.ts";
import { UnitSets } from "./unit-sets.ts";

/**
 * Compiles one unit: finds the ports it tells apart, makes a row of bits for each peer (bit: these
 * ports are allowed), and writes equal rows once.
 */
export class UnitCompiler {
  readonly #axes: Axes;
  readonly #ports: UnitPorts;
  readonly #rows: UnitRows;
  readonly #nodes: UnitNodes;
  readonly #sets: UnitSets;
  readonly #dir: Grower;

  constructor(axes: Axes, { dir, rowPages, portPages, bits }: UnitColumns) {
    const rows = new UnitRows(bits);
    const out = new AxisWriter(dir, rowPages, ROW_SHIFT);
    this.#axes = axes;
    this.#dir = dir;
    this.#rows = rows;
    this.#ports = new UnitPorts(axes, new AxisWriter(dir, portPages, PORT_SHIFT));
    this.#nodes = new UnitNodes(axes, rows, out);
    this.#sets = new UnitSets(axes, rows, out);
  }

  /** Writes a unit whose cells of `dir`, from `offset` on, are zero. */
  compile(unit: UnitRules, offset: number): void {
    const { setBase, portBase } = this.#axes;
    const bitCount = this.#ports.write(unit, offset + portBase);
    this.#rows.begin(bitCount, unit.end - unit.first + this.#axes.setCount);
    this.#fillRows(unit);
    this.#nodes.write(offset + UNIT_WORDS);
    this.#sets.write(offset + setBase);
    this.#dir.words[offset] = this.#rows.write();
  }

  // One row for each peer.
  #fillRows({ entries, first, end }: UnitRules): void {
    const { numbers } = this.#axes;
    const { froms, tos } = this.#ports;
    const { words } = entries.rules;
    for (let at = first; at < end; at++) {
      const peer = words[RULE_WORDS * at];
      const row = peer < 0 ? this.#sets.rowOf(~peer) : this.#nodes.rowOf(numbers[peer]);
      if (row >= 0) this.#rows.setBits(row, froms[at - first], tos[at - first]);
    }
  }
}
