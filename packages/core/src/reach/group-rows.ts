import { trafficMatches } from "../groups/rule-match.ts";
import type { SecurityGroup, SecurityGroupRule } from "../world/cloud.ts";
import type { WorldIndex } from "../world/world-index.ts";
import type { GroupColumns } from "./group-columns.ts";
import { Numbering } from "./numbering.ts";
import { PairTable } from "./pair-table.ts";
import { ALL_WORDS, NO_WORDS, type PortQuestion, type Words } from "./questions.ts";
import { NO_RULE, RowBoard } from "./row-board.ts";

/** A rule of a group, by ids. */
export interface GroupRuleName {
  readonly groupId: string;
  readonly ruleId: string;
}

/** What rules say to all questions, by family. */
interface RuleWords {
  readonly 4: Words;
  readonly 6: Words;
}

/**
 * Rows of security groups: what the groups of some interfaces, all of which are asked, say to each
 * column in one direction. All columns must be known before the first row.
 */
export class GroupRows {
  readonly table: PairTable;
  readonly rules: Numbering<string, GroupRuleName> = new Numbering();
  readonly #index: WorldIndex;
  readonly #columns: GroupColumns;
  readonly #questions: readonly PortQuestion[];
  readonly #board: RowBoard;
  readonly #rows = new Map<string, number>();
  readonly #words = new Map<string, RuleWords>();
  readonly #sorted = new Map<string, readonly SecurityGroupRule[]>();

  constructor(index: WorldIndex, columns: GroupColumns, questions: readonly PortQuestion[]) {
    this.#index = index;
    this.#columns = columns;
    this.#questions = questions;
    this.table = new PairTable(questions.length);
    this.#board = new RowBoard(columns.columns.count, questions.length);
    this.#board.begin(ALL_WORDS);
    this.table.addRow(this.#board);
  }

  /**
   * The row of interfaces that are all asked, the pod's own first; -1 for a set that is not known.
   * Row 0 allows everything.
   */
  rowOf(isEgress: boolean, own: number, second: number | undefined): number {
    const key = `${isEgress} ${own} ${second ?? ""}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row =
      second === undefined || second === own
        ? this.#rowOfSet(isEgress, own)
        : this.#rowOfBoth(
            this.rowOf(isEgress, own, undefined),
            this.rowOf(isEgress, second, undefined),
          );
    this.#rows.set(key, row);
    return row;
  }

  #rowOfSet(isEgress: boolean, set: number): number {
    const board = this.#board;
    const groups = set < 0 ? [undefined] : this.#columns.sets.values[set].map((id) => this.#of(id));
    // A group that is not there may allow anything.
    board.begin(groups.includes(undefined) ? { yes: 0, maybe: -1 } : NO_WORDS);
    for (const group of groups) {
      if (group === undefined) continue;
      for (const rule of this.#rulesOf(group)) {
        if (rule.isEgress === isEgress) this.#apply(group, rule);
      }
    }
    return this.table.addRow(board);
  }

  #of(groupId: string): SecurityGroup | undefined {
    return this.#index.groups.get(groupId);
  }

  #apply({ groupId }: SecurityGroup, rule: SecurityGroupRule): void {
    const board = this.#board;
    const { columns } = this.#columns;
    const words = this.#wordsOf(rule);
    if ((words[4].maybe | words[6].maybe) === 0) return;
    const { ruleId } = rule;
    const number = this.rules.of(`${groupId} ${ruleId}`, () => ({ groupId, ruleId }));
    const { yes, maybe } = this.#columns.coverageOf(rule.peer);
    for (const column of yes) {
      const own = words[columns.values[column].family];
      if (own.maybe !== 0) board.allow(board.touch(column), own, number);
    }
    for (const column of maybe) {
      const own = words[columns.values[column].family];
      if (own.maybe !== 0) board.allow(board.touch(column), { yes: 0, maybe: own.maybe }, NO_RULE);
    }
  }

  // Both are asked; the rule is that of the first.
  #rowOfBoth(first: number, second: number): number {
    const board = this.#board;
    const { table } = this;
    const { cells } = table;
    const count = this.#columns.columns.count;
    board.begin(NO_WORDS);
    for (let column = 0; column < count; column++) {
      const one = table.cellAt(first, column) * cells.width;
      const two = table.cellAt(second, column) * cells.width;
      const at = board.touch(column);
      for (let i = 0; i < cells.width; i++) board.cells[at + i] = cells.words[one + i];
      board.cells[at] &= cells.words[two];
      board.cells[at + 1] &= cells.words[two + 1];
    }
    return table.addRow(board);
  }

  // In the order in which an explanation names them.
  #rulesOf(group: SecurityGroup): readonly SecurityGroupRule[] {
    const known = this.#sorted.get(group.groupId);
    if (known !== undefined) return known;
    const sorted = [...group.rules].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
    this.#sorted.set(group.groupId, sorted);
    return sorted;
  }

  #wordsOf(rule: SecurityGroupRule): RuleWords {
    const { protocol, fromPort, toPort } = rule;
    const key = `${protocol} ${fromPort} ${toPort}`;
    const known = this.#words.get(key);
    if (known !== undefined) return known;
    const made = { 4: this.#wordsIn(rule, 4), 6: this.#wordsIn(rule, 6) };
    this.#words.set(key, made);
    return made;
  }

  #wordsIn(rule: SecurityGroupRule, family: 4 | 6): Words {
    let [yes, maybe] = [0, 0];
    for (const [bit, question] of this.#questions.entries()) {
      const match = trafficMatches(rule, { ...question, family });
      if (match === "yes") yes |= 1 << bit;
      if (match !== "no") maybe |= 1 << bit;
    }
    return { yes, maybe };
  }
}
