import type { PolicyContext } from "../network-policies/question.ts";
import type { PolicyDirection } from "../network-policies/read-policy.ts";
import { NO_ITEMS } from "./int-lists.ts";
import { IsolationWords, openCell } from "./isolation-words.ts";
import { PairTable } from "./pair-table.ts";
import { isBroken, PolicyBook, type SpotPolicies } from "./policy-book.ts";
import type { PolicyColumns } from "./policy-columns.ts";
import { type EntryContext, type PolicyEntries, policyEntries } from "./policy-entries.ts";
import type { PolicySubject } from "./policy-subject.ts";
import { ALL_WORDS, NO_WORDS, type PortQuestion } from "./questions.ts";
import { type CellEdit, NO_RULE, RowBoard } from "./row-board.ts";
import { type PackedNames, RuleNumbers } from "./rule-numbers.ts";
import { TierColumns } from "./tier-columns.ts";
import { Tuples } from "./tuples.ts";

/** Words of what a row depends on: direction, three lists, and what else tells rows apart. */
const KEY = { direction: 0, admin: 1, own: 2, baseline: 3, flags: 4, ports: 5, first: 6 } as const;
const keyWords = 8;

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
  /** What rows depend on; the one of key i is row i + 1. */
  readonly #keys = new Tuples(keyWords);
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
    return this.#rules.packed(this.#book.policies.map(({ title }) => title));
  }

  /** The row of a pod. */
  rowOf(subject: PolicySubject, direction: PolicyDirection): number {
    const own = this.#book.ofSpot(subject.spot, direction);
    const isClosed = this.#isClosed(own);
    const isQuiet = (own.admin | own.own | own.baseline) === NO_ITEMS;
    if (isQuiet && !isClosed && !own.isUnsure) return 0;
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
    const { count } = this.#keys;
    const row = this.#keys.intern(key, 0) + 1;
    if (row > count) this.#makeRow(subject, direction, { ...own, isClosed });
    return row;
  }

  #makeRow(
    subject: PolicySubject,
    direction: PolicyDirection,
    own: SpotPolicies & { readonly isClosed: boolean },
  ): void {
    const board = this.#board;
    const policies = this.#book.lists.itemsOf(own.own);
    const isSilent = policies.length === 0 && !own.isUnsure;
    if (isSilent) {
      board.begin(own.isClosed ? NO_WORDS : ALL_WORDS);
      this.#tierOf(own.baseline, direction, subject)?.apply(board);
    } else {
      this.#isolation.write({
        policies: policies.map((one) => this.#entriesOf(one, direction)),
        first: policies.length === 0 ? undefined : policies[0],
        isUnsure: own.isUnsure,
        direction,
        subject,
      });
    }
    this.#tierOf(own.admin, direction, subject)?.apply(board);
    this.#exempt(subject, direction);
    board.changeAll(this.#forget);
    this.table.addRow(board);
  }

  // Only strict enforcing closes a pod that no policy selects.
  #isClosed({ isSelected }: SpotPolicies): boolean {
    const { switches, enforcing } = this.#context;
    return switches.isolationUnit === "pod" && enforcing === "strict" && !isSelected;
  }

  #entriesOf(policy: number, direction: PolicyDirection): PolicyEntries {
    const known = this.#entries[direction][policy];
    if (known !== undefined) return known;
    const named = { policy: this.#book.policies[policy], number: policy };
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
