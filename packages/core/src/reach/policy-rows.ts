import type { PolicyContext } from "../network-policies/question.ts";
import type { PolicyDirection, ReadPolicy } from "../network-policies/read-policy.ts";
import { NO_ITEMS } from "./int-lists.ts";
import { IsolationWords, openCell } from "./isolation-words.ts";
import { PairTable } from "./pair-table.ts";
import { isBroken, PolicyBook, type ReplacedPolicy, type SpotPolicies } from "./policy-book.ts";
import type { PolicyColumns } from "./policy-columns.ts";
import { type EntryContext, type PolicyEntries, policyEntries } from "./policy-entries.ts";
import type { PolicySubject } from "./policy-subject.ts";
import { ALL_WORDS, NO_WORDS, type PortQuestion } from "./questions.ts";
import { type CellEdit, NO_RULE, RowBoard } from "./row-board.ts";
import { type NameCounts, type PackedNames, RuleNumbers } from "./rule-numbers.ts";
import { TierColumns } from "./tier-columns.ts";
import { Tuples } from "./tuples.ts";

/** Words of what a row depends on: direction, three lists, and what else tells rows apart. */
const KEY = { direction: 0, admin: 1, own: 2, baseline: 3, flags: 4, ports: 5, first: 6 } as const;
const keyWords = 8;

/** A row of a pod. */
interface HeldRow {
  readonly row: number;
  /** True when nobody else has it. */
  readonly isLast: boolean;
}

/** The row that a pod has now. */
interface RowAfter {
  readonly row: number;
  /** True when it tells something else, as far as anybody knows. */
  readonly isChanged: boolean;
}

/**
 * Rows of network policies: what the policies of a pod say to each column in one direction. All
 * spots and columns must be known before the first row. Row 0 allows everything.
 */
export class PolicyRows {
  readonly table: PairTable;
  readonly #rules = new RuleNumbers();
  readonly #columns: PolicyColumns;
  readonly #context: EntryContext;
  readonly #book: PolicyBook;
  readonly #board: RowBoard;
  /** What rows depend on, by number of the key. */
  readonly #keys = new Tuples(keyWords);
  /** The row of each key, 0 where it was given away; and the key of each row. */
  readonly #rowOfKey: number[] = [];
  readonly #keyOfRow: number[] = [-1];
  /** Rows that no class has any more. */
  readonly #free: number[] = [];
  readonly #key = new Int32Array(keyWords);
  /** By policy, as far as they were asked for. */
  readonly #entries: Record<PolicyDirection, (PolicyEntries | undefined)[]>;
  readonly #tiers = new Map<string, TierColumns>();
  readonly #isolation: IsolationWords;
  readonly #open: CellEdit;
  readonly #forget: CellEdit;

