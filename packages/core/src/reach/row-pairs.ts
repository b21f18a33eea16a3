import type { CellPairs } from "./cell-pairs.ts";

/** Cells of a row that are told apart without hashing. */
const nearCells = 64;

/** Numbers pairs of cells, of which a row has few: those of one row are found without hashing. */
export class RowPairs {
  readonly #pairs: CellPairs;
  /** By cell, of groups from 1: its number within the row, while the turn is that of the row. */
  readonly #groups: Int32Array;
  readonly #policies: Int32Array;
  readonly #groupTurns: Int32Array;
  readonly #policyTurns: Int32Array;
  /** By numbers within the row: the number of the pair + 1, or 0. */
  readonly #found = new Int32Array(nearCells * nearCells);
  #groupCount = 0;
  #policyCount = 0;
  #turn = 0;

  constructor(pairs: CellPairs, groupCells: number, policyCells: number) {
    this.#pairs = pairs;
    this.#groups = new Int32Array(groupCells + 1);
    this.#groupTurns = new Int32Array(groupCells + 1);
    this.#policies = new Int32Array(policyCells);
    this.#policyTurns = new Int32Array(policyCells);
  }

  /** Begins a row. */
  begin(): void {
    this.#turn++;
    this.#found.fill(0, 0, Math.min(this.#groupCount, nearCells) * nearCells);
    this.#groupCount = 0;
    this.#policyCount = 0;
  }

  /** The number of a pair; the cell of groups may be -1. */
  of(group: number, policy: number): number {
    if (this.#groupTurns[group + 1] !== this.#turn) this.#meetGroup(group + 1);
    if (this.#policyTurns[policy] !== this.#turn) this.#meetPolicy(policy);
    const one = this.#groups[group + 1];
    const two = this.#policies[policy];
    if (one >= nearCells || two >= nearCells) return this.#pairs.of(group, policy);
    const at = one * nearCells + two;
    const known = this.#found[at];
    if (known > 0) return known - 1;
    const made = this.#pairs.of(group, policy);
    this.#found[at] = made + 1;
    return made;
  }

  #meetGroup(at: number): void {
    this.#groupTurns[at] = this.#turn;
    this.#groups[at] = this.#groupCount++;
  }

  #meetPolicy(at: number): void {
    this.#policyTurns[at] = this.#turn;
    this.#policies[at] = this.#policyCount++;
  }
}
