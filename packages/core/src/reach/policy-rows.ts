import type { PolicyContext } from "../network-policies/question.ts";
import type { PolicyDirection, ReadPolicy } from "../network-policies/read-policy.ts";
import { IsolationWords } from "./isolation-words.ts";
import { Numbering } from "./numbering.ts";
import { PairTable } from "./pair-table.ts";
import { PolicyBook, type SpotPolicies } from "./policy-book.ts";
import type { PolicyColumns } from "./policy-columns.ts";
import { type EntryContext, type PolicyEntries, policyEntries } from "./policy-entries.ts";
import type { PolicyRuleName, PolicySubject } from "./policy-subject.ts";
import { ALL_WORDS, NO_WORDS, type PortQuestion } from "./questions.ts";
import { NO_RULE, RowBoard } from "./row-board.ts";
import { TierColumns } from "./tier-columns.ts";

/**
 * Rows of network policies: what the policies of a pod say to each column in one direction. All
 * spots and columns must be known before the first row. Row 0 allows everything.
 */
export class PolicyRows {
  readonly table: PairTable;
  readonly rules: Numbering<string, PolicyRuleName> = new Numbering();
  readonly #columns: PolicyColumns;
  readonly #context: EntryContext;
  readonly #book: PolicyBook;
  readonly #board: RowBoard;
  readonly #rows = new Map<string, number>();
  readonly #entries = new Map<string, PolicyEntries>();
  readonly #tiers = new Map<string, TierColumns>();
  readonly #isolation: IsolationWords;

  constructor(
    columns: PolicyColumns,
    questions: readonly PortQuestion[],
    reading: Pick<PolicyContext, "set" | "switches" | "enforcing">,
  ) {
    const ruleNumber: EntryContext["ruleNumber"] = ({ title }, at, effect) =>
      this.rules.of(`${title} ${at} ${effect}`, () => ({ title, at, effect }));
    this.#columns = columns;
    this.#book = new PolicyBook(reading.set, columns.spots);
    this.#context = { ...reading, columns, questions, ruleNumber, rangeWords: new Map() };
    this.table = new PairTable(questions.length);
    this.#board = new RowBoard(columns.columns.count, questions.length);
    this.#isolation = new IsolationWords(this.#board, this.#context);
    this.#board.begin(ALL_WORDS);
    this.table.addRow(this.#board);
  }

  /** The row of a pod. */
  rowOf(subject: PolicySubject, direction: PolicyDirection): number {
    const own = this.#book.ofSpot(subject.spot, direction);
    const { switches } = this.#context;
    const lists = [own.admin, own.own, own.baseline];
    const isClosed = this.#isClosed(own);
    const isQuiet = lists.every((list) => this.#book.lists.values[list].length === 0);
    if (isQuiet && !isClosed && !own.isUnsure) return 0;
    const key = [
      direction,
      ...lists,
      isClosed,
      own.isUnsure,
      direction === "ingress" && subject.ports,
      direction === "ingress" && subject.isScheduled,
      switches.secondFamily === "open" && subject.firstFamily,
    ].join();
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const made = this.#makeRow(subject, direction, { ...own, isClosed });
    this.#rows.set(key, made);
    return made;
  }

  #makeRow(
    subject: PolicySubject,
    direction: PolicyDirection,
    own: SpotPolicies & { readonly isClosed: boolean },
  ): number {
    const board = this.#board;
    const policies = this.#book.lists.values[own.own].map((one) => this.#book.policies[one]);
    const entries = policies.map((one) => this.#entriesOf(one, direction));
    const isSilent = policies.length === 0 && !own.isUnsure;
    if (isSilent) {
      board.begin(own.isClosed ? NO_WORDS : ALL_WORDS);
      this.#tierOf(own.baseline, direction, subject)?.apply(board);
    } else {
      const [first] = policies;
      this.#isolation.write({
        policies: entries,
        first,
        isUnsure: own.isUnsure,
        direction,
        subject,
      });
    }
    this.#tierOf(own.admin, direction, subject)?.apply(board);
    this.#exempt(subject, direction);
    forgetUnknown(board);
    return this.table.addRow(board);
  }

  // Only strict enforcing closes a pod that no policy selects.
  #isClosed({ isSelected }: SpotPolicies): boolean {
    const { switches, enforcing } = this.#context;
    return switches.isolationUnit === "pod" && enforcing === "strict" && !isSelected;
  }

  #entriesOf(policy: ReadPolicy, direction: PolicyDirection): PolicyEntries {
    const key = `${direction} ${policy.title}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const made = policyEntries(policy, direction, this.#context);
    this.#entries.set(key, made);
    return made;
  }

  #tierOf(
    list: number,
    direction: PolicyDirection,
    subject: PolicySubject,
  ): TierColumns | undefined {
    const groups = this.#book.byPriority(list);
    if (groups.length === 0) return undefined;
    const namedPorts = direction === "ingress" ? subject.ports : undefined;
    const key = `${direction} ${list} ${namedPorts ?? ""}`;
    const known = this.#tiers.get(key);
    if (known !== undefined) return known;
    const ready = groups.map((group) =>
      group.map((policy) => ({
        rules: policy.problems.length > 0 ? undefined : this.#entriesOf(policy, direction),
      })),
    );
    const made = new TierColumns(ready, namedPorts, this.#context);
    this.#tiers.set(key, made);
    return made;
  }

  // Whom policies never stop, and whom they may not stop.
  #exempt({ isScheduled, firstFamily }: PolicySubject, direction: PolicyDirection): void {
    const { columns, hosts } = this.#columns;
    if (direction === "ingress") {
      for (const column of hosts) {
        if (columns.values[column].isOwnNode) this.#open(column);
        else if (!isScheduled) this.#board.cells[this.#board.touch(column) + 1] = -1;
      }
    }
    if (this.#context.switches.secondFamily !== "open" || firstFamily === undefined) return;
    for (const [column, { family }] of columns.values.entries()) {
      if (family !== firstFamily) this.#open(column);
    }
  }

  #open(column: number): void {
    const at = this.#board.touch(column);
    this.#board.cells.fill(NO_RULE, at, at + this.#board.width);
  }
}

// A rule is the reason of what is certain.
function forgetUnknown(board: RowBoard): void {
  const { cells, width, touched, size, defaultAt } = board;
  for (let i = 0; i <= size; i++) {
    const at = i < size ? touched[i] * width : defaultAt;
    for (let bits = cells[at + 1] & ~cells[at]; bits !== 0; bits &= bits - 1) {
      const question = 31 - Math.clz32(bits & -bits);
      if (question < width - 2) cells[at + 2 + question] = NO_RULE;
    }
  }
}
