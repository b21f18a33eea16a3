import { trafficMatches } from "../groups/rule-match.ts";
import type { SecurityGroup, SecurityGroupRule } from "../world/cloud.ts";
import type { WorldIndex } from "../world/world-index.ts";
import { CellPairs } from "./cell-pairs.ts";
import type { Coverage, GroupColumns } from "./group-columns.ts";
import { Numbering } from "./numbering.ts";
import { PairTable } from "./pair-table.ts";
import { NONE } from "./pod-shapes.ts";
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

/** A rule with what it says, and about whom. */
interface ReadyRule {
  readonly isEgress: boolean;
  readonly words: RuleWords;
  readonly number: number;
  readonly coverage: Coverage;
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
  /** Rows by number of direction and sets. */
  readonly #keys = new CellPairs();
  readonly #rows: (number | undefined)[] = [];
  /** Keys of rows of two sets. */
  readonly #joint: number[] = [];
  /** Groups as they were set. */
  readonly #edited = new Map<string, SecurityGroup>();
  readonly #words = new Map<string, RuleWords>();
  readonly #ready = new Map<string, readonly ReadyRule[]>();

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
   * The row of interfaces that are all asked, the pod's own first; `NONE` for no second one, -1 for a
   * set that is not known.
   * Row 0 allows everything.
   */
  rowOf(isEgress: boolean, own: number, second: number): number {
    const key = this.#keys.of(own * 2 + Number(isEgress), second);
    const known = this.#rows[key];
    if (known !== undefined) return known;
    if (second === NONE || second === own) this.#drawSet(isEgress, own);
    else {
      const one = this.rowOf(isEgress, own, NONE);
      const two = this.rowOf(isEgress, second, NONE);
      this.#drawBoth(one, two);
      this.#joint.push(key);
    }
    const row = this.table.addRow(this.#board);
    this.#rows[key] = row;
    return row;
  }

  /**
   * Puts other rules in the place of those of a group. Returns the rows that tell something else
   * now; undefined, having changed nothing, when what tells interfaces apart would be another.
   */
  setGroup(group: SecurityGroup): ReadonlySet<number> | undefined {
    const { groupId, vpcId, rules } = group;
    const old = this.#of(groupId);
    if (old === undefined || old.vpcId !== vpcId) return undefined;
    if (!rules.every(({ peer }) => this.#columns.knows(peer))) return undefined;
    this.#edited.set(groupId, group);
    this.#ready.delete(groupId);
    const changed = new Set<number>();
    for (const isEgress of [true, false]) {
      if (hasSameRules(old, group, isEgress)) continue;
      for (const set of this.#columns.setsWith(groupId)) this.#redraw(isEgress, set, changed);
    }
    this.#redrawJoint(changed);
    return changed;
  }

  // A set may have a row of its own, and one where it is asked twice.
  #redraw(isEgress: boolean, set: number, changed: Set<number>): void {
    for (const second of [NONE, set]) {
      const row = this.#rows[this.#keys.find(set * 2 + Number(isEgress), second)];
      if (row === undefined) continue;
      this.#drawSet(isEgress, set);
      if (this.table.setRow(row, this.#board)) changed.add(row);
    }
  }

  #redrawJoint(changed: Set<number>): void {
    for (const key of this.#joint) {
      const [first, second] = [this.#keys.words[2 * key], this.#keys.words[2 * key + 1]];
      const [own, isEgress] = [first >> 1, (first & 1) === 1];
      const one = this.rowOf(isEgress, own, NONE);
      const two = this.rowOf(isEgress, second, NONE);
      if (!changed.has(one) && !changed.has(two)) continue;
      this.#drawBoth(one, two);
      if (this.table.setRow(this.#rows[key] ?? 0, this.#board)) changed.add(this.#rows[key] ?? 0);
    }
  }

  #drawSet(isEgress: boolean, set: number): void {
    const board = this.#board;
    const groups = set < 0 ? [undefined] : this.#columns.sets.values[set].map((id) => this.#of(id));
    // A group that is not there may allow anything.
    board.begin(groups.includes(undefined) ? { yes: 0, maybe: -1 } : NO_WORDS);
    for (const group of groups) {
      if (group === undefined) continue;
      for (const rule of this.#rulesOf(group)) if (rule.isEgress === isEgress) this.#apply(rule);
    }
  }

  #of(groupId: string): SecurityGroup | undefined {
    return this.#edited.get(groupId) ?? this.#index.groups.get(groupId);
  }

  #apply({ words, number, coverage: { yes, maybe } }: ReadyRule): void {
    const board = this.#board;
    const isSame = words[4].yes === words[6].yes && words[4].maybe === words[6].maybe;
    for (const family of isSame ? [undefined] : ([4, 6] as const)) {
      const own = words[family ?? 4];
      if (own.maybe === 0) continue;
      board.allow(this.#within(yes, family), own, number);
      if (maybe.length === 0) continue;
      board.allow(this.#within(maybe, family), { yes: 0, maybe: own.maybe }, NO_RULE);
    }
  }

  #within(columns: readonly number[], family: 4 | 6 | undefined): readonly number[] {
    if (family === undefined) return columns;
    const { values } = this.#columns.columns;
    return columns.filter((column) => values[column].family === family);
  }

  // Both are asked; the rule is that of the first.
  #drawBoth(first: number, second: number): void {
    const board = this.#board;
    const { table } = this;
    const { cells } = table;
    const count = this.#columns.columns.count;
    board.begin(NO_WORDS);
    const kinds = new Numbering<number, number>();
    for (let column = 0; column < count; column++) {
      const [one, two] = [table.cellAt(first, column), table.cellAt(second, column)];
      const kind = kinds.of(one * 2 ** 24 + two, () => {
        const made = board.copyKind(0);
        const [at, from, other] = [made, one, two].map((cell) => cell * cells.width);
        board.cells.set(cells.words.subarray(from, from + cells.width), at);
        board.cells[at] &= cells.words[other];
        board.cells[at + 1] &= cells.words[other + 1];
        return made;
      });
      board.put(column, kinds.values[kind]);
    }
  }

  // In the order in which an explanation names them; without those that answer no question.
  #rulesOf(group: SecurityGroup): readonly ReadyRule[] {
    const known = this.#ready.get(group.groupId);
    if (known !== undefined) return known;
    const { groupId } = group;
    const ready: ReadyRule[] = [];
    for (const rule of [...group.rules].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1))) {
      const words = this.#wordsOf(rule);
      if ((words[4].maybe | words[6].maybe) === 0) continue;
      const { ruleId, isEgress } = rule;
      const number = this.rules.of(`${groupId} ${ruleId}`, () => ({ groupId, ruleId }));
      ready.push({ isEgress, words, number, coverage: this.#columns.coverageOf(rule.peer) });
    }
    this.#ready.set(groupId, ready);
    return ready;
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

function hasSameRules(old: SecurityGroup, group: SecurityGroup, isEgress: boolean): boolean {
  const before = old.rules.filter((rule) => rule.isEgress === isEgress);
  const after = group.rules.filter((rule) => rule.isEgress === isEgress);
  if (before.length !== after.length) return false;
  return before.every((rule, at) => {
    return rule === after[at] || JSON.stringify(rule) === JSON.stringify(after[at]);
  });
}