  constructor(
    columns: PolicyColumns,
    questions: readonly PortQuestion[],
    reading: Pick<PolicyContext, "set" | "switches" | "enforcing">,
  ) {
    this.#columns = columns;
    this.#book = new PolicyBook(reading.set, columns.spots);
    const none = () => Array.from(this.#book.policies, () => undefined);
    this.#entries = { ingress: none(), egress: none() };
    this.#context = { ...reading, columns, questions, rules: this.#rules, rangeWords: new Map() };
    this.table = new PairTable(questions.length);
    this.#board = new RowBoard(columns.columns.count, questions.length);
    this.#open = openCell(this.#board.width);
    this.#forget = forgetUnknown(questions.length);
    this.#isolation = new IsolationWords(this.#board, this.#context);
    this.#board.begin(ALL_WORDS);
    this.table.addRow(this.#board);
  }

  /** Names of all rules that rows speak of. */
  get names(): PackedNames {
    return this.namesAfter(undefined);
  }

  /** How many names there are. */
  get nameCounts(): NameCounts {
    return { titles: this.#book.titles.length, ...this.#rules.counts };
  }

  /** Names that came after others. */
  namesAfter(known: NameCounts | undefined): PackedNames {
    return this.#rules.packed(this.#book.titles, known);
  }

  /**
   * Puts a NetworkPolicy in the place of another by number, or of none. Returns undefined, and has
   * changed nothing, when what tells pods apart would be another.
   */
  replace(old: number | undefined, policy: ReadPolicy | undefined): ReplacedPolicy | undefined {
    const isFine =
      (policy === undefined || (!isBroken(policy) && this.#columns.knows(policy))) &&
      (old === undefined || !isBroken(this.#book.policies[old]));
    return isFine ? this.#book.replace(old, policy) : undefined;
  }

  /** Numbers of the NetworkPolicies, by "namespace/name". */
  numbersByName(): Map<string, number> {
    const found = new Map<string, number>();
    for (const [number, { tier, namespace, name }] of this.#book.policies.entries()) {
      if (tier === "NetworkPolicy") found.set(`${namespace}/${name}`, number);
    }
    return found;
  }

  /**
   * The row of a pod that had another before policies were replaced; that one is given away where
   * nobody else has it, and may come back with the same number and something else to tell.
   */
  rowAfter(old: HeldRow, subject: PolicySubject, direction: PolicyDirection): RowAfter {
    const number = this.#keyOf(subject, direction);
    const isSame =
      number === undefined ? old.row === 0 : old.row > 0 && this.#rowOfKey[number] === old.row;
    if (isSame) return { row: old.row, isChanged: false };
    if (old.isLast && old.row !== 0) {
      this.#rowOfKey[this.#keyOfRow[old.row]] = 0;
      this.#free.push(old.row);
    }
    return { row: this.rowOf(subject, direction), isChanged: true };
  }

  /** The row of a pod. */
  rowOf(subject: PolicySubject, direction: PolicyDirection): number {
    const number = this.#keyOf(subject, direction);
    if (number === undefined) return 0;
    const known = this.#rowOfKey[number];
    if (known > 0) return known;
    this.#drawRow(subject, direction);
    const row = this.#storeRow();
    this.#rowOfKey[number] = row;
    this.#keyOfRow[row] = number;
    return row;
  }

  // Undefined where nothing speaks of the pod.
  #keyOf(subject: PolicySubject, direction: PolicyDirection): number | undefined {
    const own = this.#book.ofSpot(subject.spot, direction);
    const isClosed = this.#isClosed(own);
    const isQuiet = (own.admin | own.own | own.baseline) === NO_ITEMS;
    if (isQuiet && !isClosed && !own.isUnsure) return undefined;
    const { switches } = this.#context;
    const isIngress = direction === "ingress";
    const key = this.#key;
    key[KEY.direction] = Number(isIngress);
    key[KEY.admin] = own.admin;
    key[KEY.own] = own.own;
    key[KEY.baseline] = own.baseline;
    const isPlaced = isIngress && subject.isScheduled;
    key[KEY.flags] = Number(isClosed) | (Number(own.isUnsure) << 1) | (Number(isPlaced) << 2);
    key[KEY.ports] = isIngress ? subject.ports : -1;
    key[KEY.first] = switches.secondFamily === "open" ? (subject.firstFamily ?? 0) : -1;
    return this.#keys.intern(key, 0);
  }

  #storeRow(): number {
    const row = this.#free.pop();
    if (row === undefined) return this.table.addRow(this.#board);
    this.table.setRow(row, this.#board);
    return row;
  }

  #drawRow(subject: PolicySubject, direction: PolicyDirection): void {
    const board = this.#board;
    const own = this.#book.ofSpot(subject.spot, direction);
    const policies = this.#book.lists.itemsOf(own.own);
    const isSilent = policies.length === 0 && !own.isUnsure;
    if (isSilent) {
      board.begin(this.#isClosed(own) ? NO_WORDS : ALL_WORDS);
      this.#tierOf(own.baseline, direction, subject)?.apply(board);
    } else {
      this.#isolation.write({
        policies: policies.map((one) => this.#entriesOf(one, direction)),
        first: policies.length === 0 ? undefined : this.#book.titleOf(policies[0]),
        isUnsure: own.isUnsure,
        direction,
        subject,
      });
    }
    this.#tierOf(own.admin, direction, subject)?.apply(board);
    this.#exempt(subject, direction);
    board.changeAll(this.#forget);
  }

  // Only strict enforcing closes a pod that no policy selects.
  #isClosed({ isSelected }: SpotPolicies): boolean {
    const { switches, enforcing } = this.#context;
    return switches.isolationUnit === "pod" && enforcing === "strict" && !isSelected;
  }

  #entriesOf(policy: number, direction: PolicyDirection): PolicyEntries {
    const known = this.#entries[direction][policy];
    if (known !== undefined) return known;
    const named = { policy: this.#book.policies[policy], title: this.#book.titleOf(policy) };
    const made = policyEntries(named, direction, this.#context);
    this.#entries[direction][policy] = made;
    return made;
  }

  #tierOf(
    list: number,
    direction: PolicyDirection,
    subject: PolicySubject,
  ): TierColumns | undefined {
    if (list === NO_ITEMS) return undefined;
    const namedPorts = direction === "ingress" ? subject.ports : undefined;
    const key = `${direction} ${list} ${namedPorts ?? ""}`;
    const known = this.#tiers.get(key);
    if (known !== undefined) return known;
    const ready = this.#book.byPriority(list).map((group) =>
      group.map((policy) => {
        const isFine = !isBroken(this.#book.policies[policy]);
        return { rules: isFine ? this.#entriesOf(policy, direction) : undefined };
      }),
    );
    const made = new TierColumns(ready, namedPorts, this.#context);
    this.#tiers.set(key, made);
    return made;
  }

  // Whom policies never stop, and whom they may not stop.
  #exempt({ isScheduled, firstFamily }: PolicySubject, direction: PolicyDirection): void {
    const { ownHosts, otherHosts } = this.#columns;
    const open = this.#open;
    if (direction === "ingress") {
      this.#board.change(ownHosts, open);
      if (!isScheduled) this.#board.change(otherHosts, mayPass);
    }
    if (this.#context.switches.secondFamily !== "open" || firstFamily === undefined) return;
    this.#board.change(this.#columns.ofFamily(firstFamily === 4 ? 6 : 4), open);
  }
}

function mayPass(cells: Int32Array, at: number): void {
  cells[at + 1] = -1;
}

// A rule is the reason of what is certain.
function forgetUnknown(questionCount: number): CellEdit {
  return (cells, at) => {
    for (let bits = cells[at + 1] & ~cells[at]; bits !== 0; bits &= bits - 1) {
      const question = 31 - Math.clz32(bits & -bits);
      if (question < questionCount) cells[at + 2 + question] = NO_RULE;
    }
  };
}
